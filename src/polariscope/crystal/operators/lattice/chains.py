"""Lattices whose spectra are known in closed form: rings, chains of one and two masses, the simple cubic."""

from itertools import product

import numpy as np

from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
from polariscope.errors import PolariscopeError


def ring(atoms: int, k: float = 1.0, m: float = 1.0, a: float = 1.0) -> Lattice:
    """omega^2 = (4k/m) sin^2(pi j / N), j = 0..N-1: equal masses around, as one cell of length N a.

    >>> from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
    >>> squares = np.linalg.eigvalsh(dynamical_matrix(ring(4, k=1.0, m=2.0)).dense())
    >>> abs(squares.round(9))  # 4/2 of 0, 1/2, 1/2 and 1
    array([0., 1., 1., 2.])

    Args:
        atoms: N, at least 1.
        k: Stiffness of each spring. Default: 1, as for the mass and the spacing: frequencies in sqrt(k/m).
        m: Each atom's mass.
        a: Their spacing.

    Returns:
        The periodic lattice of N atoms, one displacement each; two atoms are joined by two springs.

    Raises:
        PolariscopeError: The number of atoms is no positive integer, or a number breaks a rule of `Lattice`.
    """
    _check_count("atoms", atoms)
    bonds = [Bond(at, (at + 1) % atoms, k, (int(at + 1 == atoms),)) for at in range(atoms)]
    return Lattice(a * np.arange(atoms)[:, None], np.full(atoms, m), [[atoms * a]], bonds, scalar=True)


def monatomic_chain(k: float = 1.0, m: float = 1.0, a: float = 1.0) -> Lattice:
    """omega(q)^2 = (4k/m) sin^2(q a / 2): the endless chain of equal masses, one atom a cell.

    Args:
        k: Stiffness of each spring.
        m: Each atom's mass.
        a: Length of the cell.

    Returns:
        The cell, for `bands` and all that samples wave vectors.
    """
    return ring(1, k, m, a)


def free_chain(atoms: int, k: float = 1.0, m: float = 1.0, a: float = 1.0) -> Lattice:
    """omega^2 = (2k/m)(1 - cos(pi j / N)), j = 0..N-1: N equal masses in a row with free ends.

    Args:
        atoms: N, at least 1.
        k: Stiffness of each spring.
        m: Each atom's mass.
        a: Their spacing.

    Returns:
        The free lattice, one displacement an atom.

    Raises:
        PolariscopeError: The number of atoms is no positive integer, or a number breaks a rule of `Lattice`.
    """
    _check_count("atoms", atoms)
    bonds = [Bond(at, at + 1, k) for at in range(atoms - 1)]
    return Lattice(a * np.arange(atoms)[:, None], np.full(atoms, m), None, bonds, scalar=True)


def diatomic_ring(cells: int, k: float = 1.0, m1: float = 1.0, m2: float = 2.0, a: float = 1.0) -> Lattice:
    """omega^2 = s +- sqrt(s^2 - 4 k^2 sin^2(pi j / N) / (m1 m2)), s = k (1/m1 + 1/m2), j = 0..N-1 (N cells).

    Args:
        cells: N, at least 1.
        k: Stiffness of each spring.
        m1: Mass of the even atoms.
        m2: Mass of the odd ones.
        a: Length of a cell; the atoms are a/2 apart.

    Returns:
        The periodic lattice of 2 N atoms, one displacement each.

    Raises:
        PolariscopeError: The number of cells is no positive integer, or a number breaks a rule of `Lattice`.
    """
    _check_count("cells", cells)
    atoms = 2 * cells
    bonds = [Bond(at, (at + 1) % atoms, k, (int(at + 1 == atoms),)) for at in range(atoms)]
    return Lattice(a / 2 * np.arange(atoms)[:, None], [m1, m2] * cells, [[cells * a]], bonds, scalar=True)


def diatomic_cell(k: float = 1.0, m1: float = 1.0, m2: float = 2.0, a: float = 1.0) -> Lattice:
    """omega(q)^2 = s +- sqrt(s^2 - 4 k^2 sin^2(q a / 2) / (m1 m2)), s = k (1/m1 + 1/m2): two atoms a cell.

    Args:
        k: Stiffness of each spring.
        m1: Mass of the first atom.
        m2: Mass of the second.
        a: Length of the cell.

    Returns:
        The cell, for `bands` and all that samples wave vectors.
    """
    return diatomic_ring(1, k, m1, m2, a)


def cubic(side: int, k: float = 1.0, m: float = 1.0, a: float = 1.0, scalar: bool = True) -> Lattice:
    """omega(q)^2 = (4k/m) sum over x, y, z of sin^2(q_x a / 2): simple cubic with springs to nearest neighbours.

    Args:
        side: Atoms along each edge of the cell, at least 1; 1 is the cell that repeats, for `bands`.
        k: Stiffness of each spring.
        m: Each atom's mass.
        a: Their spacing.
        scalar: One displacement an atom, isotropic sound and Debye's g ~ omega^2. With False the springs are
            central: the crystal has no resistance to shear, and each branch is that of a chain.

    Returns:
        The periodic lattice of side^3 atoms.

    Raises:
        PolariscopeError: The side is no positive integer, or a number breaks a rule of `Lattice`.
    """
    _check_count("side", side)
    sites = np.array(list(product(range(side), repeat=3)))
    bonds = [_to_next(site, axis, side, k) for site in sites for axis in range(3)]
    return Lattice(a * sites, np.full(len(sites), m), side * a * np.eye(3), bonds, scalar=scalar)


def _to_next(site: np.ndarray, axis: int, side: int, k: float) -> Bond:
    step = np.eye(3, dtype=int)[axis]
    x, y, z = (site + step) % side
    place = side * side * site[0] + side * site[1] + site[2]
    return Bond(int(place), int((x * side + y) * side + z), k, tuple(int(part) for part in (site + step) // side))


def _check_count(name: str, count: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise PolariscopeError(name, "a whole number of 1 or more", count, "give an int such as 8")
