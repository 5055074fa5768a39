import numpy as np
import pytest

from crystal_lattices import supercell
from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, free_chain, monatomic_chain
from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
from polariscope.crystal.spectra.lattice.debye import debye
from polariscope.errors import PolariscopeError


def square(a=1.0):
    return Lattice([[0.0, 0.0]], [1.0], a * np.eye(2), [(0, 0, 1.0, (1, 0)), (0, 0, 1.0, (0, 1))], scalar=True)


def face_centred():
    to = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 0), (1, 0, -1), (0, 1, -1)]
    return Lattice(np.zeros((1, 3)), [1.0], (np.ones((3, 3)) - np.eye(3)) / 2, [Bond(0, 0, 1.0, s) for s in to])


@pytest.mark.parametrize(
    ("lattice", "frequency"),
    [
        (monatomic_chain(k=4.0, m=0.5, a=3.0), np.pi * np.sqrt(8)),  # c pi / a
        (diatomic_cell(k=2.0, m1=1.0, m2=3.0), 0.5 * 2 * np.pi),  # two atoms in a cell of length 1
        (square(a=2.0), np.sqrt(4 * np.pi)),  # c sqrt(4 pi) / a
        (cubic(1, k=9.0, a=0.5), 3 * (6 * np.pi**2) ** (1 / 3)),
    ],
)
def test_isotropic_sound_in_closed_form(lattice, frequency):
    found = debye(lattice, directions=8)
    assert abs(found.frequency - frequency) <= max(found.error, 1e-12)
    assert found.error < 1e-6 * frequency


def test_the_error_covers_what_more_directions_change():
    few, many = debye(face_centred(), directions=10), debye(face_centred(), directions=40)
    assert abs(few.frequency - many.frequency) <= few.error
    assert many.error < few.error / 10


def test_the_mean_lies_between_the_slowest_and_the_fastest_sound():
    found = debye(face_centred(), directions=10)
    assert np.sqrt(0.125) < found.velocity < np.sqrt(2 / 3)


def test_three_branches_share_the_modes_of_one_atom():
    found = debye(face_centred(), directions=10)
    assert np.isclose(found.frequency, found.velocity * (6 * np.pi**2 * 4) ** (1 / 3))  # a volume of 1/4 an atom


def test_a_larger_cell_is_the_same_crystal():
    whole = debye(supercell(face_centred(), [2, 1, 1]), directions=10)
    assert np.isclose(whole.frequency, debye(face_centred(), directions=10).frequency, rtol=1e-9)


def test_stiffer_is_faster_by_the_root():
    assert np.isclose(debye(cubic(1, k=4.0), directions=4).frequency, 2 * debye(cubic(1), directions=4).frequency)


@pytest.mark.parametrize(
    ("lattice", "directions", "told"),
    [
        (cubic(1, scalar=False), 8, "zero or imaginary"),
        (monatomic_chain(k=-1.0), 8, "zero or imaginary"),
        (Lattice([[0.0]], [1.0], [[1.0]], []), 8, "zero or imaginary"),
        (free_chain(3), 8, "free cluster"),
        (cubic(1), 3, "four or more"),
    ],
)
def test_what_has_no_debye_frequency_is_refused(lattice, directions, told):
    with pytest.raises(PolariscopeError, match=told):
        debye(lattice, directions=directions)
