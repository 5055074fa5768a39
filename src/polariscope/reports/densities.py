"""Smoothed densities with their standard error, over the values themselves where these are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import (
    band,
    canvas,
    finite,
    frame,
    line,
    make_room,
    name_axis,
    nothing,
    numbers,
    thinned,
)
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height
from polariscope.reports.pointers import POINTER, UPRIGHT, point_out, upright
from polariscope.reports.scales import significant, span
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import cut

_WIDTH, _PLOT = 420.0, 190.0
_LEFT, _RIGHT = 44.0, 12.0
_ACROSS = _WIDTH - _LEFT - _RIGHT
_KEY = _WIDTH - 16
_RUG = 14.0
_COLOUR = CATEGORIES[1]
_DASHES = ((0, (4, 1.5)), (0, (1, 1.5)))
_TOLD_AT, _TOLD_EACH = 7, 12
_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DensityLine:
    """A density, evaluated at the places of the figure.

    Args:
        label: What it is.
        values: Shape ``(k,)``; nan leaves a gap.
        error: Standard errors, shape ``(k,)``; None where the density is exact.
    """

    label: str
    values: ArrayLike
    error: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class Values:
    """Single values on an axis.

    Args:
        label: What they are.
        values: Shape ``(n,)``; what is not finite is left out, and counted in words.
    """

    label: str
    values: ArrayLike


def density(
    x: ArrayLike,
    curves: Sequence[DensityLine],
    *,
    known: Values | None = None,
    extremes: Values | None = None,
    axis: str,
    y_label: str,
    title: str,
    linear: float | None = None,
    floor: float | None = None,
    shown: Callable[[float], str] = significant,
) -> str:
    """Draw an estimated density in colour, and others of the same smoothing as thin lines over it.

    A linear height shows the bulk only. With a floor the height is logarithmic, and one value of n shows as a
    bump: smoothed by a Gaussian of width s it is 1/(n s sqrt(2 pi)) high, so a tenth of that hides none.

    Args:
        x: Places, ascending, shape ``(k,)``; best equally far apart on the drawn axis, as of ``axis_points``.
        curves: The estimate first; then what it is compared with.
        known: Values drawn as upright lines below the density.
        extremes: Values named above the density, such as converged eigenvalues.
        axis: What x is, with its unit.
        y_label: What the height is: a density in x, whatever the scale of the axis.
        title: What the figure shows, for screen readers.
        linear: x is linear about zero up to here and logarithmic beyond, as of ``linear_within``; None: linear.
        floor: Where a logarithmic height begins; None: a linear one, from zero.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    at = numbers(x)
    rug, marked = (finite(each.values if each else ()) for each in (known, extremes))
    samples = _samples(curves, known, extremes)
    keys = key_height(samples, _KEY)
    top = keys + LINE + (LINE + 8 if len(marked) else 8)
    foot = top + _PLOT + (_RUG if known else 0)
    height = foot + 42 + (LINE if linear is not None else 0)
    with drawing(_WIDTH, height) as figure:
        axes, on = frame(figure, _LEFT, top, _ACROSS, _PLOT), canvas(figure)
        _span_heights(axes, curves, floor)
        span(axes, "x", np.r_[at, rug, marked], linear=linear)
        axes.spines["bottom"].set_position(("outward", _RUG if known else 0))
        for place, curve in enumerate(curves):
            _draw(axes, at, curve, place)
        if not any(np.isfinite(numbers(curve.values)).any() for curve in curves):
            nothing(axes)
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(y_label, _KEY), va="center", fontsize=SMALL)
        point_out(axes, on, marked, (top, top + _PLOT), shown)
        upright(axes, on, rug, (top + _PLOT + 3, top + _PLOT + _RUG - 2))
        name_axis(on, _LEFT + _ACROSS / 2, height, axis, _ACROSS, linear)
        return svg_text(figure, title, _told(at, curves, (known, extremes), floor, shown))


def _samples(curves: Sequence[DensityLine], known: Values | None, extremes: Values | None) -> list[Sample]:
    samples = [
        Sample(
            curve.label + (" ± standard error" if curve.error is not None else ""),
            _look(place),
            _COLOUR if curve.error is not None else "",
        )
        for place, curve in enumerate(curves)
    ]
    if known:
        samples.append(Sample(known.label, UPRIGHT))
    if extremes:
        samples.append(Sample(extremes.label, POINTER))
    return samples


def _look(place: int) -> dict[str, Any]:
    if place == 0:
        return {"color": _COLOUR, "linewidth": 2.4}
    return {"color": INK, "linewidth": 1, "linestyle": _DASHES[(place - 1) % len(_DASHES)]}


def _span_heights(axes: Any, curves: Sequence[DensityLine], floor: float | None) -> None:
    tops = [numbers(c.values) + (0 if c.error is None else numbers(c.error)) for c in curves]
    heights = np.concatenate([
        *tops,
        *(numbers(c.values) for c in curves),
        [0.0 if floor is None else floor],
    ])
    lowest = 0.0 if floor is None else floor
    heights = heights[np.isfinite(heights) & (heights >= lowest)]
    span(axes, "y", heights, log=floor is not None, apart=0.1)
    axes.set_ylim(bottom=lowest)
    make_room(axes)


def _draw(axes: Any, x: _Floats, curve: DensityLine, place: int) -> None:
    bottom, values = axes.get_ylim()[0], numbers(curve.values)
    if curve.error is not None:
        error = numbers(curve.error)
        low, high = np.maximum(values - error, bottom), np.maximum(values + error, bottom)
        kept = thinned(axes, x, low, high)
        band(axes, x[kept], low[kept], high[kept], _COLOUR, "band")
    kept = thinned(axes, x, values)
    line(axes, *cut(x[kept], values[kept], bottom, np.inf), **_look(place), gid=f"curve-{place}")


def _told(
    x: _Floats,
    curves: Sequence[DensityLine],
    values: tuple[Values | None, ...],
    floor: float | None,
    shown: Callable[[float], str],
) -> str:
    told = [_told_curve(x, curve, shown) for curve in curves]
    told += [_told_values(each, shown) for each in values if each is not None]
    told += [] if floor is None else [f"The height is logarithmic and begins at {significant(floor)}"]
    return ". ".join(told) + "."


def _told_curve(x: _Floats, curve: DensityLine, shown: Callable[[float], str]) -> str:
    values = numbers(curve.values)
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return f"{curve.label}: no number to draw"
    error = None if curve.error is None else numbers(curve.error)

    def at(k: int) -> str:
        around = "" if error is None else f" ± {significant(float(error[k]))}"
        return f"{significant(float(values[k]))}{around} at {shown(float(x[k]))}"

    few = dict.fromkeys(int(k) for k in known[np.linspace(0, len(known) - 1, _TOLD_AT).round().astype(int)])
    lost = len(values) - len(known)
    gaps = f"; {counted(lost, 'place')} without a number" if lost else ""
    highest = int(known[values[known].argmax()])
    return f"{curve.label}: highest {at(highest)}; {', '.join(map(at, few))}{gaps}"


def _told_values(values: Values, shown: Callable[[float], str]) -> str:
    found = finite(values.values)
    lost = np.size(values.values) - len(found)
    gaps = f", {lost:,} not finite" if lost else ""
    if not len(found):
        return f"{values.label}: none{gaps}"
    if len(found) <= _TOLD_EACH:
        return f"{values.label}: {', '.join(shown(float(value)) for value in found)}{gaps}"
    return f"{values.label}: {len(found):,} from {shown(float(found[0]))} to {shown(float(found[-1]))}{gaps}"
