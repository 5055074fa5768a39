"""Laws of the bound beyond a Krylov space: how often it fails, and where it must lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.basis import Basis
from polariscope.crystal.spectra.krylov.reach import reach


def _bounds(values, steps, miss, seed):
    """The bound after each step from one random start."""
    operator = SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal")
    basis = Basis(operator, steps + 1, np.random.default_rng(seed))
    basis.append_random(1)
    couplings, bounds = [], []
    for _ in range(steps):
        basis.expand()
        couplings.append(basis.coupling[0, 0])
        bounds.append(reach(np.linalg.eigvalsh(basis.projected), np.array(couplings), values.size, miss))
    return bounds


@pytest.mark.parametrize(
    "values",
    [
        np.append(np.linspace(-0.5, 0.5, 199), 1.0),
        np.append(np.zeros(199), 1.0) + 1e-3 * np.arange(200),
        np.cos(np.pi * (np.arange(200) + 0.5) / 200),
        -np.sort(-(0.8 ** np.arange(200.0))),
    ],
    ids=["outlier", "flat", "edge", "falling"],
)
def test_it_fails_as_rarely_as_it_says_however_often_one_looks(values):
    runs, miss = 250, 0.2
    failures = sum(min(_bounds(values, 15, miss, seed)) < values.max() - 1e-12 for seed in range(runs))
    assert failures <= binom.ppf(0.999, runs, miss)


def test_it_is_not_idle():
    # One eigenvalue stands out: a start that misses it must be believed about as often as is allowed.
    values = np.append(np.linspace(-0.5, 0.5, 199), 1.0)
    failures = sum(min(_bounds(values, 15, 0.2, seed)) < 1.0 - 1e-12 for seed in range(250))
    assert failures > 10


def test_it_comes_down_to_the_largest_eigenvalue():
    values = np.append(np.linspace(-0.5, 0.5, 199), 1.0)
    bounds = _bounds(values, 30, 0.01, seed=1)
    assert bounds[0] > 10
    assert bounds[-1] == pytest.approx(1.0, abs=1e-6)


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=12),
    st.lists(st.floats(1e-6, 10), min_size=12, max_size=12),
    st.integers(2, 10**8),
)
def test_it_lies_above_the_ritz_values_and_falls_with_the_couplings_and_with_doubt(ritz, couplings, dimension):
    ritz, couplings = np.array(ritz), np.array(couplings)[: len(ritz)]
    bound = reach(ritz, couplings, dimension, 0.01)
    assert bound >= ritz.max()
    assert reach(ritz, couplings / 2, dimension, 0.01) <= bound + 1e-6 * abs(bound)
    assert reach(ritz, couplings, dimension, 0.1) <= bound + 1e-6 * abs(bound)
    assert reach(ritz, couplings, 2 * dimension, 0.01) >= bound - 1e-6 * abs(bound)
    shifted = reach(5 + 3 * ritz, 3 * couplings, dimension, 0.01)
    assert shifted == pytest.approx(5 + 3 * bound, rel=1e-4, abs=1e-4)


def test_without_a_step_nothing_is_known():
    assert reach(np.empty(0), np.empty(0), 100, 0.01) == np.inf


def test_a_coupling_that_may_be_anything_below_the_noise_counts_as_the_noise():
    ritz, noise = np.array([0.5, 0.2]), 1e-6
    top = reach(ritz, np.array([0.1, noise]), 1000, 0.01)
    assert all(reach(ritz, np.array([0.1, less]), 1000, 0.01) <= top for less in (0.0, 1e-9, 1e-7, 9e-7))
    assert top > 0.5


def test_on_a_line_the_start_is_the_eigenvector():
    assert reach(np.array([2.0]), np.array([1e-300]), 1, 0.01) == pytest.approx(2.0)
