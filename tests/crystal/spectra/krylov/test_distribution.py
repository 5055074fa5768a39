"""Laws of what a density says: intervals that cover, errors that are the spread, and exact limits."""

import numpy as np
import pytest
from scipy.stats import binom

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import SpectralDensity, spectral_density
from polariscope.crystal.spectra.krylov.distribution import (
    moment,
    near_zero_share,
    negative_share,
    share_below,
    smoothed,
    wasserstein,
)
from polariscope.errors import PolariscopeError


def _seen(values, **options):
    values = np.asarray(values, float)
    operator = SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal")
    return spectral_density(operator, **options)


SPECTRA = {
    "uniform": np.linspace(-1, 1, 200),
    "few negative": np.concatenate([[-0.8, -0.5], np.linspace(0.1, 1, 198)]),
    "one negative": np.concatenate([[-0.8], np.linspace(0.1, 1, 199)]),
    "two levels": np.repeat([-1.0, 1.0], [10, 190]),
}


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_covers_as_often_as_it_says(spectrum, level):
    runs, true = 120, (spectrum < 0).mean()
    shares = [share_below(_seen(spectrum, probes=4, steps=12, seed=seed), 0.0, level) for seed in range(runs)]
    covered = sum(share.low <= true <= share.high for share in shares)
    assert covered >= binom.ppf(0.001, runs, level)
    assert all(share.at_least <= share.value <= share.at_most for share in shares)
    assert all(0 <= share.low <= share.at_least <= share.at_most <= share.high <= 1 for share in shares)


def test_without_quadrature_error_the_interval_is_not_too_wide_either():
    spectrum = SPECTRA["two levels"]  # two nodes are the whole measure of a probe
    runs, level = 300, 0.8
    shares = [share_below(_seen(spectrum, probes=3, steps=4, seed=seed), 0.0, level) for seed in range(runs)]
    covered = sum(share.low <= 0.05 <= share.high for share in shares)
    assert binom.ppf(0.001, runs, level) <= covered <= binom.ppf(0.999, runs, level + 0.03)
    spread = np.std([share.value for share in shares])
    assert np.mean([share.standard_error for share in shares]) == pytest.approx(spread, rel=0.15)


def test_counts_of_negative_near_zero_and_positive_directions():
    spectrum = np.concatenate([np.full(5, -0.3), np.zeros(40), np.full(55, 2.0)])
    seen = _seen(spectrum, probes=400, steps=5)
    negative, flat = negative_share(seen).times(100), near_zero_share(seen).times(100)
    assert negative.low <= 5 <= negative.high
    assert flat.low <= 40 <= flat.high
    assert negative.high - negative.low < 1
    positive = 1 - share_below(seen, 1e-6).value
    assert (negative.value + flat.value) / 100 + positive == pytest.approx(1, abs=1e-12)


def test_a_laplacians_zero_is_near_zero_and_not_negative():
    path = 2 * np.eye(30) - np.eye(30, k=1) - np.eye(30, k=-1)
    path[0, 0] = path[-1, -1] = 1
    operator = SymmetricOperator(lambda vectors: path @ vectors, 30, name="path")
    seen = spectral_density(operator, probes=200, steps=40)
    assert negative_share(seen).at_most == 0
    zero = near_zero_share(seen, 1e-9).times(30)
    assert zero.low <= 1 <= zero.high
    assert zero.value == pytest.approx(1, abs=0.4)


def test_what_counts_as_zero_is_the_callers_to_say():
    seen = _seen(np.repeat([-1.0, -0.01, 3.0], 10), probes=4, steps=5)
    assert negative_share(seen, 0.1).value < negative_share(seen, 0.0).value
    assert near_zero_share(seen, 0.1).value == pytest.approx(
        negative_share(seen, 0.0).value - negative_share(seen, 0.1).value
    )


def test_a_moments_error_is_its_spread_and_its_mean_has_no_bias():
    spectrum = np.random.default_rng(0).standard_normal(120)
    runs = [moment(_seen(spectrum, probes=3, steps=6, seed=seed), np.square) for seed in range(300)]
    values, errors = np.array([(run.value, run.standard_error) for run in runs]).T
    true = np.square(spectrum).mean()
    assert abs(values.mean() - true) < 4 * values.std() / np.sqrt(300)
    assert errors.mean() == pytest.approx(values.std(), rel=0.12)


