"""The words that terminal, model card and page of a family share."""

from collections.abc import Sequence

from polariscope.errors import printable
from polariscope.risk.bounds import describe
from polariscope.risk.changes import Change
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Family
from polariscope.risk.logic import Truth
from polariscope.risk.profile import Attached, SystemProfile
from polariscope.risk.rules import Assessment, Finding, State

SYMBOLS: dict[State, str] = {"open": "●", "undetermined": "◐", "closed": "○"}
"""A sign for each state, so that colour is never the only carrier."""

MEANING: dict[State, str] = {
    "open": "whatever the unknowns are, every condition is met",
    "undetermined": "the unknowns decide",
    "closed": "whatever the unknowns are, some condition is not met",
}
"""What each state says, the order of states as they are shown."""

WORDS: dict[Truth, str] = {"y": "yes", "n": "no", "?": "unknown"}
"""Whether a condition holds, for programs."""

MET: dict[Truth, str] = {"y": "met", "n": "not met", "?": "unknown"}
"""Whether a condition holds, for readers."""

STAR = (
    "* its most severe form also needs factors outside the axes. The post's author tags 5 and 6 so; of the others "
    "it is not known."
)
LIMITS = (
    "Open means that the conditions are met, not that harm was seen; closed means that these rules do not open "
    "it, not that the system is safe. Families are not ranked, and there is no total."
)
MADE_BY = "ours, an illustration and no measurement"
_LONGEST = 4_000
_SHOWN = 3


def plain(text: str) -> str:
    r"""Make text of a profile or an edition fit for one line: blanks joined, what does not print escaped.

    >>> plain("two\n lines \x1b[2J")
    'two lines \\x1b[2J'

    Args:
        text: Anything.

    Returns:
        One line.
    """
    return printable(" ".join(text.split()), _LONGEST)


def numbered(family: Family) -> str:
    """A family's number, with the author's `*`.

    Args:
        family: Which.

    Returns:
        Such as "6*".
    """
    return f"{family.number}{'*' if family.external == 'yes' else ''}"


def titled(family: Family) -> str:
    """A family's number and name.

    Args:
        family: Which.

    Returns:
        Such as "6* deceptive alignment".
    """
    return f"{numbered(family)} {plain(family.name)}"


def headline(assessment: Assessment) -> str:
    """Say what matters first: which families are open, by name, and which the unknowns decide, by number.

    Args:
        assessment: Of a system.

    Returns:
        One line, such as "Open: 1 Epistemic unreliability. Undetermined: 2, 8, 12."
    """
    opened = ", ".join(titled(each.family) for each in in_state(assessment, "open")) or "none"
    unknown = ", ".join(numbered(each.family) for each in in_state(assessment, "undetermined"))
    return f"Open: {opened}.{f' Undetermined: {unknown}.' if unknown else ''}"


def in_state(assessment: Assessment, state: State) -> tuple[Finding, ...]:
    """The findings of one state, in order of number.

    Args:
        assessment: Of a system.
        state: Which.

    Returns:
        Those.
    """
    return tuple(each for each in assessment.findings if each.state == state)


def reasons(finding: Finding, edition: Edition) -> tuple[str, ...]:
    """Say why a family is in its state, and what makes it worse where it is not closed.

    Args:
        finding: The family, for one system.
        edition: Names the factors.

    Returns:
        Phrases, the deciding one first.
    """
    deciding = together(finding.deciding)
    if finding.state == "closed":
        failed = "n" in finding.truths
        return (f"{MET['n'] if failed else 'cannot all be met'}: {deciding}",)
    return (f"{MET['y' if finding.state == 'open' else '?']}: {deciding}", *_worse(finding, edition))


def together(conditions: Sequence[Condition]) -> str:
    """Conditions in a row.

    Args:
        conditions: Which.

    Returns:
        Their texts.
    """
    return "; ".join(plain(each.text) for each in conditions)


def ways(changes: Sequence[Change], shown: int = _SHOWN) -> str:
    """Say the smallest changes, any one of which would do.

    Args:
        changes: Those of fewest moves first.
        shown: How many are written out.

    Returns:
        A phrase, "" where there is none.
    """
    texts = [_way(change) for change in changes[:shown]]
    more = len(changes) - len(texts)
    return ", or ".join(texts) + (f", or {more} more ways" if more > 1 else ", or one more way" if more else "")


def _way(change: Change) -> str:
    moves, follows = ([plain(move.text) for move in moves] for moves in (change.moves, change.follows))
    return " and ".join(moves) + (f" (and with it {', '.join(follows)})" if follows else "")


def changing(finding: Finding) -> tuple[str, ...]:
    """Say what would open a family and what would close it.

    Args:
        finding: A family, for one system.

    Returns:
        A phrase for each of the two that is not so already and that some change reaches.
    """
    both = (("would open", ways(finding.to_open)), ("would close", ways(finding.to_close)))
    return tuple(f"{verb}: {told}" for verb, told in both if told)


def edition_lines(edition: Edition) -> tuple[str, ...]:
    """Name the edition, and all that a user's edition changed in ours.

    Args:
        edition: Which.

    Returns:
        A line, then one for each change.
    """
    first = f"Edition {plain(edition.id)}, digest {edition.digest}."
    return (first, *(f"Changed by this edition: {plain(change)}" for change in edition.changes))


def known(profile: SystemProfile, edition: Edition) -> tuple[str, ...]:
    """Say what the profile knows of each property; what it leaves out is unknown.

    Args:
        profile: The system.
        edition: Whose properties.

    Returns:
        Phrases, in the order of the edition.
    """
    spans = {name: entry.span for name, entry in profile.entries.items()}
    return tuple(
        plain(describe(variable, spans[name]))
        for name, variable in edition.variables.items()
        if spans.get(name, variable.whole) != variable.whole
    )


def attached_line(attached: Attached) -> str:
    """Say what a run proposed and what the user decided.

    Args:
        attached: Both.

    Returns:
        A sentence.
    """
    return f"Run {plain(attached.run)[:12]} {attached.decision}: {plain(attached.sentence)}"


def notes(assessment: Assessment, family: Family) -> tuple[str, ...]:
    """Notes that accepted runs raise at a family; one declined, perhaps of another model, raises none.

    Args:
        assessment: Of a system.
        family: Which.

    Returns:
        A sentence each.
    """
    runs = (each for each in assessment.profile.attached if each.decision == "accepted")
    return tuple(f"{plain(each.note)} (run {plain(each.run)[:12]})" for each in runs if each.note_at == family.id)


def _worse(finding: Finding, edition: Edition) -> tuple[str, ...]:
    amplifiers = [plain(each.text) for each in finding.family.amplifiers]
    factors = [plain(edition.variables[name].name.lower()) for name in finding.family.raised_by]
    found = (
        ("amplified by", _of("y", finding.amplifiers, amplifiers)),
        ("perhaps amplified by", _of("?", finding.amplifiers, amplifiers)),
        ("its most severe form is raised by", _of("y", finding.raised, factors)),
    )
    return tuple(f"{lead} {', '.join(names)}" for lead, names in found if names)


def _of(wanted: Truth, truths: Sequence[Truth], names: Sequence[str]) -> list[str]:
    return [name for name, truth in zip(names, truths, strict=True) if truth == wanted]
