"""Graphs whose spectra are known in closed form, and the stochastic block model, whose communities are planted."""

import operator
from collections.abc import Sequence
from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.crystal.operators.symmetric import DENSE_LIMIT
from polariscope.errors import PolariscopeError

_MOST_NODES = 1_000_000  # of a sparse family: some 100 MB
_MOST_DIMENSIONS = 17  # 131,072 corners, 1.1 million edges


def path(n: int) -> Graph:
    """0 - 1 - ... - n-1; Laplacian eigenvalues 2 - 2 cos(pi k/n), k = 0..n-1.

    >>> path(3).weights.toarray()
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])

    Args:
        n: Nodes, 1 to 1,000,000.

    Returns:
        The path, of unit weights.

    Raises:
        PolariscopeError: n is no such number.
    """
    _whole("n", n, 1, _MOST_NODES)
    along = np.arange(n - 1)
    return _joined(n, along, along + 1)


def cycle(n: int) -> Graph:
    """0 - 1 - ... - n-1 - 0; Laplacian eigenvalues 2 - 2 cos(2 pi k/n), k = 0..n-1.

    >>> cycle(5).degrees
    array([2., 2., 2., 2., 2.])

    Args:
        n: Nodes, 3 to 1,000,000: two nodes would be joined twice.

    Returns:
        The cycle, of unit weights.

    Raises:
        PolariscopeError: n is no such number.
    """
    _whole("n", n, 3, _MOST_NODES)
    around = np.arange(n)
    return _joined(n, around, (around + 1) % n)


def complete(n: int) -> Graph:
    """Every node joined to every other; Laplacian eigenvalues 0 once and n for the rest.

    >>> complete(4).degrees
    array([3., 3., 3., 3.])

    Args:
        n: Nodes, 1 to 5,000.

    Returns:
        The complete graph, of unit weights.

    Raises:
        PolariscopeError: n is no such number.
    """
    _whole("n", n, 1, DENSE_LIMIT)
    return _joined(n, *np.triu_indices(n, 1))


def star(n: int) -> Graph:
    """Node 0 joined to each of the n-1 others; Laplacian eigenvalues 0, 1 (n-2 times) and n.

    >>> star(4).degrees
    array([3., 1., 1., 1.])

    Args:
        n: Nodes with the hub, 1 to 1,000,000.

    Returns:
        The star, of unit weights.

    Raises:
        PolariscopeError: n is no such number.
    """
    _whole("n", n, 1, _MOST_NODES)
    return _joined(n, np.zeros(n - 1, np.intp), np.arange(1, n))


def hypercube(d: int) -> Graph:
    """Corners of the d-cube, joined where one bit differs; Laplacian eigenvalues 2k, each C(d, k) times.

    >>> hypercube(3).degrees
    array([3., 3., 3., 3., 3., 3., 3., 3.])

    Args:
        d: Dimensions, 0 to 17.

    Returns:
        The cube, of unit weights; node i is the corner whose coordinates are the bits of i.

    Raises:
        PolariscopeError: d is no such number.
    """
    _whole("d", d, 0, _MOST_DIMENSIONS)
    corners = np.arange(2**d)
    joined = [(corners, corners ^ (1 << bit)) for bit in range(d)]
    once = [(first[first < second], second[first < second]) for first, second in joined]
    first, second = (np.concatenate([pair[end] for pair in once] or [corners[:0]]) for end in (0, 1))
    return _joined(2**d, first, second)


def block_model(sizes: Sequence[int], p_in: float, p_out: float, seed: int = 0) -> Graph:
    """Stochastic block model: an edge within a block with probability p_in, between blocks with p_out.

    >>> blocks = block_model([2, 3], 1.0, 0.0)
    >>> blocks.groups, blocks.degrees
    ((0, 0, 1, 1, 1), array([1., 1., 2., 2., 2.]))

    Args:
        sizes: Nodes of each block, at least 1 each and 5,000 in all.
        p_in: Probability of an edge between two nodes of one block.
        p_out: Probability of an edge between nodes of different blocks.
        seed: Of the edges.

    Returns:
        The graph, of unit weights, with ``groups``; nodes are ordered by block.

    Raises:
        PolariscopeError: A size is no such number, or a probability does not lie in [0, 1].
    """
    for size in sizes:
        _whole("sizes", size, 1, DENSE_LIMIT)
    n = _whole("sizes", sum(sizes), 1, DENSE_LIMIT)
    for argument, probability in (("p_in", p_in), ("p_out", p_out)):
        if not 0 <= probability <= 1:
            raise PolariscopeError(argument, "a probability lies in [0, 1]", probability, "give 0.1, say")
    groups = np.repeat(np.arange(len(sizes)), sizes)
    first, second = np.triu_indices(n, 1)
    chance = np.where(groups[first] == groups[second], p_in, p_out)
    there = np.random.default_rng(seed).random(len(first)) < chance
    drawn = _joined(n, first[there], second[there])
    return Graph(drawn.weights, drawn.names, tuple(groups.tolist()))


def _joined(n: int, first: NDArray[np.integer], second: NDArray[np.integer]) -> Graph:
    """The graph of n nodes in which each of these pairs, named once, is an edge of weight 1."""
    half = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(n, n))
    return graph_from(half + half.T)


def _whole(argument: str, value: SupportsIndex, least: int, most: int) -> int:
    rule = f"a whole number from {least} to {most:,}"
    try:
        number = operator.index(value)
    except TypeError as error:
        raise PolariscopeError(argument, rule, value, f"give {least}, say") from error
    if not least <= number <= most:
        raise PolariscopeError(argument, rule, number, f"give a number from {least} to {most:,}")
    return number
