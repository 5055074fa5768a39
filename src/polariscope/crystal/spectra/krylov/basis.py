"""An orthonormal basis that grows by products with the operator, and the operator seen in it."""

from operator import index
from typing import Any, final

import numpy as np

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.errors import PolariscopeError

_ROWS_AT_ONCE = 1 << 16  # of the basis while it is rotated in place
_NOISE = 50.0  # roundoffs of a double: a direction shorter than this is not orthogonal to the others
_ERROR = 10.0  # roundoffs of a product: how far it may be from A v
_SMALLEST, _LARGEST = 1e-120, 1e120  # norms whose residuals, squared, neither vanish nor overflow
_WEAK = 1e-3  # of a block's strongest direction: below it, a direction is made orthogonal once more


def whole_number(argument: str, value: Any, least: int = 1) -> int:
    """Check that an argument counts something.

    >>> whole_number("probes", np.int64(8))
    8

    Args:
        argument: Its name.
        value: What was given.
        least: The least it may be.

    Returns:
        The number.

    Raises:
        PolariscopeError: It is not a whole number, or below the least.
    """
    try:
        number = index(value)
    except TypeError:
        raise PolariscopeError(argument, "a whole number", repr(value), "give an int, such as 5") from None
    if number < least:
        raise PolariscopeError(argument, f"at least {least}", number, "give more, or leave it out")
    return number


def known_by_products(operator: Any) -> None:
    """Check that what was given for an operator is one.

    Raises:
        PolariscopeError: It is something else, such as an array.
    """
    if not isinstance(operator, SymmetricOperator):
        kind = type(operator).__name__
        cure = "wrap a matrix by from_matrix(matrix)"
        raise PolariscopeError("operator", "a SymmetricOperator", f"a value of type {kind}", cure)


def within_range(operator: SymmetricOperator, entries: Vectors) -> None:
    """Check that squares of what an operator gives are numbers of double precision.

    Args:
        operator: A.
        entries: Its own, or those of its products with vectors of length 1 that favour no direction.

    Raises:
        PolariscopeError: The largest is not 0, and not from 1e-120 to 1e120.
    """
    largest = float(np.abs(entries).max(initial=0.0))
    if largest and not _SMALLEST <= largest <= _LARGEST:
        rule = f"products between {_SMALLEST:g} and {_LARGEST:g}, so that residuals can be squared"
        raise PolariscopeError(operator.name, rule, f"{largest:.3g}", "choose units in which the matrix is near 1")


def product_error(operator: SymmetricOperator, norm: float) -> float:
    """||fl(A v) - A v|| for a unit vector: 10 roundoffs of the operator, in units of its norm.

    Args:
        operator: A.
        norm: ||A||, or the longest product seen.

    Returns:
        What rounding may move an eigenvalue by.
    """
    return _ERROR * operator.rounding * norm


def multiply(operator: SymmetricOperator, vectors: Vectors) -> Vectors:
    """Apply the operator: A V, and a refusal of what is not a number.

    Args:
        operator: A, n rows.
        vectors: V, (n, b).

    Returns:
        A V, (n, b), an array of its own.

    Raises:
        PolariscopeError: The product is not finite.
    """
    image = np.array(operator @ vectors, np.float64)
    if not np.isfinite(image).all():
        cure = "look for overflow or a loss that is not finite where the operator is taken"
        raise PolariscopeError(operator.name, "products with finite vectors are finite", "nan or infinity", cure)
    return image


def orthogonalise(block: Vectors, basis: Vectors) -> Vectors:
    """B - Q Q'B in place, done twice, which is enough for full precision (Kahan, in Parlett 1980, 6.9).

    Args:
        block: B, (n, b); changed.
        basis: Q, (n, m), orthonormal.

    Returns:
        Q'B, (m, b).
    """
    coefficients: Vectors = basis.T @ block
    block -= basis @ coefficients
    again = basis.T @ block
    block -= basis @ again
    return coefficients + again


