"""An orthonormal basis that grows by products with the operator, and the operator seen in it."""

from typing import final

import numpy as np

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.errors import PolariscopeError

_ROWS_AT_ONCE = 1 << 16  # of the basis while it is rotated in place
_NOISE = 50.0  # a direction shorter than this many roundoffs of a product is rounding, not a direction
_WEAK = 1e-3  # of a block's strongest direction: below it, a direction is made orthogonal once more


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
    Ritz vectors, or both. So a restart is nothing but another Q. Where no new direction comes out (the space is
    invariant), a random one goes in, and the basis can grow to the whole space.

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
        self._projected[:] = 0
        self._projected[: self.known, : self.known] = np.diag(values)
        self.coupling, self._last = np.zeros((0, 0)), slice(0, 0)

    def _append(self, remainder: Vectors) -> None:
        width = min(remainder.shape[1], self.operator.size - self.used)
        directions, triangle = np.linalg.qr(remainder)
        turn, strengths, mixing = np.linalg.svd(triangle)
        floor = _NOISE * self.operator.rounding * self._scale
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
