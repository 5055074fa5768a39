"""The lowest eigenpairs by whichever way is short: all of them, a Krylov space, or a factorisation."""

from dataclasses import replace
from math import inf
from typing import cast

import numpy as np

from polariscope.crystal.operators.symmetric import Explicit, SymmetricOperator
from polariscope.crystal.spectra.krylov.basis import Basis, known_by_products
from polariscope.crystal.spectra.krylov.extremes import (
    DENSE,
    MISS_PROBABILITY,
    Eigenpairs,
    check,
    default_tolerance,
    extreme_eigenpairs,
    negated,
)
from polariscope.crystal.spectra.krylov.inverse import column_norm, inverse, lowest_circle, search_inside
from polariscope.crystal.spectra.krylov.reach import reach
from polariscope.crystal.spectra.krylov.search import Wanted

_TRIED = 10  # times the columns of a basis: what a Krylov search may cost before a factorisation is tried
_STEPS = 30  # of a Krylov space that says how low the spectrum may reach
_SHIFTS = 4  # factorisations at most: each comes nearer to the spectrum by a factor of some hundred
_NEAR = 20.0  # margins between shift and spectrum that need no nearer shift
_BELOW = 1e-7  # of the norm: how far under the spectrum the shift is


def lowest_eigenpairs(
    operator: SymmetricOperator, count: int = 5, *, tolerance: float | None = None, seed: int = 0
) -> Eigenpairs:
    """The k lowest eigenvalues, by the first of these that applies.

    1. All eigenvalues, where n <= 4 k + 40, or the matrix is known and n <= `DENSE`.
    2. `extreme_eigenpairs`, where the operator has products only, or that is done within 10 (4 k + 40) products:
       the lower end of a random graph stands apart from the rest, and its factors would be nearly dense.
    3. The largest eigenvalues of (A - shift)^-1, with a shift just below the spectrum: what a chain or a grid
       needs, whose lowest eigenvalues are crowded, and whose factors are small. "Below" is known from Gershgorin's
       circles, or from a Krylov space up to half of the miss probability.

    >>> from scipy import sparse
    >>> from polariscope.crystal.operators.symmetric import from_matrix
    >>> n = 3000
    >>> diagonals = [-np.ones(n - 1), np.r_[1, np.full(n - 2, 2), 1], -np.ones(n - 1)]
    >>> chain = sparse.diags_array(diagonals, offsets=[-1, 0, 1])
    >>> found = lowest_eigenpairs(from_matrix(chain, "path"), 3)
    >>> exact = 2 - 2 * np.cos(np.pi * np.arange(3) / n)
    >>> bool(np.abs(found.values - exact).max() < 1e-12), found.converged.all()
    (True, np.True_)

    Args:
        operator: A, n rows.
        count: k.
        tolerance: As `extreme_eigenpairs`.
        seed: Of the random starts.

    Returns:
        The pairs, lowest first, with ``end="smallest"``. By the third way their products count solves too.

    Raises:
        PolariscopeError: As `extreme_eigenpairs`.
    """
    known_by_products(operator)
    tolerance = default_tolerance(operator) if tolerance is None else tolerance
    check(operator, count, tolerance)
    known, usual = operator.explicit is not None, 4 * count + 40
    if not known or operator.size <= max(DENSE, usual):
        return extreme_eigenpairs(operator, count, end="smallest", tolerance=tolerance, seed=seed)
    tried = extreme_eigenpairs(
        operator, count, end="smallest", tolerance=tolerance, seed=seed, products=_TRIED * usual
    )
    if tried.converged.all():
        return tried
    found = _inside_out(operator, Wanted(count, tolerance, MISS_PROBABILITY), seed)
    return replace(found, products=found.products + tried.products)


def _inside_out(operator: SymmetricOperator, wanted: Wanted, seed: int) -> Eigenpairs:
    halved = replace(wanted, miss_probability=wanted.miss_probability / 2)
    inside_out, shift, products = _just_below(operator, halved.miss_probability, seed)
    found = search_inside(operator, inside_out, halved, np.argsort, seed)
    return Eigenpairs(
        values=found.values,
        vectors=found.vectors,
        residuals=found.residuals,
        converged=found.residuals <= wanted.tolerance * found.norm,
        end="smallest",
        norm=found.norm,
        tolerance=wanted.tolerance,
        unlisted_beyond=shift + found.bound if found.bound > 0 else -inf,
        miss_probability=wanted.miss_probability,
        products=found.products + products,
    )


def _just_below(operator: SymmetricOperator, miss: float, seed: int) -> tuple[SymmetricOperator, float, int]:
    """Factorise A at a shift below its spectrum, and again nearer to it as long as the inverse says there is room.

    Returns:
        (A - shift)^-1, the shift, and the columns that were multiplied.
    """
    matrix = cast(Explicit, operator.explicit)
    margin, each = _BELOW * column_norm(matrix), miss / (_SHIFTS + 1)
    low = max(lowest_circle(matrix), -_highest_possible(negated(operator), each, seed))
    products = _STEPS
    for _ in range(_SHIFTS):
        shift = low - margin
        inside_out = inverse(operator, shift)
        low = shift + 1 / _highest_possible(inside_out, each, seed)
        products += _STEPS
        if low - shift < _NEAR * margin:
            break
    return inside_out, shift, products


def _highest_possible(operator: SymmetricOperator, miss: float, seed: int) -> float:
    """What no eigenvalue lies above, but for a probability: `reach`, after some Lanczos steps."""
    basis = Basis(operator, _STEPS + 1, np.random.default_rng(seed))
    basis.append_random(1)
    couplings = []
    for _ in range(_STEPS):
        basis.expand()
        couplings.append(basis.link)
        if basis.cut:
            break
    ritz_values = np.asarray(np.linalg.eigvalsh(basis.projected), np.float64)
    return reach(ritz_values, np.array(couplings), operator.size, miss)
