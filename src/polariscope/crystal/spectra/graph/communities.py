"""Spectral communities (Ng, Jordan and Weiss 2001), and what a division into communities is worth."""

import warnings
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.vq import kmeans2
from scipy.special import comb

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.spectra.krylov.lowest import lowest_eigenpairs
from polariscope.errors import PolariscopeError

_MOST = 20  # communities that are looked for where their number is not given
_STARTS = 10
_ITERATIONS = 50


@dataclass(frozen=True, eq=False)
class Communities:
    """A division of the nodes of a graph.

    Attributes:
        labels: The community of each node, (n,), numbered from 0 in the order of their first nodes.
        count: How many there are.
        modularity: Newman's Q of the division.
        eigenvalues: Lowest ones of the normalised Laplacian, rising; where the number was not given, the largest
            gap between two of them chose it.
        agreement: Adjusted Rand index with the planted groups; None where none are known.
    """

    labels: NDArray[np.intp]
    count: int
    modularity: float
    eigenvalues: NDArray[np.float64]
    agreement: float | None


def communities(graph: Graph, count: int | None = None, seed: int = 0) -> Communities:
    """Cluster the rows, scaled to length 1, of the lowest eigenvectors of the normalised Laplacian.

    >>> from polariscope.crystal.operators.graph.named_graphs import block_model
    >>> found = communities(block_model([20, 30], 0.9, 0.1))
    >>> found.count, found.agreement
    (2, 1.0)

    Args:
        graph: The graph, with at least one edge.
        count: Communities, k, 1 to n. Default: the number of eigenvalues below the largest gap among the 21
            lowest, which may be 1: no communities.
        seed: Of the starts of k-means.

    Returns:
        The division, best of 10 starts. k-means may leave a community empty; then there are fewer than asked for.

    Raises:
        PolariscopeError: There are no edges, the number is not within 1 to n, or it is not given and the graph has
            more than 20 components.
    """
    parts = _check(graph, count)
    listed = min(graph.size, _MOST + 1 if count is None else count + 1)
    found = lowest_eigenpairs(graph_laplacian(graph, "normalized"), listed)
    if count is None:
        count = parts + int(np.diff(found.values)[parts - 1 :].argmax())  # gaps between zeros are rounding
    labels = _clustered(found.vectors[:, :count], seed)
    agreement = None if graph.groups is None else adjusted_rand(labels, graph.groups)
    return Communities(labels, int(labels.max()) + 1, modularity(graph, labels), found.values, agreement)


def modularity(graph: Graph, labels: ArrayLike) -> float:
    """Q = sum over communities of w_in/W - (d/2W)^2: weight inside them beyond what their degrees would give.

    >>> from polariscope.crystal.operators.graph.named_graphs import block_model
    >>> modularity(block_model([3, 3], 1, 0), [0, 0, 0, 1, 1, 1])  # two equal halves, nothing between
    0.5

    Args:
        graph: The graph, of total weight W.
        labels: The community of each node, (n,).

    Returns:
        Q, from -1/2 to below 1; 0 for a single community.

    Raises:
        PolariscopeError: The graph has no edges, or the labels are not one for each node.
    """
    _require_edges(graph)
    given = np.asarray(labels)
    if given.shape != (graph.size,):
        rule = f"one label for each of the {graph.size:,} nodes"
        raise PolariscopeError("labels", rule, f"shape {given.shape}", f"give ({graph.size},)")
    community = np.unique(given, return_inverse=True)[1]
    first, second, weight = graph.edges
    inside = float(weight[community[first] == community[second]].sum() / weight.sum())
    share = np.bincount(community, graph.degrees) / graph.degrees.sum()
    return inside - float(share @ share)


def adjusted_rand(one: ArrayLike, other: ArrayLike) -> float:
    """(R - E R)/(max R - E R), R the pairs together in both divisions (Hubert and Arabie 1985).

    >>> adjusted_rand([0, 0, 1, 1], [5, 5, 2, 2]), round(adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]), 12)
    (1.0, -0.5)

    Args:
        one: A label for each node, (n,).
        other: Another division of the same nodes, (n,).

    Returns:
        1 for the same division up to names, 0 on average for random ones.

    Raises:
        PolariscopeError: The divisions are not of the same nodes.
    """
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape or first.ndim != 1 or first.size == 0:
        value = f"shapes {first.shape} and {second.shape}"
        raise PolariscopeError("other", "two labels for each node", value, "divide the same nodes twice")
    rows, columns = (np.unique(labels, return_inverse=True)[1] for labels in (first, second))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    together, in_one, in_other = (
        float(comb(counts, 2).sum()) for counts in (table, table.sum(axis=1), table.sum(axis=0))
    )
    expected = in_one * in_other / comb(first.size, 2) if first.size > 1 else 0.0
    most = (in_one + in_other) / 2
    return float((together - expected) / (most - expected)) if most != expected else 1.0


def _check(graph: Graph, count: int | None) -> int:
    """Return the number of components."""
    _require_edges(graph)
    parts = int(graph.components.max()) + 1
    if count is not None and not 1 <= count <= graph.size:
        rule = f"from 1 to the {graph.size:,} nodes"
        raise PolariscopeError("count", rule, count, "give 2, or leave it out to have it found")
    if count is None and parts > _MOST:
        rule = f"at most {_MOST} components where the number of communities is to be found"
        raise PolariscopeError("graph", rule, f"{parts:,} components", "give count, or take the largest component")
    return parts


def _require_edges(graph: Graph) -> None:
    if graph.weights.nnz == 0:
        rule = "at least one edge, where communities are asked"
        raise PolariscopeError("graph", rule, "none", "give a graph that has edges")


def _clustered(vectors: NDArray[np.float64], seed: int) -> NDArray[np.intp]:
    """Labels of the best of several runs of k-means on the rows, numbered by first appearance."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = vectors / np.where(length > 0, length, 1)
    rng = np.random.default_rng(seed)
    best, labels = inf, np.zeros(len(rows), np.intp)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a cluster that went empty: another start may be better
        for _ in range(_STARTS):
            centres, found = kmeans2(rows, vectors.shape[1], _ITERATIONS, minit="++", seed=rng)
            spread = float(((rows - centres[found]) ** 2).sum())
            if spread < best:
                best, labels = spread, found
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], np.intp)
