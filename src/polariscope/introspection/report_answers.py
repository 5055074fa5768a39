"""The parts of a report on what is answered, and on what is injected."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from polariscope.introspection.figures import draw_confusions, draw_separation
from polariscope.introspection.summary import Separation, Setting, Summary
from polariscope.introspection.wording import LABELS
from polariscope.reports import (
    Block,
    Callout,
    Cell,
    Facts,
    Picture,
    Section,
    Table,
    counted,
    number,
    percent,
)

_SMALL = 6
"""Positions up to which two confusion matrices can be read side by side on a phone."""

_DOSES = (
    ("Norm of the vector", "vector_norm"),
    ("Norm of what is added", "dose_raw"),
    ("… over the vector’s", "dose_vector"),
    ("… over the residual’s", "dose_relative"),
)


def answers_section(summary: Summary, setting: Setting) -> Section:
    """Show which position is answered when which is injected, and when none is."""
    sizes = sorted({found.predictions for found in setting.conditions})
    size = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    caption = (
        "Row: injected position; column: answered position; each row adds up to 100% of its answers. Right "
        f"answers are framed. {size} answers a matrix. A column that is bright throughout is a preference for a "
        "label; a bright line off the diagonal would be a reading of the position under another name."
    )
    picture = Picture(draw_confusions(summary, setting), caption, small=summary.sentences <= _SMALL)
    return Section("answers", "Answers by position", (picture, _recall(summary, setting)))


def vectors_section(setting: Setting, readings: Sequence[Mapping[str, Any]]) -> Section:
    """Show whether the vectors carry their concepts, and how large the dose was."""
    shown: Block = Callout(
        "warning", "Limit", "", "Whether the vectors separate their concepts was not measured, or gave no number."
    )
    if setting.separation is not None:
        caption = _separation_caption(setting.separation)
        shown = Picture((draw_separation(readings, setting.block),), caption)
    return Section("vectors", "The vectors", (shown, _doses(setting, readings)))


def _recall(summary: Summary, setting: Setting) -> Table:
    columns = (Cell("Condition"), *(Cell(str(k + 1)) for k in range(summary.sentences)))
    rows = [
        (Cell(LABELS[found.name]), *(Cell(percent(share)) for share in found.recall))
        for found in setting.conditions
    ]
    rows.append((Cell("No injection"), *(Cell(percent(share)) for share in setting.prior.answers)))
    caption = (
        "Share of right answers by injected position. Last row: how often each position is answered when nothing "
        f"is injected. Chance is {percent(summary.chance)}."
    )
    return Table(caption, columns, tuple(rows))


def _separation_caption(found: Separation) -> str:
    ends = found.own.interval
    lines = "held-out lines of its concept" if found.lines == "held-out" else "the other pairs’ concept lines"
    return (
        f"One dot a pair: the chance that the vector projects {lines} above generic lines; 0.5 is chance. "
        f"Own vector {number(found.own.value, 3)} [{number(ends.low, 3)}, {number(ends.high, 3)}] "
        f"({percent(ends.level, 0)} interval over {counted(found.own.clusters, 'pair')}), other pairs’ vectors "
        f"{number(found.others, 3)}: what the own vector has above the others is particular to its concept. "
        "Triangles: means."
    )


def _doses(setting: Setting, readings: Sequence[Mapping[str, Any]]) -> Facts:
    wanted = ("prediction", setting.block, setting.scale, "concept")
    keys = ("kind", "block", "scale", "condition")
    here = [row for row in readings if tuple(row.get(key) for key in keys) == wanted]
    return Facts(tuple((name, _spread([row[key] for row in here])) for name, key in _DOSES))


def _spread(values: Sequence[float]) -> str:
    """Three digits each, since a norm can be of any size."""
    known = sorted(value for value in values if value == value)
    if not known:
        return number(float("nan"))
    lost = f"; {len(values) - len(known)} not a number" if len(known) < len(values) else ""
    return f"median {median(known):.3g}, from {known[0]:.3g} to {known[-1]:.3g}{lost}"
