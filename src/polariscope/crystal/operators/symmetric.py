"""A real symmetric matrix that is known by its products: the one thing that lattice, graph and loss share."""

from collections.abc import Callable
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from polariscope.errors import PolariscopeError

Vectors: TypeAlias = NDArray[np.float64]
"""Columns, (n, k), or one vector, (n,), in double precision."""
Explicit: TypeAlias = NDArray[np.float64] | sparse.csr_array

DENSE_LIMIT = 5_000
"""Rows of the largest matrix written out: 200 MB, and some two minutes for all its eigenvalues on two cores."""
_TOLERANCE = 1e-10
_AT_ONCE = 64  # columns of one product while a matrix is written out


@final
class SymmetricOperator(LinearOperator):  # type: ignore[misc]
    """A = A', by the products V -> A V, (n, k) -> (n, k); a scipy ``LinearOperator`` of doubles.

    >>> import numpy as np
    >>> twice = SymmetricOperator(lambda vectors: 2 * vectors, 3, name="2 I")
    >>> twice @ np.ones(3), twice.T is twice
    (array([2., 2., 2.]), True)

    Args:
        product: Takes and gives columns, (n, k) of doubles.
        size: n, at least 1.
        name: What the matrix is, in a few words.
        explicit: The matrix itself, dense or sparse, where it is known; what needs a factorisation needs this.
        rounding: Unit roundoff of the arithmetic within a product, relative to the norm of A. Default: that of
            doubles, 2.2e-16; an operator on a network in single precision says 1.2e-7.
    """

    def __init__(
        self,
        product: Callable[[Vectors], Vectors],
        size: int,
        *,
        name: str,
        explicit: Explicit | None = None,
        rounding: float = float(np.finfo(np.float64).eps),
    ) -> None:
        super().__init__(np.float64, (size, size))
        self.size, self.name, self.explicit, self.rounding = size, name, explicit, rounding
        self._product = product

    def _matvec(self, vector: Vectors) -> Vectors:
        return self._matmat(vector.reshape(-1, 1))[:, 0]

    def _matmat(self, vectors: Vectors) -> Vectors:
        return np.asarray(self._product(np.asarray(vectors, np.float64)), np.float64)

    def _adjoint(self) -> "SymmetricOperator":
        return self

    _transpose = _adjoint

    def dense(self) -> NDArray[np.float64]:
        """Write the matrix out: a copy of it where it is known, else n products with the columns of the identity.

        Returns:
            A, (n, n), symmetrised by (A + A')/2 where it came from products, whose rounding breaks the symmetry.

        Raises:
            PolariscopeError: n is above `DENSE_LIMIT`.
        """
        if self.size > DENSE_LIMIT:
            cure = "ask for the ends of the spectrum or its density instead: both need products only"
            rule = f"at most {DENSE_LIMIT:,} rows where the whole matrix is written out"
            raise PolariscopeError(self.name, rule, f"{self.size:,} rows", cure)
        if self.explicit is not None:
            known: Any = self.explicit
            return np.array(known.toarray() if sparse.issparse(known) else known, np.float64)
        identity = np.eye(self.size)
        parts = [self @ identity[:, at : at + _AT_ONCE] for at in range(0, self.size, _AT_ONCE)]
        written = np.hstack(parts)
        return (written + written.T) / 2


def from_matrix(matrix: Any, name: str = "matrix") -> SymmetricOperator:
    """Wrap a matrix that is at hand.

    >>> from_matrix([[2.0, -1.0], [-1.0, 2.0]]) @ [1.0, 1.0]
    array([1., 1.])

    Args:
        matrix: (n, n), dense or scipy sparse, real, finite, symmetric to 1e-10 of its largest entry; copied.
        name: What it is.

    Returns:
        The operator, explicit.

    Raises:
        PolariscopeError: It is not such a matrix.
    """
    own = _own(matrix, name)
    largest = np.abs(own).max() if own.shape[0] else 0.0
    if abs(own - own.T).max() > _TOLERANCE * largest:
        gap = abs(own - own.T).max()
        cure = (
            "give (A + A')/2 if the difference is rounding; otherwise the matrix has no real spectrum of its own"
        )
        raise PolariscopeError(name, "a symmetric matrix", f"A and A' that differ by {gap:.3g}", cure)
    own = (own + own.T) / 2
    explicit: Explicit = sparse.csr_array(own) if sparse.issparse(own) else own
    return SymmetricOperator(lambda vectors: explicit @ vectors, own.shape[0], name=name, explicit=explicit)


def _own(matrix: Any, name: str) -> Any:
    if np.iscomplexobj(matrix):
        raise PolariscopeError(name, "a matrix of real numbers", "complex ones", "give its real symmetric form")
    try:
        kept = sparse.issparse(matrix)
        own = sparse.csr_array(matrix, dtype=np.float64) if kept else np.array(matrix, np.float64)
    except (TypeError, ValueError) as error:
        raise PolariscopeError(name, "a matrix of real numbers", error, "give one of floats") from error
    if own.ndim != 2 or own.shape[0] != own.shape[1] or own.shape[0] == 0:
        raise PolariscopeError(name, "a square matrix of one row or more", f"shape {own.shape}", "give n x n")
    entries = own.data if sparse.issparse(own) else own
    if not np.isfinite(entries).all():
        raise PolariscopeError(name, "finite entries", "nan or infinity", "mend the entries that are not finite")
    return own
