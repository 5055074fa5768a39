import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_lattices import lattices
from polariscope.crystal.operators.lattice.bloch import bloch
from polariscope.crystal.operators.lattice.chains import free_chain, monatomic_chain, ring
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix, norm_bound
from polariscope.errors import PolariscopeError

crystals = lattices(periodic=True, low=-2.0)


def some_waves(lattice, seed):
    return np.random.default_rng(seed).uniform(-1, 1, (3, lattice.dimension))


@given(crystals, st.integers(0, 99))
def test_it_is_hermitian_conjugate_under_minus_q_and_periodic(lattice, seed):
    waves, scale = some_waves(lattice, seed), norm_bound(lattice)
    found = bloch(lattice).at(waves)
    assert np.abs(found - found.conj().transpose(0, 2, 1)).max() <= 1e-13 * scale
    assert np.abs(bloch(lattice).at(-waves) - found.conj()).max() <= 1e-13 * scale
    assert np.abs(bloch(lattice).at(waves + np.arange(lattice.dimension)) - found).max() <= 1e-12 * scale


@given(crystals)
def test_without_a_wave_it_is_the_dynamical_matrix(lattice):
    still = bloch(lattice).at(np.zeros((1, lattice.dimension)))[0]
    assert np.allclose(still, dynamical_matrix(lattice).dense(), atol=1e-13 * norm_bound(lattice))


@given(crystals, st.integers(0, 99))
def test_no_eigenvalue_exceeds_the_bound(lattice, seed):
    values = np.linalg.eigvalsh(bloch(lattice).at(some_waves(lattice, seed)))
    assert np.abs(values).max() <= norm_bound(lattice) * (1 + 1e-12)


@given(crystals, st.integers(0, 99))
def test_derivatives_are_those_of_differences(lattice, seed):
    unit = some_waves(lattice, seed)[0]
    unit /= np.linalg.norm(unit)
    operator, h = bloch(lattice), 1e-3
    ahead, here, behind = operator.at(np.array([[h], [0.0], [-h]]) * (lattice.cell @ unit) / (2 * np.pi))
    scale = norm_bound(lattice) * max(1.0, operator.reach) ** 4
    assert np.abs(operator.derivative(unit, 0) - here).max() <= 1e-13 * scale
    assert np.abs(operator.derivative(unit, 1) - (ahead - behind) / (2 * h)).max() <= h**2 * scale
    assert np.abs(operator.derivative(unit, 2) - (ahead - 2 * here + behind) / h**2).max() <= h**2 * scale


def test_the_chain_in_closed_form():
    q = np.linspace(0, 1, 7)
    found = bloch(monatomic_chain(k=2.0, m=0.5)).at(q[:, None])[:, 0, 0]
    assert np.allclose(found, 16 * np.sin(np.pi * q) ** 2, atol=1e-13)


@pytest.mark.parametrize("fractions", [[0.0, 0.5], [[0.0, 0.5]], [[np.nan]], "q"])
def test_wave_vectors_are_rows_of_finite_numbers(fractions):
    with pytest.raises(PolariscopeError, match="wave vectors"):
        bloch(ring(3)).at(fractions)


def test_a_free_cluster_carries_no_wave():
    with pytest.raises(PolariscopeError, match="periodic lattice; got a free cluster"):
        bloch(free_chain(3))


def test_too_large_a_cell_is_refused_before_it_is_written_out():
    with pytest.raises(PolariscopeError, match="at most 5,000 modes a cell; got 5,001"):
        bloch(ring(5001))
