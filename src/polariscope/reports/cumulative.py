"""The share of values below each place: a band that holds it, against the exact staircase."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.densities import Values
from polariscope.reports.frames import canvas, finite, frame, name_axis, nothing, thinned
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height
from polariscope.reports.scales import significant, span
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted, percent

_WIDTH, _PLOT = 420.0, 190.0
_LEFT, _RIGHT = 44.0, 12.0
_ACROSS, _KEY = _WIDTH - _LEFT - _RIGHT, _WIDTH - 16
_COLOUR = CATEGORIES[1]
_TOLD_AT = 7
_ROUNDING = 1e-9
_Floats = NDArray[np.float64]


def cumulative(
    x: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    label: str,
    known: Values | None = None,
    axis: str,
    y_label: str = "share of values below",
    title: str,
    linear: float | None = None,
    shown: Callable[[float], str] = significant,
) -> str:
    """Draw low(x) <= F(x-) <= F(x) <= high(x): the shares of values below x, and at or below x, lie in the band.

    F never falls, so between two places it lies over ``low`` of the left one and under ``high`` of the right one.
    The band is drawn so: a coarse grid makes it wider, never wrong.

    Args:
        x: Places, ascending, shape ``(k,)``.
        low: Lower bounds there, in [0, 1].
        high: Upper bounds.
        label: What the band is, and how sure.
        known: The values themselves, where they are known: their staircase is drawn, and compared with the band.
        axis: What x is, with its unit.
        y_label: What the height is.
        title: What the figure shows, for screen readers.
        linear: x is linear about zero up to here and logarithmic beyond, as of ``linear_within``; None: linear.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    at, under, over = _bounds(x, low, high)
    values = finite(known.values) if known else np.array([])
    samples = [Sample(label, {"color": _COLOUR, "linewidth": 0.8}, _COLOUR)]
    samples += [Sample(known.label, {"color": INK, "linewidth": 1.2})] if known else []
    keys = key_height(samples, _KEY)
    top = keys + LINE + 8
    height = top + _PLOT + 42 + (LINE if linear is not None else 0)
    with drawing(_WIDTH, height) as figure:
        axes, on = frame(figure, _LEFT, top, _ACROSS, _PLOT), canvas(figure)
        span(axes, "x", np.r_[at, values], linear=linear)
        axes.set(ylim=(0, 1), yticks=np.linspace(0, 1, 6))
        axes.yaxis.set_major_formatter(lambda share, _: percent(share, 0))
        _draw_band(axes, at, under, over)
        _draw_steps(axes, values)
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(y_label, _KEY), va="center", fontsize=SMALL)
        name_axis(on, _LEFT + _ACROSS / 2, height, axis, _ACROSS, linear)
        lost = np.size(x) - len(at)
        return svg_text(figure, title, _told((at, under, over), lost, label, known, shown))


def _bounds(x: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[_Floats, _Floats, _Floats]:
    """Only places whose bounds are numbers; leaving one out widens the band and keeps it true."""
    at, under, over = (np.asarray(each, float).ravel() for each in (x, low, high))
    known = np.isfinite(at) & np.isfinite(under) & np.isfinite(over)
    return at[known], np.clip(under[known], 0, 1), np.clip(over[known], 0, 1)


def _draw_band(axes: Any, x: _Floats, low: _Floats, high: _Floats) -> None:
    if not len(x):
        nothing(axes)
        return
    # A step has two points at a place: below, it is climbed on the way out, above on the way in.
    below, above = (np.repeat(x, 2)[1:], np.repeat(low, 2)[:-1]), (np.repeat(x, 2)[:-1], np.repeat(high, 2)[1:])
    edges = [(at[kept], share[kept]) for at, share in (below, above) for kept in (thinned(axes, at, share),)]
    (under_x, under), (over_x, over) = edges
    around = np.r_[under_x, over_x[::-1]], np.r_[under, over[::-1]]
    axes.fill(*around, color=_COLOUR, alpha=0.22, linewidth=0, gid="band")
    for name, edge in zip(("low", "high"), edges, strict=True):
        axes.plot(*edge, color=_COLOUR, linewidth=0.8, gid=name)


def _draw_steps(axes: Any, values: _Floats) -> None:
    if not len(values):
        return
    ends = axes.get_xlim()
    x = np.r_[ends[0], np.repeat(values, 2), ends[1]]
    share = np.repeat(np.arange(len(values) + 1), 2) / len(values)
    kept = thinned(axes, x, share)
    axes.plot(x[kept], share[kept], color=INK, linewidth=1.2, gid="known")


def _told(
    bounds: tuple[_Floats, _Floats, _Floats],
    lost: int,
    label: str,
    known: Values | None,
    shown: Callable[[float], str],
) -> str:
    x, low, high = bounds
    if not len(x):
        return f"{label}: no number to draw."
    few = dict.fromkeys(int(k) for k in np.linspace(0, len(x) - 1, _TOLD_AT).round())
    places = ", ".join(f"{percent(low[k])} to {percent(high[k])} at {shown(float(x[k]))}" for k in few)
    widest = int((high - low).argmax())
    width, there = percent(high[widest] - low[widest]), shown(float(x[widest]))
    told = [
        f"{label}: {places}",
        f"At the places given, the band is at most {width} wide, at {there}",
    ]
    told += [f"{counted(lost, 'place')} without a number left out"] if lost else []
    told += [_compared(bounds, known)] if known else []
    return ". ".join(told) + "."


def _compared(bounds: tuple[_Floats, _Floats, _Floats], known: Values) -> str:
    values = finite(known.values)
    if not len(values):
        return f"{known.label}: no number to draw"
    outside = int(np.count_nonzero(_beyond(*bounds, values)))
    verdict = f"outside of the band at {outside:,} of" if outside else "within the band at all"
    lost = np.size(known.values) - len(values)
    without = f", {lost:,} more not finite" if lost else ""
    return f"{known.label}, {len(values):,}{without}: {verdict} {counted(len(bounds[0]), 'place')}"


def _beyond(x: _Floats, low: _Floats, high: _Floats, values: _Floats) -> NDArray[np.bool_]:
    """Where the staircase leaves the band: the whole of a step belongs into it."""
    below, at_or_below = (np.searchsorted(values, x, side=side) / len(values) for side in ("left", "right"))
    return np.asarray((below < low - _ROUNDING) | (at_or_below > high + _ROUNDING))
