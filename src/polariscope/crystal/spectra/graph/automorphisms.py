"""How many symmetries a graph has: the order of its automorphism group, exactly."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.errors import PolariscopeError

_MOST_NODES = 200
_MOST_STEPS = 20_000  # refinements, each a millisecond at 200 nodes
_DIGITS = 12  # weights that agree to so many significant digits are one colour
_Colours = NDArray[np.intp]
"""(n,), the colour of each node, from 0; equal only where no refinement has told the nodes apart."""


def automorphism_order(graph: Graph) -> int:
    """|Aut| = product over a base v_1, v_2, ... of |orbit of v_i| among automorphisms that fix the v before it.

    An automorphism is a renaming of the nodes that leaves every weight where it is. Colour refinement tells nodes
    apart; where it cannot, one node of a class is given a colour of its own, and a backtracking search decides
    which nodes could have had it instead. Every automorphism found is checked against the weights, so that the
    order is exact.

    >>> from polariscope.crystal.operators.graph.named_graphs import complete, cycle, hypercube, path, star
    >>> [automorphism_order(made) for made in (path(5), cycle(5), star(5), complete(5), hypercube(4))]
    [2, 10, 24, 120, 384]

    Args:
        graph: The graph, of at most 200 nodes. Weights are colours of edges, equal where 12 digits agree; planted
            groups and names do not count.

    Returns:
        The order; 1 where there is no symmetry.

    Raises:
        PolariscopeError: The graph has more nodes, or is so regular that 20,000 refinements did not suffice.
    """
    if graph.size > _MOST_NODES:
        cure = "take a part of the graph, or a dedicated program such as nauty"
        rule = f"at most {_MOST_NODES} nodes where automorphisms are counted"
        raise PolariscopeError("graph", rule, f"{graph.size:,}", cure)
    search = _Search(_weight_colours(graph))
    order, orbits = 1, np.arange(graph.size)
    for level in reversed(search.base()):
        orbits = _grown(search, level, orbits)
        order *= int((orbits == orbits[level.alike[0]]).sum())
    return order


@dataclass(frozen=True, eq=False)
class _Level:
    """A refined colouring, a node that it cannot tell from others, and those others with the node first."""

    colours: _Colours
    alike: tuple[int, ...]


def _grown(search: "_Search", level: _Level, orbits: _Colours) -> _Colours:
    """Join orbits by what moves the level's node and leaves the nodes marked before it where they are.

    Args:
        search: What decides whether there is such an automorphism.
        level: The level.
        orbits: Of the automorphisms that fix this level's node too, (n,), as labels. Two nodes of one of them can
            both be images of the node, or neither can.

    Returns:
        The joined orbits.
    """
    node = level.alike[0]
    fixed = search.refined(_marked(level.colours, node))
    failed: list[int] = []
    for other in level.alike[1:]:
        if orbits[other] in orbits[[node, *failed]]:
            continue
        image = search.match(fixed, search.refined(_marked(level.colours, other)))
        if image is None:
            failed.append(other)
        else:
            orbits = _joined(orbits, image)
    return orbits


def _joined(orbits: _Colours, image: _Colours) -> _Colours:
    """Orbits of the group that a further automorphism generates with what had these; (n,) labels 0, 1, ..."""
    size = len(image)
    leaders = np.unique(orbits, return_index=True)[1][orbits]
    links = np.concatenate([leaders, image]), np.concatenate([np.arange(size)] * 2)
    linked = coo_array((np.ones(2 * size), links), shape=(size, size))
    return np.asarray(connected_components(linked, directed=False)[1], np.intp)


def _marked(colours: _Colours, node: int) -> _Colours:
    """Give one node a colour of its own, below those of its class."""
    marked = 2 * colours + 1
    marked[node] -= 1
    return marked


def _weight_colours(graph: Graph) -> NDArray[np.uint64]:
    """A random number for each distinct weight, in its places, (n, n)."""
    weights = [f"{weight:.{_DIGITS - 1}e}" for weight in graph.weights.toarray().ravel().tolist()]
    distinct, places = np.unique(np.array(weights), return_inverse=True)
    return _random(len(distinct), 1)[places].reshape(graph.size, graph.size)


def _random(count: int, seed: int) -> NDArray[np.uint64]:
    return np.random.default_rng(seed).integers(1, 2**64, count, np.uint64)


@final
class _Search:
    """Refinement and matching of colourings, within a budget.

    Args:
        weights: Colours of pairs of nodes, (n, n).
    """

    def __init__(self, weights: NDArray[np.uint64]) -> None:
        self._weights, self._steps = weights, 0
        self._numbers = _random(2 * len(weights) + 2, 2)

    def base(self) -> list[_Level]:
        """Levels down to a colouring that tells all nodes apart; each marks the node of the level before."""
        levels: list[_Level] = []
        colours = self.refined(np.zeros(len(self._weights), np.intp))
        while (alike := _smallest_class(colours)) is not None:
            levels.append(_Level(colours, tuple(alike.tolist())))
            colours = self.refined(_marked(colours, int(alike[0])))
        return levels

    def refined(self, colours: _Colours) -> _Colours:
        """Split classes until nodes of one class see the same colours along the same weights.

        Args:
            colours: The colouring.

        Returns:
            The finer one. Its colours are ranks of what was seen, and so do not depend on the names of nodes.

        Raises:
            PolariscopeError: The budget is spent.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            cure = "take a part of the graph, or a dedicated program such as nauty"
            rule = f"its symmetries can be told apart by {_MOST_STEPS:,} refinements"
            raise PolariscopeError("graph", rule, "one too regular for that", cure)
        count = 0
        while len(np.unique(colours)) > count:
            count = len(np.unique(colours))
            both = np.stack([colours.astype(np.uint64), self._seen(colours)], axis=1)
            colours = np.asarray(np.unique(both, axis=0, return_inverse=True)[1], np.intp).reshape(-1)
        return colours

    def _seen(self, colours: _Colours) -> NDArray[np.uint64]:
        """Sum over nodes of (number of the weight) (number of the colour), mod 2^64, at each node, (n,)."""
        # Should sums of different terms coincide, a class stays whole: the search is longer then, not wrong.
        return self._weights @ self._numbers[colours]

    def match(self, one: _Colours, other: _Colours) -> _Colours | None:
        """Look for an automorphism, as the image of each node, that takes one refined colouring to the other."""
        image = np.empty(len(one), np.intp)
        image[np.argsort(one, kind="stable")] = np.argsort(other, kind="stable")
        if (one != other[image]).any() or (self._seen(one) != self._seen(other)[image]).any():
            return None  # classes of other sizes, or that see each other otherwise
        if (self._weights == self._weights[np.ix_(image, image)]).all():
            return image
        alike = _smallest_class(one)
        if alike is None:
            return None
        marked = self.refined(_marked(one, int(alike[0])))
        for node in np.flatnonzero(other == one[alike[0]]):
            deeper = self.match(marked, self.refined(_marked(other, int(node))))
            if deeper is not None:
                return deeper
        return None


def _smallest_class(colours: _Colours) -> _Colours | None:
    """Nodes of the first of the smallest classes of two or more; None where all nodes are told apart."""
    sizes = np.bincount(colours)
    if sizes.max() < 2:
        return None
    return np.flatnonzero(colours == np.where(sizes > 1, sizes, len(colours) + 1).argmin())
