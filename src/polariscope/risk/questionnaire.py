"""The questionnaire: which property is asked next, what an answer means, and the profile that comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from polariscope.errors import PolariscopeError, printable
from polariscope.risk.bounds import settle
from polariscope.risk.edition import BANDS, Edition, Variable
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.spans import Span
from polariscope.risk.what_if import level_of

WELCOME = (
    "Describe a system. Enter alone answers unknown; unknown is never counted as no.\n"
    "back: the question before; done: the rest is unknown; ?: help; quit: nothing is kept."
)
HELP = (
    "An answer is one of those in brackets, two of them with a hyphen between (low-middle, 3-5: somewhere there), "
    "or unknown.\n"
    "An axis bounds its facets: a system low on Cognition is not asked for metacognition.\n"
    "Grounds are a sentence or an address, kept with the answer as its evidence.\n"
    "back, done, quit and Ctrl-C work at every question. Nothing is written before the last answer."
)
_NAME, _DESCRIPTION = "name", "description"
_GROUNDS = " grounds"  # after the id of the property that they are for
_NONE = ("", "none", "unknown")
_LONGEST_NAME, _LONGEST = 200, 1_000  # characters; a profile's file takes no longer name


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
        """Ids of what is still to be asked: name, description, then axis by axis, then factors.

        The grounds of an answer are asked after it, and not counted as a question of their own.
        """
        return tuple(key for key in _order(self.edition) if key not in self.given and self._roof(key) > 1)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(not key.endswith(_GROUNDS) for key in self.given)

    @property
    def question(self) -> str | None:
        """Id of the next question, None where all are answered."""
        last = "".join(list(self.given)[-1:])
        if self._known(last) and f"{last}{_GROUNDS}" not in self.given:
            return f"{last}{_GROUNDS}"
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
            key: Entry(span, self._grounds(key))
            for key, span in self.given.items()
            if isinstance(span, Span) and self._known(key)
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
        if key.endswith(_GROUNDS):
            return "On what grounds? (Enter: none)"
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

    def _known(self, key: str) -> bool:
        """Whether a property's answer is more than unknown."""
        answer = self.given.get(key)
        return isinstance(answer, Span) and answer != self.edition.variables[key].whole

    def _grounds(self, key: str) -> tuple[str, ...]:
        told = self.given.get(f"{key}{_GROUNDS}")
        return (told,) if isinstance(told, str) and told else ()

    def _understood(self, key: str, text: str) -> str | Span:
        variable = self.edition.variables.get(key)
        if variable is not None:
            return level_of(variable, text or "unknown", variable.name)
        if key == _NAME and not text:
            raise PolariscopeError("name", "a system has a name", "nothing", "give one; any word will do")
        if key.endswith(_GROUNDS) and text.lower() in _NONE:
            return ""
        said, longest = printable(text, len(text)), _LONGEST_NAME if key == _NAME else _LONGEST
        if len(said) > longest:
            raise PolariscopeError(key, f"has at most {longest:,} characters", f"{len(said):,}", "shorten it")
        return said


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
            if not key.endswith(_GROUNDS):
                say(f"\n{interview.answered + 1} of {interview.answered + len(interview.open_questions)}")
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
