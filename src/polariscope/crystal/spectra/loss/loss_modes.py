"""What a loss's curvature says: whether it is negative anywhere, and in which parameters a direction lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.spectra.krylov.extremes import Eigenpairs
from polariscope.errors import PolariscopeError

_ROUNDINGS = 4
_ROUNDINGS_IN_TOLERANCE = 50


@dataclass(frozen=True, eq=False)
class NegativeCurvature:
    """How many eigenvalues of a loss are negative, as far as its smallest pairs can tell.

    Args:
        verdict: "negative": at least one is, for certain; "none": none is; "undecided": the bounds leave it open.
        at_least: Eigenvalues that are certainly negative.
        at_most: Negative eigenvalues there may be; none where pairs beyond those listed may be negative too.
        lowest: No eigenvalue lies below this; -inf where that cannot be said.
        direction: Unit vector of the smallest eigenvalue, (n,), where that is certainly negative.
        miss_probability: Chance, over the search's random start, that ``at_most``, ``lowest`` and "none" are wrong
            for an eigenvalue that was missed.
    """

    verdict: Literal["negative", "none", "undecided"]
    at_least: int
    at_most: int | None
    lowest: float
    direction: NDArray[np.float64] | None
    miss_probability: float


def negative_curvature(pairs: Eigenpairs, *, rounding: float | None = None) -> NegativeCurvature:
    """Count the negative eigenvalues: those with theta + residual < 0 are, for certain.

    No two pairs can mean one eigenvalue: the i-th smallest lies at or below the i-th Ritz value (Cauchy), so as
    many as are counted lie below zero. To each residual 4 roundoffs of a product are added, which it can hide; a
    flat direction, whose eigenvalue is 0, is undecided.

    >>> from polariscope.crystal.operators.symmetric import from_matrix
    >>> from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs
    >>> saddle = from_matrix([[1.0, 2.0], [2.0, 1.0]])
    >>> found = negative_curvature(extreme_eigenpairs(saddle, 2, end="smallest"))
    >>> found.verdict, found.at_least, found.at_most, round(found.lowest, 9)
    ('negative', 1, 1, -1.0)

    Args:
        pairs: Of the smallest end.
        rounding: Unit roundoff of the operator's products, its ``rounding``. Default: a 50th of the pairs'
            tolerance, which by its own default is at least 50 roundoffs.

    Returns:
        What is certain.

    Raises:
        PolariscopeError: They are of the other end.
    """
    if pairs.end != "smallest":
        raise PolariscopeError("pairs", "those of the smallest end", pairs.end, 'ask for end="smallest"')
    unit = pairs.tolerance / _ROUNDINGS_IN_TOLERANCE if rounding is None else rounding
    values, beyond = pairs.values, pairs.unlisted_beyond
    errors = pairs.residuals + _ROUNDINGS * unit * pairs.norm
    at_least = int((values + errors < 0).sum())
    # All eigenvalues lie within ||R|| of the listed values and of others, none of which is below `beyond` (Weyl).
    together = float(np.linalg.norm(errors))
    at_most = int((values - together < 0).sum()) if beyond >= 0 else None
    lowest = min(float(values[0]) - together, beyond)
    verdict: Literal["negative", "none", "undecided"] = "undecided"
    if at_least or at_most == 0:
        verdict = "negative" if at_least else "none"
    direction = pairs.vectors[:, 0] if values[0] + errors[0] < 0 else None
    return NegativeCurvature(verdict, at_least, at_most, lowest, direction, pairs.miss_probability)


def where(vector: ArrayLike, slices: Mapping[str, slice]) -> dict[str, float]:
    """Share of |v|^2 in each parameter: where a direction points.

    >>> where([3.0, 0.0, 4.0], {"weight": slice(0, 2), "bias": slice(2, 3)})
    {'weight': 0.36, 'bias': 0.64}

    Args:
        vector: v, (n,); of any length but 0.
        slices: Where each parameter lies in it, each entry in one; a loss surface's ``parameter_slices``.

    Returns:
        Shares by name, in the order of the slices; they sum to 1.

    Raises:
        PolariscopeError: The vector is 0 or not finite, or the slices do not cover it exactly once.
    """
    squares = np.asarray(vector, np.float64).ravel() ** 2
    total = float(squares.sum())
    if not np.isfinite(total) or total == 0:
        cure = "give an eigenvector, or another direction"
        raise PolariscopeError("vector", "finite numbers that are not all 0", f"|v|^2 = {total}", cure)
    times = np.zeros(len(squares), np.int64)
    for part in slices.values():
        times[part] += 1
    ends = [part.stop or 0 for part in slices.values()]
    if (times != 1).any() or max(ends, default=0) > len(squares):
        cure = "give the parameter_slices of the surface that the vector belongs to"
        got = f"{len(squares):,} entries, {int((times != 1).sum()):,} of them not in exactly one slice"
        raise PolariscopeError("slices", "every entry of the vector in exactly one parameter", got, cure)
    return {name: float(squares[part].sum()) / total for name, part in slices.items()}
