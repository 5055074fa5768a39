"""Single values on an axis: pointed out and named above a drawing, or as upright lines below it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.reports.frames import in_px, ticks
from polariscope.reports.keys import SMALL, pushed, spread, width_of
from polariscope.reports.svg import CATEGORIES, INK
from polariscope.reports.thinning import cells

UPRIGHT: dict[str, Any] = {
    "color": INK, "marker": "|", "linestyle": "none", "markeredgewidth": 1, "markersize": 9,
}  # fmt: skip
POINTER: dict[str, Any] = {"color": CATEGORIES[0], "marker": "v", "linestyle": "none", "markersize": 6}
_Floats = NDArray[np.float64]


def point_out(
    axes: Any, on: Any, values: _Floats, ends: tuple[float, float], shown: Callable[[float], str]
) -> None:
    """Draw a pointer at each value, a thin line down from it, and its name above, aside where names would touch.

    Args:
        axes: Whose x the values are.
        on: A `canvas`.
        values: Finite, ascending, shape ``(k,)``.
        ends: Top and bottom of the axes, in px from above.
        shown: Writes a value.
    """
    if not len(values):
        return
    top, bottom = ends
    at = _places(axes, values)
    few = at[cells(at, np.zeros(len(at)))]
    on.plot(few, np.full(len(few), top - 1), **POINTER, gid="extremes")
    ticks(on, few, top, bottom, color=CATEGORIES[0], linewidth=0.8, alpha=0.6)
    names, width = _names(values, at, shown), on.get_xlim()[1]
    least = max(width_of(name) for name, _ in names) + 10
    # Where not all names fit, those farthest from the others are written.
    far = sorted(names, key=lambda name: -abs(name[1] - at.mean()))[: int(width / least)]
    far.sort(key=lambda name: name[1])
    places = pushed(spread([x for _, x in far], least), least, least / 2, width - least / 2)
    for (name, x), place in zip(far, places, strict=True):
        on.text(place, top - 18, name, ha="center", va="center", fontsize=SMALL)
        on.plot((place, x), (top - 11, top - 4), color=INK, linewidth=0.6, alpha=0.6)


def upright(axes: Any, on: Any, values: _Floats, ends: tuple[float, float]) -> None:
    """Draw each value as an upright line; those on the same half px are one.

    Args:
        axes: Whose x the values are.
        on: A `canvas`.
        values: Finite, shape ``(k,)``.
        ends: Of the lines, in px from above.
    """
    at = _places(axes, values)
    few = at[cells(at, np.zeros(len(at)))]
    ticks(on, few, *ends, color=INK, linewidth=0.6, alpha=0.8, gid="known")


def _places(axes: Any, values: _Floats) -> _Floats:
    return in_px(axes, values, np.full(len(values), axes.get_ylim()[0]))[0]


def _names(values: _Floats, at: _Floats, shown: Callable[[float], str]) -> list[tuple[str, float]]:
    """What each value is called and where it stands; those that are written alike share a name."""
    alike: dict[str, list[float]] = {}
    for value, x in zip(values, at, strict=True):
        alike.setdefault(shown(float(value)), []).append(float(x))
    return [(text + (f" ({len(x)}×)" if len(x) > 1 else ""), sum(x) / len(x)) for text, x in alike.items()]
