"""Nodes by colour and shape, edges as thin lines, and in words what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import canvas
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height, lines_of, write_lines
from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import cells

ACROSS, HEIGHT = 388.0, 330.0
"""Of the frame in which nodes stand, in px."""
NAME_ROOM = 74.0
"""On either side of a frame with names, in px."""
_LEFT, _WIDTH = 18.0, 420.0
_KEY = _WIDTH - 16
_NODES, _EDGES = 1_000, 2_500
"""Drawn at most, so that a figure stays small; which ones is a random choice, the same each time."""
_LOOKS = len(CATEGORIES) * len(MARKERS)
_TOLD_EACH = 12
_SAME = 6  # digits of places that lie on each other
_Floats = NDArray[np.float64]
_Whole = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class NodeLink:
    """A graph with places for its nodes.

    Args:
        places: Shares of the frame's width and height, from its lower left, shape ``(n, 2)``; nan is left out.
        edges: Pairs of nodes, shape ``(m, 2)``.
        groups: Of the nodes, shape ``(n,)``; None: they have none.
        as_planted: Which nodes are where they were planted, shape ``(n,)``; None: it is not known.
        group_names: Of the groups.
        names: Of the nodes.
    """

    places: _Floats
    edges: _Whole
    groups: _Whole | None
    as_planted: NDArray[np.bool_] | None
    group_names: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls,
        places: _Floats,
        edges: ArrayLike,
        groups: ArrayLike | None,
        planted: ArrayLike | None,
        *,
        group_names: tuple[str, ...] = (),
        names: tuple[str, ...] = (),
    ) -> "NodeLink":
        """Compare the groups with those planted: a group stands for the one that most of its nodes come from.

        Returns:
            The graph.
        """
        pairs = np.asarray(edges, np.intp).reshape(-1, 2)
        found = None if groups is None else np.asarray(groups, np.intp)
        compared = None if found is None or planted is None else _as_planted(found, np.asarray(planted))
        return cls(places, pairs, found, compared, group_names, names)

    def counts(self) -> list[tuple[int, str, int]]:
        """Number, name and size of each group, in order; none where there are no groups."""
        if self.groups is None:
            return []
        found = zip(*np.unique(self.groups, return_counts=True), strict=True)
        return [(int(group), self._name(int(group)), int(size)) for group, size in found]

    def _name(self, group: int) -> str:
        if group < 0:
            return "in no group"
        return self.group_names[group] if group < len(self.group_names) else f"group {group + 1}"


def draw_graph(
    graph: NodeLink, *, axes: tuple[str, str], zeros: tuple[float, float], note: str, title: str
) -> str:
    """Draw a graph where its nodes are placed.

    Args:
        graph: The graph.
        axes: What its coordinates are; not written where empty.
        zeros: Where they are zero, as shares of the frame; nan draws nothing.
        note: A line over the figure.
        title: What the figure shows, for screen readers.

    Returns:
        An ``<svg>`` element.
    """
    nodes, edges, said = _chosen(graph)
    samples = _samples(graph)
    keys = key_height(samples, _KEY)
    above = [fitted(text, _KEY) for text in (note, axes[1] and f"{axes[1]} ↑") if text]
    top = keys + LINE * len(above) + 12
    notes = lines_of(" ".join(said), _KEY)
    foot = top + HEIGHT + (LINE + 10 if axes[0] else 10)
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        on = canvas(figure)
        key(on, samples, 8, 0, _KEY)
        for place, text in enumerate(above):
            on.text(8, keys + LINE * (place + 0.5), text, va="center", fontsize=SMALL)
        _draw_zeros(on, zeros, top)
        px = np.column_stack((_LEFT + ACROSS * graph.places[:, 0], top + HEIGHT * (1 - graph.places[:, 1])))
        _draw_edges(on, px[edges])
        _draw_nodes(on, px, nodes, graph)
        _draw_names(on, px, graph.names)
        if axes[0]:
            on.text(
                _WIDTH - 8, foot - LINE / 2, fitted(f"{axes[0]} →", _KEY), ha="right", va="center", fontsize=SMALL
            )
        write_lines(on, foot, notes)
        return svg_text(figure, title, _told(graph, note, said))


def _as_planted(groups: _Whole, planted: NDArray[Any]) -> NDArray[np.bool_]:
    same = np.zeros(len(groups), bool)
    for group in np.unique(groups):
        kinds, counts = np.unique(planted[groups == group], return_counts=True)
        same |= (groups == group) & (planted == kinds[counts.argmax()])
    return same


def _chosen(graph: NodeLink) -> tuple[_Whole, _Whole, list[str]]:
    """Nodes and edges that are drawn, and what is said of the others."""
    known = np.flatnonzero(np.isfinite(graph.places).all(axis=1))
    nodes = _some(known, _NODES)
    there = np.isin(graph.edges, nodes).all(axis=1)
    between = graph.edges[there]
    edges = between[_some(np.arange(len(between)), _EDGES)]
    alike = len(nodes) - len(np.unique(graph.places[nodes].round(_SAME), axis=0))
    lost = len(graph.places) - len(known)
    said = [
        (lost, f"{counted(lost, 'node')} without coordinates left out."),
        (len(known) - len(nodes), f"{len(nodes):,} of {len(known):,} nodes drawn, chosen at random."),
        (len(between) - len(edges), f"{len(edges):,} of {len(between):,} edges drawn, chosen at random."),
        (alike, f"{counted(alike, 'node')} drawn at the place of another."),
    ]
    return nodes, edges, [words for count, words in said if count]


def _some(things: _Whole, most: int) -> _Whole:
    if len(things) <= most:
        return things
    return np.sort(np.random.default_rng(0).choice(things, most, replace=False))


def _look(group: int, size: float, *, filled: bool = True) -> dict[str, Any]:
    """Colour and shape of a group: the first four have their own of each, the next four other pairs, and so on."""
    if group < 0:
        return {"linestyle": "none", "marker": "x", "color": INK, "markersize": size}
    kind, again = group % len(CATEGORIES), group // len(CATEGORIES)
    colour, shape = CATEGORIES[kind], MARKERS[(kind + again) % len(MARKERS)]
    return {
        "linestyle": "none", "marker": shape, "markersize": size, "markeredgecolor": colour,
        "markerfacecolor": colour if filled else "none", "markeredgewidth": 1 if filled else 2,
    }  # fmt: skip


def _samples(graph: NodeLink) -> list[Sample]:
    groups = graph.counts()
    samples = [Sample(f"{name} ({size:,})", _look(group, 8)) for group, name, size in groups if group < _LOOKS]
    if len(groups) > len(samples):
        samples.append(Sample(f"{counted(len(groups) - len(samples), 'more group')}, in the same looks again"))
    if graph.as_planted is not None and not graph.as_planted.all():
        strangers = int((~graph.as_planted).sum())
        open_ = {**_look(0, 8, filled=False), "markeredgecolor": INK}
        samples.append(Sample(f"open: planted in another group ({strangers:,})", open_))
    return samples


def _draw_zeros(on: Any, zeros: tuple[float, float], top: float) -> None:
    style = {"color": INK, "linewidth": 0.8, "dashes": (3, 3), "alpha": 0.6}
    if np.isfinite(zeros[0]):
        on.plot([_LEFT + ACROSS * zeros[0]] * 2, (top - 6, top + HEIGHT + 6), **style, gid="zero-x")
    if np.isfinite(zeros[1]):
        on.plot((_LEFT - 8, _LEFT + ACROSS + 8), [top + HEIGHT * (1 - zeros[1])] * 2, **style, gid="zero-y")


def _draw_edges(on: Any, ends: _Floats) -> None:
    """All in one path; the more there are, the fainter."""
    gap = np.full((len(ends), 1, 2), np.nan)
    path = np.concatenate([ends, gap], axis=1).reshape(-1, 2)
    alpha = float(np.clip(8 / np.sqrt(max(len(ends), 1)), 0.14, 0.6))
    on.plot(path[:, 0], path[:, 1], color=INK, linewidth=0.8, alpha=alpha, gid="edges")


def _draw_nodes(on: Any, px: _Floats, nodes: _Whole, graph: NodeLink) -> None:
    size = float(np.clip(64 / np.sqrt(max(len(nodes), 1)), 3.6, 10))
    of = np.zeros(len(px), np.intp) if graph.groups is None else graph.groups
    filled = np.ones(len(px), bool) if graph.as_planted is None else graph.as_planted
    # Who was planted in another group is drawn last, so that nothing hides it.
    for full, name in ((True, "group"), (False, "strangers")):
        for group in np.unique(of[nodes]):
            some = nodes[(of[nodes] == group) & (filled[nodes] == full)]
            some = some[cells(*px[some].T)]
            on.plot(px[some, 0], px[some, 1], **_look(int(group), size, filled=full), gid=f"{name}-{group}")
    if not len(nodes):
        on.text(_WIDTH / 2, HEIGHT / 2, "no node to draw", ha="center", va="center", alpha=0.75)


def _draw_names(on: Any, px: _Floats, names: Sequence[str]) -> None:
    """Outside of the nodes, seen from their middle."""
    if not names:
        return
    middle = px.mean(axis=0)
    for name, place in zip(names, px, strict=True):
        away = (place - middle) / max(float(np.hypot(*(place - middle))), 1.0)
        side = "center" if abs(away[0]) < 0.2 else ("left" if away[0] > 0 else "right")
        x, y = place + 12 * away
        on.text(x, y, fitted(name, NAME_ROOM - 16), ha=side, va="center", fontsize=SMALL)


def _told(graph: NodeLink, note: str, said: Sequence[str]) -> str:
    told = [f"{counted(len(graph.places), 'node')}, {counted(len(graph.edges), 'edge')}", *(note and [note])]
    if graph.groups is not None:
        sizes = [f"{name}: {size:,}" for _, name, size in graph.counts()]
        told.append(", ".join(sizes[:_TOLD_EACH]) + (" and more groups" if len(sizes) > _TOLD_EACH else ""))
        ends = graph.groups[graph.edges]
        told.append(f"{counted(int((ends[:, 0] != ends[:, 1]).sum()), 'edge')} between different groups")
    if graph.as_planted is not None:
        told.append(f"{int(graph.as_planted.sum()):,} nodes planted in the group that most of their own come from")
    return ". ".join(told) + "." + "".join(f" {each}" for each in said)
