"""A weighted undirected graph, checked once where it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from polariscope.errors import PolariscopeError, printable

_TOLERANCE = 1e-10  # of the largest weight, as for symmetric matrices: A and A' may differ by rounding
_LONGEST_NAME = 80  # characters


class Edges(NamedTuple):
    """Every edge once: first < second, both (m,) node indices, and weight (m,)."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    weight: NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes 0..n-1 and A_ij = A_ji >= 0, the weight of the edge between i and j; 0 is no edge.

    Attributes:
        weights: A, (n, n), sparse, symmetric, finite, not negative, with a diagonal of zeros.
        names: One for each node.
        groups: The community each node was planted in, where that is known.
    """

    weights: sparse.csr_array
    names: tuple[str, ...]
    groups: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        _check(self.weights)
        for argument, given in (("names", self.names), ("groups", self.groups)):
            if given is not None and len(given) != self.size:
                rule = f"one for each of the {self.size:,} nodes"
                raise PolariscopeError(argument, rule, f"{len(given):,}", "give as many as there are nodes")

    @property
    def size(self) -> int:
        """n, the number of nodes."""
        return int(self.weights.shape[0])

    @property
    def degrees(self) -> NDArray[np.float64]:
        """d_i = sum_j A_ij, (n,)."""
        return np.asarray(self.weights.sum(axis=1), np.float64)

    @property
    def components(self) -> NDArray[np.intp]:
        """The connected component of each node, (n,), numbered from 0."""
        return np.asarray(connected_components(self.weights, directed=False)[1], np.intp)

    @property
    def edges(self) -> Edges:
        """Every edge once."""
        upper = sparse.triu(self.weights, k=1).tocoo()
        return Edges(upper.row.astype(np.intp), upper.col.astype(np.intp), upper.data.astype(np.float64))


def graph_from(source: Any, names: Sequence[object] | None = None) -> Graph:
    """Take a weight matrix or a networkx graph as a `Graph`; the source is copied, never changed.

    >>> triangle = graph_from([[0, 1, 1], [1, 0, 1], [1, 1, 0]], names="abc")
    >>> triangle.size, triangle.degrees, triangle.names
    (3, array([2., 2., 2.]), ('a', 'b', 'c'))

    Args:
        source: (n, n), dense or scipy sparse, symmetric to 1e-10 of its largest weight; or an undirected networkx
            graph, whose edge attribute ``weight`` counts (1 where there is none) and whose parallel edges add up.
        names: Of the nodes; what cannot be printed in them is escaped. Default: networkx's own, else 0..n-1.

    Returns:
        The graph.

    Raises:
        PolariscopeError: It has no nodes, is directed or not symmetric, a node is joined to itself, or a weight is
            negative or not finite.
    """
    if hasattr(source, "is_directed") and hasattr(source, "adjacency"):
        names = [str(node) for node in source] if names is None else names
        matrix = _from_networkx(source)
    else:
        matrix = _as_sparse(source)
    _check(matrix)
    matrix = matrix / 2 + matrix.T / 2  # a copy, equal to its transpose to the last bit
    named = range(matrix.shape[0]) if names is None else names
    return Graph(sparse.csr_array(matrix), tuple(_printable(name) for name in named))


def largest_component(graph: Graph) -> Graph:
    """Keep the connected component with the most nodes, of equal ones the first.

    >>> pair_and_one = graph_from([[0, 0, 0], [0, 0, 1], [0, 1, 0]])
    >>> largest_component(pair_and_one).names
    ('1', '2')

    Args:
        graph: Connected or not.

    Returns:
        The component, with its nodes' names and groups.
    """
    components = graph.components
    inside = np.flatnonzero(components == np.bincount(components).argmax())
    weights = sparse.csr_array(graph.weights[inside][:, inside])
    groups = None if graph.groups is None else tuple(graph.groups[node] for node in inside)
    return Graph(weights, tuple(graph.names[node] for node in inside), groups)


def _printable(name: object) -> str:
    text = str(name)
    return text if text.isprintable() and len(text) <= _LONGEST_NAME else printable(text, _LONGEST_NAME)


def _from_networkx(source: Any) -> Any:
    import networkx as nx  # late: half a second that matrices need not wait for

    if source.is_directed():
        cure = "give graph.to_undirected(), once it is settled which of two opposite weights holds"
        raise PolariscopeError("graph", "an undirected graph", "a directed one", cure)
    if len(source) == 0:
        raise _no_nodes("a graph of none")
    try:
        return nx.to_scipy_sparse_array(source, weight="weight", dtype=np.float64)
    except (TypeError, ValueError) as error:
        cure = "set the edge attribute 'weight' to a number, or remove it"
        raise PolariscopeError("graph", "weights are numbers", error, cure) from error


def _as_sparse(source: Any) -> Any:
    if np.iscomplexobj(source):
        raise PolariscopeError("graph", "weights are real", "complex ones", "give their absolute values")
    try:
        dense = source if sparse.issparse(source) else np.atleast_2d(np.asarray(source, np.float64))
        matrix = sparse.csr_array(dense, dtype=np.float64)
    except (TypeError, ValueError) as error:
        cure = "give an (n, n) array or scipy matrix of weights, or a networkx graph"
        raise PolariscopeError("graph", "a matrix of weights", error, cure) from error
    if matrix.shape[0] != matrix.shape[1]:
        rule, cure = "as many rows as columns", "give n x n weights"
        raise PolariscopeError("graph", rule, f"shape {matrix.shape}", cure)
    if matrix.shape[0] == 0:
        raise _no_nodes("a matrix of no rows")
    return matrix


def _no_nodes(value: str) -> PolariscopeError:
    return PolariscopeError("graph", "at least one node", value, "give a graph that has nodes")


def _check(weights: Any) -> None:
    _check_entries(weights.data)
    loops = int(np.count_nonzero(weights.diagonal()))
    if loops:
        rule = "no node is joined to itself: such an edge adds nothing to x'Lx"
        raise PolariscopeError("graph", rule, f"{loops:,} self-loops", "set the diagonal of the weights to zero")
    gap = abs(weights - weights.T).max()
    if gap > _TOLERANCE * weights.max():
        cure = "give (A + A')/2 if the direction does not matter; a directed graph has no Laplacian of this kind"
        raise PolariscopeError("graph", "symmetric weights", f"A and A' that differ by {gap:.3g}", cure)


def _check_entries(entries: NDArray[np.float64]) -> None:
    if not np.isfinite(entries).all():
        rule, value = "weights are finite", "nan or infinity"
        raise PolariscopeError("graph", rule, value, "remove the edges that have no weight, or mend them")
    if (entries < 0).any():
        cure = "take absolute values, or leave these edges out: walks and cuts need weights of one sign"
        raise PolariscopeError("graph", "weights are not negative", f"{entries.min():g}", cure)
    with np.errstate(over="ignore"):
        total = entries.sum()
    if not np.isfinite(total):
        raise PolariscopeError("graph", "weights add up to a finite sum", "infinity", "give them in smaller units")
