"""Three Laplacians of a graph, all of them symmetric operators."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors, from_matrix
from polariscope.errors import PolariscopeError

LaplacianKind = Literal["combinatorial", "normalized", "random-walk"]


def graph_laplacian(graph: Graph, kind: LaplacianKind = "combinatorial") -> SymmetricOperator:
    """L = D - A; normalised D^-1/2 L D^-1/2; random walk D^-1 L, given by its symmetric twin, the normalised one.

    D is the diagonal matrix of degrees. D^-1 L is not symmetric, but similar to the normalised Laplacian through
    D^1/2: the eigenvalues are the same, and `to_random_walk` turns the eigenvectors. A node without edges has a
    row of zeros in all three, so that the number of zero eigenvalues is the number of connected components.

    >>> from polariscope.crystal.operators.graph.named_graphs import path
    >>> graph_laplacian(path(3)).dense()
    array([[ 1., -1.,  0.],
           [-1.,  2., -1.],
           [ 0., -1.,  1.]])
    >>> np.linalg.eigvalsh(graph_laplacian(path(3), "normalized").dense()).round(12) + 0.0
    array([0., 1., 2.])

    Args:
        graph: The graph, of n nodes.
        kind: Which Laplacian.

    Returns:
        The operator, explicit and sparse, positive semi-definite.

    Raises:
        PolariscopeError: There is no such kind.
    """
    if kind not in get_args(LaplacianKind):
        rule = "one of " + ", ".join(get_args(LaplacianKind))
        raise PolariscopeError("kind", rule, kind, "choose one of these")
    matrix = sparse.csr_array(sparse.diags_array(graph.degrees) - graph.weights)
    if kind != "combinatorial":
        scale = sparse.diags_array(1 / _root_degrees(graph))
        matrix = scale @ matrix @ scale
    return from_matrix(matrix, f"{kind} Laplacian of a graph of {graph.size:,} nodes")


def to_random_walk(graph: Graph, vectors: Vectors) -> NDArray[np.float64]:
    """D^-1/2 u: from eigenvectors of the symmetric twin to right eigenvectors of D^-1 L, of the same eigenvalues.

    Orthonormal columns U become columns V with V'DV = I, where a node without edges counts with degree 1.

    >>> from polariscope.crystal.operators.graph.named_graphs import star
    >>> hub = star(5)
    >>> to_random_walk(hub, np.sqrt(hub.degrees / 8))  # the walk's eigenvalue 0: one constant
    array([0.35355339, 0.35355339, 0.35355339, 0.35355339, 0.35355339])

    Args:
        graph: The graph, of n nodes.
        vectors: (n,) or (n, k), eigenvectors of ``graph_laplacian(graph, "random-walk")``.

    Returns:
        As many right eigenvectors, of the same shape.

    Raises:
        PolariscopeError: The vectors have not one entry for each node.
    """
    columns = np.asarray(vectors, np.float64)
    if columns.ndim not in {1, 2} or len(columns) != graph.size:
        rule = f"one entry for each of the {graph.size:,} nodes, in columns"
        raise PolariscopeError("vectors", rule, f"shape {columns.shape}", "give (n,) or (n, k)")
    return (columns.T / _root_degrees(graph)).T


def _root_degrees(graph: Graph) -> NDArray[np.float64]:
    degrees = graph.degrees
    return np.sqrt(np.where(degrees > 0, degrees, 1.0))
