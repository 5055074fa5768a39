"""What of a summary is drawn, and how."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polariscope.introspection.condition import ConditionSummary
from polariscope.introspection.summary import Setting, Summary
from polariscope.introspection.wording import LABELS
from polariscope.reports import Mark, Row, Series, Strip, confusions, curve, intervals, percent, strips
from polariscope.statistics import Estimate, Interval

Quantity = Callable[[ConditionSummary], Estimate]

_NAN = float("nan")


def draw_accuracy(summary: Summary, setting: Setting) -> str:
    """Draw each condition's accuracy, as answered and prior-corrected, against chance.

    Args:
        summary: The run's numbers.
        setting: Which of its settings.

    Returns:
        An ``<svg>`` element.
    """
    rows = [
        Row(
            LABELS[found.name],
            (_mark(found.accuracy, found.decisive[0]), _mark(found.corrected, found.decisive[1])),
            category=int(found.name != "concept"),
        )
        for found in setting.conditions
    ]
    return intervals(
        rows,
        reference=summary.chance,
        reference_label=f"chance {_plain_percent(summary.chance)}",
        axis="answers that name the injected sentence",
        title="Accuracy by condition, against chance",
        marks=("as answered", "after subtracting the model’s preference for a label"),
    )


def draw_confusions(summary: Summary, setting: Setting) -> tuple[str, ...]:
    """Draw each condition's confusion matrix, and the scale of colours.

    Args:
        summary: The run's numbers.
        setting: Which of its settings.

    Returns:
        ``<svg>`` elements.
    """
    panels = [(LABELS[found.name], found.confusion) for found in setting.conditions]
    return confusions(panels, chance=summary.chance)


def draw_separation(readings: Sequence[Mapping[str, Any]], block: int) -> str:
    """Draw every pair's AUROC, with its own vector and with the others'.

    Args:
        readings: The run's.
        block: The injected block.

    Returns:
        An ``<svg>`` element.
    """
    rows = [row for row in readings if row["kind"] == "separation" and row["block"] == block]
    return strips(
        [
            Strip("Its own vector", tuple(row["auroc"] for row in rows)),
            Strip("Other vectors", tuple(row["auroc_others"] for row in rows), 1),
        ],
        limits=(0.0, 1.0),
        reference=0.5,
        reference_label="chance",
        axis="AUROC, lines with the concept against generic lines",
        title="How well vectors tell their concept’s lines from generic ones",
    )


def draw_sweep(summary: Summary, experiment: Mapping[str, Any], blocks: int) -> tuple[str, ...]:
    """Draw accuracy, and prior-corrected accuracy, over what was swept.

    Args:
        summary: The run's numbers, of several settings.
        experiment: As the run records it.
        blocks: How many blocks the model has.

    Returns:
        Two ``<svg>`` elements. Over the blocks, one line a dose, or a condition where there is one dose; over the
        doses where there is one block.
    """
    over_blocks = len({setting.block for setting in summary.settings}) > 1
    x_label = f"injected block, of 0 to {blocks - 1}" if over_blocks else f"dose ({_UNITS[experiment['unit']]})"
    looks: list[tuple[str, Quantity]] = [
        ("accuracy as answered", lambda found: found.accuracy),
        ("accuracy, prior-corrected", lambda found: found.corrected),
    ]
    return tuple(
        curve(
            _places(summary, over_blocks),
            _lines(summary, quantity, over_blocks),
            reference=summary.chance,
            reference_label=f"chance {_plain_percent(summary.chance)}",
            x_label=x_label,
            y_label=name,
            title=f"{name.capitalize()}, by {'block' if over_blocks else 'dose'}",
        )
        for name, quantity in looks
    )


_UNITS = {"vector": "× the vector’s norm", "raw": "norm", "relative": "× the residual stream’s norm"}


def _places(summary: Summary, over_blocks: bool) -> list[float]:
    return sorted({float(each.block if over_blocks else each.scale) for each in summary.settings})


def _lines(summary: Summary, quantity: Quantity, over_blocks: bool) -> list[Series]:
    scales = sorted({setting.scale for setting in summary.settings})
    places = _places(summary, over_blocks)
    if over_blocks and len(scales) > 1:
        found: dict[str, dict[float, ConditionSummary]] = {
            f"dose {scale:g}": {each.block: each.conditions[0] for each in summary.settings if each.scale == scale}
            for scale in scales
        }
    else:
        found = {
            LABELS[name]: {
                (each.block if over_blocks else each.scale): condition
                for each in summary.settings
                if (condition := each.condition(name)) is not None
            }
            for name in ("concept", "noise", "mismatched", "abstract")
        }
    lines = ((label, values) for label, values in found.items() if values)
    return [_series(label, values, places, quantity, kind) for kind, (label, values) in enumerate(lines)]


def _series(
    label: str,
    found: Mapping[float, ConditionSummary],
    places: Sequence[float],
    quantity: Quantity,
    category: int,
) -> Series:
    each = [quantity(found[place]) if place in found else None for place in places]
    return Series(
        label,
        tuple(_NAN if estimate is None else estimate.value for estimate in each),
        tuple(_NAN if estimate is None else estimate.interval.low for estimate in each),
        tuple(_NAN if estimate is None else estimate.interval.high for estimate in each),
        category,
        band=label == LABELS["concept"],
    )


def _mark(estimate: Estimate, decisive: Interval) -> Mark:
    shown = estimate.interval
    return Mark(estimate.value, shown.low, shown.high, (decisive.low, decisive.high))


def _plain_percent(share: float) -> str:
    return percent(share).replace(".0%", "%")
