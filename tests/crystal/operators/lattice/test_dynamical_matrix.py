import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from crystal_lattices import lattices
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.operators.graph.named_graphs import cycle
from polariscope.crystal.operators.lattice.chains import ring
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix, norm_bound
from polariscope.crystal.operators.lattice.force_constants import force_constants, from_force_constants
from polariscope.crystal.operators.lattice.lattice import Bond, Lattice


def spectrum(lattice):
    return np.linalg.eigvalsh(dynamical_matrix(lattice).dense())


def rebuilt(lattice, **change):
    kept = {name: getattr(lattice, name) for name in ("positions", "masses", "cell", "bonds", "scalar")}
    return Lattice(**(kept | change))


def with_stiffness(lattice, factor):
    return rebuilt(lattice, bonds=[bond._replace(stiffness=factor * bond.stiffness) for bond in lattice.bonds])


def cycle_laplacian(atoms):
    return 2 * np.eye(atoms) - np.roll(np.eye(atoms), 1, axis=0) - np.roll(np.eye(atoms), -1, axis=0)


@given(st.integers(3, 20), st.floats(0.1, 9), st.floats(0.1, 9))
def test_the_posts_identity_a_ring_is_the_cycles_laplacian(atoms, k, m):
    assert np.allclose(dynamical_matrix(ring(atoms, k, m)).dense(), k / m * cycle_laplacian(atoms), rtol=1e-14)


def test_the_posts_identity_with_the_graphs_own_laplacian():
    of_cycle = graph_laplacian(cycle(9)).dense()
    assert np.allclose(dynamical_matrix(ring(9, k=3.0, m=2.0)).dense(), 3.0 / 2.0 * of_cycle, rtol=1e-14)


@given(lattices())
def test_it_is_symmetric_and_stable_where_springs_pull(lattice):
    written = dynamical_matrix(lattice).dense()
    assert np.array_equal(written, written.T)
    assert spectrum(lattice).min() >= -1e-13 * norm_bound(lattice)


@given(lattices(low=-2.0))
def test_moving_all_atoms_alike_costs_nothing(lattice):
    together = np.kron(np.sqrt(lattice.masses)[:, None], np.eye(lattice.components))
    forces = dynamical_matrix(lattice) @ together
    assert np.abs(forces).max() <= 1e-13 * norm_bound(lattice) * together.max() * lattice.size


@given(lattices(low=-2.0), st.floats(0.1, 10), st.floats(0.1, 10))
def test_stiffness_and_mass_scale_the_squares(lattice, stiffer, heavier):
    heavy = rebuilt(with_stiffness(lattice, stiffer), masses=heavier * lattice.masses)
    assert np.allclose(spectrum(heavy), stiffer / heavier * spectrum(lattice), atol=1e-12 * norm_bound(heavy))


@given(lattices(low=-2.0), st.randoms(use_true_random=False))
def test_the_order_of_the_atoms_changes_nothing(lattice, random):
    place = list(range(len(lattice.masses)))
    random.shuffle(place)  # atom a moves to place[a]
    order = np.argsort(place)
    bonds = [Bond(place[bond.i], place[bond.j], *bond[2:]) for bond in lattice.bonds]
    other = rebuilt(lattice, positions=lattice.positions[order], masses=lattice.masses[order], bonds=bonds)
    assert np.allclose(spectrum(other), spectrum(lattice), atol=1e-12 * norm_bound(lattice))


@given(lattices(low=-2.0), st.integers(0, 99))
def test_turning_the_crystal_changes_nothing(lattice, seed):
    d = lattice.dimension
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]
    cell = None if lattice.cell is None else lattice.cell @ turn
    other = rebuilt(lattice, positions=lattice.positions @ turn, cell=cell)
    assert np.allclose(spectrum(other), spectrum(lattice), atol=1e-12 * norm_bound(lattice))


@given(lattices(low=-2.0))
def test_a_bond_told_from_its_other_end_is_the_same_bond(lattice):
    turned = [Bond(bond.j, bond.i, bond.stiffness, tuple(-step for step in bond.shift)) for bond in lattice.bonds]
    other = rebuilt(lattice, bonds=turned)
    slack = 1e-13 * norm_bound(lattice)
    assert np.allclose(dynamical_matrix(other).dense(), dynamical_matrix(lattice).dense(), atol=slack)


@given(lattices(low=-2.0))
def test_springs_and_their_force_constants_are_one_crystal(lattice):
    known = force_constants(lattice).matrix
    assume(abs(known).max() > 1e-3)  # where all terms cancel only their rounding would be left
    told = from_force_constants(known, lattice.masses, periodic=lattice.periodic)
    assert np.allclose(dynamical_matrix(told).dense(), dynamical_matrix(lattice).dense(), atol=1e-14)
    assert np.abs(spectrum(told)).max() <= norm_bound(told) * (1 + 1e-12) <= norm_bound(lattice) * (1 + 1e-11)


def test_masses_stand_under_a_root():
    pair = dynamical_matrix(Lattice([[0.0], [1.0]], [4.0, 9.0], None, [(0, 1, 36.0)])).dense()
    assert np.allclose(pair, [[9.0, -6.0], [-6.0, 4.0]])


def test_a_negative_stiffness_is_an_unstable_mode_and_no_error():
    assert np.allclose(spectrum(ring(4, k=-1.0)), [-4, -2, -2, 0], atol=1e-13)


def test_it_is_sparse_and_explicit():
    operator = dynamical_matrix(ring(20_000))
    assert operator.explicit.nnz == 60_000
    assert np.abs(operator @ np.ones(20_000)).max() < 1e-12
