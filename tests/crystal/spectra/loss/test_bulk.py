"""Bulk and outliers: random matrices have none, planted spikes are found, and who cannot look says so."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs
from polariscope.crystal.spectra.loss.bulk import bulk_and_outliers, bulk_and_outliers_from_ends
from polariscope.errors import PolariscopeError


def semicircle(rng, size):
    made = rng.normal(size=(size, size))
    return (made + made.T) / np.sqrt(2 * size)


def marchenko_pastur(rng, rows, columns):
    made = rng.normal(size=(rows, columns))
    return made @ made.T / columns


def spiked(rng, size, strengths):
    directions = np.linalg.qr(rng.normal(size=(size, len(strengths))))[0]
    return semicircle(rng, size) + directions * strengths @ directions.T


def test_random_matrices_and_draws_have_no_outliers():
    rng = np.random.default_rng(0)
    spectra = [np.linalg.eigvalsh(semicircle(rng, 150)) for _ in range(20)]
    spectra += [np.linalg.eigvalsh(marchenko_pastur(rng, 100, n)) for n in (50, 100, 400) for _ in range(10)]
    spectra += [draw(size=500) for draw in (rng.exponential, rng.normal, rng.random) for _ in range(20)]
    spectra += [rng.standard_t(2, size=500) for _ in range(40)]
    found = [bulk_and_outliers(values) for values in spectra]
    assert np.mean([len(end.outliers) > 0 for each in found for end in (each.below, each.above)]) < 0.03
    assert min(each.above.looked for each in found) >= 10


@pytest.mark.parametrize("strengths", [[4.0], [4.0, 3.5, 3.0]])
def test_planted_spikes_are_the_outliers(strengths):
    for seed in range(5):
        values = np.linalg.eigvalsh(spiked(np.random.default_rng(seed), 300, np.array(strengths)))
        found = bulk_and_outliers(values)
        assert found.above.outliers == pytest.approx(values[::-1][: len(strengths)])
        assert found.above.edge == values[-1 - len(strengths)]
        assert found.above.p_value < 0.01
        assert found.below.outliers.size == 0
        assert found.above.by_edge == len(strengths)


def test_shift_scale_and_sign_do_not_matter():
    values = np.linalg.eigvalsh(spiked(np.random.default_rng(1), 200, np.array([4.0, -5.0])))
    one = bulk_and_outliers(values)
    assert (len(one.below.outliers), len(one.above.outliers)) == (1, 1)
    for factor, shift in ((1e6, 0), (1, 100.0), (-2, -3)):
        other = bulk_and_outliers(factor * values + shift)
        ends = (other.above, other.below) if factor < 0 else (other.below, other.above)
        for end, own in zip(ends, (one.below, one.above), strict=True):
            assert end.outliers == pytest.approx(factor * own.outliers + shift)
            assert end.p_value == pytest.approx(own.p_value, rel=1e-6)
            assert end.by_fences == own.by_fences


def test_a_heavy_tail_fools_the_fences_and_not_the_gaps():
    values = np.random.default_rng(2).standard_t(2, size=1000)
    found = bulk_and_outliers(values).above
    assert found.by_fences > 5
    assert len(found.outliers) == 0
    assert abs(found.exponent) < 0.4


@pytest.mark.parametrize("values", [[1.0], np.ones(50), [0.0] * 30 + [1.0, 2.0], np.arange(6.0)])
def test_too_little_to_compare_with_is_said(values):
    found = bulk_and_outliers(values)
    for end in (found.below, found.above):
        assert (end.looked, len(end.outliers)) == (0, 0)
        assert np.isnan(end.p_value)


def test_equal_eigenvalues_are_one_level():
    rng = np.random.default_rng(3)
    values = np.concatenate([np.linalg.eigvalsh(semicircle(rng, 500)), [5.0]])
    doubled = np.repeat(values, 2) + 1e-13 * rng.normal(size=1002)
    one, two = bulk_and_outliers(values).above, bulk_and_outliers(doubled).above
    assert (len(one.outliers), len(two.outliers)) == (1, 2)
    assert (two.p_value, two.exponent) == pytest.approx((one.p_value, one.exponent), rel=1e-6)


def ends_and_density(matrix, count=20):
    operator = SymmetricOperator(lambda v: matrix @ v, len(matrix), name="spiked")
    smallest, largest = (extreme_eigenpairs(operator, count, end=end) for end in ("smallest", "largest"))
    return smallest, largest, spectral_density(operator)


@pytest.fixture(scope="module")
def spiked_ends():
    matrix = spiked(np.random.default_rng(4), 400, np.array([6.0, 5.0, -6.0]))
    return matrix, ends_and_density(matrix)


def test_ends_and_a_density_say_what_all_eigenvalues_do(spiked_ends):
    matrix, ends = spiked_ends
    whole, part = bulk_and_outliers(np.linalg.eigvalsh(matrix)), bulk_and_outliers_from_ends(*ends)
    assert part.centre == pytest.approx(whole.centre, abs=0.1)
    for one, other in ((whole.below, part.below), (whole.above, part.above)):
        assert other.outliers == pytest.approx(one.outliers)
        assert other.edge == pytest.approx(one.edge)
        assert other.counted[0] <= len(one.outliers) <= other.counted[1]
        assert other.looked == 11
    assert len(whole.above.outliers) == 2


def test_an_end_that_may_have_gaps_in_its_list_is_not_looked_at(spiked_ends):
    smallest, largest, density = spiked_ends[1]
    unknown = replace(largest, unlisted_beyond=inf)
    loose = replace(smallest, converged=np.zeros(20, bool))
    found = bulk_and_outliers_from_ends(loose, unknown, density)
    assert (found.below.looked, found.above.looked) == (0, 0)
    wide = replace(largest, residuals=np.full(20, 5.0))
    assert len(bulk_and_outliers_from_ends(smallest, wide, density).above.outliers) == 0


def test_ends_that_do_not_fit_are_refused(spiked_ends):
    smallest, largest, density = spiked_ends[1]
    with pytest.raises(PolariscopeError, match=r"^smallest"):
        bulk_and_outliers_from_ends(largest, smallest, density)
    with pytest.raises(PolariscopeError, match=r"^smallest"):
        bulk_and_outliers_from_ends(smallest, largest, replace(density, size=7))


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf]])
def test_what_is_no_spectrum_is_refused(values):
    with pytest.raises(PolariscopeError, match=r"^eigenvalues"):
        bulk_and_outliers(values)


@pytest.mark.parametrize("level", [0.0, 1.0, np.nan])
def test_a_level_that_is_no_probability_is_refused(level):
    with pytest.raises(PolariscopeError, match=r"^level"):
        bulk_and_outliers(np.arange(50.0), level=level)
