"""Laws of eigenpairs inside a spectrum: the nearest ones, with all their copies, measured on the matrix itself."""

import numpy as np
import pytest
from scipy import sparse

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.krylov.interior import interior_eigenpairs
from polariscope.errors import PolariscopeError

SIDE = 28


def _ring(size):
    off = sparse.diags_array([np.ones(size - 1), np.ones(1)], offsets=[1, 1 - size], shape=(size, size))
    return 2 * sparse.eye_array(size) - off - off.T


def _torus():
    one = sparse.eye_array(SIDE)
    levels = 2 - 2 * np.cos(2 * np.pi * np.arange(SIDE) / SIDE)
    laplacian = sparse.kron(_ring(SIDE), one) + sparse.kron(one, _ring(SIDE))
    return from_matrix(sparse.csr_array(laplacian), "torus"), np.sort(np.add.outer(levels, levels).ravel())


@pytest.mark.parametrize("near", [0.0, 0.37, 3.999, 4.0, 8.0, 9.5, "a level"])
def test_the_nearest_levels_of_a_torus_come_out_with_their_copies(near):
    operator, spectrum = _torus()
    near = spectrum[100] if near == "a level" else near  # on an eigenvalue, as 0, 4 (54 copies) and 8 are
    pairs = interior_eigenpairs(operator, near, 6)
    distances = np.sort(np.abs(spectrum - near))
    np.testing.assert_allclose(np.abs(pairs.values - near), distances[:6], atol=1e-9)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(6), atol=1e-12)
    own = np.linalg.norm(operator.explicit @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    np.testing.assert_allclose(pairs.residuals, own, atol=1e-13)
    assert pairs.converged.all()
    assert (distances < pairs.unlisted_beyond - 1e-12).sum() <= 6
    assert pairs.norm <= spectrum[-1]


def test_levels_on_both_sides_at_one_distance_are_told_apart():
    # A path's adjacency matrix has its spectrum symmetric about 0, and here the inverse squared could not tell.
    size = 601
    path = sparse.diags_array([np.ones(size - 1)] * 2, offsets=[-1, 1])
    pairs = interior_eigenpairs(from_matrix(sparse.csr_array(path)), 0.0, 5)
    levels = 2 * np.cos(np.pi * np.arange(1, size + 1) / (size + 1))
    nearest = levels[np.argsort(np.abs(levels))[:5]]
    np.testing.assert_allclose(np.sort(pairs.values), np.sort(nearest), atol=1e-12)
    assert pairs.converged.all()


@pytest.mark.parametrize("size", [60, 700])
def test_a_dense_matrix_goes_the_same_way(size):
    rng = np.random.default_rng(0)
    spectrum = np.sort(rng.standard_normal(size))
    turn, _ = np.linalg.qr(rng.standard_normal((size, size)))
    pairs = interior_eigenpairs(from_matrix((turn * spectrum) @ turn.T), 0.3, 4)
    order = np.argsort(np.abs(spectrum - 0.3))
    np.testing.assert_allclose(pairs.values, spectrum[order[:4]], atol=1e-11)
    assert pairs.converged.all()
    assert (np.abs(spectrum - 0.3) < pairs.unlisted_beyond - 1e-12).sum() <= 4
    assert pairs.miss_probability == (0 if size == 60 else 0.01)


def test_the_nearest_are_found_however_large_the_norm():
    rng = np.random.default_rng(1)
    spectrum = np.append(1e-3 * rng.standard_normal(600), 1e6)
    mirror = rng.standard_normal(601)
    mirror /= np.linalg.norm(mirror)
    turn = np.eye(601) - 2 * np.outer(mirror, mirror)
    matrix = (turn * spectrum) @ turn.T
    pairs = interior_eigenpairs(from_matrix((matrix + matrix.T) / 2), 0.0, 5)
    true = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    distances = np.sort(np.abs(true))
    # A roundoff of the norm is 2e-10: the five are told apart, or the bound says that they are not.
    np.testing.assert_allclose(np.sort(np.abs(pairs.values)), distances[:5], atol=2e-6)
    complete = pairs.unlisted_beyond >= np.abs(pairs.values).max()
    assert not complete or np.allclose(np.sort(np.abs(pairs.values)), distances[:5], atol=1e-8)
    assert (distances < pairs.unlisted_beyond - 1e-8).sum() <= 5


def test_where_all_are_listed_nothing_is_nearer():
    pairs = interior_eigenpairs(from_matrix(np.diag([1.0, 2.0, 4.0])), 2.1, 3)
    np.testing.assert_allclose(pairs.values, [2, 1, 4])
    assert pairs.unlisted_beyond == np.inf


def test_an_operator_known_by_its_products_only_is_refused_with_a_way_out():
    operator = SymmetricOperator(lambda vectors: vectors, 10, name="Hessian")
    with pytest.raises(PolariscopeError, match=r"Hessian: .* factorised; got .* only\. Cure: .* its density"):
        interior_eigenpairs(operator, 0.0)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((np.nan, 2), "near"),
        ((0.0, 2.5), "count: a whole number"),
        ((0.0, 0), "count"),
        ((0.0, 11), "count"),
        ((0.0, 2, -1), "tol"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, name):
    near, count, tolerance = (*arguments, None)[:3]
    with pytest.raises(PolariscopeError, match=name):
        interior_eigenpairs(from_matrix(np.eye(10)), near, count, tolerance=tolerance)
