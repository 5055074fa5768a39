"""What a Gauss rule says for certain about the measure it came from (Chebyshev, Markov, Stieltjes)."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from polariscope.crystal.operators.symmetric import Vectors

_EDGE = 1e-8  # of the spectrum's scale: how near a prescribed node comes to where it is asked for
_ROUNDING = 1e-13  # of that scale: how far the node of a space that was exhausted may be from its eigenvalue


def mass_below(nodes: Vectors, weights: Vectors, at: float, noise: float = 0.0) -> tuple[float, float]:
    """Ends of low <= mu(x < at) <= mu(x <= at) <= high, for every mu with the rule's moments to degree 2m - 2.

    Among such measures, the one with a node at ``at`` and m nodes in all has the least mass before that node and,
    with it, the most (Krein and Nudelman 1977, III). So the two ends differ by that node's weight alone. A rule
    padded with zero weights is the measure itself, and the ends differ by what lies at ``at``. Padded where a
    coupling fell below a noise that is more than the rounding of doubles, it is a rule whose next coupling is at
    most that: the ends for the noise itself hold for whatever is smaller, since they close with it.

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
        noise: What the next coupling of a padded rule may be. Eigenvalues that are moved by it are the caller's.

    Returns:
        Both bounds, within [0, 1].
    """
    if is_measure(nodes, weights, noise):
        near = _ROUNDING * _scale(nodes)
        before, within = weights[nodes < at - near].sum(), weights[(nodes <= at + near) & (weights > 0)].sum()
        return float(np.clip(before, 0, 1)), float(np.clip(within, 0, 1))
    there = weights > 0
    scale = _scale(nodes)
    diagonal, couplings = _recurrence(nodes[there], weights[there])
    if not there.all():
        diagonal, couplings = np.append(diagonal, 0.0), np.append(couplings, noise)  # any last entry
    nodes, weights = _with_node(diagonal, couplings, at, _EDGE * min(scale, noise or scale))
    nearest = int(np.abs(nodes - at).argmin())
    before, within = weights[:nearest].sum(), weights[: nearest + 1].sum()
    return float(np.clip(before, 0, 1)), float(np.clip(within, 0, 1))


def is_measure(nodes: Vectors, weights: Vectors, noise: float) -> bool:
    """Whether a rule is the measure itself: padded, and its space exhausted to the rounding of doubles.

    >>> is_measure(np.array([1.0, 0.0]), np.array([1.0, 0.0]), 1e-6), is_measure(np.ones(1), np.ones(1), 0.0)
    (False, False)

    Args:
        nodes: (m,).
        weights: (m,).
        noise: See `mass_below`.

    Returns:
        True, or False.
    """
    return bool((weights == 0).any()) and noise <= _ROUNDING * _scale(nodes)


def mass_near_zero(nodes: Vectors, weights: Vectors, within: float, noise: float = 0.0) -> tuple[float, float]:
    """Ends of mu(-z <= x <= z): equal where the rule is the measure itself, else from `mass_below` at both.

    >>> mass_near_zero(np.array([0.0, 1.0, 0.0]), np.array([0.25, 0.75, 0.0]), 0.0)
    (0.25, 0.25)

    Args:
        nodes: (m,).
        weights: (m,).
        within: z.
        noise: As `mass_below`; eigenvalues may also have been moved by it.

    Returns:
        Both bounds, within [0, 1].
    """
    if is_measure(nodes, weights, noise):
        inside = np.abs(nodes) <= within + max(_ROUNDING * _scale(nodes), noise)
        mass = float(np.clip(weights[inside].sum(), 0, 1))
        return mass, mass
    wide, inner = within + noise, within - noise
    most = mass_below(nodes, weights, wide, noise)[1] - mass_below(nodes, weights, -wide, noise)[0]
    if inner < 0:
        return 0.0, most
    least = mass_below(nodes, weights, inner, noise)[0] - mass_below(nodes, weights, -inner, noise)[1]
    return max(least, 0.0), most


def _scale(nodes: Vectors) -> float:
    """The spectrum's scale; padding is 0 and adds nothing to it beyond the distance from 0."""
    return float(np.abs(nodes).max())


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
