"""Branches along a path with named corners, what is below zero set apart, and their density beside them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import canvas, finite, frame, in_px, line, make_room, nothing, ticks
from polariscope.reports.keys import (
    LINE,
    SMALL,
    Sample,
    fitted,
    key,
    key_height,
    lines_of,
    pushed,
    spread,
    width_of,
    write_lines,
)
from polariscope.reports.scales import significant, span
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import envelope, evenly

_WIDTH, _PLOT = 420.0, 220.0
_LEFT, _RIGHT, _GAP, _BESIDE = 40.0, 12.0, 10.0, 74.0
_KEY = _WIDTH - 16
_COLOUR, _UNSTABLE = CATEGORIES[1], CATEGORIES[0]
_POINTS, _FEWEST = 4_000, 40
"""Drawn of all branches together, so that a figure stays small, and of one branch at least."""
_VISIBLE = 0.004
"""Depth below zero, as a share of the height, from which it is shaded: about one px."""
_LABELLED = 0.1
_TOLD_EACH = 12
_Floats = NDArray[np.float64]


def bands(
    distances: ArrayLike,
    branches: ArrayLike,
    *,
    corners: Sequence[tuple[str, float]],
    closed_form: ArrayLike | None = None,
    states: tuple[ArrayLike, ArrayLike] | None = None,
    states_label: str = "density of states",
    label: str = "branches",
    axis: str,
    title: str,
    below_zero: str = "imaginary (unstable)",
    shown: Callable[[float], str] = significant,
) -> str:
    """Draw omega_s over the length of a path; a negative number stands for the size of an imaginary one.

    Args:
        distances: Length of the path so far, shape ``(p,)``.
        branches: One column a branch, shape ``(p, b)``; nan leaves a gap.
        corners: Names of the path's corners and their distances; names at one distance are joined.
        closed_form: The same from a formula, shape ``(p, c)``, drawn as thin dashed lines over the others.
        states: Edges of bins, ascending, shape ``(k + 1,)``, and the density in each, shape ``(k,)``, drawn beside
            the branches at the same height.
        states_label: What that density is.
        label: What the branches are.
        axis: What the height is, with its unit.
        title: What the figure shows, for screen readers.
        below_zero: What values below zero are; written there where there are any.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    at, lines, exact = np.asarray(distances, float), _columns(branches), _columns(closed_form)
    edges = np.asarray(states[0] if states else (), float)
    at_corners = [(name, int(np.abs(at - place).argmin())) for name, place in corners if len(at)]
    samples = [Sample(label, _MEASURED)] + ([Sample("closed form", _EXACT)] if exact.size else [])
    keys = key_height(samples, _KEY)
    top = keys + LINE + 8
    notes = lines_of(_thinned_told(lines), _KEY)
    foot = top + _PLOT + 24
    wide = _WIDTH - _LEFT - _RIGHT - (_GAP + _BESIDE if states else 0)
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        on, axes = canvas(figure), frame(figure, _LEFT, top, wide, _PLOT)
        low = _span(axes, at, lines, np.r_[finite(exact), finite(edges)])
        if low < 0:
            _shade(axes, at, lines, below_zero)
        _draw(axes, at, lines, at_corners, _MEASURED, "branch")
        _draw(axes, at, exact, at_corners, _EXACT, "closed-form")
        _name_corners(axes, on, corners, top + _PLOT)
        if states:
            _draw_states(
                frame(figure, _WIDTH - _RIGHT - _BESIDE, top, _BESIDE, _PLOT), axes.get_ylim(), states, low
            )
            on.text(
                _WIDTH - _RIGHT,
                keys + LINE / 2,
                fitted(states_label, 130),
                va="center",
                ha="right",
                fontsize=SMALL,
            )
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(axis, wide - 20), va="center", fontsize=SMALL)
        write_lines(on, foot, notes)
        return svg_text(figure, title, _told(lines, exact, at_corners, (label, below_zero), shown))


_MEASURED = {"color": _COLOUR, "linewidth": 2}
_EXACT = {"color": INK, "linewidth": 1, "linestyle": (0, (3, 2))}


def _columns(lines: ArrayLike | None) -> _Floats:
    array = np.asarray(np.zeros((0, 0)) if lines is None else lines, float)
    return array if array.ndim == 2 else array[:, None]


def _span(axes: Any, x: _Floats, lines: _Floats, others: _Floats) -> float:
    """Fit both axes; give the lowest height where it lies visibly below zero, else 0."""
    heights = np.r_[0.0, finite(lines), others]
    reach = float(heights.max() - heights.min())
    low = float(heights.min()) if heights.min() < -_VISIBLE * reach else 0.0
    # Where something is below zero, there is room to say what it is.
    span(axes, "y", np.r_[heights, -_LABELLED * reach if low < 0 else 0.0], room=0.03, apart=0.09)
    if low == 0:
        axes.set_ylim(bottom=min(0.0, float(heights.min())))
    make_room(axes)
    span(axes, "x", x, room=0.0)
    axes.set_xticks([])
    return low


