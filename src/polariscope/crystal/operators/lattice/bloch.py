"""D(q), the dynamical matrix of a wave that runs through a crystal: Hermitian, periodic in q."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from polariscope.crystal.operators.lattice.force_constants import spring_entries
from polariscope.crystal.operators.lattice.lattice import Lattice, checked_array
from polariscope.crystal.operators.symmetric import DENSE_LIMIT
from polariscope.errors import PolariscopeError

_Complex = NDArray[np.complex128]


@final
@dataclass(frozen=True, eq=False)
class Bloch:
    """D(q)_ij = sum_R Phi_ij(R) exp(i q.R) / sqrt(m_i m_j), R over lattice vectors; from `bloch`.

    The phase is that of whole cells, so D(q + G) = D(q) for a reciprocal vector G, and D(-q) = conj D(q).

    Args:
        lattice: Whose it is.
        shifts: The R that occur, in lattice vectors, (S, d).
        table: (n n, S) sparse: column s is D's share of R_s, row by row.
    """

    lattice: Lattice
    shifts: NDArray[np.int64]
    table: sparse.csr_array

    @property
    def reach(self) -> float:
        """Length of the longest R that occurs; of the first lattice vector where none but 0 does."""
        cell = np.asarray(self.lattice.cell)
        longest = float(np.linalg.norm(self.shifts @ cell, axis=1).max(initial=0.0))
        return longest or float(np.linalg.norm(cell[0]))

    def at(self, fractions: ArrayLike) -> _Complex:
        """D at wave vectors.

        >>> from polariscope.crystal.operators.lattice.chains import monatomic_chain
        >>> edge = bloch(monatomic_chain(k=2.0, m=1.0)).at([[0.5]])  # (4k/m) sin^2(pi/2)
        >>> edge.real.round(12), bool(abs(edge.imag).max() < 1e-14)
        (array([[[8.]]]), True)

        Args:
            fractions: q in units of the reciprocal vectors b (a_i . b_j = 2 pi delta_ij), (Q, d); in one
                dimension the unit is 2 pi / a.

        Returns:
            (Q, n, n), Hermitian up to rounding.

        Raises:
            PolariscopeError: Not finite numbers of that shape.
        """
        phase = 2 * np.pi * (wave_vectors(fractions, self.lattice.dimension) @ self.shifts.T)
        return self._summed(np.exp(1j * phase))

    def derivative(self, direction: Sequence[float] | NDArray[np.float64], order: int) -> _Complex:
        """d^order D(t direction) / dt^order at t = 0.

        Args:
            direction: Cartesian, (d,); t is in 1/length where it is a unit vector.
            order: 0, 1, 2, ...

        Returns:
            (n, n): real for an even order, i times real for an odd one.
        """
        reach = self.shifts @ np.asarray(self.lattice.cell) @ np.asarray(direction)
        derived: _Complex = self._summed(((1j * reach) ** order)[None])[0]
        return derived

    def _summed(self, weights: _Complex) -> _Complex:
        n = self.lattice.size
        summed: _Complex = np.ascontiguousarray((self.table @ weights.T).T).reshape(len(weights), n, n)
        return summed


def bloch(lattice: Lattice) -> Bloch:
    """Sort the springs of a crystal by the cell they reach to, once for all wave vectors.

    Args:
        lattice: Periodic.

    Returns:
        D as a function of q.

    Raises:
        PolariscopeError: The lattice is free, or has more modes than a matrix written out may have rows.
    """
    if not lattice.periodic:
        cure = "give the cell, or ask for phonons(lattice)"
        raise PolariscopeError("lattice", "waves need a periodic lattice", "a free cluster", cure)
    n = lattice.size
    if n > DENSE_LIMIT:
        cure = "give the smallest cell that repeats"
        raise PolariscopeError("lattice", f"at most {DENSE_LIMIT:,} modes a cell", f"{n:,}", cure)
    entries = spring_entries(lattice)
    root = np.sqrt(np.repeat(lattice.masses, lattice.components))
    values = entries.values / (root[entries.rows] * root[entries.columns])
    shifts, which = np.unique(entries.shifts, axis=0, return_inverse=True)
    place = (entries.rows * n + entries.columns, which.ravel())
    return Bloch(lattice, shifts, sparse.csr_array(sparse.coo_array((values, place), (n * n, len(shifts)))))


def wave_vectors(fractions: ArrayLike, dimension: int) -> NDArray[np.float64]:
    """Check wave vectors.

    Args:
        fractions: (Q, d).
        dimension: d.

    Returns:
        The copy.

    Raises:
        PolariscopeError: Not finite numbers of that shape.
    """
    own = checked_array("wave vectors", fractions)
    if own.ndim != 2 or own.shape[1] != dimension:
        rule = f"rows of {dimension} numbers, in units of the reciprocal vectors"
        raise PolariscopeError("wave vectors", rule, f"shape {own.shape}", "give an array of shape (Q, d)")
    return own
