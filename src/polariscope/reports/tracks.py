"""A value followed along a setting: its bounds, the levels around it, where it passes zero, where it was lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import (
    band,
    canvas,
    finite,
    frame,
    in_px,
    line,
    make_room,
    name_axis,
    nothing,
    thinned,
)
from polariscope.reports.keys import (
    LINE,
    SMALL,
    Sample,
    fitted,
    key,
    key_height,
    lines_of,
    width_of,
    write_lines,
)
from polariscope.reports.scales import significant, span, telling_digits
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import cut, evenly

_WIDTH, _PLOT = 420.0, 210.0
_LEFT, _RIGHT = 50.0, 16.0
_ACROSS, _KEY = _WIDTH - _LEFT - _RIGHT, _WIDTH - 16
_COLOUR, _ZERO = CATEGORIES[1], CATEGORIES[0]
_LEVELS, _COARSE = 24, 6.0
"""Other levels drawn at most, for more cannot be told apart; and px in which one has at most four points."""
_REACH = 1.0
"""How far beyond the followed value the height goes to show other levels, in units of its own range."""
_TOLD_AT, _NAMED = 9, 2
_FOLLOWED_WEIGHS = 3
_MARKED = 40
"""Points up to which each is a dot."""
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ZeroMark:
    """A place where the followed value passes zero.

    Args:
        at: The place; nan where only its bounds are known.
        low: It lies between this
        high: and this.
    """

    at: float
    low: float
    high: float


def track(
    x: ArrayLike,
    values: ArrayLike,
    residuals: ArrayLike,
    *,
    levels: ArrayLike | None = None,
    zeros: Sequence[ZeroMark] = (),
    expected: float | None = None,
    lost: Sequence[float] = (),
    label: str = "followed",
    x_label: str,
    y_label: str,
    title: str,
    linear: float | None = None,
    shown: Callable[[float], str] = significant,
) -> str:
    """Draw a value over a setting between its bounds, before the other levels, with the places where it is zero.

    Args:
        x: The setting, ascending, shape ``(k,)``.
        values: The followed value, shape ``(k,)``; nan leaves a gap.
        residuals: How far the true value can be from each, shape ``(k,)``.
        levels: The levels at each place, shape ``(k, m)``: drawn thin behind, as far as they come near.
        zeros: Where the value passes zero.
        expected: Where it should, from a formula.
        lost: Places of x at which the value was not recognised as that of the place before: from there on it may
            be another one.
        label: What is followed.
        x_label: What the setting is, with its unit.
        y_label: What the value is, with its unit.
        title: What the figure shows, for screen readers.
        linear: The height is linear about zero up to here and logarithmic beyond, as of ``linear_within``, and
            holds all levels; None: linear, and levels far off are left out.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    at, followed = np.asarray(x, float), np.asarray(values, float)
    doubt = np.asarray(residuals, float)
    bounds, steps = (followed - doubt, followed + doubt), _steps(at, lost)
    around = np.zeros((len(at), 0)) if levels is None else np.asarray(levels, float)
    samples = _samples(label, (around.size, len(zeros), len(steps)), expected)
    keys = key_height(samples, _KEY)
    top = keys + LINE + 8
    limits = _limits(followed, bounds, around, whole=linear is not None)
    notes = lines_of(" ".join((*_left_out(around, bounds, limits), *_zeros(zeros)[_NAMED:])), _KEY)
    foot = top + _PLOT + 42
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        axes, on = frame(figure, _LEFT, top, _ACROSS, _PLOT), canvas(figure)
        span(axes, "y", limits, linear=linear, apart=0.09)
        make_room(axes)
        ends = [end for each in zeros for end in (each.low, each.high)] + ([] if expected is None else [expected])
        span(axes, "x", np.r_[at, ends], room=0.02)
        _draw_lost(axes, steps)
        _draw_others(axes, at, around)
        axes.axhline(0, color=INK, linewidth=0.8, gid="zero")
        if expected is not None:
            axes.plot((expected, expected), axes.get_ylim(), **_EXPECTED, gid="expected")
        _draw_followed(axes, at, followed, bounds)
        _draw_zeros(axes, at, np.column_stack((followed, around)), zeros)
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(y_label, _KEY), va="center", fontsize=SMALL)
        name_axis(on, _LEFT + _ACROSS / 2, foot, x_label, _ACROSS)
        write_lines(on, foot, notes)
        return svg_text(figure, title, _told((at, followed, doubt), label, (zeros, expected), steps, shown))