def test_a_moment_of_one_is_exact_and_padding_is_never_asked():
    seen = _seen(np.repeat([1.0, 2.0], 10), probes=3, steps=5)
    one = moment(seen, np.ones_like)
    assert one.value == pytest.approx(1, abs=1e-14)
    assert one.standard_error == pytest.approx(0, abs=1e-8)
    with np.errstate(divide="ignore"):
        assert np.isfinite(moment(seen, np.log).value)  # log 0 stands in the padding only


def test_the_picture_is_a_density_and_narrows_to_the_spectrum():
    spectrum = np.repeat([-1.0, 1.0], [30, 10])
    seen = _seen(spectrum, probes=100, steps=4)
    grid = np.linspace(-3, 3, 601)
    picture = smoothed(seen, grid, 0.2)
    assert np.trapezoid(picture.heights, grid) == pytest.approx(1, abs=1e-6)
    bell = np.exp(-((grid + 1) ** 2) / 0.08) / (0.2 * np.sqrt(2 * np.pi))
    left = grid < 0
    assert (np.abs(picture.heights - 0.75 * bell)[left] <= 5 * picture.standard_errors[left] + 1e-3).all()


def test_the_distance_to_the_spectrum_goes_to_zero():
    spectrum = np.sort(np.random.default_rng(0).standard_normal(100))
    few, more, all_of_it = (
        wasserstein(_seen(spectrum, probes=probes, steps=steps), spectrum)
        for probes, steps in ((4, 4), (40, 16), (200, 100))
    )
    assert few > 2 * more > 4 * all_of_it
    assert wasserstein(_seen(np.full(50, 2.0)), np.full(50, 2.0)) == pytest.approx(0, abs=1e-12)
    moved = _seen(np.full(50, 2.0))
    assert wasserstein(moved, np.full(50, 3.5)) == pytest.approx(1.5)


def test_in_single_precision_shares_are_told_to_its_rounding_only():
    rng = np.random.default_rng(0)
    for width in (1e-5, 1e-6):
        spectrum = np.append(rng.uniform(-width, width, 400), 1.0)
        operator = SymmetricOperator(
            lambda vectors, own=spectrum: own[:, None] * vectors, 401, name="single", rounding=1.2e-7
        )
        for seed in range(10):
            seen = spectral_density(operator, seed=seed, steps=30)
            for share, true in (
                (share_below(seen, 0.0), (spectrum < 0).mean()),
                (negative_share(seen, 1e-6), (spectrum < -1e-6).mean()),
                (near_zero_share(seen, 1e-6), (np.abs(spectrum) <= 1e-6).mean()),
            ):
                assert share.low - 0.03 <= true <= share.high + 0.03


def test_known_eigenvalues_at_the_point_lie_between_the_bounds():
    values = np.concatenate([np.zeros(3), np.arange(1.0, 18.0)])
    operator = SymmetricOperator(lambda vectors: values[:, None] * vectors, 20, name="diagonal")
    seen = spectral_density(operator, known=(values[:3], np.eye(20)[:, :3]))
    share = share_below(seen, 0.0).times(20)
    assert (share.at_least, share.at_most) == pytest.approx((0, 3), abs=1e-9)
    assert share.low <= 0 < 3 <= share.high + 1e-12
    assert near_zero_share(seen).times(20).value == pytest.approx(3)


def test_a_matrix_of_zeros_is_all_near_zero():
    share = near_zero_share(_seen(np.zeros(30)))
    assert (share.low, share.at_least, share.value, share.at_most, share.high) == pytest.approx((1,) * 5)


@pytest.mark.parametrize("probes", [1, 2, 8])
def test_an_error_that_hangs_on_outliers_is_wide_enough(probes):
    spectrum = np.concatenate([[100.0, 50.0], np.random.default_rng(0).random(300)])
    runs = 200
    found = [moment(_seen(spectrum, probes=probes, steps=12, seed=seed), np.square) for seed in range(runs)]
    true = np.square(spectrum).mean()
    assert sum(abs(one.value - true) <= 1.96 * one.standard_error for one in found) >= binom.ppf(0.01, runs, 0.94)


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda seen: share_below(seen, 0.0, 1.0), "level"),
        (lambda seen: near_zero_share(seen, -1.0), "within"),
        (lambda seen: smoothed(seen, [0.0], 0.0), "width"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, name):
    seen = SpectralDensity(2, np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]))
    with pytest.raises(PolariscopeError, match=name):
        ask(seen)
