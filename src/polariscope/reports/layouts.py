"""Graphs at coordinates of their own, such as two eigenvectors, or on a circle."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import finite
from polariscope.reports.keys import LINE
from polariscope.reports.node_links import ACROSS, HEIGHT, NAME_ROOM, NodeLink, draw_graph

_NAMED = 30
"""Nodes on a circle up to which each has its name."""
_Floats = NDArray[np.float64]


def layout(
    x: ArrayLike,
    y: ArrayLike,
    *,
    edges: ArrayLike,
    groups: ArrayLike | None = None,
    group_names: Sequence[str] = (),
    planted: ArrayLike | None = None,
    axes: tuple[str, str] = ("", ""),
    note: str = "",
    title: str,
) -> str:
    """Draw node i at (x_i, y_i), such as the entries of two eigenvectors, and a line for every edge.

    Dashed lines stand where a coordinate is zero: there, the sign of an eigenvector divides the graph.

    Args:
        x: Shape ``(n,)``; a node without a number is left out, and said to be.
        y: Shape ``(n,)``.
        edges: Pairs of nodes, counted from 0, shape ``(m, 2)``.
        groups: Side or community of each node, counted from 0, -1 for none, shape ``(n,)``: its colour and shape.
        group_names: Of each group; numbered from 1 where they are missing.
        planted: Groups that are known, in any numbering, shape ``(n,)``: a node is open where its own is not that
            of most nodes of its group.
        axes: What x and y are.
        note: A line over the figure, such as the Fiedler value.
        title: What the figure shows, for screen readers.

    Returns:
        An ``<svg>`` element.
    """
    places = np.column_stack((np.asarray(x, float), np.asarray(y, float)))
    places[~np.isfinite(places).all(axis=1)] = np.nan
    shares, zeros = zip(*(_shares(column) for column in places.T), strict=True)
    graph = NodeLink.of(np.column_stack(shares), edges, groups, planted, group_names=tuple(group_names))
    return draw_graph(graph, axes=axes, zeros=(zeros[0], zeros[1]), note=note, title=title)


def circle(
    count: int,
    *,
    edges: ArrayLike,
    names: Sequence[str] = (),
    groups: ArrayLike | None = None,
    group_names: Sequence[str] = (),
    planted: ArrayLike | None = None,
    note: str = "",
    title: str,
) -> str:
    """Draw node i of n at the angle 2 pi i/n, clockwise from above, and a line for every edge.

    Args:
        count: n.
        edges: Pairs of nodes, counted from 0, shape ``(m, 2)``.
        names: Of the nodes; written where there are few.
        groups: As of `layout`.
        group_names: As of `layout`.
        planted: As of `layout`.
        note: A line over the figure, such as the Fiedler value.
        title: What the figure shows, for screen readers.

    Returns:
        An ``<svg>`` element.
    """
    named = tuple(names) if count <= _NAMED else ()
    radius = min(ACROSS - 2 * (NAME_ROOM if named else 0), HEIGHT - 2 * (LINE if named else 0)) / 2
    angle = 2 * np.pi * np.arange(count) / max(count, 1)
    places = 0.5 + radius * np.column_stack((np.sin(angle), np.cos(angle))) / (ACROSS, HEIGHT)
    graph = NodeLink.of(places, edges, groups, planted, group_names=tuple(group_names), names=named)
    return draw_graph(graph, axes=("", ""), zeros=(np.nan, np.nan), note=note, title=title)


def _shares(values: _Floats) -> tuple[_Floats, float]:
    """Where values stand between their ends, in [0, 1], and where zero does, if it lies between them."""
    known = finite(values)
    if not len(known) or known[0] == known[-1]:
        return np.where(np.isfinite(values), 0.5, np.nan), np.nan
    reach = known[-1] - known[0]
    return (values - known[0]) / reach, float(-known[0] / reach) if known[0] < 0 < known[-1] else np.nan
