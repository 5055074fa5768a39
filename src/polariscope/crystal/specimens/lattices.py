"""Lattices whose modes are known by a formula, and one that a falling temperature makes unstable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import pi

import numpy as np
from scipy import sparse

from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, diatomic_ring, monatomic_chain, ring
from polariscope.crystal.operators.lattice.force_constants import ForceConstants, from_force_constants
from polariscope.crystal.operators.lattice.lattice import Lattice

Corners = Sequence[tuple[str, Sequence[float]]]

_CHAIN: Corners = (("Γ", (0.0,)), ("X", (0.5,)))
_CUBE: Corners = (
    ("Γ", (0.0, 0.0, 0.0)), ("X", (0.5, 0.0, 0.0)), ("M", (0.5, 0.5, 0.0)), ("R", (0.5, 0.5, 0.5)),
    ("Γ", (0.0, 0.0, 0.0)),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class LatticeSpecimen:
    """A lattice and what is known of it.

    Args:
        title: In words.
        lattice: Atoms and springs, or force constants.
        closed_form: All omega^2 by a formula, ascending; None where there is none.
        cell: The smallest cell that repeats to it, for its waves; None where there is none.
        path: The corners of a path through the zone.
        along: The same lattice at each value of a parameter: what it is, and the lattices in order.
        expected: Where theory has a mode cross zero along it.
    """

    title: str
    lattice: Lattice | ForceConstants
    closed_form: tuple[float, ...] | None = None
    cell: Lattice | None = None
    path: Corners = ()
    along: tuple[str, tuple[float, ...], tuple[ForceConstants, ...]] | None = field(default=None)
    expected: float | None = None


def ring_specimen(atoms: int = 64) -> LatticeSpecimen:
    """omega_j^2 = 4 (k/m) sin^2(pi j / N), j = 0..N-1: the cycle's Laplacian times k/m.

    >>> ring_specimen(4).closed_form
    (0.0, 2.0, 2.0, 4.0)

    Args:
        atoms: N, each of mass 1, on springs of stiffness 1.

    Returns:
        The ring.
    """
    squares = np.sort(4 * np.sin(pi * np.arange(atoms) / atoms) ** 2).round(15)
    title = f"ring of {atoms} equal atoms"
    return LatticeSpecimen(title, ring(atoms), tuple(squares.tolist()), monatomic_chain(), _CHAIN)


def diatomic_specimen(cells: int = 32) -> LatticeSpecimen:
    """omega^2 = s +- sqrt(s^2 - 4 k^2 sin^2(qa/2)/(m1 m2)), s = k (1/m1 + 1/m2), at q = 2 pi j / (N a).

    >>> [round(value, 9) + 0.0 for value in diatomic_specimen(1).closed_form]
    [0.0, 3.0]

    Args:
        cells: N, of two atoms each, of masses 1 and 2, on springs of stiffness 1.

    Returns:
        The ring of such cells.
    """
    total = 1.5
    root = np.sqrt(total**2 - 2 * np.sin(pi * np.arange(cells) / cells) ** 2)
    squares = np.sort(np.concatenate([total - root, total + root]))
    title = f"ring of {cells} cells of two atoms, masses 1 and 2"
    return LatticeSpecimen(title, diatomic_ring(cells), tuple(squares.tolist()), diatomic_cell(), _CHAIN)


def cubic_specimen(side: int = 10) -> LatticeSpecimen:
    """omega^2 = 4 (k/m) sum over three directions of sin^2(pi j / side): simple cubic, one displacement an atom.

    Args:
        side: Atoms along each direction.

    Returns:
        The periodic cube.
    """
    line = 4 * np.sin(pi * np.arange(side) / side) ** 2
    squares = np.sort((line[:, None, None] + line[:, None] + line).ravel())
    title = f"simple cubic lattice of {side}³ atoms, one displacement each"
    return LatticeSpecimen(title, cubic(side), tuple(squares.tolist()), cubic(1), _CUBE)


def landau_specimen(atoms: int = 48, critical: float = 1.0, stiffness: float = 0.5) -> LatticeSpecimen:
    """E = sum of (T - Tc) u^2/2 + kappa (u_i - u_(i+1))^2/2: Landau's free energy to second order, on a chain.

    omega_j^2 = T - Tc + 4 kappa sin^2(pi j / N). The softest mode is uniform, and crosses zero exactly at Tc.

    Args:
        atoms: N.
        critical: Tc.
        stiffness: kappa, of the gradient term.

    Returns:
        The chain at T from 1.5 Tc above to 0.4 Tc below, followed downwards.
    """
    gaps = np.linspace(1.5, -0.4, 20)
    lattices = tuple(_landau(atoms, gap * critical, stiffness) for gap in gaps)
    falling = tuple((-gap * critical).item() for gap in gaps)
    squares = np.sort(gaps[-1] * critical + 4 * stiffness * np.sin(pi * np.arange(atoms) / atoms) ** 2)
    title = f"chain of {atoms} atoms whose own springs soften, below its transition"
    along = ("Tc − T", falling, lattices)
    return LatticeSpecimen(title, lattices[-1], tuple(squares.tolist()), along=along, expected=0.0)


def _landau(atoms: int, own: float, stiffness: float) -> ForceConstants:
    step = sparse.csr_array(np.roll(np.eye(atoms), 1, axis=1))
    matrix = (own + 2 * stiffness) * sparse.eye_array(atoms) - stiffness * (step + step.T)
    return from_force_constants(matrix, np.ones(atoms), periodic=False)


LATTICES: dict[str, Callable[[], LatticeSpecimen]] = {
    "ring": ring_specimen,
    "diatomic": diatomic_specimen,
    "cubic": cubic_specimen,
    "landau": landau_specimen,
}
"""By name."""
