"""Laws of the growing basis: orthonormal through growth, restarts and breakdowns, and T is A seen in it."""

import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.basis import Basis, multiply, orthogonalise
from polariscope.errors import PolariscopeError


def _diagonal(values):
    values = np.asarray(values, float)
    return SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal")


def _grown(values, *, limit, block, steps, seed=0):
    basis = Basis(_diagonal(values), limit, np.random.default_rng(seed))
    basis.append_random(block)
    for _ in range(steps):
        basis.expand()
    return basis


def _inside(basis, values):
    known = basis.combine(np.eye(basis.known))
    return known, known.T @ (np.asarray(values)[:, None] * known)


@pytest.mark.parametrize("block", [1, 2, 5])
def test_it_stays_orthonormal_and_t_is_a_seen_in_it(block):
    # Outliers of 1e6 make the recurrence alone lose orthogonality within a few steps.
    values = np.concatenate([[1e6, 2e5, 1e4], np.linspace(-1, 1, 297)])
    basis = _grown(values, limit=60, block=block, steps=50 // block)
    known, inside = _inside(basis, values)
    np.testing.assert_allclose(known.T @ known, np.eye(basis.known), atol=1e-13)
    np.testing.assert_allclose(basis.projected, inside, atol=1e-8)  # 1e6 times the rounding of doubles, and some


def test_the_leak_is_the_residual_of_a_ritz_vector():
    values = np.linspace(-1, 1, 200) ** 3
    basis = _grown(values, limit=40, block=3, steps=8)
    ritz, rotation = np.linalg.eigh(basis.projected)
    vectors = basis.combine(rotation)
    residuals = np.linalg.norm(values[:, None] * vectors - vectors * ritz, axis=0)
    np.testing.assert_allclose(basis.leak(rotation), residuals, atol=1e-13)


def test_after_a_restart_growth_goes_on_as_if_nothing_was():
    values = np.linspace(-1, 1, 200) ** 3
    basis = _grown(values, limit=40, block=2, steps=8)
    ritz, rotation = np.linalg.eigh(basis.projected)
    basis.compress(ritz[-5:], rotation[:, -5:])
    assert basis.known == 5
    for _ in range(4):
        basis.expand()
    known, inside = _inside(basis, values)
    np.testing.assert_allclose(known.T @ known, np.eye(13), atol=1e-13)
    np.testing.assert_allclose(basis.projected, inside, atol=1e-13)
    _, rotation = np.linalg.eigh(basis.projected)
    ritz, vectors = np.diag(rotation.T @ inside @ rotation), known @ rotation
    residuals = np.linalg.norm(values[:, None] * vectors - vectors * ritz, axis=0)
    np.testing.assert_allclose(basis.leak(rotation), residuals, atol=1e-13)


def test_held_pairs_come_first():
    values = np.arange(50.0)
    basis = Basis(_diagonal(values), 20, np.random.default_rng(0))
    basis.hold(np.array([49.0, 48.0]), np.eye(50)[:, [49, 48]])
    basis.append_random(1)
    basis.expand()
    np.testing.assert_allclose(np.diag(basis.projected)[:2], [49, 48])
    np.testing.assert_allclose(basis.projected[:2, 2], 0, atol=1e-13)  # the rest is apart from exact eigenvectors


@pytest.mark.parametrize("values", [np.zeros(30), np.ones(30), np.repeat([1.0, 2.0, 3.0], 10)])
def test_where_the_space_is_invariant_it_grows_by_random_directions_to_the_whole(values):
    basis = Basis(_diagonal(values), 30, np.random.default_rng(0))
    basis.append_random(2)
    while not basis.complete:
        basis.expand()
    known, _ = _inside(basis, values)
    np.testing.assert_allclose(known.T @ known, np.eye(30), atol=1e-12)
    np.testing.assert_allclose(np.linalg.eigvalsh(basis.projected), np.sort(values), atol=1e-12)
    assert basis.products == 30


def test_a_breakdown_leaves_no_coupling():
    basis = _grown(np.ones(20), limit=10, block=1, steps=2)
    assert basis.coupling.sum() == 0.0


def test_a_direction_of_rounding_is_kept_and_its_coupling_counts_as_rounding():
    # Products of single precision: what is left of the second level is above a double's rounding, below theirs.
    values = np.zeros(2000)
    values[[0, 1]] = 1, 1e-6
    operator = SymmetricOperator(lambda v: values[:, None] * v, 2000, name="single", rounding=1.2e-7)
    basis = Basis(operator, 10, np.random.default_rng(0))
    basis.hold(np.array([1.0]), np.eye(2000)[:, :1])
    basis.append_random(1)
    basis.expand()
    assert not basis.cut
    assert basis.coupling.sum() < basis.noise == basis.link
    basis.expand()
    assert np.linalg.eigvalsh(basis.projected[1:, 1:]).max() > 0.9e-6


def test_a_whole_space_has_no_link_and_an_ended_one_is_linked_to_rounding():
    whole = _grown(np.arange(1.0, 4.0), limit=3, block=1, steps=3)
    assert whole.complete
    assert whole.link == 0
    ended = _grown(np.ones(20), limit=10, block=1, steps=2)
    assert ended.cut
    assert 0 < ended.link < 1e-13


def test_a_weak_direction_of_a_block_is_orthogonal_all_the_same():
    # A sends both starts nearly to the same place, so the block's second direction is 1e10 times weaker.
    values = np.concatenate([[1e10], np.linspace(0, 1, 99)])
    basis = _grown(values, limit=12, block=2, steps=4)
    known, _ = _inside(basis, values)
    np.testing.assert_allclose(known.T @ known, np.eye(basis.known), atol=1e-12)


def test_orthogonalise_gives_the_parts_it_took():
    rng = np.random.default_rng(0)
    basis, _ = np.linalg.qr(rng.standard_normal((40, 6)))
    block = rng.standard_normal((40, 2))
    left = block.copy()
    parts = orthogonalise(left, basis)
    np.testing.assert_allclose(basis.T @ left, 0, atol=1e-15)
    np.testing.assert_allclose(basis @ parts + left, block, atol=1e-14)


def test_products_that_are_not_finite_are_refused():
    broken = SymmetricOperator(lambda vectors: vectors * np.nan, 4, name="the loss")
    with pytest.raises(PolariscopeError, match=r"the loss: products with finite vectors are finite; got nan"):
        multiply(broken, np.ones((4, 1)))
