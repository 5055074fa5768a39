import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_lattices import lattices, supercell
from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, free_chain, monatomic_chain
from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
from polariscope.crystal.spectra.lattice import sound as module
from polariscope.crystal.spectra.lattice.sound import sound_velocities
from polariscope.errors import PolariscopeError


def face_centred(k=1.0, a=1.0):
    """Elastic constants C11 = 2k/a, C12 = C44 = k/a; density 4/a^3 for unit masses."""
    to = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 0), (1, 0, -1), (0, 1, -1)]
    cell = a / 2 * (np.ones((3, 3)) - np.eye(3))
    return Lattice(np.zeros((1, 3)), [1.0], cell, [Bond(0, 0, k, shift) for shift in to])


def agrees(found, expected):
    assert len(found.velocities) == len(expected)
    assert np.all(np.abs(found.velocities - expected) <= np.maximum(found.errors, 1e-12))
    assert np.all(found.errors <= 1e-5)


@given(st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0.1, 9))
def test_chain(k, m, a):
    found = sound_velocities(monatomic_chain(k, m, a), [2.0])
    assert np.isclose(found.velocities[0], a * np.sqrt(k / m), rtol=1e-12)
    assert found.errors[0] < 1e-7 * found.velocities[0]


@given(st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0.1, 9))
def test_diatomic_chain(k, m1, m2):
    # springs in series give the modulus k a/2, the line's density is (m1 + m2)/a: c^2 = k a^2 / (2 (m1 + m2))
    found = sound_velocities(diatomic_cell(k, m1, m2, a=1.7), [-1.0])
    assert np.isclose(found.velocities[0], 1.7 * np.sqrt(k / (2 * (m1 + m2))), rtol=1e-10)


def test_two_springs_in_series():
    lattice = Lattice([[0.0], [0.3]], [1.0, 1.0], [[1.0]], [(0, 1, 1.0), (1, 0, 3.0, (1,))], scalar=True)
    agrees(sound_velocities(lattice, [1.0]), [np.sqrt(0.75 / 2)])  # modulus 1/(1/1 + 1/3), density 2


@pytest.mark.parametrize(
    ("along", "squares"),  # rho c^2, from the elastic constants (Kittel, chapter 3)
    [([1, 0, 0], [1, 1, 2]), ([1, 1, 0], [0.5, 1, 2.5]), ([1, 1, 1], [2 / 3, 2 / 3, 8 / 3])],
)
def test_the_face_centred_cubic_has_its_elastic_constants(along, squares):
    agrees(sound_velocities(face_centred(), along), np.sqrt(np.array(squares) / 4))


def test_scalar_cubic_is_isotropic_and_central_cubic_has_no_shear():
    for along in ([1, 0, 0], [1, 2, 3]):
        agrees(sound_velocities(cubic(1, k=4.0, a=0.5), along), [1.0])
    found = sound_velocities(cubic(1, scalar=False), [1, 0, 0])
    assert np.all(np.abs(found.velocities - [0, 0, 1]) <= found.errors)
    assert np.all(found.errors <= 1e-5)


@settings(max_examples=60, deadline=None)
@given(lattices(periodic=True), st.integers(0, 99))
def test_the_formula_agrees_with_the_extrapolation_and_with_a_larger_cell(lattice, seed):
    along = np.random.default_rng(seed).standard_normal(lattice.dimension)
    small = sound_velocities(lattice, along)
    assert np.all(small.velocities >= -small.errors)
    large = sound_velocities(supercell(lattice, [2] + [1] * (lattice.dimension - 1)), along)
    if len(large.velocities) == len(small.velocities):  # a cell that falls into loose parts has more of them
        slack = small.errors + large.errors
        assert np.all(np.abs(small.velocities - large.velocities) <= slack)


def test_two_loose_sublattices_have_a_sound_each():
    loose = Lattice([[0.0], [0.5]], [1.0, 1.0], [[1.0]], [(0, 0, 1.0, (1,)), (1, 1, 4.0, (1,))], scalar=True)
    agrees(sound_velocities(loose, [1.0]), [1.0, 2.0])


def test_an_unstable_sound_is_negative():
    agrees(sound_velocities(monatomic_chain(k=-4.0), [1.0]), [-2.0])


def test_without_springs_nothing_moves():
    found = sound_velocities(Lattice([[0.0]], [1.0], [[1.0]], []), [1.0])
    assert found.velocities.tolist() == [0.0]
    assert found.errors.tolist() == [0.0]


def test_the_error_shows_a_formula_that_is_wrong(monkeypatch):
    right = module._perturbed
    monkeypatch.setattr(module, "_perturbed", lambda *asked: (1.1 * right(*asked)[0], 1.0))
    found = sound_velocities(monatomic_chain(), [1.0])
    assert found.errors[0] > abs(found.velocities[0] - 1) > 0.04


def test_a_square_that_rises_linearly_is_no_sound():
    torn = Lattice([[0.0], [0.5]], [1.0, 1.0], [[1.0]], [(0, 1, 1.0), (1, 0, -1.0, (1,))], scalar=True)
    with pytest.raises(PolariscopeError, match="split linearly"):
        sound_velocities(torn, [1.0])


@pytest.mark.parametrize("along", [[1.0, 0.0], [0.0], [np.inf], 1.0])
def test_a_direction_is_a_vector(along):
    with pytest.raises(PolariscopeError, match="direction"):
        sound_velocities(monatomic_chain(), along)


def test_a_free_cluster_has_no_sound():
    with pytest.raises(PolariscopeError, match="free cluster"):
        sound_velocities(free_chain(3), [1.0])
