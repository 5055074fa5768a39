"""Laws of the chains' diagnostics: known chains have known R-hat and effective size, and the interval covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import lfilter
from scipy.stats import binom, rankdata
from scipy.stats import t as student

from polariscope.errors import PolariscopeError
from polariscope.statistics.chains import chain_mean, effective_sample_size, split_rhat

DRAWS = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(4, 12)), elements=st.integers(-50, 50))
BOTH = pytest.mark.parametrize("ranked", [True, False])


def normal(chains=4, draws=1000, seed=0):
    return np.random.default_rng(seed).standard_normal((chains, draws))


def autoregressive(rho, chains=4, draws=1000, seed=0):
    """Stationary x_t = rho x_{t-1} + sqrt(1 - rho^2) e_t, of variance 1."""
    noise = np.sqrt(1 - rho**2) * normal(chains, draws, seed)
    noise[:, 0] /= np.sqrt(1 - rho**2)
    return lfilter([1], [1, -rho], noise, axis=1)


@BOTH
def test_chains_of_one_law_agree(ranked):
    assert all(0.999 < split_rhat(normal(seed=seed), ranked=ranked) < 1.01 for seed in range(20))


@given(DRAWS)
def test_the_classic_one_is_the_textbooks_formula(draws):
    n = draws.shape[1] // 2
    halves = [half for chain in draws for half in (chain[:n], chain[-n:])]
    within = np.mean([np.var(half, ddof=1) for half in halves])
    between = n * np.var([np.mean(half) for half in halves], ddof=1)
    if within > 0:
        expected = np.sqrt(((n - 1) / n * within + between / n) / within)
        assert split_rhat(draws, ranked=False) == pytest.approx(expected, rel=1e-9)


@BOTH
@pytest.mark.parametrize("amount", [0.5, 2.0])
def test_a_shifted_chain_is_seen_as_far_as_it_is_shifted(ranked, amount):
    # One of four is off by d: W = 1 and B/n = d^2 (1/4)(3/4) 8/7; ranks press far chains together.
    draws = normal(draws=4000)
    draws[0] += amount
    expected = np.sqrt(1 + amount**2 * 3 / 14)
    assert split_rhat(draws, ranked=ranked) == pytest.approx(expected, rel=0.08 if ranked else 0.01)


@BOTH
def test_a_drift_within_one_chain_is_seen_though_whole_chains_agree(ranked):
    draws = normal() + np.linspace(-1, 1, 1000)
    assert split_rhat(draws, ranked=ranked) > 1.1
    assert split_rhat(draws[:1], ranked=ranked) > 1.1


def test_a_chain_stuck_where_the_others_pass_is_seen_by_folding_only():
    draws = normal()
    draws[0] = 0.0
    assert split_rhat(draws, ranked=False) < 1.01
    assert split_rhat(draws) > 1.2


def test_a_chain_stuck_aside_is_seen():
    draws = normal()
    draws[2] = 1.5
    assert min(split_rhat(draws), split_rhat(draws, ranked=False)) > 1.1


def test_heavy_tails_hide_a_shift_from_the_classic_one_only():
    rng = np.random.default_rng(3)
    draws = rng.standard_cauchy((4, 2000))
    draws[0] += 2
    assert split_rhat(draws, ranked=False) < 1.01 < 1.05 < split_rhat(draws)


@given(DRAWS, st.sampled_from([-3.0, -0.5, 2.0, 2.0**600]), st.integers(-9, 9))
@BOTH
def test_place_scale_and_sign_do_not_matter(ranked, draws, scale, place):
    moved = scale * (draws + place)
    assert split_rhat(moved, ranked=ranked) == pytest.approx(split_rhat(draws, ranked=ranked), nan_ok=True)
    assert effective_sample_size(moved) == pytest.approx(effective_sample_size(draws), nan_ok=True)


@given(DRAWS)
def test_ranked_a_map_that_keeps_the_order_of_draws_and_distances_does_not_matter(draws):
    even = np.concatenate([draws, -draws])  # its median is 0, and an odd map keeps the order of |x| too
    assert split_rhat(np.sinh(even)) == pytest.approx(split_rhat(even), rel=0, abs=0, nan_ok=True)


def test_ranked_a_shift_counts_the_same_on_any_scale():
    draws = normal()
    draws[0] += 0.5
    assert split_rhat(draws) == split_rhat(np.arctan(draws)) == split_rhat(draws**3)
    assert split_rhat(draws, ranked=False) != pytest.approx(split_rhat(draws**3, ranked=False), rel=1e-3)


def test_ranks_are_average_ranks_as_elsewhere():
    from scipy.special import ndtri

    draws = np.random.default_rng(1).integers(0, 6, (3, 40)).astype(float)
    draws[0] += 3  # the bulk outweighs the folding
    scores = ndtri((rankdata(draws).reshape(draws.shape) - 0.375) / (draws.size + 0.25))
    assert split_rhat(draws) == pytest.approx(split_rhat(scores, ranked=False), rel=1e-12)


@BOTH
def test_chains_that_stand_still(ranked):
    assert split_rhat([[0.1] * 9, [0.3] * 9], ranked=ranked) == np.inf
    assert np.isnan(split_rhat(np.full((3, 9), 0.1), ranked=ranked))
    assert np.isnan(effective_sample_size(np.full((3, 9), 0.1)))


@BOTH
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", [7, 25])  # 25 is the middle draw, which no half chain holds
def test_a_draw_that_is_not_finite_is_never_agreement(ranked, bad, place):
    draws = normal(draws=51)
    draws[1, place] = bad
    assert split_rhat(draws, ranked=ranked) == np.inf
    assert np.isnan(effective_sample_size(draws))


def plain_sample_size(draws):
    """Geyer's sums lag by lag, as they are written down."""
    n = draws.shape[1] // 2
    halves = np.concatenate([draws[:, :n], draws[:, -n:]])
    centred = halves - halves.mean(axis=1, keepdims=True)
    within = centred.var(axis=1).mean() * n / (n - 1)
    spread = (n - 1) / n * within + halves.mean(axis=1).var(ddof=1)
    lags = [np.mean([row[: n - t] @ row[t:] / n for row in centred]) for t in range(n)]
    rho = [1.0, *(1 - (within - lag) / spread for lag in lags[1:])]
    tau, before, t = -1.0, np.inf, 0
    while t + 1 < n and rho[t] + rho[t + 1] > 0:
        before = min(before, rho[t] + rho[t + 1])
        tau, t = tau + 2 * before, t + 2
    tau += max(rho[t], 0) if t < n else 0
    return halves.size / max(tau, 1 / np.log10(halves.size))


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(("chains", "draws"), [(1, 30), (2, 41), (4, 100), (3, 7)])
def test_it_is_the_plain_sum(rho, chains, draws):
    for seed in range(20):
        own = autoregressive(rho, chains, draws, seed)
        assert effective_sample_size(own) == pytest.approx(plain_sample_size(own), rel=1e-9)


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("draws", [2000, 2001])
def test_the_effective_size_of_an_autoregressive_chain(rho, draws):
    found = [effective_sample_size(autoregressive(rho, draws=draws, seed=seed)) for seed in range(30)]
    # Halving chains adds the variance of their means, some tau/n of the whole: a few percent at rho = 0.9.
    assert np.mean(found) == pytest.approx(4 * draws * (1 - rho) / (1 + rho), rel=0.08)