def _shade(axes: Any, x: _Floats, lines: _Floats, label: str) -> None:
    """The part below zero, named on the side where its lines are not."""
    bottom, (left, right) = axes.get_ylim()[0], axes.get_xlim()
    axes.fill(
        (left, right, right, left), (bottom, bottom, 0, 0), color=_UNSTABLE, alpha=0.16, linewidth=0, gid="below"
    )
    axes.plot((left, right), (0, 0), color=INK, linewidth=0.8, gid="zero")
    where = np.flatnonzero(((lines < 0) & np.isfinite(lines)).any(axis=1))
    at_left = len(where) > 0 and float(x[where].mean()) > (left + right) / 2
    axes.annotate(
        fitted(label, 200), (0 if at_left else 1, 0), (4 if at_left else -4, 4), xycoords="axes fraction",
        textcoords="offset points", ha="left" if at_left else "right", va="bottom", fontsize=SMALL,
    )  # fmt: skip


def _draw(
    axes: Any, x: _Floats, lines: _Floats, corners: Sequence[tuple[str, int]], look: dict[str, Any], name: str
) -> None:
    columns = evenly(lines.shape[1], _POINTS // _FEWEST)
    for column in columns:
        rows = _rows(lines[:, column], _POINTS // len(columns), corners)
        line(axes, x[rows], lines[rows, column], **look, gid=f"{name}-{column}")
    if name == "branch" and not np.isfinite(lines).any():
        nothing(axes)


def _rows(heights: _Floats, most: int, corners: Sequence[tuple[str, int]]) -> NDArray[np.intp]:
    """Points drawn of a branch: all, or an even choice with the corners and its own lowest and highest."""
    rows = evenly(len(heights), most)
    known = np.flatnonzero(np.isfinite(heights))
    if len(rows) == len(heights) or not len(known):
        return rows
    ends = [known[heights[known].argmin()], known[heights[known].argmax()]]
    return np.unique(np.concatenate([rows, ends, [place for _, place in corners]]).astype(np.intp))


def _thinned_told(lines: _Floats) -> str:
    count, branches = lines.shape
    columns = min(branches, _POINTS // _FEWEST)
    rows = min(count, _POINTS // max(columns, 1))
    said = [f"{columns:,} of {branches:,} branches drawn, evenly chosen."] if columns < branches else []
    said += [f"{rows:,} of {count:,} points of each drawn, evenly chosen."] if rows < count else []
    return " ".join(said)


def _name_corners(axes: Any, on: Any, corners: Sequence[tuple[str, float]], foot: float) -> None:
    joined: dict[float, list[str]] = {}
    for name, place in corners:
        joined.setdefault(float(place), []).append(name)
    if not joined:
        return
    bottom, top = axes.get_ylim()
    ticks(axes, list(joined), bottom, top, color=INK, linewidth=0.6, alpha=0.5, gid="corners")
    at, _ = in_px(axes, list(joined), np.zeros(len(joined)))
    left, right = in_px(axes, axes.get_xlim(), np.zeros(2))[0]
    room = max((right - left) / len(joined) - 6, 12.0)
    names = [fitted("|".join(dict.fromkeys(each)), room, 12) for each in joined.values()]
    least = max(width_of(name, 12) for name in names) + 4
    for name, place in zip(names, pushed(spread(at.tolist(), least), least, left, right), strict=True):
        on.text(place, foot + 12, name, ha="center", va="center", fontsize=12)


def _draw_states(axes: Any, limits: tuple[float, float], states: tuple[ArrayLike, ArrayLike], low: float) -> None:
    """Bins lying on their side, each as long as its density."""
    edges, heights = (np.asarray(each, float) for each in states)
    axes.set(ylim=limits, yticks=[], xticks=[])
    if not len(heights):
        return
    heights = np.where(np.isfinite(heights), heights, 0.0)
    axes.set_xlim(0, float(heights.max()) * 1.05 or 1.0)
    upright, across = np.repeat(edges, 2), np.r_[0, np.repeat(heights, 2), 0]
    kept = envelope(in_px(axes, across, upright)[1], across)
    outline = across[kept], upright[kept]
    axes.fill(*outline, color=_COLOUR, alpha=0.22, linewidth=0, gid="states")
    axes.plot(*outline, color=_COLOUR, linewidth=1, gid="states-outline")
    if low < 0:
        axes.axhline(0, color=INK, linewidth=0.8)


def _told(
    lines: _Floats,
    exact: _Floats,
    corners: Sequence[tuple[str, int]],
    names: tuple[str, str],
    shown: Callable[[float], str],
) -> str:
    known = finite(lines)
    said = [f"{names[0]}: {counted(lines.shape[1], 'line')}"]
    if not len(known):
        return said[0] + ", no number to draw."
    said[0] += f", from {shown(float(known[0]))} to {shown(float(known[-1]))}"
    said += [f"At {name}: {_few(lines[place], shown)}" for name, place in corners]
    below = int(((lines < 0) & np.isfinite(lines)).any(axis=1).sum())
    said += [f"Below zero, {names[1]}, at {below:,} of {len(lines):,} points"] if below else []
    lost = int(np.count_nonzero(~np.isfinite(lines)))
    said += [f"{counted(lost, 'value')} not a number"] if lost else []
    if exact.shape == lines.shape:
        off = finite(np.abs(np.sort(lines, axis=1) - np.sort(exact, axis=1)))
        said += [f"Farthest from the closed form: {significant(float(off[-1]))}"] if len(off) else []
    return ". ".join(said) + "."


def _few(values: _Floats, shown: Callable[[float], str]) -> str:
    told = [shown(float(value)) for value in values]
    return ", ".join(told) if len(told) <= _TOLD_EACH else f"{', '.join(told[:_TOLD_EACH])} and more"
