"""Lattices for tests: drawn at random, and a crystal written out as one large cell."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from polariscope.crystal.operators.lattice.lattice import Bond, Lattice


def random_lattice(seed, *, periodic, scalar, low=0.2):
    """Two to five atoms in one to three dimensions, joined at random by springs of stiffness low to 2."""
    rng = np.random.default_rng(seed)
    d, atoms = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    bonds = []
    for _ in range(int(rng.integers(1, 9))):
        i, j = (int(index) for index in rng.choice(atoms, 2, replace=False))
        shift = tuple(int(step) for step in rng.integers(-1, 2, d)) if periodic else ()
        if any(shift) and rng.random() < 0.3:
            j = i
        bonds.append(Bond(i, j, float(rng.uniform(low, 2.0)), shift))
    cell = 3 * np.eye(d) + rng.uniform(-0.5, 0.5, (d, d)) if periodic else None
    return Lattice(rng.uniform(0, 1, (atoms, d)), rng.uniform(0.5, 4.0, atoms), cell, bonds, scalar=scalar)


def lattices(*, periodic=None, scalar=None, low=0.2):
    """A strategy for `random_lattice`; what is None is drawn."""
    free = {"periodic": periodic, "scalar": scalar}
    drawn = {name: st.booleans() if value is None else st.just(value) for name, value in free.items()}
    return st.builds(random_lattice, st.integers(0, 2**32 - 1), **drawn, low=st.just(low))


def supercell(lattice, counts):
    """The same crystal, with a cell of counts[0] x counts[1] x ... of the old ones."""
    counts, places = np.array(counts), list(product(*(range(count) for count in counts)))
    atoms, number = len(lattice.masses), {place: at for at, place in enumerate(places)}
    bonds = []
    for place, bond in product(places, lattice.bonds):
        there = np.array(place) + bond.shift
        to = number[tuple(int(step) for step in there % counts)]
        across = tuple(int(step) for step in there // counts)
        bonds.append(Bond(number[place] * atoms + bond.i, to * atoms + bond.j, bond.stiffness, across))
    positions = np.concatenate([lattice.positions + np.array(place) @ lattice.cell for place in places])
    masses = np.tile(lattice.masses, len(places))
    return Lattice(positions, masses, counts[:, None] * lattice.cell, bonds, scalar=lattice.scalar)
