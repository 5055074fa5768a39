"""The outermost eigenpairs, each with its measured residual, and what may lie beyond them."""

from dataclasses import dataclass, replace
from math import inf
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.crystal.spectra.krylov.basis import known_by_products, whole_number, within_range
from polariscope.crystal.spectra.krylov.search import Found, Search, Wanted, measure
from polariscope.errors import PolariscopeError

End: TypeAlias = Literal["largest", "smallest"]

MISS_PROBABILITY = 0.01
"""How often, over random starts, an eigenvalue may go unlisted beyond the bound that is given."""
DENSE = 500
"""Rows of a known matrix whose eigenvalues are all computed: below a tenth of a second."""
_BASIS_BYTES = 1 << 31
_ONE_BY_ONE = 1_000_000  # rows from which two columns at once cost memory rather than save time


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """The k outermost eigenpairs found at one end of a spectrum.

    Args:
        values: (k,), outermost first.
        vectors: (n, k), orthonormal columns.
        residuals: (k,) ||A v - theta v||, from a product of its own; an eigenvalue lies within it of theta (Weyl),
            but for the rounding of that product.
        converged: (k,), True only where the residual is at most tolerance * norm.
        end: The end of the spectrum.
        norm: The largest |Ritz value| seen, a lower estimate of ||A||.
        tolerance: What a residual is asked to be, relative to the norm.
        unlisted_beyond: At most k eigenvalues, with multiplicity, lie beyond this value, but for the miss
            probability (over the random start). So where it is not beyond the k-th pair, nothing there is missing.
            The next eigenvalue itself where all were computed, infinite on the inner side where all are listed,
            and on the outer side where nothing can be said. Nothing finer than the rounding of products is told.
        miss_probability: See there; 0 where all eigenvalues were computed.
        products: Columns that were multiplied.
    """

    values: Vectors
    vectors: Vectors
    residuals: Vectors
    converged: NDArray[np.bool_]
    end: End
    norm: float
    tolerance: float
    unlisted_beyond: float
    miss_probability: float
    products: int


def extreme_eigenpairs(
    operator: SymmetricOperator,
    count: int = 5,
    *,
    end: End = "largest",
    tolerance: float | None = None,
    seed: int = 0,
    block: int | None = None,
    basis: int | None = None,
    products: int | None = None,
) -> Eigenpairs:
    """A v = theta v for the k outermost theta: Rayleigh-Ritz in a Krylov space, and a look for what it missed.

    The Krylov space of one vector holds one vector of each eigenspace, so it cannot see a second copy of an
    eigenvalue. After the pairs have converged, a run from a fresh random vector orthogonal to them looks for
    anything further out than the last; what it finds goes in, and the search goes on. The last such run bounds
    what is not listed (`reach`). All is orthogonalised in full, so no eigenvalue comes twice that is there once.

    Where n <= 4 k + 40, or the matrix is known and n <= `DENSE`, all eigenvalues are computed instead.

    Cost: products as `Eigenpairs.products` counts them, one residual each included; time 4 n m a column besides,
    and 8 n (m + 3 b + 3 k) bytes, for a basis of m columns.

    >>> import numpy as np
    >>> repeated = np.repeat([3.0, 2.0, 1.0], [1, 3, 996])
    >>> spectrum = SymmetricOperator(lambda vectors: repeated[:, None] * vectors, 1000, name="diagonal")
    >>> found = extreme_eigenpairs(spectrum, 5)
    >>> found.values.round(9) + 0.0, found.converged.all(), found.unlisted_beyond < 1.001
    (array([3., 2., 2., 2., 1.]), np.True_, True)

    Args:
        operator: A, n rows.
        count: k.
        end: "largest" or "smallest", with the sign.
        tolerance: What a residual must come down to, relative to the norm. Default: 1e-9, which leaves a separate
            eigenvalue wrong by its square; or 50 roundoffs of the operator, where its products are coarser.
        seed: Of the random starts.
        block: Columns multiplied at once while searching. Default: 2, since a product with two columns costs
            hardly more than with one; 1 above a million rows.
        basis: Most columns kept, m. Default: 4 k + 40, room for outliers to converge without a restart;
            less where that is above 2 GB, but at least 2 k + 8.
        products: Columns to multiply before what is found is given as it is, not converged. Default: 50 m.

    Returns:
        The pairs.

    Raises:
        PolariscopeError: An argument is out of its range, or a product is not finite.
    """
    known_by_products(operator)
    tolerance = default_tolerance(operator) if tolerance is None else tolerance
    check(operator, count, tolerance)
    if end not in {"largest", "smallest"}:
        raise PolariscopeError("end", "largest or smallest", end, "name the end whose eigenpairs you want")
    toward = operator if end == "largest" else negated(operator)
    wanted = Wanted(count, tolerance, MISS_PROBABILITY)
    known = operator.explicit is not None and operator.size <= DENSE
    if block is basis is products is None and (known or operator.size <= 4 * count + 40):
        return _pairs(all_of(toward, wanted), wanted, end)
    return _pairs(_searched(toward, wanted, block, basis, products, seed), wanted, end)


