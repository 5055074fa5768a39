"""Atoms with masses, joined by springs, free or repeated by a cell: all that a dynamical matrix is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_FLAT = 1e-10  # a cell of less volume than this, in units of the product of its edges, is no cell


class Bond(NamedTuple):
    """A spring of energy k |u_i - u_j|^2 / 2 between atom i and an image of atom j.

    Args:
        i: Index of an atom.
        j: Index of the other, or of the same atom where the spring goes to its own image.
        stiffness: k, in units of mass x frequency^2; below zero it pushes, and the lattice may be unstable.
        shift: Whole lattice vectors from j to the image that is meant, (d,); () is j itself.
    """

    i: int
    j: int
    stiffness: float
    shift: tuple[int, ...] = ()


@final
@dataclass(frozen=True, eq=False, init=False)
class Lattice:
    """E = sum over bonds of k |u_i - u_j|^2 / 2 (scalar), or of k (n'(u_i - u_j))^2 / 2 with n along the bond.

    A scalar lattice gives each atom one displacement. The other has central springs, at their rest length,
    and d displacements an atom; its force constants are Phi_ij = -k n n'.

    >>> pair = Lattice([[0.0], [1.0]], [1.0, 1.0], None, (Bond(0, 1, 3.0),))
    >>> pair.size, pair.dimension, pair.periodic
    (2, 1, False)

    Args:
        positions: Where the atoms rest, (N, d) with d of 1, 2 or 3, in any unit of length.
        masses: (N,), above zero.
        cell: (d, d), rows are the lattice vectors; None for a free cluster.
        bonds: The springs; in a periodic lattice each one once, whatever its image.
        scalar: Whether an atom has one displacement in place of d.

    Raises:
        PolariscopeError: There are no atoms, a shape is wrong, a number is not finite, a mass is not positive,
            the cell has no volume, a bond names no atom or has no length.
    """

    positions: _Floats
    masses: _Floats
    cell: _Floats | None
    bonds: tuple[Bond, ...]
    scalar: bool = False

    def __init__(
        self,
        positions: ArrayLike,
        masses: ArrayLike,
        cell: ArrayLike | None,
        bonds: Sequence[tuple[Any, ...]],
        scalar: bool = False,
    ) -> None:
        own = checked_array("positions", positions)
        if own.ndim != 2 or own.shape[1] not in {1, 2, 3} or own.shape[0] == 0:
            rule = "one row an atom, at least one, of 1, 2 or 3 coordinates"
            raise PolariscopeError("positions", rule, f"shape {own.shape}", "give an array of shape (N, d)")
        _set(self, "positions", own)
        _set(self, "masses", checked_masses(masses, own.shape[0]))
        _set(self, "cell", None if cell is None else _checked_cell(cell, own.shape[1]))
        _set(self, "scalar", bool(scalar))
        _set(self, "bonds", tuple(_checked_bond(self, at, bond) for at, bond in enumerate(bonds)))

    @property
    def dimension(self) -> int:
        """The number d of coordinates of a position."""
        return int(self.positions.shape[1])

    @property
    def components(self) -> int:
        """Displacements an atom: 1 or d."""
        return 1 if self.scalar else self.dimension

    @property
    def size(self) -> int:
        """Modes: atoms times displacements an atom, the rows of the dynamical matrix."""
        return len(self.masses) * self.components

    @property
    def periodic(self) -> bool:
        """Whether a cell repeats the atoms."""
        return self.cell is not None

    def span(self, bond: Bond) -> _Floats:
        """From atom i to the image of atom j, at rest.

        Args:
            bond: One of this lattice's.

        Returns:
            r_j + shift' cell - r_i, (d,).
        """
        across: _Floats = self.positions[bond.j] - self.positions[bond.i]
        if self.cell is not None:
            across = across + np.asarray(bond.shift) @ self.cell
        return across


def checked_array(name: str, values: ArrayLike) -> _Floats:
    """Copy finite real numbers into an array that cannot be written to.

    Args:
        name: The argument, for the error.
        values: The numbers.

    Returns:
        The copy, of doubles.

    Raises:
        PolariscopeError: They are not real, or not finite.
    """
    given = _as_array(name, values)
    if not np.isfinite(given).all():
        found = f"{np.count_nonzero(~np.isfinite(given))} of {given.size} nan or infinite"
        raise PolariscopeError(name, "finite numbers", found, "mend what is not finite")
    given.setflags(write=False)
    return given


def _as_array(name: str, values: ArrayLike) -> _Floats:
    try:
        raw = np.asarray(values)
        if np.iscomplexobj(raw):
            raise TypeError("complex numbers")
        return np.array(raw, np.float64)
    except (TypeError, ValueError) as error:
        cure = "give an array of floats, rows of one length"
        raise PolariscopeError(name, "an array of real numbers", error, cure) from error


def checked_masses(masses: ArrayLike, atoms: int) -> _Floats:
    """Copy the masses, once there is a positive one for each atom.

    Args:
        masses: (N,).
        atoms: N.

    Returns:
        The copy, (N,).

    Raises:
        PolariscopeError: Their number is not N, or one is not a positive finite number.
    """
    own = checked_array("masses", masses)
    if own.shape != (atoms,):
        found = f"shape {own.shape} for {atoms} atoms"
        raise PolariscopeError("masses", "one mass an atom", found, "give an array of shape (N,)")
    if not (own > 0).all():
        at = int(np.argmin(own))
        raise PolariscopeError("masses", "masses above zero", f"{own[at]:g} for atom {at}", "give positive masses")
    return own


def _checked_cell(cell: ArrayLike, dimension: int) -> _Floats:
    own = checked_array("cell", cell)
    if own.shape != (dimension, dimension):
        rule = f"{dimension} lattice vectors of {dimension} coordinates, as rows"
        raise PolariscopeError("cell", rule, f"shape {own.shape}", "give (d, d), or None for a free cluster")
    edges = np.linalg.norm(own, axis=1)
    if edges.min() == 0 or abs(np.linalg.det(own / edges[:, None])) <= _FLAT:
        rule = "lattice vectors that span a volume"
        raise PolariscopeError("cell", rule, own.tolist(), "give independent vectors")
    return own


def _checked_bond(lattice: Lattice, at: int, given: tuple[Any, ...]) -> Bond:
    name = f"bonds[{at}]"
    try:
        i, j, stiffness, *rest = given
        shift = tuple(rest[0]) if rest and len(rest[0]) else (0,) * lattice.dimension
        bond = Bond(int(i), int(j), float(stiffness), tuple(int(step) for step in shift))
    except (TypeError, ValueError, OverflowError) as error:
        rule = "two indices of atoms, a stiffness and a shift of whole numbers"
        raise PolariscopeError(name, rule, given, "write Bond(i, j, stiffness, shift)") from error
    if (bond.i, bond.j, *bond.shift) != (i, j, *shift) or not np.isfinite(bond.stiffness):
        rule = "whole indices and shifts, and a finite stiffness"
        raise PolariscopeError(name, rule, given, "give integers, and a float for the stiffness")
    _refuse_misplaced(lattice, name, bond)
    _refuse_no_length(lattice, name, bond)
    return bond


def _refuse_misplaced(lattice: Lattice, name: str, bond: Bond) -> None:
    atoms = len(lattice.masses)
    if not (0 <= bond.i < atoms and 0 <= bond.j < atoms):
        rule = f"atoms 0 to {atoms - 1}"
        raise PolariscopeError(name, rule, f"{bond.i} and {bond.j}", "count the atoms from 0, in order")
    if len(bond.shift) != lattice.dimension:
        rule = f"a shift of {lattice.dimension} whole lattice vectors"
        raise PolariscopeError(name, rule, bond.shift, "give one number for each lattice vector")
    if lattice.cell is None and any(bond.shift):
        raise PolariscopeError(name, "no shift where no cell repeats the atoms", bond.shift, "give the cell")


def _refuse_no_length(lattice: Lattice, name: str, bond: Bond) -> None:
    if bond.i == bond.j and not any(bond.shift):
        rule = "a bond between two atoms, or an atom and its image in another cell"
        raise PolariscopeError(name, rule, f"atom {bond.i} with itself", "drop it: it stores no energy")
    if lattice.scalar:
        return
    across, start = lattice.span(bond), lattice.positions[bond.i]
    if np.linalg.norm(across) <= _FLAT * (np.linalg.norm(start) + np.linalg.norm(start + across)):
        rule = "a length above zero, as a central spring acts along its bond"
        cure = "move one of the two atoms, or set scalar=True"
        raise PolariscopeError(name, rule, f"atoms {bond.i} and {bond.j} in one place", cure)


def _set(lattice: Lattice, field: str, value: object) -> None:
    object.__setattr__(lattice, field, value)  # it is frozen, also for its own checks
