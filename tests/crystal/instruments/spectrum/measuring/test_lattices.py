"""A lattice's own readings against closed forms; an unstable one has no sound and no heat."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.measuring.lattices import lattice_readings, translations
from polariscope.crystal.operators.lattice.chains import free_chain, monatomic_chain, ring
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.specimens.lattices import (
    LatticeSpecimen,
    cubic_specimen,
    diatomic_specimen,
    landau_specimen,
    ring_specimen,
)


def by_kind(specimen):
    found = {}
    for row in lattice_readings(specimen):
        found.setdefault(row["kind"], []).append(row)
    return found


def test_a_crystal_has_bands_states_sound_and_heat():
    found = by_kind(diatomic_specimen(8))
    assert set(found) == {"lattice", "corners", "branch", "states", "heat"}
    assert found["corners"][0]["names"] == ["Γ", "X"]
    acoustic, optical = (row["frequencies"] for row in found["branch"])
    assert (acoustic[0], acoustic[-1]) == pytest.approx((0.0, 1.0), abs=1e-7)  # sqrt(2k/m2) at the zone's edge
    assert (optical[0], optical[-1]) == pytest.approx((np.sqrt(3), np.sqrt(2)))  # sqrt(2k/mu), sqrt(2k/m1)
    (states,) = found["states"]
    assert np.sum(np.diff(states["edges"]) * states["density"]) == pytest.approx(2, rel=1e-3)
    own = found["lattice"][0]
    assert own["sound"] == pytest.approx([np.sqrt(1 / (2 * 3))], rel=1e-9)  # sqrt(k / (2 (m1 + m2)))


def test_heat_rises_to_dulong_and_petit_s():
    (heat,) = by_kind(ring_specimen(16))["heat"]
    assert (heat["modes"], heat["excluded"]) == (15, 1)
    shares = np.array(heat["heat_capacity"]) / heat["modes"]
    assert np.all(np.diff(shares) > 0)
    assert 0.95 < shares[-1] < 1
    frequencies = 2 * np.sin(np.pi * np.arange(1, 16) / 16)
    x = frequencies / heat["temperature"][4]
    assert heat["heat_capacity"][4] == pytest.approx((x**2 * np.exp(x) / np.expm1(x) ** 2).sum())


def test_an_unstable_lattice_tells_what_grows_and_nothing_that_it_has_not():
    found = by_kind(landau_specimen(10))
    assert set(found) == {"lattice"}
    own = found["lattice"][0]
    squares = -0.4 + 2 * np.sin(np.pi * np.arange(10) / 10) ** 2
    growing = np.sort(np.sqrt(-squares[squares < 0]))[::-1]
    assert own["unstable"] == len(growing) == 3
    assert own["rates"] == pytest.approx(growing)
    assert len(own["movers"]) == 5
    assert "sound" not in own


def test_a_crystal_of_springs_that_push_has_branches_but_no_sound_and_no_heat():
    cell = monatomic_chain(k=-1.0)
    found = by_kind(LatticeSpecimen("pushed", ring(6, k=-1.0), cell=cell, path=[("Γ", (0.0,)), ("X", (0.5,))]))
    assert set(found) == {"lattice", "corners", "branch", "states"}
    assert found["lattice"][0]["unstable"] == 5
    assert "sound" not in found["lattice"][0]
    assert found["branch"][0]["frequencies"][-1] == pytest.approx(-2.0)  # negative stands for imaginary


def test_a_lattice_without_a_cell_has_modes_and_heat_only():
    found = by_kind(LatticeSpecimen("a free chain", free_chain(5)))
    assert set(found) == {"lattice", "heat"}
    assert (found["lattice"][0]["zero"], found["lattice"][0]["unstable"]) == (1, 0)


def test_translations_are_counted_where_springs_act_on_differences_only():
    assert translations(ring(6)) == {"translations": 1, "translations_expected": 1}
    cube = cubic_specimen(3).lattice
    assert translations(cube) == {"translations": 1, "translations_expected": 1}
    solid = Lattice(cube.positions, cube.masses, cube.cell, cube.bonds, scalar=False)
    assert translations(solid) == {"translations": 3, "translations_expected": 3}
    assert translations(landau_specimen(6).lattice) == {}
