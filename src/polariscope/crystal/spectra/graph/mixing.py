"""How long a random walk on a graph remembers where it began."""

from dataclasses import dataclass
from math import ceil, inf, log

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.spectra.graph.fiedler import fiedler
from polariscope.errors import PolariscopeError

EXACT_LIMIT = 2_000
"""Nodes up to which the mixing time itself is computed: all eigenvectors, some ten seconds on one core."""
_TIE = 1e-12  # a distance that equals epsilon has been reached, whatever its last bits


@dataclass(frozen=True)
class MixingTime:
    """Steps of the lazy walk P = (I + D^-1 A)/2 until, from the worst start, ||P^t(x, .) - pi||_TV <= epsilon.

    Attributes:
        relaxation: t_rel = 1/gap = 2/lambda_2 of the random-walk Laplacian, in steps.
        lower: (t_rel - 1) ln(1/(2 epsilon)), with t_rel as low as the residual of lambda_2 allows.
        upper: t_rel ln(1/(epsilon pi_min)), with t_rel as high as the residual allows, which may be inf.
        exact: t_mix, in whole steps; None for more than 2,000 nodes, or where rounding leaves it open.
        epsilon: The distance in total variation.
    """

    relaxation: float
    lower: float
    upper: float
    exact: int | None
    epsilon: float


def mixing_time(graph: Graph, epsilon: float = 0.25) -> MixingTime:
    """(t_rel - 1) ln(1/(2 epsilon)) <= t_mix(epsilon) <= t_rel ln(1/(epsilon pi_min)), of the lazy random walk.

    Both bounds hold for every lazy reversible walk (Levin and Peres, Markov Chains and Mixing Times, 2017,
    theorems 12.4 and 12.5); laziness is what lets a walk mix on a bipartite graph too.

    >>> from polariscope.crystal.operators.graph.named_graphs import complete
    >>> found = mixing_time(complete(2))  # P is pi at once
    >>> round(found.relaxation, 12), found.exact
    (1.0, 1)

    Args:
        graph: A connected graph of two nodes or more.
        epsilon: The distance at which a walk counts as mixed. Default: 1/4, the convention of Levin and Peres.

    Returns:
        Relaxation time, both bounds, and the mixing time itself where the graph is small.

    Raises:
        PolariscopeError: The graph is not connected, or epsilon does not lie in (0, 1/2).
    """
    if not 0 < epsilon < 0.5:
        raise PolariscopeError("epsilon", "a distance lies in (0, 1/2)", epsilon, "give 0.25, the convention")
    found = fiedler(graph, "random-walk")
    rarest = float(graph.degrees.min() / graph.degrees.sum())
    shortest, longest = _relaxation(found.value + found.residual), _relaxation(found.value - found.residual)
    lower = max(0.0, (shortest - 1) * log(1 / (2 * epsilon)))
    upper = longest * log(1 / (epsilon * rarest))
    exact = None
    if graph.size <= EXACT_LIMIT and upper < inf:
        steps = _exact(graph, epsilon, ceil(upper))
        exact = steps if steps * found.residual < found.value / 2 else None
    return MixingTime(_relaxation(found.value), lower, upper, exact, epsilon)


def _relaxation(value: float) -> float:
    return 2 / value if value > 0 else inf


def _exact(graph: Graph, epsilon: float, enough: int) -> int:
    """Bisect for the first t at which the distance, which never grows, is at most epsilon."""
    values, vectors = np.linalg.eigh(graph_laplacian(graph, "random-walk").dense())
    low, high = -1, enough
    while high - low > 1:
        middle = (low + high) // 2
        if _distance(graph, values[1:], vectors[:, 1:], middle) <= epsilon + _TIE:
            high = middle
        else:
            low = middle
    return high


def _distance(graph: Graph, values: NDArray[np.float64], vectors: NDArray[np.float64], steps: int) -> float:
    # d(t) = max_x (1/2) sum_y |sum_{k >= 2} (1 - lambda_k/2)^t u_k(x) u_k(y)| sqrt(d_y / d_x). Modes that have
    # died out by t cost nothing, and no powers of the matrix need to be kept.
    with np.errstate(divide="ignore", under="ignore"):
        decay = np.exp(steps * np.log1p(-np.clip(values, 0, 2) / 2)) if steps else np.ones(len(values))
    alive = decay > np.finfo(np.float64).tiny
    difference = (vectors[:, alive] * decay[alive]) @ vectors[:, alive].T
    root = np.sqrt(graph.degrees)
    return float((np.abs(difference) @ root / root).max() / 2)
