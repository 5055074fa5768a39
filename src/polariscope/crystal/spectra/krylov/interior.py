"""Eigenpairs nearest to a value inside the spectrum, where the matrix is known and can be factorised."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.crystal.spectra.krylov.basis import known_by_products, within_range
from polariscope.crystal.spectra.krylov.extremes import DENSE, MISS_PROBABILITY, check, default_tolerance
from polariscope.crystal.spectra.krylov.inverse import column_norm, inverse, search_inside
from polariscope.crystal.spectra.krylov.search import Found, Order, Wanted, measure
from polariscope.errors import PolariscopeError

_MOVES = (
    0.0,
    1e-14,
    1e-12,
    1e-10,
    1e-8,
    1e-6,
)  # of the norm: how far a shift goes, step by step, off an eigenvalue
_TOLD = 1e-6  # of the distance of the farthest pair, and
_ROUNDED = 1e-14  # of the norm: what the bound may fall short of that distance by


@dataclass(frozen=True, eq=False)
class InteriorPairs:
    """The k eigenpairs found nearest to a value.

    Args:
        values: (k,), nearest first.
        vectors: (n, k), orthonormal columns.
        residuals: (k,) ||A v - theta v||, measured with A itself; an eigenvalue lies within it of theta.
        converged: (k,), True only where the residual is at most tolerance * norm.
        near: The value.
        norm: The longest column of A, a lower estimate of ||A||.
        tolerance: What a residual is asked to be, relative to the norm.
        unlisted_beyond: At most k eigenvalues, with multiplicity, lie nearer to the value than this distance, but
            for the miss probability; 0 where nothing can be said, infinite where all eigenvalues are listed.
        miss_probability: See there; 0 where all eigenvalues were computed.
        products: Columns that were multiplied, by A or by its inverse.
    """

    values: Vectors
    vectors: Vectors
    residuals: Vectors
    converged: NDArray[np.bool_]
    near: float
    norm: float
    tolerance: float
    unlisted_beyond: float
    miss_probability: float
    products: int


def interior_eigenpairs(
    operator: SymmetricOperator,
    near: float,
    count: int = 5,
    *,
    tolerance: float | None = None,
    seed: int = 0,
) -> InteriorPairs:
    """The k eigenvalues nearest to a value, near + 1/mu for the largest |mu| of (A - near)^-1 (shift and invert).

    The same search as for the ends of a spectrum, with its second look. A value that is an eigenvalue makes the
    matrix singular, or lets one pair drown the others in rounding. Then, or where the bound does not come down to
    the pairs, the shift moves off, from 1e-14 of the norm up to a millionth, and pairs equally near may be
    swapped. Of all shifts the one that says most is given. Up to `DENSE` rows all eigenvalues are computed.

    Cost: one factorisation, (2/3) n^3 operations and 8 n^2 bytes where A is dense, as its pattern fills in where
    it is sparse (near n for chains and grids; near dense for graphs without small cuts, where it does not pay);
    then some 3 k + 30 solves.

    >>> from polariscope.crystal.operators.symmetric import from_matrix
    >>> interior_eigenpairs(from_matrix(np.diag(np.arange(10.0))), 4.2, 3).values
    array([4., 5., 3.])

    Args:
        operator: A, n rows, known.
        near: The value, in units of eigenvalues.
        count: k.
        tolerance: What a residual must come down to, relative to the norm. Default: as `extreme_eigenpairs`.
        seed: Of the random starts.

    Returns:
        The pairs.

    Raises:
        PolariscopeError: The operator is known by its products only, or an argument is out of its range.
    """
    known_by_products(operator)
    tolerance = default_tolerance(operator) if tolerance is None else tolerance
    check(operator, count, tolerance)
    if operator.explicit is None:
        cure = (
            "ask for an end of the spectrum or its density; up to 5,000 rows, from_matrix(operator.dense()) helps"
        )
        rule = "inside a spectrum, a matrix that can be factorised"
        raise PolariscopeError(operator.name, rule, "an operator known by its products only", cure)
    within_range(operator, abs(operator.explicit).max())
    if not np.isfinite(near):
        raise PolariscopeError("near", "a finite value", near, "give one between the ends of the spectrum")
    wanted = Wanted(count, tolerance, MISS_PROBABILITY, both=True)
    found = _of_all(operator, near, wanted) if operator.size <= DENSE else _searched(operator, near, wanted, seed)
    return InteriorPairs(
        values=found.values,
        vectors=found.vectors,
        residuals=found.residuals,
        converged=found.residuals <= tolerance * found.norm,
        near=near,
        norm=found.norm,
        tolerance=tolerance,
        unlisted_beyond=found.bound,
        miss_probability=0.0 if found.complete else MISS_PROBABILITY,
        products=found.products,
    )


def _searched(operator: SymmetricOperator, near: float, wanted: Wanted, seed: int) -> Found:
    norm = column_norm(operator.explicit)
    best, best_short, products = None, inf, 0
    for move in _MOVES:
        shift = near + move * norm
        inside_out = inverse(operator, shift)
        if inside_out.rounding >= 1:  # the solves are rounding and no more
            continue
        found = search_inside(operator, inside_out, wanted, _by_distance(near), seed)
        found = replace(found, bound=max(found.bound - abs(shift - near), 0.0))
        products += found.products
        farthest = float(np.abs(found.values - near).max())
        short = farthest - found.bound
        if best is None or short < best_short:
            best, best_short = found, short
        if short <= _TOLD * farthest + _ROUNDED * norm:
            break
    if best is None:
        raise _singular(operator, near)
    return replace(best, products=products)


def _singular(operator: SymmetricOperator, near: float) -> PolariscopeError:
    rule = "a matrix that can be factorised at or beside the value"
    return PolariscopeError(operator.name, rule, f"a singular one near {near:.6g}", "ask a little farther off")


def _of_all(operator: SymmetricOperator, near: float, wanted: Wanted) -> Found:
    values, vectors = np.linalg.eigh(operator.dense())
    order = _by_distance(near)(values)
    listed, others = order[: wanted.count], order[wanted.count :]
    pairs = measure(operator, vectors[:, listed], _by_distance(near))
    bound = float(np.abs(values[others] - near).min(initial=inf))
    return Found(*pairs, column_norm(operator.explicit), bound, True, wanted.count)


def _by_distance(near: float) -> Order:
    return lambda values: np.argsort(np.abs(values - near), kind="stable")
