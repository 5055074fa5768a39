"""Laws of the trace: no bias, an error that is its spread, exact where it can be."""

import numpy as np
import pytest
from scipy.stats import binom

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.krylov.trace import trace
from polariscope.errors import PolariscopeError


def _diagonal(values, **options):
    values = np.asarray(values, float)
    return SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal", **options)


SPECTRA = {
    "of both signs": np.random.default_rng(0).standard_normal(300),
    "flat": np.linspace(0, 1, 300),
    "falling": 1 / np.arange(1, 301.0) ** 2,
}


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA)
def test_it_has_no_bias_and_its_error_is_its_spread_or_half_more(spectrum):
    found = [trace(_diagonal(spectrum), products=40, seed=seed) for seed in range(200)]
    values, errors = np.array([(one.value, one.standard_error) for one in found]).T
    assert abs(values.mean() - spectrum.sum()) < 4 * values.std() / np.sqrt(200)
    assert 0.9 * values.std() <= errors.mean() <= 1.6 * values.std()


@pytest.mark.parametrize("products", [4, 10, 60])
@pytest.mark.parametrize("spectrum", [1 / np.arange(1, 301.0), 0.9 ** np.arange(300.0)], ids=["1/i", "powers"])
def test_its_interval_holds_the_trace_as_often_as_it_says(spectrum, products):
    runs = 150
    found = [trace(_diagonal(spectrum), products=products, seed=seed) for seed in range(runs)]
    held = sum(abs(one.value - spectrum.sum()) <= 1.96 * one.standard_error for one in found)
    assert held >= binom.ppf(0.01, runs, 0.92)


def test_a_falling_spectrum_beats_plain_probes_by_far():
    spectrum = SPECTRA["falling"]
    errors = [trace(_diagonal(spectrum), products=40, seed=seed).value - spectrum.sum() for seed in range(50)]
    plain = np.sqrt(2 * np.square(spectrum).sum() / 40)
    assert np.std(errors) < plain / 10


@pytest.mark.parametrize("rank", [0, 1, 7])
def test_a_low_rank_is_exact(rank):
    spectrum = np.append(np.arange(1.0, rank + 1), np.zeros(200 - rank))
    found = trace(_diagonal(spectrum), products=40)
    assert found.value == pytest.approx(spectrum.sum(), abs=1e-10)
    assert abs(found.value - spectrum.sum()) <= found.standard_error <= 1e-8


def test_where_the_matrix_is_known_or_small_it_is_summed():
    matrix = np.diag([1.0, 2.0, 3.5]) + 0.5 * np.eye(3, k=1) + 0.5 * np.eye(3, k=-1)
    known = trace(from_matrix(matrix))
    small = trace(SymmetricOperator(lambda vectors: matrix @ vectors, 3, name="small"))
    assert (known.value, known.standard_error) == (small.value, small.standard_error) == (6.5, 0.0)


def test_it_costs_what_it_was_given():
    columns = []

    def product(vectors):
        columns.append(vectors.shape[1])
        return np.linspace(0, 1, 90)[:, None] * vectors

    trace(SymmetricOperator(product, 90, name="counted"), products=30)
    assert columns == [15, 15]


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(PolariscopeError, match=r"products: a whole number; got 10\.5"):
        trace(_diagonal(np.ones(100)), products=10.5)
    with pytest.raises(PolariscopeError, match="operator: a SymmetricOperator"):
        trace(np.eye(30))
    with pytest.raises(PolariscopeError, match="diagonal: products between"):
        trace(_diagonal(1e-200 * np.arange(1, 201.0)), products=20)


def test_fewer_than_two_estimates_have_no_spread():
    with pytest.raises(PolariscopeError, match="products: at least 4"):
        trace(_diagonal(np.ones(100)), products=3)
