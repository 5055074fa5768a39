"""Laws of the low end, where chains and grids are crowded: right by every way there."""

import numpy as np
import pytest
from scipy import sparse

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.krylov import lowest
from polariscope.crystal.spectra.krylov.lowest import lowest_eigenpairs
from polariscope.errors import PolariscopeError


def _chain(size, closed):
    off = sparse.diags_array([np.ones(size - 1)], offsets=[1]).tolil()
    off[0, size - 1] = float(closed)
    joined = sparse.csr_array(off + off.T)
    return sparse.csr_array(sparse.diags_array(joined.sum(axis=0)) - joined)


@pytest.mark.parametrize("closed", [False, True])
def test_the_lowest_of_ten_thousand_are_right(closed):
    size = 10_000
    pairs = lowest_eigenpairs(from_matrix(_chain(size, closed)), 5)
    turns = np.array([0, 1, 1, 2, 2]) * 2 if closed else np.arange(5)
    np.testing.assert_allclose(pairs.values, 2 - 2 * np.cos(np.pi * turns / size), atol=1e-13)
    assert pairs.converged.all()
    assert pairs.end == "smallest"
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(5), atol=1e-12)
    next_one = 2 - 2 * np.cos(np.pi * (6 if closed else 5) / size)
    assert pairs.values[-1] < pairs.unlisted_beyond <= next_one + 1e-13


def test_the_low_end_of_a_matrix_whose_circles_reach_far_below():
    # Bonds in many directions: the rows' off-diagonal sums are above the diagonal, yet nothing is below 0.
    rng = np.random.default_rng(0)
    bonds = sparse.csr_array(_chain(1500, closed=True)) @ sparse.csr_array(_chain(1500, closed=True))
    operator = from_matrix(bonds + sparse.diags_array(1e-5 * rng.random(1500)))
    pairs = lowest_eigenpairs(operator, 6)
    spectrum = np.linalg.eigvalsh(operator.dense())
    np.testing.assert_allclose(pairs.values, spectrum[:6], atol=1e-12)
    assert pairs.converged.all()
    assert (spectrum < pairs.unlisted_beyond - 1e-12).sum() <= 6


def test_a_matrix_whose_low_end_is_negative():
    operator = from_matrix(_chain(3000, closed=True) - 5 * sparse.eye_array(3000))
    pairs = lowest_eigenpairs(operator, 3)
    np.testing.assert_allclose(pairs.values, -3 - 2 * np.cos(2 * np.pi * np.array([0, 1, 1]) / 3000), atol=1e-12)


def test_a_random_graph_needs_no_factors(monkeypatch):
    monkeypatch.setattr(lowest, "inverse", None)
    draw = sparse.random_array((2000, 2000), density=0.005, rng=np.random.default_rng(0))
    joined = sparse.csr_array(((draw + draw.T) > 0).astype(float))
    laplacian = sparse.csr_array(sparse.diags_array(joined.sum(axis=0)) - joined)
    pairs = lowest_eigenpairs(from_matrix(laplacian), 2)
    assert pairs.converged.all()
    assert pairs.values[0] == pytest.approx(0, abs=1e-10)
    assert pairs.values[1] > 1


def test_products_and_solves_are_all_counted_and_without_a_matrix_it_is_the_krylov_way():
    size = 300
    known = from_matrix(_chain(size, closed=False))
    blind = SymmetricOperator(lambda vectors: known @ vectors, size, name="products")
    whole, searched = lowest_eigenpairs(known, 3), lowest_eigenpairs(blind, 3)
    np.testing.assert_allclose(whole.values, searched.values, atol=1e-12)
    assert whole.miss_probability == 0 < searched.miss_probability
    assert whole.products == 3


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(PolariscopeError, match=r"count: .* got 4"):
        lowest_eigenpairs(from_matrix(np.eye(3)), 4)
    with pytest.raises(PolariscopeError, match="operator: a SymmetricOperator"):
        lowest_eigenpairs(np.eye(3), 1)
    with pytest.raises(PolariscopeError, match="count: a whole number"):
        lowest_eigenpairs(from_matrix(np.eye(3)), 1.5)


def test_the_reach_of_a_space_that_ended_leaves_room_for_rounding():
    flat = SymmetricOperator(lambda vectors: vectors, 2000, name="identity")
    assert 1 < lowest._highest_possible(flat, 0.01, seed=0) < 1 + 1e-8