@final
class Basis:
    """Q, orthonormal, whose last columns wait for their product, and T = Q'AQ of those multiplied.

    A product orthogonalised against all of Q gives a column of T, whatever the rest of Q is: a Krylov space, kept
    Ritz vectors, or both. So a restart is nothing but another Q. Where no new direction comes out, to the rounding
    of doubles, a random one goes in, and the basis can grow to the whole space. A direction that is mostly the
    rounding of a coarser product is kept: it may hold what little is there of an eigenvalue that is still unseen.

    Bytes: 8 n (limit + 3 b) for a block of b columns.

    Args:
        operator: A, n rows.
        limit: Most columns of Q.
        rng: Where random directions come from.
    """

    def __init__(self, operator: SymmetricOperator, limit: int, rng: np.random.Generator) -> None:
        self.operator, self.limit, self.rng = operator, limit, rng
        self.known, self.used = 0, 0
        """Columns that were multiplied, and columns in all."""
        self.products = 0
        """Columns given to the operator so far."""
        self.coupling: Vectors = np.zeros((0, 0))
        """(b', b): what A takes out of Q_known, A Q_known - Q_known T, in the columns that wait."""
        self._vectors: Vectors = np.empty((operator.size, limit), order="F")
        self._projected: Vectors = np.zeros((limit, limit))
        self._last = slice(0, 0)
        self._scale = 0.0

    @property
    def projected(self) -> Vectors:
        """T = Q_known' A Q_known, (known, known)."""
        return self._projected[: self.known, : self.known]

    @property
    def complete(self) -> bool:
        """Whether Q_known spans the whole space, so that T has all eigenvalues of A."""
        return self.known == self.operator.size

    @property
    def full(self) -> bool:
        """Whether there is no room for the next block."""
        waiting = self.used - self.known
        return self.used + min(waiting, self.operator.size - self.used) > self.limit

    @property
    def noise(self) -> float:
        """What the rounding of a product may be; a coupling below it says no more than that."""
        doubles = _NOISE * float(np.finfo(np.float64).eps) * self._scale
        return max(product_error(self.operator, self._scale), doubles)

    @property
    def link(self) -> float:
        """The coupling of a single column that waits, at least `noise`; 0 where the whole space is known."""
        return max(float(self.coupling.sum()), self.noise) if self.coupling.size else 0.0

    @property
    def cut(self) -> bool:
        """Whether the last product held no new direction, so that what waits is random."""
        return not self.coupling.any()

    def leak(self, rotation: Vectors) -> Vectors:
        """||A Q s - Q T s|| for each column s of a rotation, (known, k) -> (k,): the residual of a Ritz vector."""
        return np.asarray(np.linalg.norm(self.coupling @ rotation[self._last], axis=0), np.float64)

    def combine(self, rotation: Vectors) -> Vectors:
        """Q_known S, (n, k)."""
        return self._vectors[:, : self.known] @ rotation

    def expand(self) -> None:
        """Multiply the columns that wait, and append what is new in the products."""
        block = slice(self.known, self.used)
        image = multiply(self.operator, self._vectors[:, block])
        if not self.products:
            within_range(self.operator, image)
        self.products += image.shape[1]
        self._scale = max(self._scale, float(np.linalg.norm(image, axis=0).max()))
        columns = orthogonalise(image, self._vectors[:, : self.used])
        columns[block] = (columns[block] + columns[block].T) / 2
        self._projected[: self.used, block] = columns
        self._projected[block, : self.used] = columns.T
        self._last, self.known = block, self.used
        self._append(image)

    def append_random(self, width: int) -> None:
        """Append ``width`` random directions, uniform in the complement of Q, or as many as there are."""
        for _ in range(min(width, self.operator.size - self.used)):
            draw = self.rng.standard_normal((self.operator.size, 1))
            orthogonalise(draw, self._vectors[:, : self.used])
            self._vectors[:, self.used] = draw[:, 0] / np.linalg.norm(draw)
            self.used += 1

    def hold(self, values: Vectors, vectors: Vectors) -> None:
        """Begin anew from pairs with known products: Q = V, T = diag(values)."""
        self._take(values)
        self.used = self.known
        self._vectors[:, : self.used] = vectors

    def compress(self, values: Vectors, rotation: Vectors) -> None:
        """Keep Q S as multiplied, with T = diag(values), and the columns that wait (a thick restart)."""
        before, waiting = self.known, self.used - self.known
        self._take(values)
        for start in range(0, self.operator.size, _ROWS_AT_ONCE):
            rows = self._vectors[start : start + _ROWS_AT_ONCE]
            rows[:, : self.known] = rows[:, :before] @ rotation
        self.used = self.known + waiting
        self._vectors[:, self.known : self.used] = self._vectors[:, before : before + waiting]

    def _take(self, values: Vectors) -> None:
        self.known = values.size
        self._scale = max(self._scale, float(np.abs(values).max()))
        self._projected[:] = 0
        self._projected[: self.known, : self.known] = np.diag(values)
        self.coupling, self._last = np.zeros((0, 0)), slice(0, 0)

    def _append(self, remainder: Vectors) -> None:
        width = min(remainder.shape[1], self.operator.size - self.used)
        directions, triangle = np.linalg.qr(remainder)
        turn, strengths, mixing = np.linalg.svd(triangle)
        floor = _NOISE * float(np.finfo(np.float64).eps) * self._scale
        new = min(int((strengths > floor).sum()), width)
        self.coupling = np.zeros((width, remainder.shape[1]))
        self.coupling[:new] = strengths[:new, None] * mixing[:new]
        fresh = directions @ turn[:, :new]
        if new and strengths[new - 1] < _WEAK * strengths[0]:  # its share of the other's rounding is not small
            orthogonalise(fresh, self._vectors[:, : self.used])
            fresh, upper = np.linalg.qr(fresh)
            fresh *= np.sign(np.diag(upper))
        self._vectors[:, self.used : self.used + new] = fresh
        self.used += new
        self.append_random(width - new)
