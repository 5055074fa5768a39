"""The short answer on a terminal: verdict, values with their bounds, reasons; the same without colour."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.counts import Counted, counts
from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
from polariscope.crystal.instruments.spectrum.summary import End, Summary
from polariscope.crystal.instruments.spectrum.wording import (
    QUANTITY,
    TONES,
    eigenvalue,
    sureness,
    what,
)
from polariscope.errors import printable
from polariscope.reports import SYMBOLS, Tone, significant

_COLOURS: dict[Tone, str] = {"good": "green", "bad": "red", "open": "yellow", "absent": "dim", "warning": "red"}


def terminal_summary(outcome: SpectrumOutcome) -> RenderableType:
    """Compose the values and the verdict, for 80 columns and more.

    Args:
        outcome: The run, read.

    Returns:
        What `rich` prints.
    """
    summary, told = outcome.summary, outcome.run.environment
    heading = what(summary, str(told["matrix"]), printable(told["title"]))
    return Group(
        Text(outcome.verdict.headline, style="bold"),
        Text(heading[:1].upper() + heading[1:], style="dim"),
        Text(),
        _values(summary),
        *_sure(summary),
        *_counted(summary),
        *(Padding(part, (0, 0, 0, 2)) for each in outcome.verdict.findings for part in _finding(each)),
        *_incomplete(outcome),
    )


def _values(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for end in summary.ends.values():
        table.add_column(f"{end.name} {QUANTITY[summary.family]}", justify="right", no_wrap=True)
        table.add_column("± residual", justify="right", no_wrap=True)
    rows = max((len(end.pairs) for end in summary.ends.values()), default=0)
    for row in range(rows):
        table.add_row(*(cell for end in summary.ends.values() for cell in _pair(end, row)))
    return table


def _pair(end: End, row: int) -> tuple[str, str]:
    if row >= len(end.pairs):
        return "", ""
    pair = end.pairs[row]
    mark = "" if pair.converged else " not converged"
    return eigenvalue(pair, end.norm), f"{pair.residual:.1e}{mark}"


def _sure(summary: Summary) -> Iterator[RenderableType]:
    for end in summary.ends.values():
        yield Text(f"{end.name}: {sureness(end)}", style="dim")


def _counted(summary: Summary) -> Iterator[RenderableType]:
    found = counts(summary)
    if not found:
        return
    yield Text()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    columns = ("of all eigenvalues", f"estimate [{summary.level:.0%}]", *(("exact",) if summary.exact else ()), "")
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index in {0, len(columns) - 1} else "right")
    for each in found:
        exact = (significant(each.exact, 4),) if summary.exact and each.exact is not None else ()
        table.add_row(each.name, _interval(each), *exact, Text(each.note, style="dim"))
    yield table


def _interval(found: Counted) -> str:
    return f"{significant(found.value, 4)} [{significant(found.low, 4)}, {significant(found.high, 4)}]"


def _finding(finding: Finding) -> Iterator[RenderableType]:
    tone = TONES[finding.outcome]
    line = Text.assemble((f"{SYMBOLS[tone]} {finding.outcome}", _COLOURS[tone]), f": {finding.asked}")
    yield Padding(line, (1, 0, 0, 0))
    yield Padding(Text(finding.sentence, style="dim"), (0, 0, 0, 2))
    if finding.would_decide:
        yield Padding(Text(finding.would_decide), (0, 0, 0, 2))


def _incomplete(outcome: SpectrumOutcome) -> Iterator[RenderableType]:
    run = outcome.run
    if run.finished < run.total:
        told = (
            f"{SYMBOLS['warning']} {run.finished} of {run.total} cells are measured; the same command continues."
        )
        yield Padding(Text(told), (1, 0, 0, 0))
