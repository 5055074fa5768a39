"""The Fiedler value: how hard it is to cut a graph in two, and the vector that shows where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_laplacian import LaplacianKind, graph_laplacian
from polariscope.crystal.operators.symmetric import Vectors
from polariscope.crystal.spectra.krylov.lowest import lowest_eigenpairs
from polariscope.errors import PolariscopeError

_LISTED = 16  # eigenvalues looked at for a multiplicity; cycles have 2, a d-cube has d
_AGREE = 1e-13  # of the largest eigenvalue possible: rounding, beside the residuals


@dataclass(frozen=True, eq=False)
class Fiedler:
    """The second lowest eigenvalue of a connected graph's Laplacian, and its eigenvector.

    Attributes:
        value: lambda_2, above 0. Miroslav Fiedler's algebraic connectivity where the Laplacian is combinatorial.
        residual: ||L v - value v||: an eigenvalue lies within it of the value (Weyl).
        converged: Whether the residual is as small as was asked of it.
        vector: v, (n,), of length 1; its first entry of more than half its largest is positive.
        side: Which side of the cut each node is on, (n,): True where v is not negative, up to rounding.
        multiplicity: How many of the 15 lowest eigenvalues above 0 agree with the value up to residuals and
            rounding. Above 1 the vector and the sides are one choice of many; 15 means 15 or more.
    """

    value: float
    residual: float
    converged: bool
    vector: NDArray[np.float64]
    side: NDArray[np.bool_]
    multiplicity: int


def fiedler(graph: Graph, kind: LaplacianKind = "combinatorial") -> Fiedler:
    """lambda_2 = min x'Lx / x'x over x orthogonal to the eigenvector of 0: small where a cheap cut exists.

    >>> from polariscope.crystal.operators.graph.named_graphs import cycle, path
    >>> found = fiedler(path(4))
    >>> bool(np.isclose(found.value, 2 - 2 * np.cos(np.pi / 4))), found.side.tolist(), found.multiplicity
    (True, [True, True, False, False], 1)
    >>> fiedler(cycle(6)).multiplicity  # a ring can be cut anywhere
    2

    Args:
        graph: A connected graph of two nodes or more.
        kind: Its Laplacian. For the random walk, vector and residual are those of the symmetric twin, and
            `to_random_walk` turns the vector; its signs stay.

    Returns:
        The value and what belongs to it.

    Raises:
        PolariscopeError: The graph has one node, or is not connected.
    """
    require_connected(graph)
    operator = graph_laplacian(graph, kind)
    found = lowest_eigenpairs(operator, min(_LISTED, graph.size))
    values, residuals = found.values, found.residuals
    largest = 2 * graph.degrees.max() if kind == "combinatorial" else 2.0  # Gershgorin
    apart = np.abs(values[1:] - values[1])
    agree = apart <= residuals[1:] + residuals[1] + _AGREE * largest
    vector = upright(found.vectors[:, 1:2])[:, 0]
    side = vector >= -np.sqrt(_AGREE) * np.abs(vector).max()
    return Fiedler(
        value=float(values[1]),
        residual=float(residuals[1]),
        converged=bool(found.converged[1]),
        vector=vector,
        side=side,
        multiplicity=int(agree.sum()),
    )


def spectral_gap(graph: Graph) -> float:
    """lambda_2 of D^-1 L: one minus the second largest eigenvalue of the random walk on the graph.

    >>> from polariscope.crystal.operators.graph.named_graphs import complete
    >>> round(spectral_gap(complete(5)), 12)  # n / (n - 1)
    1.25

    Args:
        graph: A connected graph of two nodes or more.

    Returns:
        The gap, in (0, 2]. The lazy walk, which rests with probability 1/2, has half of it.

    Raises:
        PolariscopeError: The graph has one node, or is not connected.
    """
    return fiedler(graph, "random-walk").value


def require_connected(graph: Graph) -> None:
    """Refuse a graph whose gap is zero or missing.

    Args:
        graph: The graph.

    Raises:
        PolariscopeError: It has one node, or is not connected.
    """
    if graph.size == 1:
        raise PolariscopeError(
            "graph", "two nodes or more, where a gap is asked", "one node", "give a larger graph"
        )
    components = int(graph.components.max()) + 1
    if components > 1:
        cure = "take one component (graph.components numbers them), or join them"
        rule = "a connected graph, where a gap is asked: otherwise it is 0"
        raise PolariscopeError("graph", rule, f"{components:,} components", cure)


def upright(vectors: Vectors) -> NDArray[np.float64]:
    """Choose signs that do not hang on rounding: the first entry of more than half a column's largest is positive.

    >>> upright(np.array([[-0.6, 0.1], [0.8, -0.9]]))
    array([[ 0.6, -0.1],
           [-0.8,  0.9]])

    Args:
        vectors: (n, k), no column of zeros.

    Returns:
        The columns, each as it is or negated.
    """
    size = np.abs(vectors)
    first = (size > size.max(axis=0) / 2).argmax(axis=0)
    return np.asarray(vectors * np.sign(vectors[first, np.arange(vectors.shape[1])]), np.float64)
