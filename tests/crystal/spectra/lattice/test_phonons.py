import numpy as np
import pytest
from hypothesis import given

from crystal_lattices import lattices
from polariscope.crystal.operators.lattice.chains import cubic, free_chain, monatomic_chain, ring
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
from polariscope.crystal.operators.lattice.force_constants import from_force_constants
from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
from polariscope.crystal.spectra.lattice.phonons import phonons, signed_frequencies
from polariscope.errors import PolariscopeError


def triangle(**change):
    corners = [[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]]
    return Lattice(corners, np.ones(3), None, change.get("bonds", [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0)]))


def buckling_ring(atoms, second):
    """Neighbours pull with 1, next neighbours with second: omega^2 = 4 sin^2(q/2) + 4 second sin^2(q)."""
    around = [Bond(at, (at + 1) % atoms, 1.0, (int(at + 1 >= atoms),)) for at in range(atoms)]
    across = [Bond(at, (at + 2) % atoms, second, (int(at + 2 >= atoms),)) for at in range(atoms)]
    return Lattice(np.arange(atoms)[:, None], np.ones(atoms), [[atoms]], around + across, scalar=True)


@given(lattices())
def test_zero_modes_hold_the_translations_and_nothing_is_unstable(lattice):
    modes = phonons(lattice)
    assert modes.translations == lattice.components
    assert modes.zero >= modes.translations
    assert modes.unstable == ()
    assert len(modes.vibrations) + modes.zero == len(modes.frequencies) == lattice.size
    assert np.count_nonzero(modes.frequencies) == len(modes.vibrations)


def test_a_triangle_has_the_textbook_modes():
    modes = phonons(triangle())  # two translations and a rotation; 3k/2 twice, and 3k for breathing
    assert np.allclose(modes.eigenvalues, [0, 0, 0, 1.5, 1.5, 3], atol=1e-12)
    assert (modes.zero, modes.translations) == (3, 2)


def test_a_missing_spring_shows_as_one_more_zero_mode():
    assert phonons(triangle(bonds=[(0, 1, 1.0), (1, 2, 1.0)])).zero == 4


@pytest.mark.parametrize("k", [0.1, 1.0, 1 / 3, 1e-9, 1e12])
def test_zero_is_zero_also_where_the_springs_of_one_atom_cancel(k):
    for lattice in (monatomic_chain(k), cubic(1, k, scalar=False)):
        modes = phonons(lattice)
        assert (modes.zero, modes.translations) == (lattice.size, lattice.size)


def test_what_springs_of_one_atom_leave_by_rounding_is_zero():
    bonds = [(0, 0, 0.1, (1, 0)), (0, 0, 0.2, (0, 1)), (0, 0, 0.7, (1, 1)), (0, 0, 1 / 3, (1, -1))]
    slanted = Lattice([[0.0, 0.0]], [0.7], [[1.0, 0.1], [0.3, 1.2]], bonds)
    assert np.abs(dynamical_matrix(slanted).dense()).max() < 1e-15  # though not 0
    assert phonons(slanted).zero == 2


def test_springs_to_a_fixed_frame_leave_no_translation():
    held = from_force_constants([[2.0, -1.0], [-1.0, 2.0]], [1.0, 1.0], periodic=False)
    modes = phonons(held)
    assert (modes.zero, modes.translations) == (0, 0)
    assert np.allclose(modes.vibrations**2, [1.0, 3.0])


def test_a_cluster_held_along_one_direction_still_slides_along_the_other():
    slanted = np.outer([0.6, 0.8], [0.6, 0.8])
    assert phonons(from_force_constants(slanted, [1.0], periodic=False)).translations == 1


