from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from crystal_lattices import lattices
from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, monatomic_chain, ring
from polariscope.crystal.spectra.lattice.bands import eigenvalues_at, mesh
from polariscope.crystal.spectra.lattice.debye import debye
from polariscope.crystal.spectra.lattice.phonons import phonons
from polariscope.crystal.spectra.lattice.thermodynamics import thermodynamics
from polariscope.errors import PolariscopeError


def exact(omega, temperature):
    """C, S, U and F of one oscillator, in 60 digits."""
    with localcontext() as context:
        context.prec, context.Emin = 60, -(10**9)
        w, t = Decimal(omega), Decimal(temperature)
        x = w / t
        left = (-x).exp()
        log = (1 - left).ln() if left > Decimal("1e-50") else -left
        occupied = left / (1 - left)
        values = x * x * left / (1 - left) ** 2, x * occupied - log, w / 2 + w * occupied, w / 2 + t * log
        return np.array([float(value) for value in values])


def all_four(omega, temperature):
    found = thermodynamics(phonons([omega**2]), [temperature])
    return np.array([found.heat_capacity[0], found.entropy[0], found.energy[0], found.free_energy[0]])


@pytest.mark.parametrize("temperature", [2.0**power for power in range(-9, 50, 2)])
def test_one_oscillator_to_rounding_at_every_temperature(temperature):
    expected = exact(2.0, temperature)
    slack = 1e-14 * np.abs(expected) + 1e-16 * np.array([0, 0, 1, max(1.0, temperature)])
    assert np.all(np.abs(all_four(2.0, temperature) - expected) <= 4 * slack)


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-3, 1e300])
def test_no_temperature_overflows(temperature):
    found = all_four(1.0, temperature)
    assert np.isfinite(found).all()
    assert np.isclose(found[0], 0.0 if temperature < 1 else 1.0)


@given(lattices())
def test_dulong_and_petit_each_vibration_holds_one(lattice):
    modes = phonons(lattice)
    assume(modes.zero < lattice.size)
    found = thermodynamics(modes, [1e4 * modes.vibrations.max()])
    assert np.isclose(found.heat_capacity[0], found.modes)
    assert found.modes + found.excluded == lattice.size
    assert found.excluded == modes.zero


def test_the_chain_holds_pi_t_over_3_c_per_length():
    chain = phonons(eigenvalues_at(monatomic_chain(k=4.0), mesh(1, 4096, offset=0.5)))  # c = 2, a = 1
    found = thermodynamics(chain, [0.01, 0.02]).heat_capacity / 4096
    assert np.allclose(found, np.pi / 3 * np.array([0.01, 0.02]) / 2, rtol=1e-3)


def test_the_cubic_follows_debyes_law():
    temperature, side = np.array([0.1, 0.15]), 48
    atoms = phonons(eigenvalues_at(cubic(1), mesh(3, side, offset=0.5)))
    found = thermodynamics(atoms, temperature).heat_capacity / side**3
    law = 4 * np.pi**4 / 5 * (temperature / debye(cubic(1), directions=4).frequency) ** 3
    beyond = found / law - 1  # the dispersion's next term, which goes like T^2
    assert np.all((beyond > 0) & (beyond < 0.2))
    assert np.isclose(beyond[1] / beyond[0], 1.5**2, rtol=0.2)


def test_entropy_is_the_integral_of_heat_over_temperature():
    modes = phonons(eigenvalues_at(diatomic_cell(), mesh(1, 7, offset=0.5)))
    warmth = np.geomspace(1e-3, 5.0, 4000)
    found = thermodynamics(modes, warmth)
    assert np.isclose(trapezoid(found.heat_capacity, np.log(warmth)), found.entropy[-1], rtol=1e-5)
    assert np.allclose(np.gradient(found.energy, warmth)[1:-1], found.heat_capacity[1:-1], rtol=1e-3, atol=1e-6)
    assert np.allclose(-np.gradient(found.free_energy, warmth)[1:-1], found.entropy[1:-1], rtol=1e-3, atol=1e-6)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_free_energy_is_energy_less_heat(omega, temperature):
    _, entropy, energy, free = all_four(omega, temperature)
    assert np.isclose(free, energy - temperature * entropy, rtol=1e-12, atol=1e-12 * temperature)


@given(st.floats(0.05, 20), st.floats(0.1, 10))
def test_only_the_ratio_of_frequency_to_temperature_matters(temperature, scale):
    few = thermodynamics(phonons([1.0, 4.0]), [temperature])
    scaled = thermodynamics(phonons([scale**2, 4 * scale**2]), [temperature * scale])
    assert np.isclose(few.heat_capacity[0], scaled.heat_capacity[0])
    assert np.isclose(few.entropy[0], scaled.entropy[0])
    assert np.isclose(few.energy[0] * scale, scaled.energy[0])


def test_cold_atoms_keep_the_energy_of_rest():
    found = thermodynamics(phonons(ring(6)), 1e-6)
    assert np.isclose(found.energy[0], phonons(ring(6)).vibrations.sum() / 2)
    assert found.temperature.tolist() == [1e-6]
    assert (found.modes, found.excluded) == (5, 1)
    assert found.heat_capacity[0] == found.entropy[0] == 0


def test_an_unstable_lattice_has_no_thermodynamics():
    with pytest.raises(PolariscopeError, match=r"falls apart.*3 unstable modes, the worst of omega\^2 = -4"):
        thermodynamics(phonons(ring(4, k=-1.0)), [1.0])


@pytest.mark.parametrize(
    ("values", "temperatures", "told"),
    [
        ([0.0], [1.0], "zero modes only"),
        ([1.0], [1.0, 0.0], "0 at the lowest"),
        ([1.0], [-1.0], "-1 at the lowest"),
        ([1.0], [], "none"),
        ([1.0], [np.nan], "finite"),
        ([1.0], [[1.0]], "a list of temperatures"),
    ],
)
def test_what_has_no_temperature_is_refused(values, temperatures, told):
    with pytest.raises(PolariscopeError, match=told):
        thermodynamics(phonons(values), temperatures)
