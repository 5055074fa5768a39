"""The short answer on a terminal: verdict, estimates with their diagnosis, reasons; the same without colour."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.outcome import LlcOutcome
from polariscope.crystal.instruments.llc.summary import Estimate, Summary
from polariscope.crystal.instruments.llc.wording import (
    ABSENT,
    TONES,
    briefly,
    figure,
    plateau_told,
    spelled,
    together,
    what,
)
from polariscope.errors import printable
from polariscope.reports import SYMBOLS, Tone

_COLOURS: dict[Tone, str] = {"good": "green", "bad": "red", "open": "yellow", "absent": "dim", "warning": "red"}
_DIAGNOSIS = ("d/2", "R-hat", "ESS", "accept", "virial", "held")


def terminal_summary(outcome: LlcOutcome) -> RenderableType:
    """Compose the estimates and the verdict, for 80 columns and more.

    Args:
        outcome: The run, read.

    Returns:
        What `rich` prints.
    """
    heading = what(outcome.summary, printable(outcome.run.environment["title"]))
    return Group(
        Text(outcome.verdict.headline, style="bold"),
        Text(heading[:1].upper() + heading[1:], style="dim"),
        *_estimates(outcome.summary),
        *_checkpoints(outcome.summary),
        *_calibration(outcome.summary),
        *(Padding(part, (0, 0, 0, 2)) for each in outcome.verdict.findings for part in _finding(each)),
        *_incomplete(outcome),
    )


def _estimates(summary: Summary) -> Iterator[RenderableType]:
    if not summary.parts:
        return
    yield Text()
    table = _table(("part", f"λ̂ [{summary.level:.0%}]", *_DIAGNOSIS))
    for each in summary.parts:
        value, ends = spelled(each.value, each.low, each.high)
        why = "".join(map(briefly, each.reasons[:1]))
        numbers = (
            figure(each.regular, 6), figure(each.rhat, 4), figure(each.ess), figure(each.acceptance, 2),
            figure(each.virial, 4), figure(each.held),
        )  # fmt: skip
        table.add_row(printable(each.part), f"{value} {ends or why}".strip(), *numbers)
    yield table


def _checkpoints(summary: Summary) -> Iterator[RenderableType]:
    raw, matched = (summary.along(matched=kind) for kind in (False, True))
    if len(raw) < 2:
        return
    yield Text()
    table = _table(("step", "training loss", "λ̂", *(("λ̂, matched",) if matched else ())))
    for each in raw:
        own = (_matched(each, matched),) if matched else ()
        told = together(each.value, each.low, each.high)
        table.add_row(f"{each.at:,.0f}", figure(each.train_loss), told, *own)
    yield table


def _calibration(summary: Summary) -> Iterator[RenderableType]:
    if "calibration" in summary.own:
        yield Padding(Text(plateau_told(summary)), (1, 0, 0, 0))


def _matched(each: Estimate, matched: Sequence[Estimate]) -> str:
    own = (other for other in matched if other.point == each.point)
    return next((together(other.value, other.low, other.high) for other in own), ABSENT)


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", overflow="fold", no_wrap=place > 0)
    return table


def _finding(finding: Finding) -> Iterator[RenderableType]:
    tone = TONES[finding.outcome]
    line = Text.assemble((f"{SYMBOLS[tone]} {finding.outcome}", _COLOURS[tone]), f": {finding.asked}")
    yield Padding(line, (1, 0, 0, 0))
    yield Padding(Text(finding.sentence, style="dim"), (0, 0, 0, 2))
    if finding.would_decide:
        yield Padding(Text(finding.would_decide), (0, 0, 0, 2))


def _incomplete(outcome: LlcOutcome) -> Iterator[RenderableType]:
    run = outcome.run
    if run.finished < run.total:
        told = (
            f"{SYMBOLS['warning']} {run.finished} of {run.total} cells are measured; the same command continues."
        )
        yield Padding(Text(told), (1, 0, 0, 0))
