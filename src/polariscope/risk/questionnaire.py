"""The questionnaire: which property is asked next, what an answer means, and the profile that comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from polariscope.errors import PolariscopeError, printable
from polariscope.risk.bounds import settle
from polariscope.risk.edition import BANDS, Edition, Variable
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.spans import Span
from polariscope.risk.what_if import what_if

WELCOME = (
    "Describe a system. Enter alone answers unknown; unknown is never counted as no.\n"
    "back: the question before; done: the rest is unknown; ?: help; quit: nothing is kept."
)
HELP = (
    "An answer is one of those in brackets, two of them with a hyphen between (low-middle, 3-5: somewhere there), "
    "or unknown.\n"
    "An axis bounds its facets: a system low on Cognition is not asked for metacognition.\n"
    "back, done, quit and Ctrl-C work at every question. Nothing is written before the last answer."
)
_NAME, _DESCRIPTION = "name", "description"
_LONGEST = 1_000  # characters of a name or a description


@dataclass(frozen=True)
class Interview:
    """Answers so far; `reply` and `back` give the next state, and undo each other.

    Args:
        edition: Whose properties are asked.
        given: Answers by the id of their question, in the order in which they were given.
    """

    edition: Edition
    given: Mapping[str, str | Span] = field(default_factory=dict)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """Ids of what is still to be asked: name, description, then axis by axis, then factors."""
        return tuple(key for key in _order(self.edition) if key not in self.given and self._roof(key) > 1)

    @property
    def question(self) -> str | None:
        """Id of the next question, None where all are answered."""
        return next(iter(self.open_questions), None)

    def reply(self, text: str) -> "Interview":
        """Answer the next question.

        Args:
            text: As the user wrote it; blank is unknown.

        Returns:
            The interview with this answer.

        Raises:
            PolariscopeError: The answer cannot be understood, or contradicts another.
        """
        key = self.question
        if key is None:
            raise PolariscopeError("answer", "every question is answered", text, "go on")
        answer = self._understood(key, text.strip())
        after = replace(self, given={**self.given, key: answer})
        settle(after.profile(), self.edition)
        return after

    def back(self) -> "Interview":
        """Take the last answer back.

        Returns:
            The interview without it; the same where there is none.
        """
        return replace(self, given=dict(list(self.given.items())[:-1]))

    def profile(self) -> SystemProfile:
        """The system as described so far; what was not asked or is unknown has no entry.

        Returns:
            The profile.
        """
        known = {
            key: Entry(span)
            for key, span in self.given.items()
            if isinstance(span, Span) and span != self.edition.variables[key].whole
        }
        return SystemProfile(
            str(self.given.get(_NAME, "unnamed")), known, str(self.given.get(_DESCRIPTION, "")), made_by=""
        )

    def asked(self, key: str) -> str:
        """Put a question into words, with the meaning of each answer.

        Args:
            key: Its id.

        Returns:
            Lines.
        """
        if key == _NAME:
            return "What is the system called?"
        if key == _DESCRIPTION:
            return "What is it, in a sentence? (Enter: none)"
        variable = self.edition.variables[key]
        choices = f"[{_choices(variable, self._roof(key))}, unknown]"
        return "\n".join((f"{variable.name}: {variable.question}", *_anchors(variable), choices))

    def _roof(self, key: str) -> int:
        """The highest band that the answers so far leave to a facet."""
        variable = self.edition.variables.get(key)
        if variable is None or variable.axis is None:
            return len(BANDS)
        axis = self.edition.variables[variable.axis]
        answer = self.given.get(axis.id)
        return axis.bands[answer.high - 1] if isinstance(answer, Span) else len(BANDS)

    def _understood(self, key: str, text: str) -> str | Span:
        if key in self.edition.variables:
            variable = self.edition.variables[key]
            entry = what_if(SystemProfile("answer"), self.edition, [f"{key}={text or 'unknown'}"]).entries.get(key)
            return entry.span if entry else variable.whole
        if key == _NAME and not text:
            raise PolariscopeError("name", "a system has a name", "nothing", "give one; any word will do")
        return printable(text, _LONGEST)


def ask(edition: Edition, read: Callable[[], str], say: Callable[[str], None]) -> SystemProfile | None:
    """Ask until every question is answered; a refused answer is told and asked again.

    Args:
        edition: Whose properties are asked.
        read: Gives the next line that the user types.
        say: Shows text to the user.

    Returns:
        The profile, None where the user quits.
    """
    interview = Interview(edition)
    say(WELCOME)
    shown = None
    while (key := interview.question) is not None:
        if key != shown:
            say(f"\n{len(interview.given) + 1} of {len(interview.given) + len(interview.open_questions)}")
            say(interview.asked(key))
        text = read().strip()
        if text == "quit":
            return None
        interview, shown = _step(interview, key, text, say)
    return interview.profile()


def _step(interview: Interview, key: str, text: str, say: Callable[[str], None]) -> tuple[Interview, str | None]:
    """The interview after a line, and the question that need not be shown again."""
    if text in {"?", "help"}:
        say(HELP)
        return interview, None
    if text == "back":
        return interview.back(), None
    try:
        if text == "done":
            return _rest_unknown(interview), None
        return interview.reply(text), None
    except PolariscopeError as refusal:
        say(f"{refusal}")
        return interview, key


def _rest_unknown(interview: Interview) -> Interview:
    while interview.question is not None:
        interview = interview.reply("")
    return interview


def _order(edition: Edition) -> tuple[str, ...]:
    named = edition.named
    properties: list[str] = []
    for axis in edition.axes:  # the axis first, since it may answer for its facets
        properties += [axis.id, *(facet.id for facet in edition.facets(axis.id) if facet.id in named)]
    factors = [name for name, each in edition.variables.items() if each.kind == "factor" and name in named]
    return (_NAME, _DESCRIPTION, *properties, *factors)


def _anchors(variable: Variable) -> list[str]:
    if variable.kind == "facet":
        return [f"  {band}: {anchor}" for band, anchor in zip(BANDS, variable.anchors, strict=False) if anchor]
    return [f"  {level}: {name}" for level, name in enumerate(variable.anchors, 1) if name]


def _choices(variable: Variable, roof: int) -> str:
    if variable.kind != "axis":
        return ", ".join(variable.labels[:roof])
    bands = []
    for number, name in enumerate(BANDS, 1):
        span = variable.band_span(number)
        bands.append(f"{name} ({span.low}-{span.high})")
    return f"{variable.whole.low} to {variable.whole.high}, {', '.join(bands)}"
