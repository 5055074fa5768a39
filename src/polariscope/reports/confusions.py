"""Confusion matrices: one small panel each, rows normalised, one scale of colours for all."""

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.svg import INK, drawing, svg_text
from polariscope.reports.text import percent

_MAP = matplotlib.colormaps["cividis"]
_CELL, _LEFT, _TOP, _RIGHT, _BOTTOM = 34.0, 36.0, 28.0, 4.0, 40.0
_BAR, _BAR_HEIGHT = (250.0, 66.0), 14.0
_STEPS = 50
_WRITTEN = 12
"""Positions up to which a cell holds its number: beyond, the panel would be wider than a phone."""


def confusions(panels: Sequence[tuple[str, ArrayLike]], *, chance: float) -> tuple[str, ...]:
    """Draw each matrix N[injected, answered] as shares of its row, and the scale of colours that they share.

    Args:
        panels: Titles and counts, each of shape ``(n, n)``.
        chance: Marked on the scale.

    Returns:
        One ``<svg>`` element a panel, and the scale as the last, for a page to arrange by its width.
    """
    return (*(_panel(title, row_shares(counts)) for title, counts in panels), _scale(chance))


def row_shares(counts: ArrayLike) -> NDArray[np.float64]:
    """N[j, d] / sum_d N[j, d], nan in a row without answers.

    >>> row_shares([[3, 1], [0, 0]]).tolist()
    [[0.75, 0.25], [nan, nan]]

    Args:
        counts: Shape ``(n, n)``.

    Returns:
        Shape ``(n, n)``.
    """
    array = np.asarray(counts, dtype=float)
    total = array.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(array, total, out=np.full(array.shape, np.nan), where=total > 0)
    return shares


def _panel(title: str, shares: NDArray[np.float64]) -> str:
    n = len(shares)
    width, height = _LEFT + n * _CELL + _RIGHT, _TOP + n * _CELL + _BOTTOM
    with drawing(max(width, 200), height) as figure:
        axes = _pixels(figure, max(width, 200), height)
        axes.text(_LEFT, _TOP - 11, title, ha="left", va="baseline")
        for j, d in np.ndindex(n, n):
            _cell(axes, j, d, float(shares[j, d]), written=n <= _WRITTEN)
        for k in range(n):
            middle = (k + 0.5) * _CELL
            axes.text(_LEFT - 6, _TOP + middle, str(k + 1), ha="right", va="center", fontsize=11)
            axes.text(_LEFT + middle, _TOP + n * _CELL + 13, str(k + 1), ha="center", va="center", fontsize=11)
        middle = n * _CELL / 2
        axes.text(_LEFT + middle, height - 6, "answered", ha="center", va="baseline", fontsize=11, alpha=0.75)
        axes.text(8, _TOP + middle, "injected", ha="center", va="center", rotation=90, fontsize=11, alpha=0.75)
        return svg_text(figure, f"{title}: confusion matrix", _told(shares))


def _pixels(figure: Any, width: float, height: float) -> Any:
    """Axes over the whole figure, in px from its upper left corner."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return axes


def _cell(axes: Any, j: int, d: int, share: float, *, written: bool) -> None:
    x, y = _LEFT + d * _CELL, _TOP + j * _CELL
    if np.isnan(share):
        axes.add_patch(Rectangle((x, y), _CELL, _CELL, fill=False, edgecolor=INK, linewidth=0.4))
        return
    colour = _MAP(share)
    axes.add_patch(Rectangle((x, y), _CELL, _CELL, facecolor=colour, edgecolor=colour, linewidth=0.4))
    if j == d:
        axes.add_patch(_frame(x, y, share))
    if written:
        told = f"{100 * share:.0f}"
        axes.text(x + _CELL / 2, y + _CELL / 2, told, ha="center", va="center", fontsize=11, color=_on(share))


def _frame(x: float, y: float, share: float) -> Rectangle:
    """The diagonal, where a right answer stands, is framed."""
    inset = 1.5
    side = _CELL - 2 * inset
    return Rectangle((x + inset, y + inset), side, side, fill=False, edgecolor=_on(share), linewidth=1)


def _on(share: float) -> str:
    """A colour that can be read on that of a share: cividis grows lighter all along."""
    return "#ffffff" if share < 0.55 else "#111111"


def _scale(chance: float) -> str:
    (width, height), left = _BAR, 12.0
    long, top = width - 2 * left, 20.0
    with drawing(width, height) as figure:
        axes = _pixels(figure, width, height)
        axes.text(left, 12, "share of the row's answers, %", ha="left", va="baseline", fontsize=11)
        for step in range(_STEPS):
            # Each step reaches to the end and the next covers it, so that no seam shows between two.
            begin = long * step / _STEPS
            box = ((left + begin, top), long - begin, _BAR_HEIGHT)
            axes.add_patch(Rectangle(*box, facecolor=_MAP((step + 0.5) / _STEPS), linewidth=0))
        x, near = left + long * chance, 36
        for end, label in ((left, "0"), (left + long, "100")):
            if abs(x - end) > near:
                axes.text(end, top + 28, label, ha="center", va="baseline", fontsize=11)
        axes.plot((x, x), (top - 3, top + _BAR_HEIGHT + 3), color=INK, linewidth=1.5)
        axes.text(x, top + 28, f"chance {100 * chance:.3g}", ha="center", va="baseline", fontsize=11)
        return svg_text(figure, "Scale of colours", f"From 0% to 100% of a row; chance at {percent(chance)}.")


def _told(shares: NDArray[np.float64]) -> str:
    rows = (
        f"injected {j + 1}: " + ", ".join("–" if np.isnan(s) else f"{100 * s:.0f}" for s in row)
        for j, row in enumerate(shares)
    )
    return "Per cent answered 1, 2 and so on. " + "; ".join(rows) + "."
