"""The short answer on a terminal: a table, then the verdict; it says the same without colour."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polariscope.introspection.condition import ConditionSummary
from polariscope.introspection.summary import Setting, Summary
from polariscope.introspection.verdict import Finding, Verdict
from polariscope.introspection.wording import LABELS, TONES, interval, leading, points_interval, would_decide
from polariscope.reports import SYMBOLS, Tone, counted, number, percent, points
from polariscope.statistics import Estimate

_COLOURS: dict[Tone, str] = {"good": "green", "bad": "red", "open": "yellow", "absent": "dim", "warning": "red"}


def terminal_table(summary: Summary, verdict: Verdict) -> RenderableType:
    """Compose the table of conditions and the verdict, for 80 columns and more.

    Args:
        summary: The run's numbers.
        verdict: Of the setting that stands first.

    Returns:
        What `rich` prints.
    """
    setting = summary.settings[leading(summary)]
    return Group(
        _conditions(summary, setting),
        Text(_told(summary, setting), style="dim"),
        Text(),
        Text(verdict.headline, style="bold"),
        *(Padding(part, (0, 0, 0, 2)) for finding in verdict.findings for part in _finding(finding)),
        *_limits(verdict),
    )


def _conditions(summary: Summary, setting: Setting) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("condition", no_wrap=True)
    for name, width in (("accuracy, %", 19), ("prior-corrected, %", 19), ("concept minus this", 22)):
        table.add_column(name, justify="right", no_wrap=True, min_width=width)
    gaps = {gap.control: gap.raw for gap in setting.gaps}
    for found in setting.conditions:
        table.add_row(*_row(found, gaps.get(found.name)))
    chance = number(100 * summary.chance, 1)
    table.add_row("chance", chance, chance, "", style="dim")
    return table


def _row(found: ConditionSummary, gap: Estimate | None) -> tuple[str, str, str, str]:
    minus = "" if gap is None else f"{points(gap.value)} {points_interval(gap.interval)}"
    return LABELS[found.name], _share(found.accuracy), _share(found.corrected), minus


def _share(estimate: Estimate) -> str:
    return f"{number(100 * estimate.value, 1)} {interval(estimate.interval)}"


def _told(summary: Summary, setting: Setting) -> str:
    concept = setting.conditions[0]
    which = f"block {setting.block}, dose {setting.scale:g}"
    settings = f" (of {len(summary.settings)} settings)" if len(summary.settings) > 1 else ""
    return (
        f"{which}{settings}; {counted(concept.trials, 'trial')} × {summary.sentences} positions; "
        f"{percent(summary.levels.shown, 0)} intervals"
    )


def _finding(finding: Finding) -> Iterator[RenderableType]:
    tone = TONES[finding.outcome]
    line = Text.assemble((f"{SYMBOLS[tone]} {finding.outcome}", _COLOURS[tone]), f": {finding.asked}")
    yield Padding(line, (1, 0, 0, 0))
    yield Padding(Text(finding.sentence, style="dim"), (0, 0, 0, 2))
    if more := would_decide(finding.trials_needed, finding.vectors_needed):
        yield Padding(Text(more), (0, 0, 0, 2))


def _limits(verdict: Verdict) -> Iterator[RenderableType]:
    lines = [f"{SYMBOLS['warning']} {caveat}" for caveat in verdict.caveats]
    if verdict.not_run:
        lines.append("Controls not run: " + "; ".join(verdict.not_run) + ".")
    for line in lines:
        yield Padding(Text(line), (1, 0, 0, 0))
