"""A system's families on a terminal: first those that are open, each with its reason; the same without colour."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polariscope.risk.rules import Assessment, Finding, State
from polariscope.risk.telling import wording
from polariscope.risk.telling.wording import plain

_COLOURS: dict[State, str] = {"open": "bold red", "undetermined": "yellow", "closed": "dim"}


def assessment_screen(assessment: Assessment) -> RenderableType:
    """Compose the answer for one system, for 80 columns and more.

    Args:
        assessment: Of the system.

    Returns:
        What `rich` prints: which families are open, then every family with its reason, then the edition.
    """
    return Group(
        headline(assessment),
        Text(_about(assessment), style="dim"),
        *(part for state in wording.MEANING for part in _states(assessment, state)),
        *_evidence(assessment),
        *footer(assessment),
    )


def headline(assessment: Assessment) -> Text:
    """The line that matters: which families are open, and which may be.

    Args:
        assessment: Of a system.

    Returns:
        One line, bold.
    """
    return Text(wording.headline(assessment), style="bold")


def footer(assessment: Assessment) -> Iterator[RenderableType]:
    """What is said once under every screen: the tag, the limits, the edition.

    Args:
        assessment: Whose edition it is.

    Yields:
        Lines.
    """
    edition = assessment.edition
    starred = any(each.external == "yes" for each in edition.families.values())
    yield Text()
    for line in (*([wording.STAR] if starred else []), wording.LIMITS, *wording.edition_lines(edition)):
        yield Text(line, style="dim")


def state_mark(state: State, *, worded: bool = False) -> Text:
    """A state's sign in its colour.

    Args:
        state: Which.
        worded: Whether its name stands beside it.

    Returns:
        The text.
    """
    return Text(f"{wording.SYMBOLS[state]} {state}" if worded else wording.SYMBOLS[state], style=_COLOURS[state])


def _about(assessment: Assessment) -> str:
    profile = assessment.profile
    origin = wording.MADE_BY if profile.made_by == "ours" else plain(profile.made_by)
    made = f" ({origin})" if origin else ""
    said = wording.known(profile, assessment.edition)
    told = f" {plain(profile.description)}" if profile.description else ""
    known = f"Known: {'; '.join(said)}." if said else "Nothing is known of it."
    return f"{plain(profile.name)}{made}.{told}\n{known}"


def _states(assessment: Assessment, state: State) -> Iterator[RenderableType]:
    found = wording.in_state(assessment, state)
    if not found:
        return
    yield Padding(
        Text.assemble((state.capitalize(), "bold"), (f": {wording.MEANING[state]}", "dim")), (1, 0, 0, 0)
    )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True, width=1)
    table.add_column(no_wrap=True, width=3, justify="right")
    table.add_column(ratio=2, overflow="fold")  # of the same share in every group, so that the groups align
    table.add_column(ratio=3, overflow="fold")
    for each in found:
        name = Text(plain(each.family.name), style="bold" if state == "open" else "")
        table.add_row(state_mark(state), wording.numbered(each.family), name, _why(assessment, each))
    yield table


def _why(assessment: Assessment, finding: Finding) -> Text:
    lines: Sequence[str] = wording.reasons(finding, assessment.edition)
    noted = [f"note: {note}" for note in wording.notes(assessment, finding.family)]
    return Text("\n".join((*lines, *wording.changing(finding), *noted)))


def _evidence(assessment: Assessment) -> Iterator[RenderableType]:
    for each in assessment.profile.attached:
        yield Padding(Text(wording.attached_line(each)), (1, 0, 0, 0))
