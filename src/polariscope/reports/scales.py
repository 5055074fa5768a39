"""Axes for numbers of many decades and of both signs, and such numbers written short."""

from collections.abc import Iterable
from math import floor, isfinite, isinf, isnan, log10
from typing import Any, Literal

import numpy as np
from matplotlib.scale import LogTransform
from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.keys import width_of

_MINUS = "\N{MINUS SIGN}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = (-3, 4)
"""Exponents of numbers that are written without a power of ten."""
_SPREAD = 30.0
"""Largest magnitude over the bulk's from which a linear axis would press the bulk into a few px."""


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, and a power of ten where it is very large or small.

    >>> significant(-0.12345), significant(41234.5), significant(2.5e-7), significant(1e-5), significant(0.0)
    ('−0.123', '41234', '2.5×10⁻⁷', '10⁻⁵', '0')

    Args:
        value: Any float.
        digits: At least 1; trailing zeros are left out.

    Returns:
        The text, with a true minus.
    """
    if isnan(value):
        return "not a number"
    if isinf(value) or value == 0:
        return "0" if value == 0 else f"{_MINUS if value < 0 else ''}∞"
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if _PLAIN[0] <= power <= _PLAIN[1]:
        text = _bare(f"{abs(value):.{max(digits - 1 - power, 0)}f}")
    else:
        raised = f"10{str(power).translate(_RAISED)}"
        text = raised if _bare(mantissa) == "1" else f"{_bare(mantissa)}×{raised}"
    return (_MINUS if value < 0 else "") + text


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def telling_digits(value: float, width: float) -> int:
    """Significant digits of a value with which a difference of ``width`` is told by about two of them.

    >>> telling_digits(0.35, 0.016), telling_digits(0.35, 2e-6), telling_digits(0.35, 0.0)
    (3, 7, 3)

    Args:
        value: The value.
        width: Such as that of its interval; 0 asks for no more than the usual three.

    Returns:
        From 3 to 9.
    """
    if not (isfinite(value) and isfinite(width)) or value == 0 or width <= 0:
        return 3
    return min(max(floor(log10(abs(value))) - floor(log10(width)) + 2, 3), 9)


def linear_within(values: ArrayLike, bulk: float = 0.9) -> float | None:
    """Where an axis should turn from linear to logarithmic so that the bulk of values and its outliers both show.

    >>> linear_within([0.01] * 20 + [5.0]), linear_within([1.0, 2.0, 3.0])
    (0.01, None)

    Args:
        values: What the axis holds; what is not finite is left out.
        bulk: The share of them, by magnitude, that is the bulk.

    Returns:
        The power of ten at or below the bulk's largest magnitude, or None where the largest of all is less than 30
        times that: a linear axis shows them all.
    """
    array = np.abs(np.asarray(values, float).ravel())
    array = array[np.isfinite(array)]
    edge = float(np.quantile(array, bulk)) if len(array) else 0.0
    return None if edge == 0 or array.max() < _SPREAD * edge else float(10.0 ** floor(log10(edge)))


def axis_points(low: float, high: float, count: int, linear: float | None = None) -> NDArray[np.float64]:
    """Places equally far apart on the drawn axis: a grid on which to evaluate what is drawn over it.

    >>> axis_points(-1.0, 1.0, 3).tolist(), axis_points(-100.0, 100.0, 5, linear=1.0).round(1).tolist()
    ([-1.0, 0.0, 1.0], [-100.0, -7.0, 0.0, 7.0, 100.0])

    Args:
        low: Left end.
        high: Right end.
        count: How many.
        linear: Where the axis turns logarithmic, as of `linear_within`; None where it is linear all along.

    Returns:
        Ascending, shape ``(count,)``.
    """
    if linear is None:
        return np.linspace(low, high, count)
    ends = np.arcsinh(np.array([low, high]) / linear)
    return np.asarray(linear * np.sinh(np.linspace(ends[0], ends[1], count)), float)


def span(
    axes: Any,
    which: Literal["x", "y"],
    values: ArrayLike,
    *,
    linear: float | None = None,
    log: bool = False,
    room: float = 0.04,
    apart: float = 0.11,
) -> None:
    """Fit one axis of a drawing to values, with its scale, its ends and its ticks.

    Args:
        axes: Of matplotlib.
        which: The axis.
        values: All that must fit; what is not finite is left out. 0 to 1 where nothing is left.
        linear: Where the axis turns from linear to logarithmic on both sides of zero (asinh); None: linear.
        log: Whether it is logarithmic all along, for positive values.
        room: Left free beyond both ends, as a share of the axis.
        apart: Least distance of two labels, as a share of the axis.
    """
    array = np.asarray(values, float).ravel()
    array = array[np.isfinite(array)]
    low, high = (float(array.min()), float(array.max())) if len(array) else (0.0, 1.0)
    if log:
        getattr(axes, f"set_{which}scale")("log")
    elif linear is not None:
        getattr(axes, f"set_{which}scale")("asinh", linear_width=linear)
    axis = getattr(axes, f"{which}axis")
    low, high = _widened(axis.get_transform(), low, high, room, linear or 0.5)
    getattr(axes, f"set_{which}lim")(low, high)
    ticks = _ticks(axis.get_transform(), low, high, apart, linear=linear, log=log)
    gap = min(np.diff(ticks), default=0.0)
    digits = telling_digits(max(map(abs, ticks), default=0.0), 10 * gap)
    labels = {tick: significant(tick, digits) for tick in ticks}
    if which == "x":
        labels = {tick: label for tick, label in labels.items() if _fits(axes, tick, label)}
    axis.set_minor_locator(NullLocator())
    axis.set_ticks(list(labels), list(labels.values()))
    axis.set_minor_formatter(NullFormatter())


def _fits(axes: Any, place: float, label: str) -> bool:
    """Whether a label under a place lies within the figure."""
    x = axes.transData.transform((place, axes.get_ylim()[0]))[0] * 72 / axes.figure.dpi
    half = width_of(label) / 2
    return bool(half <= x <= axes.figure.get_figwidth() * 72 - half)


def _widened(transform: Any, low: float, high: float, room: float, alone: float) -> tuple[float, float]:
    """The ends with their room, on the drawn axis; a single value in the middle, 0 with `alone` around it."""
    ends = transform.transform([low, high])
    more = room * (ends[1] - ends[0])
    if ends[0] == ends[1]:
        more = 0.5 * max(abs(ends[0]), 1e-12) if ends[0] else alone
    wide = transform.inverted().transform([ends[0] - more, ends[1] + more])
    return float(wide[0]), float(wide[1])


def round_numbers(low: float, high: float) -> list[float]:
    """Powers of ten within a range above zero, with their 2 and 5 times where there are few.

    >>> round_numbers(0.02, 300.0), round_numbers(0.3, 4.0)
    ([0.1, 1.0, 10.0, 100.0], [0.5, 1.0, 2.0])

    Args:
        low: Lower end, above zero.
        high: Upper end.

    Returns:
        Ascending, some 8 at most.
    """
    transform = LogTransform(10)
    return _ticks(transform, low, high, 0.11, linear=None, log=True)


def _ticks(
    transform: Any, low: float, high: float, apart: float, *, linear: float | None, log: bool
) -> list[float]:
    decades = _decades(low, high, linear, log=log)
    if len(decades) < 2:
        found = MaxNLocator(max(int(0.8 / apart), 2), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return [float(tick) for tick in found if low <= tick <= high]
    chosen: list[float] = []
    ends = transform.transform([low, high])
    for tick in decades:
        place = transform.transform([tick])[0]
        near = (abs(place - transform.transform([other])[0]) for other in chosen)
        if min(near, default=np.inf) >= apart * (ends[1] - ends[0]):
            chosen.append(tick)
    return sorted(chosen)


def _decades(low: float, high: float, linear: float | None, *, log: bool) -> list[float]:
    """Round numbers within, the most wanted first: zero, powers of ten from above, then 2 and 5 times these."""
    if not log and linear is None:
        return []
    least = low if log else linear or 1.0
    top = floor(log10(max(abs(low), abs(high))))
    powers = [10.0**k for k in range(top, floor(log10(least)) - 1, -1)]
    tens = _both(powers, low, high, log=log)
    few = 3
    if len(tens) < few:
        tens += _both([times * power for power in powers for times in (2.0, 5.0)], low, high, log=log)
    return tens


def _both(sizes: Iterable[float], low: float, high: float, *, log: bool) -> list[float]:
    signed = sizes if log else (0.0, *(side * size for size in sizes for side in (1.0, -1.0)))
    return [tick for tick in signed if low <= tick <= high]
