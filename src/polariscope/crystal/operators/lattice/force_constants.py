"""Force constants Phi, the second derivatives of the energy at rest: checked as given, or summed from springs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from polariscope.crystal.operators.lattice.lattice import Lattice, checked_masses
from polariscope.crystal.operators.symmetric import from_matrix
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_SUM_RULE = 1e-9  # of the largest force constant: sums of rounded doubles stay below, a real defect does not


@final
@dataclass(frozen=True, eq=False)
class ForceConstants:
    """Phi and the masses, where springs are not known one by one; checked by `from_force_constants`.

    Args:
        matrix: Phi, (N c, N c) sparse and symmetric; rows of one atom stand together.
        masses: (N,).
        periodic: Whether the atoms repeat, so that no force may arise when all move alike.
    """

    matrix: sparse.csr_array
    masses: _Floats
    periodic: bool

    @property
    def components(self) -> int:
        """Displacements an atom, c."""
        return int(self.matrix.shape[0]) // len(self.masses)

    @property
    def size(self) -> int:
        """Modes, N c."""
        return int(self.matrix.shape[0])


class Entries(NamedTuple):
    """Phi_ij(R) as a list of numbers, several of which may belong to one place.

    Args:
        rows: (E,).
        columns: (E,).
        values: (E,), force constants.
        shifts: (E, d), the cell R of the atom at the column, in lattice vectors.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: _Floats
    shifts: NDArray[np.int64]


def from_force_constants(matrix: Any, masses: ArrayLike, *, periodic: bool) -> ForceConstants:
    """Take Phi_ij = d^2 E / du_i du_j as a computation gave it, and check what symmetry demands of it.

    >>> spring = from_force_constants([[2.0, -2.0], [-2.0, 2.0]], [1.0, 4.0], periodic=False)
    >>> spring.size, spring.components
    (2, 1)

    Args:
        matrix: (N c, N c), dense or scipy sparse; c displacements an atom, rows of one atom together.
        masses: (N,), above zero.
        periodic: Whether the matrix is the whole of a crystal, atoms and their images summed. Then
            sum_j Phi_ij = 0 must hold for every atom (the acoustic sum rule). A free cluster may be
            tied to a fixed frame by springs on the diagonal.

    Returns:
        The checked copy.

    Raises:
        PolariscopeError: The matrix is not square, real, finite and symmetric, its rows are no multiple of the
            atoms, a mass is not positive, or the crystal breaks the sum rule.
    """
    known: Any = from_matrix(matrix, "force constants").explicit
    own = sparse.csr_array(known)
    count = np.size(masses)
    if count == 0 or own.shape[0] % count:
        found = f"{own.shape[0]} rows for {count} masses"
        cure = "order the rows by atom and give one mass an atom"
        raise PolariscopeError("force constants", "as many rows for each atom", found, cure)
    constants = ForceConstants(own, checked_masses(masses, count), bool(periodic))
    if periodic:
        _refuse_broken_sum_rule(constants)
    return constants


def force_constants(lattice: Lattice) -> ForceConstants:
    """Phi_ii += k P, Phi_jj += k P, Phi_ij -= k P, Phi_ji -= k P for each bond, with P = n n' (scalar: 1).

    >>> from polariscope.crystal.operators.lattice.chains import free_chain
    >>> force_constants(free_chain(3)).matrix.toarray()
    array([[ 1., -1.,  0.],
           [-1.,  2., -1.],
           [ 0., -1.,  1.]])

    Args:
        lattice: Atoms and springs. Images of an atom move with it (wave vector 0).

    Returns:
        Phi, (N c, N c); the sum rule holds by construction.
    """
    entries = spring_entries(lattice)
    shape = (lattice.size, lattice.size)
    summed = sparse.csr_array(sparse.coo_array((entries.values, (entries.rows, entries.columns)), shape))
    symmetric = sparse.csr_array((summed + summed.T) / 2)  # terms that cancel leave a rounding that is not
    return ForceConstants(symmetric, lattice.masses, lattice.periodic)


def spring_entries(lattice: Lattice) -> Entries:
    """List Phi_ij(R): four blocks a bond, (i, i, 0), (j, j, 0), (i, j, R) and (j, i, -R).

    Args:
        lattice: Atoms and springs.

    Returns:
        The list, of 4 c^2 entries a bond.
    """
    bonds, c = lattice.bonds, lattice.components
    first = np.array([bond.i for bond in bonds], np.int64)
    second = np.array([bond.j for bond in bonds], np.int64)
    shift = np.array([bond.shift for bond in bonds], np.int64).reshape(len(bonds), lattice.dimension)
    block = np.array(list(_blocks(lattice)), np.float64).reshape(len(bonds), c, c)
    rows, columns = np.concatenate([first, second, first, second]), np.concatenate([first, second, second, first])
    within = np.arange(c)
    still = np.zeros_like(shift)
    return Entries(
        np.broadcast_to(rows[:, None, None] * c + within[:, None], (len(rows), c, c)).ravel(),
        np.broadcast_to(columns[:, None, None] * c + within, (len(rows), c, c)).ravel(),
        np.concatenate([block, block, -block, -block]).ravel(),
        np.repeat(np.concatenate([still, still, shift, -shift]), c * c, axis=0),
    )


def _blocks(lattice: Lattice) -> Iterator[_Floats]:
    for bond in lattice.bonds:
        if lattice.scalar:
            yield np.full((1, 1), bond.stiffness)
        else:
            along = lattice.span(bond)
            along = along / np.linalg.norm(along)
            yield bond.stiffness * np.outer(along, along)


def _refuse_broken_sum_rule(constants: ForceConstants) -> None:
    together = np.tile(np.eye(constants.components), (len(constants.masses), 1))
    left = np.abs(constants.matrix @ together)
    worst, largest = float(left.max()), float(abs(constants.matrix).max())
    if worst > _SUM_RULE * largest:
        row = int(np.argmax(left.max(axis=1))) // constants.components
        rule = "the acoustic sum rule, sum_j Phi_ij = 0, holds in a crystal"
        found = f"a sum of {worst:.3g} for atom {row}, {worst / largest:.2g} of the largest force constant"
        cure = "impose the rule where they were computed, or say periodic=False if a fixed frame holds the atoms"
        raise PolariscopeError("force constants", rule, found, cure)
