import numpy as np
import pytest

from polariscope.crystal.operators.lattice.chains import (
    cubic,
    diatomic_cell,
    diatomic_ring,
    free_chain,
    monatomic_chain,
    ring,
)
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
from polariscope.errors import PolariscopeError


def spectrum(lattice):
    return np.linalg.eigvalsh(dynamical_matrix(lattice).dense())


@pytest.mark.parametrize("atoms", [1, 2, 3, 8, 13])
def test_ring(atoms):
    expected = np.sort(4 * 3.0 / 0.7 * np.sin(np.pi * np.arange(atoms) / atoms) ** 2)
    assert np.allclose(spectrum(ring(atoms, k=3.0, m=0.7)), expected, atol=1e-12)


@pytest.mark.parametrize("atoms", [1, 2, 9])
def test_free_chain(atoms):
    expected = 2 * 3.0 / 0.7 * (1 - np.cos(np.pi * np.arange(atoms) / atoms))
    assert np.allclose(spectrum(free_chain(atoms, k=3.0, m=0.7)), expected, atol=1e-12)


@pytest.mark.parametrize("cells", [1, 2, 7])
def test_diatomic_ring(cells):
    k, m1, m2 = 1.3, 0.8, 2.9
    s, wave = k * (1 / m1 + 1 / m2), np.sin(np.pi * np.arange(cells) / cells) ** 2
    root = np.sqrt(s**2 - 4 * k**2 * wave / (m1 * m2))
    expected = np.sort(np.concatenate([s - root, s + root]))
    assert np.allclose(spectrum(diatomic_ring(cells, k, m1, m2)), expected, atol=1e-12)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_cubic(side):
    one = 4 * 2.0 / 0.5 * np.sin(np.pi * np.arange(side) / side) ** 2
    expected = np.sort((one[:, None, None] + one[:, None] + one).ravel())
    assert np.allclose(spectrum(cubic(side, k=2.0, m=0.5, a=1.7)), expected, atol=1e-12)
    alone = np.sort(np.tile(np.repeat(one, side**2), 3))  # central springs: each direction a chain of its own
    assert np.allclose(spectrum(cubic(side, k=2.0, m=0.5, scalar=False)), alone, atol=1e-12)


def test_one_cell_of_a_chain_is_a_ring_of_one():
    assert monatomic_chain(a=2.5).cell.tolist() == [[2.5]]
    assert diatomic_cell(a=2.5).cell.tolist() == [[2.5]]
    assert np.allclose(np.diff(diatomic_ring(3, a=2.5).positions[:, 0]), 1.25)


@pytest.mark.parametrize("make", [ring, free_chain, diatomic_ring, cubic])
@pytest.mark.parametrize("count", [0, -1, 2.0, True, "3"])
def test_counts_are_whole_and_positive(make, count):
    with pytest.raises(PolariscopeError, match="whole number of 1 or more"):
        make(count)


def test_a_mass_that_is_not_positive_is_refused():
    with pytest.raises(PolariscopeError, match="masses above zero"):
        ring(4, m=0.0)