def test_unstable_modes_are_named_with_their_rate():
    atoms = 12
    modes = phonons(buckling_ring(atoms, -0.5))
    q = 2 * np.pi * np.arange(atoms) / atoms
    expected = np.sort(4 * np.sin(q / 2) ** 2 - 2 * np.sin(q) ** 2)
    assert np.allclose(modes.eigenvalues, expected, atol=1e-12)
    bad = expected[expected < -1e-12]
    assert len(bad) > 1
    assert [mode.index for mode in modes.unstable] == list(range(len(bad)))
    assert np.allclose([mode.rate for mode in modes.unstable], np.sqrt(-bad))
    assert np.allclose(modes.frequencies[: len(bad)], -np.sqrt(-bad))


def test_the_movers_are_the_atoms_that_the_instability_moves():
    bonds = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 4, -5.0)]  # the last spring pushes
    mode = phonons(Lattice(np.arange(5.0)[:, None], [1, 1, 1, 1, 1], None, bonds)).unstable[0]
    assert set(mode.movers[:2]) == {3, 4}
    assert sorted(mode.movers) == [0, 1, 2, 3, 4]
    moved = np.abs(mode.displacement[:, 0])
    assert np.all(np.diff(moved[list(mode.movers)]) <= 0)
    assert np.isclose(np.linalg.norm(mode.displacement), 1)
    assert np.isclose(mode.participation, 2, atol=0.1)


def test_displacements_are_those_of_the_equation_of_motion():
    masses = np.array([1.0, 5.0, 2.0])
    lattice = Lattice(np.arange(3.0)[:, None], masses, None, [(0, 1, -1.0), (1, 2, 2.0)])
    mode = phonons(lattice).unstable[0]
    moved = mode.displacement[:, 0]
    stiffness = dynamical_matrix(lattice).dense() * np.sqrt(np.outer(masses, masses))
    assert np.allclose(stiffness @ moved, mode.eigenvalue * masses * moved)


def test_participation_counts_the_atoms_that_share_a_mode():
    everyone = phonons(ring(8, k=-1.0)).unstable[0]  # all atoms, one against the next
    assert np.isclose(everyone.participation, 8)
    one_heavy = Lattice([[0.0], [1.0]], [1.0, 1e9], None, [(0, 1, -1.0)])
    assert np.isclose(phonons(one_heavy).unstable[0].participation, 1)


def test_eigenvalues_alone_say_no_more_than_they_know():
    modes = phonons([[4.0, -1.0], [1e-17, 9.0]])
    assert modes.eigenvalues.tolist() == [-1.0, 1e-17, 4.0, 9.0]
    assert (modes.zero, modes.translations) == (1, None)
    assert (modes.unstable[0].rate, modes.unstable[0].participation) == (1.0, None)
    assert modes.frequencies.tolist() == [-1.0, 0.0, 2.0, 3.0]


def test_the_tolerance_decides_what_counts_as_zero():
    values = [-1e-6, 1e-6, 1.0]
    assert (phonons(values).zero, len(phonons(values).unstable)) == (0, 1)
    assert (phonons(values, tolerance=1e-5).zero, phonons(values, tolerance=1e-5).unstable) == (2, ())


def test_all_frequencies_zero_is_no_error():
    assert phonons(free_chain(1)).zero == 1
    assert phonons([0.0, 0.0]).zero == 2


@pytest.mark.parametrize(
    ("values", "tolerance", "told"),
    [
        ([], None, "(0,)"),
        (np.zeros((2, 2, 2)), None, "(2, 2, 2)"),
        (4.0, None, "()"),
        ([1.0, np.nan], None, "1 of 2"),
        ([1.0], -1.0, "tolerance"),
        ([1.0], np.nan, "tolerance"),
    ],
)
def test_what_is_no_list_of_squares_is_refused(values, tolerance, told):
    with pytest.raises(PolariscopeError) as refused:
        phonons(values, tolerance=tolerance)
    assert told in str(refused.value)


def test_too_large_a_lattice_is_pointed_to_products():
    with pytest.raises(PolariscopeError, match="products only"):
        phonons(ring(6000))


def test_frequencies_carry_the_sign_of_the_square():
    values = np.array([[-9.0, 0.0], [4.0, 1.0]])
    assert np.array_equal(signed_frequencies(values), [[-3.0, 0.0], [2.0, 1.0]])
