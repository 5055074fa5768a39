import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_lattices import lattices, supercell
from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, free_chain, monatomic_chain, ring
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix, norm_bound
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice import bands as module
from polariscope.crystal.spectra.lattice.bands import bands, eigenvalues_at, mesh
from polariscope.errors import PolariscopeError

ALONG = [("Γ", [0.0]), ("X", [0.5])]


def test_monatomic_chain():
    found = bands(monatomic_chain(k=3.0, m=0.7, a=2.0), ALONG)
    q = found.distances  # from zero along the line: q itself
    assert np.allclose(found.eigenvalues[:, 0], 4 * 3.0 / 0.7 * np.sin(q * 2.0 / 2) ** 2, atol=1e-12)
    assert np.isclose(q[-1], np.pi / 2.0)
    assert np.allclose(found.frequencies[:, 0], np.sqrt(12 / 0.7) * np.abs(np.sin(q)), atol=1e-6)


def test_diatomic_chain():
    k, m1, m2, a = 1.3, 0.8, 2.9, 1.6
    found = bands(diatomic_cell(k, m1, m2, a), ALONG)
    s = k * (1 / m1 + 1 / m2)
    root = np.sqrt(s**2 - 4 * k**2 * np.sin(found.distances * a / 2) ** 2 / (m1 * m2))
    assert np.allclose(found.eigenvalues, np.stack([s - root, s + root], axis=1), atol=1e-12)


def test_the_path_of_a_cubic_crystal_keeps_its_corners_and_lengths():
    corners = [
        ("Γ", [0, 0, 0]),
        ("X", [0.5, 0, 0]),
        ("M", [0.5, 0.5, 0]),
        ("R", [0.5, 0.5, 0.5]),
        ("Γ", [0, 0, 0]),
    ]
    found = bands(cubic(1, a=2.0), corners, points=10)
    assert found.corners == (("Γ", 0), ("X", 10), ("M", 20), ("R", 30), ("Γ", 40))
    at = [place for _, place in found.corners]
    assert np.allclose(found.fractions[at], [where for _, where in corners])
    assert np.allclose(np.diff(found.distances[at]), np.pi / 2 * np.array([1, 1, 1, np.sqrt(3)]))
    assert np.allclose(found.eigenvalues[at, 0], [0, 4, 8, 12, 0], atol=1e-12)


def test_distances_are_cartesian_in_an_oblique_cell():
    oblique = Lattice([[0.0, 0.0]], [1.0], [[2.0, 0.0], [1.0, 3.0]], [(0, 0, 1.0, (1, 0))], scalar=True)
    found = bands(oblique, [("Γ", [0, 0]), ("A", [1, 0]), ("B", [1, 1])], points=1)
    # b_1 = 2 pi (1/2, -1/6) and b_2 = 2 pi (0, 1/3), as b_i . a_j = 2 pi delta_ij
    assert np.allclose(np.diff(found.distances), 2 * np.pi * np.array([np.hypot(1 / 2, 1 / 6), 1 / 3]))


def test_a_wave_that_grows_has_a_negative_frequency():
    found = bands(monatomic_chain(k=-1.0), ALONG, points=4).frequencies[:, 0]
    assert np.allclose(found, -2 * np.sin(np.pi * np.arange(5) / 8), atol=1e-6)


@settings(max_examples=40)
@given(lattices(periodic=True, low=-2.0), st.integers(1, 3), st.integers(1, 3))
def test_the_mesh_folds_into_the_supercell(lattice, first, last):
    counts = [first, last, 2][: lattice.dimension]
    folded = np.linalg.eigvalsh(dynamical_matrix(supercell(lattice, counts)).dense())
    unfolded = np.sort(eigenvalues_at(lattice, mesh(lattice.dimension, counts)), axis=None)
    assert np.allclose(folded, unfolded, atol=1e-11 * norm_bound(lattice))


def test_a_ring_is_its_cells_mesh():
    sampled = np.sort(eigenvalues_at(monatomic_chain(k=2.0, m=3.0), mesh(1, 11))[:, 0])
    assert np.allclose(np.linalg.eigvalsh(dynamical_matrix(ring(11, k=2.0, m=3.0)).dense()), sampled, atol=1e-13)


@given(lattices(periodic=True, low=-2.0), st.integers(0, 99))
def test_minus_q_has_the_same_frequencies(lattice, seed):
    waves = np.random.default_rng(seed).uniform(-1, 1, (2, lattice.dimension))
    scale = norm_bound(lattice)
    assert np.allclose(eigenvalues_at(lattice, waves), eigenvalues_at(lattice, -waves), atol=1e-12 * scale)


def test_many_waves_are_taken_in_parts(monkeypatch):
    waves = mesh(1, 50)
    whole = eigenvalues_at(diatomic_cell(), waves)
    monkeypatch.setattr(module, "_ENTRIES", 28)
    assert np.array_equal(eigenvalues_at(diatomic_cell(), waves), whole)


def test_a_mesh_covers_each_direction():
    found = mesh(2, (2, 3), offset=(0.5, 0.0))
    assert np.allclose(found, [[0.25, 0], [0.25, 1 / 3], [0.25, 2 / 3], [0.75, 0], [0.75, 1 / 3], [0.75, 2 / 3]])


@pytest.mark.parametrize("points", [0, (2, 2, 2), 2.5, (2, 0), "many"])
def test_a_mesh_has_whole_points_in_each_direction(points):
    with pytest.raises(PolariscopeError, match="mesh"):
        mesh(2, points)


@pytest.mark.parametrize(
    ("lattice", "path", "points", "told"),
    [
        (monatomic_chain(), ALONG[:1], 60, "1 corners"),
        (monatomic_chain(), ALONG, 0, "0 points"),
        (free_chain(3), ALONG, 60, "free cluster"),
        (cubic(1), ALONG, 60, "rows of 3 numbers"),
        (monatomic_chain(), [("Γ", [0.0]), ("X", [np.nan])], 60, "finite"),
    ],
)
def test_what_is_no_path_is_refused(lattice, path, points, told):
    with pytest.raises(PolariscopeError, match=told):
        bands(lattice, path, points)
