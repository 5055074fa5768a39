"""Values by rank from both ends, with the residuals that bound them, and what is sure of those unlisted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import canvas, finite, frame, in_px, make_room, nothing, ticks
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height, lines_of, write_lines
from polariscope.reports.scales import significant, span
from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import cells

_WIDTH, _PLOT = 420.0, 200.0
_LEFT, _RIGHT, _GAP = 50.0, 10.0, 24.0
_KEY = _WIDTH - 16
_MARK = 7.0
_KINDS = {"largest": 1, "smallest": 0}
_TOLD_EACH = 12
_RANKS, _LONG = 6, 1_000
_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ScreeEnd:
    """One end of a list of values.

    Args:
        side: Which end.
        values: Outermost first, shape ``(k,)``; nan draws nothing and says so.
        residuals: How far the true value can be from each, shape ``(k,)``.
        converged: Which of them are as exact as was asked, shape ``(k,)``.
        beyond: No value that is not listed lies further out than this; not finite where nothing can be said.
    """

    side: Literal["largest", "smallest"]
    values: ArrayLike
    residuals: ArrayLike
    converged: ArrayLike
    beyond: float = float("nan")


def scree(
    ends: Sequence[ScreeEnd],
    *,
    axis: str,
    title: str,
    certainty: str = "",
    linear: float | None = None,
    shown: Callable[[float], str] = significant,
) -> str:
    """Draw values over their rank from the largest, from the smallest, or both side by side at one height.

    Args:
        ends: One or two, from left to right.
        axis: What the values are, with their unit.
        title: What the figure shows, for screen readers.
        certainty: How sure the dashed lines are, beyond which nothing is unlisted.
        linear: The height is linear about zero up to here and logarithmic beyond, as of ``linear_within``; None:
            linear.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    samples = _samples(ends)
    top = key_height(samples, _KEY) + LINE + 8
    wide = (_WIDTH - _LEFT - _RIGHT - _GAP * (len(ends) - 1)) / len(ends)
    notes = lines_of(_note(ends, certainty, linear, shown), _KEY)
    foot = top + _PLOT + 42
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        on = canvas(figure)
        key(on, samples, 8, 0, _KEY)
        on.text(8, top - 8 - LINE / 2, fitted(axis, _KEY), va="center", fontsize=SMALL)
        for place, end in enumerate(ends):
            left = _LEFT + place * (wide + _GAP)
            axes = frame(figure, left, top, wide, _PLOT)
            _span(axes, ends, end, linear=linear, first=place == 0)
            _draw(axes, end, shown)
            on.text(left + wide / 2, foot - 9, f"{end.side}, by rank", ha="center", va="center", fontsize=12)
        write_lines(on, foot, notes)
        return svg_text(figure, title, " ".join(_told(end, shown) for end in ends))


def _samples(ends: Sequence[ScreeEnd]) -> list[Sample]:
    sure = np.concatenate([_listed(end)[3] for end in ends])
    kinds = (("converged", INK, sure.any()), ("not converged", "none", not sure.all()))
    style = {"linestyle": "none", "marker": "o", "markersize": _MARK, "markeredgecolor": INK}
    return [Sample(label, {**style, "markerfacecolor": face}) for label, face, there in kinds if there]


_BEYOND = {"color": INK, "linewidth": 1, "dashes": (5, 3)}


def _look(end: ScreeEnd, *, filled: bool) -> dict[str, Any]:
    kind = _KINDS[end.side]
    colour = CATEGORIES[kind]
    return {
        "linestyle": "none", "marker": MARKERS[kind], "markersize": _MARK, "markeredgecolor": colour,
        "markerfacecolor": colour if filled else "none", "markeredgewidth": 1.5,
    }  # fmt: skip


def _listed(end: ScreeEnd) -> tuple[_Floats, _Floats, _Floats, NDArray[np.bool_]]:
    """Rank, value, residual and convergence of each value that is a number."""
    values, residuals = (np.asarray(each, float).ravel() for each in (end.values, end.residuals))
    known = np.isfinite(values)
    ranks = np.arange(1, len(values) + 1, dtype=float)
    return ranks[known], values[known], residuals[known], np.asarray(end.converged, bool).ravel()[known]


def _extent(ends: Sequence[ScreeEnd]) -> _Floats:
    """What the height must hold: values, zero, bounds, and residuals as far as they leave the values room."""
    found = [_listed(end) for end in ends]
    values = finite(np.concatenate([[0.0], *(each[1] for each in found), [end.beyond for end in ends]]))
    bars = finite(np.concatenate([[0.0], *(each[1] + side * each[2] for each in found for side in (-1, 1))]))
    reach = float(values[-1] - values[0]) / 4
    return np.concatenate([values, np.clip(bars, values[0] - reach, values[-1] + reach)])