_FOLLOWED: dict[str, Any] = {"color": _COLOUR, "linewidth": 2.2}
_OTHER: dict[str, Any] = {"color": INK, "linewidth": 0.8, "alpha": 0.45}
_PASSES = {
    "color": _ZERO, "linestyle": "none", "marker": "D", "markersize": 8, "markerfacecolor": "none",
    "markeredgewidth": 2,
}  # fmt: skip
_EXPECTED = {"color": INK, "linewidth": 1, "dashes": (2, 2)}
_LOST = {"color": INK, "linestyle": "none", "marker": "x", "markersize": 7, "markeredgewidth": 1.6}


def _steps(x: _Floats, lost: Sequence[float]) -> list[tuple[float, float]]:
    """Each place where it was lost, with the place before."""
    return [(float(x[max(k - 1, 0)]), float(x[k])) for k in np.flatnonzero(np.isin(x, lost)).tolist()]


def _samples(label: str, counts: tuple[int, int, int], expected: float | None) -> list[Sample]:
    others, zeros, lost = counts
    samples = [Sample(f"{label} ± residual", _FOLLOWED, _COLOUR)]
    samples += [Sample("levels", _OTHER)] if others else []
    samples += [Sample("passes zero", _PASSES)] if zeros else []
    samples += [Sample(f"expected at {significant(expected)}", _EXPECTED)] if expected is not None else []
    return samples + ([Sample("lost: may be another one after", _LOST, INK)] if lost else [])


def _limits(values: _Floats, bounds: tuple[_Floats, _Floats], others: _Floats, *, whole: bool) -> _Floats:
    """Heights that must fit: values, zero, bounds that are not far wider than all values, and levels near by."""
    own = finite(np.r_[values, 0.0])
    reach = (own[-1] - own[0]) * _REACH or np.inf
    near = (own[0] - reach, own[-1] + reach)
    levels = finite(others) if whole else np.clip(finite(others), *near)
    return np.concatenate([own, np.clip(finite(np.concatenate(bounds)), *near), levels])


def _left_out(others: _Floats, bounds: tuple[_Floats, _Floats], limits: _Floats) -> list[str]:
    count = others.shape[1]
    said = [f"{_LEVELS} of {count:,} levels drawn, evenly chosen."] if count > _LEVELS else []
    levels = finite(others)
    out = len(levels) and (levels[0] < limits.min() or levels[-1] > limits.max())
    said += ["Levels reach beyond the frame."] if out else []
    ends = np.concatenate(bounds)
    far = (ends < limits.min()).any() or (ends > limits.max()).any()
    return said + (["Bounds reach beyond the frame."] if far else [])


def _draw_lost(axes: Any, lost: Sequence[tuple[float, float]]) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for place, (start, end) in enumerate(lost):
        first, last = (min(max(each, left), right) for each in (start, end))
        axes.fill(
            (first, last, last, first), (bottom, bottom, top, top), color=INK, alpha=0.15, linewidth=0,
            gid=f"lost-{place}",
        )  # fmt: skip
        axes.plot((first + last) / 2, top, **_LOST)


def _draw_others(axes: Any, x: _Floats, others: _Floats) -> None:
    for column in evenly(others.shape[1], _LEVELS):
        kept = thinned(axes, x, others[:, column], step=_COARSE)
        line(axes, *cut(x[kept], others[kept, column], *axes.get_ylim()), **_OTHER, gid=f"level-{column}")