def test_the_effective_size_tells_the_variance_of_the_mean():
    chains = [autoregressive(0.8, draws=500, seed=seed) for seed in range(200)]
    told = np.mean([1 / effective_sample_size(draws) for draws in chains])
    assert np.var([draws.mean() for draws in chains]) == pytest.approx(told, rel=0.35)


def test_chains_apart_are_worth_one_draw_each_at_most():
    apart = normal() + 100 * np.arange(4)[:, None]
    assert effective_sample_size(apart) < 5
    stuck = np.repeat([[0.0], [1.0]], 50, axis=1)
    assert effective_sample_size(stuck) < 3


def test_antithetic_chains_are_worth_more_than_their_draws_up_to_a_bound():
    swing = np.tile([1.0, -1.0], (4, 500)) + 1e-3 * normal()
    assert effective_sample_size(swing) == pytest.approx(4000 * np.log10(4000))


@pytest.mark.parametrize("level", [0.5, 0.95])
@pytest.mark.parametrize("chains", [2, 4, 12])
def test_the_interval_covers_whatever_the_autocorrelation(chains, level):
    runs = 1000
    draws = autoregressive(0.95, chains=chains * runs, draws=60, seed=chains).reshape(runs, chains, 60)
    made = [chain_mean(own, level) for own in draws]
    held = sum(own.low <= 0 <= own.high for own in made)
    assert binom.ppf(5e-4, runs, level) <= held <= binom.ppf(1 - 5e-4, runs, level)


def test_the_interval_is_students_on_the_chains_means():
    draws = normal(5, 30)
    made, expected = chain_mean(draws, 0.9), draws.mean(axis=1)
    error = expected.std(ddof=1) / np.sqrt(5)
    assert (made.value, made.standard_error) == pytest.approx((expected.mean(), error))
    assert (made.low, made.high) == pytest.approx(student.interval(0.9, 4, expected.mean(), error))
    assert made.chains == 5


@pytest.mark.parametrize("measure", [split_rhat, effective_sample_size])
@pytest.mark.parametrize("draws", [np.zeros(9), np.zeros((2, 3)), np.zeros((0, 9)), np.zeros((1, 9, 9))])
def test_draws_that_are_none_are_refused(measure, draws):
    with pytest.raises(
        PolariscopeError, match=r"^draws: shape \(chains, draws\) with one chain or more and 4 draws"
    ):
        measure(draws)


@pytest.mark.parametrize(
    ("draws", "level", "match"),
    [
        (np.zeros((1, 9)), 0.95, "^draws: two chains or more.*got 1 chain"),
        (np.zeros((2, 0)), 0.95, "^draws: an array of 2 axes"),
        ([[0.0], [np.nan]], 0.95, "^draws: every value must be finite"),
        (np.zeros((2, 9)), 1.0, "^level: "),
    ],
)
def test_no_mean_without_chains(draws, level, match):
    with pytest.raises(PolariscopeError, match=match):
        chain_mean(draws, level)
