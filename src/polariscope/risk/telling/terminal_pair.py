"""Two systems, or one before and after a change, on a terminal: first what opens and what closes."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polariscope.risk.bounds import describe
from polariscope.risk.comparison import Comparison, Pair
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Edition, Variable
from polariscope.risk.evidence import Proposal, band_name
from polariscope.risk.rules import Assessment, Finding
from polariscope.risk.spans import Span
from polariscope.risk.telling import wording
from polariscope.risk.telling.terminal import footer, state_mark
from polariscope.risk.telling.wording import plain

_CONTRADICTS = "It contradicts the profile: decline it, or change the profile first."
_STATE_WIDTH = len("◐ undetermined")

_GROUPS = {
    "opened": "opens",
    "closed": "closes",
    "became_known": "becomes known",
    "became_unknown": "becomes unknown",
}


def comparison_screen(comparison: Comparison, a: Assessment, b: Assessment) -> RenderableType:
    """Compose the comparison of two systems.

    Args:
        comparison: Of the two.
        a: The first.
        b: The second.

    Returns:
        What `rich` prints: the properties that differ, then every family side by side, then the edition.
    """
    names = plain(a.profile.name), plain(b.profile.name)
    first = Text(f"From {names[0]} to {names[1]}: {changes_line(comparison)}", style="bold")
    return Group(first, *_differing(a, b, names), *_tables(comparison, names, a.edition), *footer(a))


def what_if_screen(comparison: Comparison, after: Assessment, settings: Sequence[str]) -> RenderableType:
    """Compose what some settings change.

    Args:
        comparison: Of the system before and after.
        after: The system with them.
        settings: As the user wrote them.

    Returns:
        What `rich` prints: what changes, then every family before and after, then the edition.
    """
    told = f"{plain(after.profile.name)} with {', '.join(map(plain, settings))}: {changes_line(comparison)}"
    tables = _tables(comparison, ("before", "after"), after.edition)
    return Group(Text(told, style="bold"), *tables, *footer(after))


def proposal_screen(proposal: Proposal, edition: Edition, effect: Comparison | None) -> RenderableType:
    """Compose what a run would say of a profile, and what accepting it would change.

    Args:
        proposal: By the edition's rules.
        edition: Which.
        effect: The profile without and with it; None where accepting would contradict the profile.

    Returns:
        What `rich` prints.
    """
    if proposal.facet:
        name = edition.variables[proposal.facet].name.lower()
        first = f"Proposed: {plain(name)} at least {band_name(proposal.at_least)}"
    else:
        first = "Proposed: nothing"
    lines = [plain(proposal.sentence), proposal.unfinished]
    lines.append(f"Whether {proposal.model} is this system is for you to say.")
    if proposal.note_at in edition.families:
        lines.append(f"Note at {wording.titled(edition.families[proposal.note_at])}: {plain(proposal.note)}")
    if proposal.facet:
        lines.append(f"If accepted: {changes_line(effect)}." if effect else _CONTRADICTS)
    return Group(Text(first, style="bold"), *(Text(line) for line in lines if line))


def changes_line(comparison: Comparison) -> str:
    """Say in one line which families change: by name what opens and closes, by number what is found out or lost.

    Args:
        comparison: Of two assessments.

    Returns:
        Such as "opens 7 Agentic and tool-use hazards; now decided: 1 closed, 4 open".
    """
    known = [after for _, after in comparison.became_known]
    told = {
        "opens": [wording.titled(after.family) for _, after in comparison.opened],
        "closes": [wording.titled(after.family) for _, after in comparison.closed],
        "now decided:": [f"{wording.numbered(each.family)} {each.state}" for each in known],
        "now undetermined:": [wording.numbered(after.family) for _, after in comparison.became_unknown],
    }
    return "; ".join(f"{verb} {', '.join(each)}" for verb, each in told.items() if each) or "no family changes"


def _tables(comparison: Comparison, names: tuple[str, str], edition: Edition) -> Iterator[RenderableType]:
    groups = (comparison.opened, comparison.closed, comparison.became_known, comparison.became_unknown)
    changed = sorted((pair for group in groups for pair in group), key=_number)
    if changed:
        yield Padding(_changed(changed, names, edition), (1, 0, 0, 0))
    if comparison.same:
        heading = "As before" if names[0] == "before" else "Alike in state"
        yield Padding(Text(heading, style="bold"), (1, 0, 0, 0))
        yield _same(comparison.same, names, edition)


def _changed(pairs: Sequence[Pair], names: tuple[str, str], edition: Edition) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True, width=3, justify="right")
    table.add_column("family", ratio=2, overflow="fold")
    for name in names:
        table.add_column(Text(name), width=_STATE_WIDTH, overflow="fold")
    table.add_column("why", ratio=3, overflow="fold")
    for before, after in pairs:
        marks = (state_mark(each.state, worded=True) for each in (before, after))
        family = Text(plain(after.family.name))
        table.add_row(wording.numbered(after.family), family, *marks, Text(_why(before, after, edition)))
    return table


def _same(pairs: Sequence[Pair], names: tuple[str, str], edition: Edition) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False, expand=True)
    table.add_column(no_wrap=True, justify="right", width=3)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(width=_STATE_WIDTH, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for before, after in pairs:
        family, mark = Text(plain(after.family.name)), state_mark(after.state, worded=True)
        table.add_row(wording.numbered(after.family), family, mark, Text(_both(before, after, names, edition)))
    return table


def _both(before: Finding, after: Finding, names: tuple[str, str], edition: Edition) -> str:
    """Both reasons of one state where they differ: what closes the one may be what the other has most of."""
    told = ["; ".join(wording.reasons(each, edition)) for each in (before, after)]
    return "" if told[0] == told[1] else "\n".join(f"{name}: {why}" for name, why in zip(names, told, strict=True))


def _differing(a: Assessment, b: Assessment, names: tuple[str, str]) -> Iterator[RenderableType]:
    """What is known of the properties in which the two differ, as far as a rule or an axis can tell."""
    edition = a.edition
    matter = [each for name, each in edition.variables.items() if each.kind == "axis" or name in edition.named]
    differ = [each for each in matter if a.spans[each.id] != b.spans[each.id]]
    if not differ:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("differs", *names):
        table.add_column(Text(heading), overflow="fold")
    for each in differ:
        spans = (a.spans[each.id], b.spans[each.id])
        table.add_row(Text(plain(each.name)), *(Text(plain(_level(each, span))) for span in spans))
    yield Padding(table, (1, 0, 0, 0))


def _level(variable: Variable, span: Span) -> str:
    return describe(variable, span).removeprefix(variable.name.lower()).lstrip(": ")


def _why(before: Finding, after: Finding, edition: Edition) -> str:
    """The conditions that differ; where none does by itself, what decided."""
    moved: dict[str, list[Condition]] = {}
    for condition, old, new in zip(after.family.conditions, before.truths, after.truths, strict=True):
        if old != new:
            moved.setdefault(f"{wording.MET[old]} → {wording.MET[new]}", []).append(condition)
    told = [f"{change}: {wording.together(each)}" for change, each in moved.items()]
    return "\n".join(told) or wording.reasons(after, edition)[0]


def _number(pair: Pair) -> int:
    return pair[0].family.number