def _draw_followed(axes: Any, x: _Floats, values: _Floats, bounds: tuple[_Floats, _Floats]) -> None:
    low, high = (np.clip(each, *axes.get_ylim()) for each in bounds)
    kept = thinned(axes, x, low, high)
    band(axes, x[kept], low[kept], high[kept], _COLOUR, "bounds")
    kept = thinned(axes, x, values)
    line(axes, x[kept], values[kept], **_FOLLOWED, gid="followed")
    if len(x) <= _MARKED:
        axes.plot(x, values, "o", color=_COLOUR, markersize=4.5, gid="points")
    if not np.isfinite(values).any():
        nothing(axes)


def _draw_zeros(axes: Any, x: _Floats, lines: _Floats, zeros: Sequence[ZeroMark]) -> None:
    for place, (each, name) in enumerate(zip(zeros, _zeros(zeros), strict=True)):
        axes.plot((each.low, each.high), (0, 0), color=_ZERO, linewidth=4, gid=f"between-{place}")
        at = each.at if isfinite(each.at) else (each.low + each.high) / 2
        axes.plot(at, 0, **_PASSES, gid=f"zero-{place}")
        if place < _NAMED:
            _name(axes, at, name, x, lines)


def _name(axes: Any, at: float, name: str, x: _Floats, lines: _Floats) -> None:
    """To the right or the left of the mark, above or below: where it fits and the fewest lines pass."""
    columns = [in_px(axes, x, lines[:, k]) for k in range(lines.shape[1] if len(x) else 0)]
    (middle,), (zero,) = in_px(axes, [at], [0.0])
    (left, right), wide = in_px(axes, axes.get_xlim(), np.zeros(2))[0], width_of(name)

    def cost(side: int, above: int) -> tuple[bool, int]:
        near, far = middle + side * 10, middle + side * (10 + wide)
        across, height = np.linspace(near, far, 25), zero + above * 14
        passed = (np.abs(np.interp(across, *column) - height) < SMALL for column in columns)
        weights = [1 if place else _FOLLOWED_WEIGHS for place in range(len(columns))]
        return not left <= far <= right, sum(int(each.sum()) * w for each, w in zip(passed, weights, strict=True))

    side, above = min(((1, 1), (-1, 1), (1, -1), (-1, -1)), key=lambda where: cost(*where))
    axes.annotate(
        name, (at, 0), (10 * side, 8 * above), textcoords="offset points", fontsize=SMALL,
        ha="left" if side > 0 else "right", va="bottom" if above > 0 else "top",
    )  # fmt: skip


def _zeros(zeros: Sequence[ZeroMark]) -> list[str]:
    return [_zero(each) for each in zeros]


def _zero(zero: ZeroMark) -> str:
    digits = telling_digits(max(abs(zero.low), abs(zero.high)), zero.high - zero.low)
    low, high = significant(zero.low, digits), significant(zero.high, digits)
    if not isfinite(zero.at):
        return f"zero between {low} and {high}"
    return f"zero at {significant(zero.at, digits)} [{low}, {high}]"


def _told(
    arrays: tuple[_Floats, _Floats, _Floats],
    label: str,
    passed: tuple[Sequence[ZeroMark], float | None],
    lost: Sequence[tuple[float, float]],
    shown: Callable[[float], str],
) -> str:
    x, values, residuals = arrays
    zeros, expected = passed
    known = np.flatnonzero(np.isfinite(values))
    few = known[evenly(len(known), _TOLD_AT)] if len(known) else known
    told = [f"{shown(values[k])} ± {significant(residuals[k])} at {significant(x[k])}" for k in few]
    gaps = len(values) - len(known)
    said = [f"{label}: {', '.join(told) or 'no number to draw'}"]
    said += [f"{counted(gaps, 'place')} without a number"] if gaps else []
    said += [name.capitalize() for name in _zeros(zeros)] or ["It does not pass zero"]
    said += [f"Expected at {significant(expected)}"] if expected is not None else []
    steps = (f"from {significant(start)} to {significant(end)}" for start, end in lost)
    said += [f"Lost {', '.join(steps)}: what is followed afterwards may be another one"] if lost else []
    return ". ".join(said) + "."