def default_tolerance(operator: SymmetricOperator) -> float:
    """1e-9, or 50 roundoffs of the operator's products where they are coarser."""
    return max(1e-9, 50 * operator.rounding)


def check(operator: SymmetricOperator, count: int, tolerance: float) -> None:
    """Check what is asked of an operator.

    Raises:
        PolariscopeError: No operator; more pairs than dimensions, none, or no whole number of them; or a tolerance
            that is not positive.
    """
    known_by_products(operator)
    if not 1 <= whole_number("count", count, 0) <= operator.size:
        rule = f"a number of eigenpairs from 1 to the {operator.size:,} dimensions of {operator.name}"
        raise PolariscopeError("count", rule, count, "ask for as many as there are, or fewer")
    if not 0 < tolerance < 1:
        cure = "give 1e-9, or leave it out"
        raise PolariscopeError(
            "tolerance", "a residual relative to the norm, above 0 and below 1", tolerance, cure
        )


def all_of(operator: SymmetricOperator, wanted: Wanted) -> Found:
    """The wanted pairs from all eigenvalues of the matrix written out, their residuals measured all the same.

    Args:
        operator: A, n rows, at most `DENSE_LIMIT`.
        wanted: What is looked for.

    Returns:
        The pairs; the bound is the next eigenvalue.
    """
    written = operator.dense()
    within_range(operator, written)
    values, vectors = np.linalg.eigh(written)
    order = wanted.order(values)
    ranks = wanted.rank(values)[order]
    bound = float(ranks[wanted.count]) if wanted.count < operator.size else -inf
    listed, turned, residuals = measure(operator, vectors[:, order[: wanted.count]], wanted.order)
    products = wanted.count + (operator.size if operator.explicit is None else 0)
    return Found(listed, turned, residuals, float(np.abs(values).max()), bound, True, products)


def _searched(
    operator: SymmetricOperator,
    wanted: Wanted,
    block: int | None,
    basis: int | None,
    products: int | None,
    seed: int,
) -> Found:
    size, count = operator.size, wanted.count
    width = (1 if size > _ONE_BY_ONE else 2) if block is None else block
    least = 2 * count + 3 * width + 2  # room for what outlives a restart, and two blocks
    _at_least("block", width, 1)
    usual = max(least, min(4 * count + 40, _BASIS_BYTES // (8 * size)))
    _at_least("basis", usual if basis is None else basis, min(least, size))
    limit = min(usual if basis is None else basis, size)
    _at_least("products", 50 * limit if products is None else products, least + count)
    budget = 50 * limit if products is None else products
    wanted = replace(wanted, budget=budget)
    return Search(operator, wanted, limit=limit, block=min(width, limit), seed=seed).run()


def _at_least(argument: str, value: int, least: int) -> None:
    if whole_number(argument, value, -1) < least:
        raise PolariscopeError(argument, f"at least {least} here", value, "give more, or leave it out")


def negated(operator: SymmetricOperator) -> SymmetricOperator:
    """The operator -A."""
    explicit = None if operator.explicit is None else -operator.explicit
    return SymmetricOperator(
        lambda vectors: -(operator @ vectors),
        operator.size,
        name=operator.name,
        explicit=explicit,
        rounding=operator.rounding,
    )


def _pairs(found: Found, wanted: Wanted, end: End) -> Eigenpairs:
    sign = 1.0 if end == "largest" else -1.0
    return Eigenpairs(
        values=sign * found.values,
        vectors=found.vectors,
        residuals=found.residuals,
        converged=found.residuals <= wanted.tolerance * found.norm,
        end=end,
        norm=found.norm,
        tolerance=wanted.tolerance,
        unlisted_beyond=sign * found.bound,
        miss_probability=0.0 if found.complete else wanted.miss_probability,
        products=found.products,
    )
