"""What a Gauss rule says for certain about the measure it came from (Chebyshev, Markov, Stieltjes)."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from polariscope.crystal.operators.symmetric import Vectors

_EDGE = 1e-8  # of the spectrum's scale: how near a prescribed node comes to where it is asked for
_ROUNDING = 1e-13  # of that scale: how far the node of a space that was exhausted may be from its eigenvalue


def mass_below(nodes: Vectors, weights: Vectors, at: float) -> tuple[float, float]:
    """Ends of low <= mu(x < at) <= mu(x <= at) <= high, for every mu with the rule's moments to degree 2m - 2.

    Among such measures, the one with a node at ``at`` and m nodes in all has the least mass before that node and,
    with it, the most (Krein and Nudelman 1977, III). So the two ends differ by that node's weight alone. A rule
    padded with zero weights is the measure itself, and the ends differ by what lies at ``at``.

    >>> turns = (np.arange(100) + 0.5) * np.pi / 100  # 100 nodes of the arcsine law, whose share below x is known
    >>> low, high = mass_below(np.cos(turns)[::-1], np.full(100, 0.01), 0.5)
    >>> low < 2 / 3 < high, round(high - low, 3)  # acos(-1/2) / pi
    (True, 0.01)
    >>> mass_below(np.array([1.0, 2.0, 0.0]), np.array([0.25, 0.75, 0.0]), 1.5)
    (0.25, 0.25)

    Args:
        nodes: (m,).
        weights: (m,), sum 1.
        at: Where.

    Returns:
        Both bounds, within [0, 1].
    """
    there = weights > 0
    nodes, weights, exact = nodes[there], weights[there], not there.all()
    scale = float(max(np.ptp(nodes), np.abs(nodes).max()))
    if not exact:
        diagonal, couplings = _recurrence(nodes, weights)
        nodes, weights = _with_node(diagonal, couplings, at, _EDGE * scale)
        nearest = int(np.abs(nodes - at).argmin())
        before, within = weights[:nearest].sum(), weights[: nearest + 1].sum()
    else:
        near = _ROUNDING * scale
        before, within = weights[nodes < at - near].sum(), weights[nodes <= at + near].sum()
    return float(np.clip(before, 0, 1)), float(np.clip(within, 0, 1))


def _recurrence(nodes: Vectors, weights: Vectors) -> tuple[Vectors, Vectors]:
    """The Lanczos matrix whose Gauss rule this is: Lanczos on the nodes from the roots of the weights."""
    size = nodes.size
    past, diagonal, couplings = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    past[0] = np.sqrt(weights)
    for step in range(size):
        image = nodes * past[step]
        diagonal[step] = image @ past[step]
        for _ in range(2):
            image -= past[: step + 1].T @ (past[: step + 1] @ image)
        couplings[step] = np.linalg.norm(image)
        if step + 1 == size or couplings[step] <= np.finfo(np.float64).eps * np.abs(nodes).max():
            break
        past[step + 1] = image / couplings[step]
    return diagonal[: step + 1], couplings[:step]


def _with_node(diagonal: Vectors, couplings: Vectors, at: float, reach: float) -> tuple[Vectors, Vectors]:
    """The rule with one node prescribed, by another last diagonal entry (Golub 1973)."""
    if diagonal.size == 1:
        return np.array([at]), np.ones(1)
    pivot = diagonal[0] - at
    for entry, coupling in zip(diagonal[1:-1], couplings[:-1], strict=True):
        pivot = entry - at - coupling**2 / _apart(pivot, reach)
    last = at + couplings[-1] ** 2 / _apart(pivot, reach)
    nodes, vectors = eigh_tridiagonal(np.append(diagonal[:-1], last), couplings)
    return nodes, np.asarray(vectors[0] ** 2, np.float64)


def _apart(pivot: float, reach: float) -> float:
    return float(np.copysign(max(abs(pivot), reach), pivot))