def _span(axes: Any, ends: Sequence[ScreeEnd], end: ScreeEnd, *, linear: float | None, first: bool) -> None:
    span(axes, "y", _extent(ends), linear=linear, apart=0.09)
    axes.tick_params(axis="y", labelleft=first)
    if first:
        make_room(axes)
    count = max(np.size(end.values), 1)
    sides = (0.4, count + 0.6)
    axes.set_xlim(sides if end.side == "largest" else sides[::-1])
    steps = (each * 10**power for power in range(9) for each in (1, 2, 5))
    step = next(each for each in steps if count / each <= (_RANKS if each == 1 else _RANKS - 2) and each != 2)
    # A long last number would run into the other end's.
    last = count if count < _LONG else int(0.9 * count)
    ranks = sorted({1, *range(step, last + 1, step)})
    axes.set_xticks(ranks, [f"{rank:,}" for rank in ranks])


def _draw(axes: Any, end: ScreeEnd, shown: Callable[[float], str]) -> None:
    ranks, values, residuals, converged = _listed(end)
    bottom, top = axes.get_ylim()
    axes.axhline(0, color=INK, linewidth=0.8, alpha=0.6, gid=f"{end.side}-zero")
    kept = cells(*in_px(axes, ranks, values), step=1.0)
    bars = kept[~np.isnan(residuals[kept])]
    low, high = (np.clip(values[bars] + side * residuals[bars], bottom, top) for side in (-1, 1))
    ticks(axes, ranks[bars], low, high, color=INK, linewidth=1.2, gid=f"{end.side}-residuals")
    for filled, name in ((True, "converged"), (False, "open")):
        some = kept[converged[kept] == filled]
        axes.plot(ranks[some], values[some], **_look(end, filled=filled), gid=f"{end.side}-{name}")
    if isfinite(end.beyond):
        axes.axhline(end.beyond, **_BEYOND, gid=f"{end.side}-beyond")
    if not len(values):
        nothing(axes)


def _note(ends: Sequence[ScreeEnd], certainty: str, linear: float | None, shown: Callable[[float], str]) -> str:
    said = []
    sides = {"largest": "above", "smallest": "below"}
    bounds = [f"{sides[end.side]} {shown(end.beyond)}" for end in ends if isfinite(end.beyond)]
    if bounds:
        said.append(f"Dashed: nothing unlisted {' or '.join(bounds)}{certainty and f', {certainty}'}.")
    residuals = finite(np.concatenate([[], *(_listed(end)[2] for end in ends)]))
    if len(residuals):
        low, high = significant(float(residuals[0])), significant(float(residuals[-1]))
        said.append(
            f"Bars: residuals, {f'all {low}' if low == high else f'{low} to {high}'}; a mark hides a shorter bar."
        )
        said += ["Longer bars are cut at the frame."] if _cut(ends) else []
    if linear is not None:
        said.append(f"Height linear within about ±{significant(linear)}, logarithmic beyond.")
    return " ".join(said)


def _cut(ends: Sequence[ScreeEnd]) -> bool:
    extent = _extent(ends)
    found = [_listed(end) for end in ends]
    far = np.concatenate([each[1] + side * each[2] for each in found for side in (-1, 1)])
    return bool((far < extent.min()).any() or (far > extent.max()).any())


def _told(end: ScreeEnd, shown: Callable[[float], str]) -> str:
    _, values, residuals, converged = _listed(end)
    lost = np.size(end.values) - len(values)
    said = [f"{counted(len(values), 'value')} from the {end.side}"]
    if len(values):
        few = [
            f"{shown(float(value))} ± {significant(float(residual))}{'' if sure else ' (not converged)'}"
            for value, residual, sure in zip(values, residuals, converged, strict=True)
        ]
        more = f", and so on to {few[-1]}" if len(few) > _TOLD_EACH else ""
        said.append(f": {', '.join(few[:_TOLD_EACH])}{more}; {int(converged.sum()):,} converged")
    said += [f"; {lost:,} not finite"] if lost else []
    further = "above" if end.side == "largest" else "below"
    bound = f"nothing unlisted {further} {shown(end.beyond)}" if isfinite(end.beyond) else "no bound on the others"
    return "".join((*said, f"; {bound}."))
