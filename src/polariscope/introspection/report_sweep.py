"""The part of a report on several settings: the curves, and the best one said without flattery."""

from collections.abc import Sequence

from polariscope.introspection.figures import draw_sweep
from polariscope.introspection.summary import Setting, Summary, Sweep
from polariscope.introspection.verdict import Verdict
from polariscope.introspection.wording import dose_in_words, interval, points_cell, setting_in_words, share_cell
from polariscope.reports import Block, Cell, Paragraph, Picture, Section, Table, counted, p_value, percent
from polariscope.runs import Run


def sweep_section(summary: Summary, verdicts: Sequence[Verdict], run: Run) -> Section | None:
    """Show every setting; None where there is only one."""
    if len(summary.settings) == 1:
        return None
    caption = (
        f"Share of right answers over all settings. Marks: accuracy; band and whiskers: "
        f"{percent(summary.levels.shown, 0)} intervals over vectors; "
        f"{counted(summary.settings[0].conditions[0].trials, 'trial')} a setting; dashed: chance."
    )
    blocks: list[Block] = [
        Picture(draw_sweep(summary, run.experiment, run.environment["model"]["blocks"]), caption)
    ]
    if summary.sweep is not None:
        blocks.append(_best(summary.settings[summary.sweep.best], summary.sweep, run))
    return Section("sweep", "All settings", (*blocks, _table(summary, verdicts, run)))


def _best(setting: Setting, sweep: Sweep, run: Run) -> Paragraph:
    found = sweep.best_accuracy
    return Paragraph(
        f"Best on one half of the vectors: {setting_in_words(setting, run.experiment)}. On the other half, which "
        f"had no part in the choice, its accuracy is {percent(found.value)} {interval(found.interval)}. The page "
        "opens with this setting; the intervals that decide allow for the number of settings."
    )


def _table(summary: Summary, verdicts: Sequence[Verdict], run: Run) -> Table:
    adjusted = map(p_value, summary.sweep.holm) if summary.sweep else ["not yet"] * len(summary.settings)
    rows = tuple(
        _row(setting, verdict, p, run)
        for setting, verdict, p in zip(summary.settings, verdicts, adjusted, strict=True)
    )
    columns = (
        Cell("Setting"), Cell("Accuracy"), Cell("p", "Holm"), Cell("Prior-corrected", "accuracy"),
        Cell("Minus random", "points"), Cell("Verdict"),
    )  # fmt: skip
    caption = (
        f"Every setting, concept condition; p of accuracy is adjusted for {len(summary.settings)} settings after "
        f"Holm. In brackets: {percent(summary.levels.shown, 0)} intervals, each for itself."
    )
    return Table(caption, columns, rows)


def _row(setting: Setting, verdict: Verdict, p: str, run: Run) -> tuple[Cell, ...]:
    concept = setting.conditions[0]
    noise = next((gap.raw for gap in setting.gaps if gap.control == "noise"), None)
    return (
        Cell(f"Block {setting.block}", f"dose {dose_in_words(setting.scale, run.experiment['unit'])}"),
        share_cell(concept.accuracy),
        Cell(p),
        share_cell(concept.corrected),
        points_cell(noise) if noise else Cell("not run"),
        Cell(verdict.answer),
    )
