"""The sections that compare: layers, checkpoints, temperatures, steps."""

from collections.abc import Sequence

from polariscope.crystal.instruments.llc.figures import (
    calibration_figures,
    checkpoints_figure,
    layers_figure,
    scan_figure,
)
from polariscope.crystal.instruments.llc.summary import Estimate, Summary
from polariscope.crystal.instruments.llc.wording import ABSENT, figure, plateau_told, spelled
from polariscope.reports import Cell, Paragraph, Picture, Section, Table, percent


def layers_section(summary: Summary) -> Section | None:
    """Draw the coefficient by layer.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where only the whole was asked for.
    """
    if len(summary.parts) < 2:
        return None
    caption = (
        f"The coefficient of the whole and of each layer alone, the others staying, with {_level(summary)} "
        "intervals. They do not add up: layers share directions. The line is at 0, which all share; d/2 is "
        "another for each, and stands in the table above."
    )
    return Section("layers", "By layer", (Picture((layers_figure(summary.parts),), caption),))


def checkpoints_section(summary: Summary) -> Section | None:
    """Draw the coefficient along training.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where there are no two checkpoints.
    """
    raw, matched = (summary.along(matched=kind) for kind in (False, True))
    if len(raw) < 2:
        return None
    kinds = [("logits as they are", raw)]
    told = "With --matched every checkpoint’s logits would also be scaled to one training loss."
    if matched:
        kinds.append(("matched", matched))
        told = (
            "Matched: outputs scaled so that every checkpoint has the training loss "
            f"{figure(matched[0].train_loss)}, the highest of their own; what is left of a fall is not of "
            "growing logits."
        )
    caption = f"The coefficient at each checkpoint, with {_level(summary)} intervals. {told}"
    blocks = (Picture((checkpoints_figure(kinds),), caption), _checkpoints(raw, matched))
    return Section("checkpoints", "Along training", blocks)


def _checkpoints(raw: Sequence[Estimate], matched: Sequence[Estimate]) -> Table:
    other = {each.point: each for each in matched}
    more = (Cell("scale of logits"), Cell("λ̂, matched")) if other else ()
    rows = []
    for each in raw:
        own = other.get(each.point)
        told = () if not other else (Cell(ABSENT), Cell(ABSENT))
        if own is not None:
            told = (Cell(figure(own.logit_scale)), _cell(own))
        rows.append((Cell(f"{each.at:,.0f}"), Cell(figure(each.train_loss)), _cell(each), *told))
    columns = (Cell("training step"), Cell("training loss"), Cell("λ̂"), *more)
    return Table("Each checkpoint. A dash: no number.", columns, tuple(rows))


def _cell(each: Estimate) -> Cell:
    return Cell(*spelled(each.value, each.low, each.high))


def scans_section(summary: Summary) -> Section | None:
    """Draw the estimate over t, and over gamma.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it is not measured.
    """
    drawn = tuple(filter(None, (scan_figure(summary, kind) for kind in ("temperature", "localization"))))
    if not drawn:
        return None
    caption = (
        "The estimate at t/4, t and 4t, and at γ/4, γ and 4γ; bars are one standard error over chains. The RLCT "
        "depends on neither; an estimate on its way to it grows with t, and falls with γ."
    )
    return Section("scans", "Other temperatures and localizations", (Picture(drawn, caption),))


def calibration_section(summary: Summary) -> Section | None:
    """Draw the scan of steps and temperatures.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it was not asked for.
    """
    rows = summary.own.get("calibration", ())
    if not rows:
        return None
    caption = (
        "Estimates by fixed step, a drawing for each temperature; bars are one standard error. A plateau is the "
        "longest row of three or more steps whose values are one within their errors (chi-squared at 95%) "
        "and do not rise or fall by more than 5% from end to end, beyond two standard errors."
    )
    blocks = (Picture(calibration_figures(summary, rows), caption), Paragraph(plateau_told(summary)))
    return Section("calibration", "Calibration", blocks)


def _level(summary: Summary) -> str:
    return percent(summary.level, 0)
