"""Signals on the nodes of a graph: their roughness, and their Fourier transform."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_laplacian import LaplacianKind, graph_laplacian
from polariscope.crystal.spectra.graph.fiedler import upright
from polariscope.errors import PolariscopeError


def dirichlet_energy(graph: Graph, signal: ArrayLike) -> float:
    """E(x) = x'Lx = sum over edges of A_ij (x_i - x_j)^2: how much a signal varies along edges.

    The sum is what is computed: no term is negative, so that nothing cancels in the energy of a smooth signal.

    >>> from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
    >>> from polariscope.crystal.operators.graph.named_graphs import path
    >>> x = np.array([0.0, 1.0, 3.0])
    >>> dirichlet_energy(path(3), x), float(x @ (graph_laplacian(path(3)) @ x))  # 1 + 4
    (5.0, 5.0)

    Args:
        graph: The graph, of n nodes.
        signal: x, (n,), or the features of the nodes in columns, X, (n, k).

    Returns:
        The energy; of features, the sum of theirs, trace(X'LX).

    Raises:
        PolariscopeError: The signal has not one finite number for each node.
    """
    columns = as_signal(graph, "signal", signal)
    first, second, weight = graph.edges
    return float((weight @ (columns[first] - columns[second]) ** 2).sum())


def graph_modes(
    graph: Graph, kind: LaplacianKind = "combinatorial"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """L U = U diag(lambda): all frequencies of a graph, rising, and its modes.

    >>> from polariscope.crystal.operators.graph.named_graphs import complete
    >>> graph_modes(complete(3))[0].round(12) + 0.0
    array([0., 3., 3.])

    Args:
        graph: The graph, of n nodes, at most 5,000.
        kind: Its Laplacian; for the random walk, the modes are those of the symmetric twin.

    Returns:
        lambda, (n,), and U, (n, n), orthonormal columns. Where frequencies coincide, the modes are one basis of
        many, the same at every call.

    Raises:
        PolariscopeError: The graph has too many nodes.
    """
    values, vectors = np.linalg.eigh(graph_laplacian(graph, kind).dense())
    return values, upright(vectors)


def graph_fourier(graph: Graph, signal: ArrayLike, kind: LaplacianKind = "combinatorial") -> NDArray[np.float64]:
    """U'x: the share of each mode in a signal; the inverse of `inverse_graph_fourier`.

    >>> from polariscope.crystal.operators.graph.named_graphs import path
    >>> graph_fourier(path(4), np.ones(4)).round(12) + 0.0  # a constant is all in the mode of frequency 0
    array([2., 0., 0., 0.])

    Args:
        graph: The graph, of n nodes, at most 5,000.
        signal: x, (n,) or (n, k).
        kind: Its Laplacian.

    Returns:
        As many coefficients, in the order of `graph_modes`: by rising frequency.

    Raises:
        PolariscopeError: The graph has too many nodes, or the signal not one finite number for each.
    """
    columns = as_signal(graph, "signal", signal)
    return np.asarray(graph_modes(graph, kind)[1].T @ columns, np.float64)


def inverse_graph_fourier(
    graph: Graph, coefficients: ArrayLike, kind: LaplacianKind = "combinatorial"
) -> NDArray[np.float64]:
    """U c: the signal of these coefficients; the inverse of `graph_fourier`.

    >>> from polariscope.crystal.operators.graph.named_graphs import path
    >>> inverse_graph_fourier(path(4), [2, 0, 0, 0]).round(12)
    array([1., 1., 1., 1.])

    Args:
        graph: The graph, of n nodes, at most 5,000.
        coefficients: c, (n,) or (n, k), by rising frequency.
        kind: Its Laplacian.

    Returns:
        The signal, of the same shape.

    Raises:
        PolariscopeError: The graph has too many nodes, or c not one finite number for each.
    """
    columns = as_signal(graph, "coefficients", coefficients)
    return np.asarray(graph_modes(graph, kind)[1] @ columns, np.float64)


def as_signal(graph: Graph, argument: str, values: ArrayLike) -> NDArray[np.float64]:
    """Check numbers on the nodes of a graph.

    Args:
        graph: The graph, of n nodes.
        argument: What the caller calls them.
        values: (n,) or (n, k).

    Returns:
        The same as doubles.

    Raises:
        PolariscopeError: They are not one finite real number for each node.
    """
    rule = f"one finite number for each of the {graph.size:,} nodes, (n,) or in columns (n, k)"
    try:
        columns = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise PolariscopeError(argument, rule, error, "give an array of floats") from error
    if columns.ndim not in {1, 2} or len(columns) != graph.size:
        raise PolariscopeError(argument, rule, f"shape {columns.shape}", f"give ({graph.size},)")
    if not np.isfinite(columns).all():
        raise PolariscopeError(argument, rule, "nan or infinity", "mend the values that are not finite")
    return columns
