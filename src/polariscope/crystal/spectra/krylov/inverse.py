"""(A - shift)^-1 by a factorisation: what is inside a spectrum becomes its outermost part."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any, cast

import numpy as np
from scipy import sparse
from scipy.linalg import LinAlgWarning, lu_factor, lu_solve
from scipy.sparse.linalg import splu

from polariscope.crystal.operators.symmetric import Explicit, SymmetricOperator, Vectors
from polariscope.crystal.spectra.krylov.basis import multiply
from polariscope.crystal.spectra.krylov.search import Found, Order, Search, Wanted, measure

_SEARCHED = 1e-12  # of an eigenvalue of the inverse: what its residual is brought to
_POLISHED = 3  # products with the inverse afterwards, at most: each takes away what lies far from the shift


def column_norm(matrix: Explicit) -> float:
    """max_j ||A e_j||, which is at most ||A||; 1 for a matrix of zeros, so that it can be divided by.

    >>> column_norm(np.array([[3.0, 4.0], [4.0, -3.0]]))
    5.0

    Args:
        matrix: A, (n, n).

    Returns:
        A lower bound of the norm.
    """
    known: Any = matrix
    squares = known.multiply(known) if sparse.issparse(known) else known**2
    return float(np.sqrt(squares.sum(axis=0).max())) or 1.0


def lowest_circle(matrix: Explicit) -> float:
    """min_i (a_ii - sum_j |a_ij|), below which no eigenvalue lies (Gershgorin 1931); 0 for a Laplacian.

    >>> lowest_circle(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    0.0

    Args:
        matrix: A, (n, n), symmetric.

    Returns:
        A lower bound of all eigenvalues.
    """
    diagonal = matrix.diagonal()
    return float((diagonal + np.abs(diagonal) - abs(matrix).sum(axis=1)).min())


def inverse(operator: SymmetricOperator, shift: float) -> SymmetricOperator:
    """(A - shift)^-1, one solve a column, by SuperLU where A is sparse and LU where it is dense.

    Args:
        operator: A, known.
        shift: Where the spectrum is turned inside out.

    Returns:
        The inverse; its ``rounding`` is eps ||A|| ||(A - shift)^-1||, as one random vector tells it, and infinite
        where A - shift is singular.
    """
    matrix: Any = operator.explicit
    solve = _solver(matrix, shift)
    draw = np.random.default_rng(0).standard_normal((operator.size, 1))
    growth = column_norm(matrix) * float(np.linalg.norm(solve(draw)))  # of a vector with 1 along every eigenvector
    name = f"({operator.name} - {shift:.6g})^-1"
    eps = float(np.finfo(np.float64).eps)
    return SymmetricOperator(solve, operator.size, name=name, rounding=eps * max(growth, 1.0))


def search_inside(
    operator: SymmetricOperator, inside_out: SymmetricOperator, wanted: Wanted, order: Order, seed: int
) -> Found:
    """Search the outermost pairs of an inverse, polish them by more products with it, and measure them on A.

    Args:
        operator: A, n rows.
        inside_out: (A - shift)^-1.
        wanted: What is looked for; the tolerance is that on A, relative to its longest column.
        order: The places of eigenvalues of A, the one to be listed first first.
        seed: Of the random starts.

    Returns:
        Pairs of A with residuals on A; the bound is a distance from the shift.
    """
    limit = min(4 * wanted.count + 40, operator.size)
    tolerance = max(_SEARCHED, 4 * inside_out.rounding)  # finer, and the search would chase rounding
    sought = replace(wanted, tolerance=tolerance, budget=50 * limit, own=True)
    outer = Search(inside_out, sought, limit=limit, block=min(2, limit), seed=seed).run()
    values, vectors, residuals = measure(operator, outer.vectors, order)
    norm = column_norm(cast(Explicit, operator.explicit))
    products = outer.products + wanted.count
    for _ in range(_POLISHED):
        if (residuals <= wanted.tolerance * norm).all():
            break
        again, _ = np.linalg.qr(multiply(inside_out, vectors))
        values, vectors, residuals = measure(operator, again, order)
        products += 2 * wanted.count
    distance = 1 / outer.bound if outer.bound > 0 else inf
    return Found(values, vectors, residuals, norm, distance, outer.complete, products)


def _solver(matrix: Any, shift: float) -> Callable[[Vectors], Vectors]:
    """B -> (A - shift)^-1 B, (n, b) to (n, b), with infinities where that matrix is singular."""
    size = matrix.shape[0]
    if not sparse.issparse(matrix):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)  # a zero pivot: the solve says so
            factors = lu_factor(matrix - shift * np.eye(size))
        return lambda vectors: np.asarray(lu_solve(factors, vectors, check_finite=False), np.float64)
    try:
        # The order and the pivots for a symmetric pattern, from SuperLU's manual, section 2.
        options = {"SymmetricMode": True}
        shifted = (matrix - shift * sparse.eye_array(size)).tocsc()
        lu = splu(shifted, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.1, options=options)
    except RuntimeError:  # exactly singular
        return lambda vectors: np.full_like(vectors, np.inf)
    return lambda vectors: np.asarray(lu.solve(vectors), np.float64)
