"""Laws of the effective ranks: closed forms, bounds, invariances, and errors from a density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.crystal.spectra.krylov.rank import entropy_rank, participation_ratio, stable_rank
from polariscope.errors import PolariscopeError

RANKS = [entropy_rank, participation_ratio, stable_rank]
SPECTRA = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=1, max_size=30).filter(any)


@given(SPECTRA, st.floats(0.01, 100))
@pytest.mark.parametrize("rank", RANKS)
def test_it_lies_between_nothing_and_the_dimension_and_scale_does_not_matter(rank, spectrum, scale):
    value = rank(spectrum).value
    assert (0 if rank is participation_ratio else 1) - 1e-9 <= value <= len(spectrum) + 1e-9
    assert rank([scale * x for x in spectrum]).value == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert rank([*spectrum, 0.0]).value == pytest.approx(value)
    assert rank(spectrum * 2).value == pytest.approx(2 * value, rel=1e-9)


@given(st.integers(1, 20), st.integers(0, 20))
@pytest.mark.parametrize("rank", RANKS)
def test_a_flat_spectrum_has_the_rank_it_has(rank, full, empty):
    assert rank([2.5] * full + [0.0] * empty).value == pytest.approx(full)


def test_a_geometric_spectrum_in_closed_form():
    ratio, spectrum = 0.8, 0.8 ** np.arange(400)
    assert participation_ratio(spectrum).value == pytest.approx((1 + ratio) / (1 - ratio))
    assert stable_rank(spectrum).value == pytest.approx(1 / (1 - ratio**2))
    entropy = -np.log(1 - ratio) - ratio / (1 - ratio) * np.log(ratio)
    assert entropy_rank(spectrum).value == pytest.approx(np.exp(entropy))


def _density(spectrum, seed, probes=6):
    operator = SymmetricOperator(lambda vectors: spectrum[:, None] * vectors, spectrum.size, name="diagonal")
    return spectral_density(operator, probes=probes, steps=40, seed=seed)


@pytest.mark.parametrize("rank", RANKS)
def test_from_a_density_it_comes_with_its_spread(rank):
    spectrum = np.concatenate([np.linspace(0.2, 1, 60), np.zeros(90), [-0.5, -0.7]])
    found = [rank(_density(spectrum, seed)) for seed in range(100)]
    values, errors = np.array([(one.value, one.standard_error) for one in found]).T
    assert abs(values.mean() - rank(spectrum).value) < 4 * values.std() / 10 + 0.02 * values.mean()
    assert errors.mean() == pytest.approx(values.std(), rel=0.3)


def test_its_error_covers_where_an_outlier_is_most_of_it():
    spectrum = np.concatenate([[100.0, 50.0], np.random.default_rng(0).random(300)])
    true, runs = stable_rank(spectrum).value, 150
    found = [stable_rank(_density(spectrum, seed, probes=2)) for seed in range(runs)]
    assert sum(abs(one.value - true) <= 1.96 * one.standard_error for one in found) >= binom.ppf(0.01, runs, 0.95)


def test_eigenvalues_have_no_error():
    assert all(rank([1.0, 2.0]).standard_error == 0 for rank in RANKS)


def test_a_known_norm_goes_before_the_largest_node():
    assert stable_rank([2.0, 1.0, -1.0], norm=4.0).value == 6 / 16


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("spectrum", [[0.0, 0.0], [1.0, np.nan], []])
def test_no_rank_of_nothing(rank, spectrum):
    with pytest.raises(PolariscopeError, match="spectrum: finite eigenvalues that are not all 0"):
        rank(spectrum)


def test_a_norm_above_zero():
    with pytest.raises(PolariscopeError, match="norm: a norm above 0; got 0"):
        stable_rank([1.0], norm=0)
