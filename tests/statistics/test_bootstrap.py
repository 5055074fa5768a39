"""The clustered interval covers what it says, keeps its laws, and does not pretend where it cannot know."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.statistics import Interval, clopper_pearson, clustered_mean, paired_gap
from polariscope.statistics.bootstrap import undecided

SMALL = settings(max_examples=40)
TRIALS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=2, max_size=30)


def _experiment(rng, mean, correlation, vectors=50, trials=100):
    """Accuracies of trials x 5 predictions whose rate is the vector's own, and each trial's vector."""
    strength = 1 / correlation - 1
    rates = rng.beta(mean * strength, (1 - mean) * strength, vectors)
    clusters = rng.integers(0, vectors, trials)
    return rng.binomial(5, rates[clusters]) / 5, clusters


def _coverage(mean, correlation, relabel, experiments=800):
    rng = np.random.default_rng(20)
    held = 0
    for _ in range(experiments):
        values, clusters = _experiment(rng, mean, correlation)
        interval = clustered_mean(values, relabel(clusters), resamples=1000, bounds=(0, 1)).interval
        held += interval.low <= mean <= interval.high
    return held / experiments


def test_it_covers_what_it_says():
    # Claimed 93.4 to 95.1 %; three standard errors of 800 experiments are 2.4 %.
    assert 0.934 - 0.024 < _coverage(0.3, 0.2, relabel=lambda clusters: clusters) < 0.951 + 0.024


def test_taking_trials_for_independent_covers_too_little():
    assert _coverage(0.3, 0.2, relabel=lambda clusters: np.arange(len(clusters)), experiments=300) < 0.88


def test_few_clusters_still_cover_nearly_what_they_say():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        estimate = clustered_mean(rng.normal(size=5), np.arange(5), resamples=1)
        assert estimate.method == "t"
        held += estimate.interval.low <= 0 <= estimate.interval.high
    assert 0.93 < held / 1000 < 0.97


@given(TRIALS, st.integers(0, 3))
@SMALL
def test_it_holds_its_value_and_keeps_within_the_bounds(trials, seed):
    scores, clusters = np.array(trials).T
    estimate = clustered_mean(scores / 5, clusters, resamples=200, seed=seed, bounds=(0, 1))
    assert estimate.value == pytest.approx(np.mean(scores / 5), abs=1e-12)
    assert -1e-12 <= estimate.interval.low <= estimate.value + 1e-12
    assert estimate.value - 1e-12 <= estimate.interval.high <= 1 + 1e-12
    assert (estimate.clusters, estimate.observations) == (len(set(clusters)), len(trials))


@given(TRIALS, st.sampled_from([-4.0, -1.0, 0.5, 3.0]), st.integers(-3, 3))
@SMALL
def test_it_moves_and_stretches_with_its_values(trials, scale, shift):
    scores, clusters = np.array(trials, dtype=float).T
    plain = clustered_mean(scores, clusters, resamples=500, bounds=(0, 5))
    bounds = tuple(sorted((shift, scale * 5 + shift)))
    moved = clustered_mean(scale * scores + shift, clusters, resamples=500, bounds=bounds)
    ends = sorted((scale * plain.interval.low + shift, scale * plain.interval.high + shift))
    assert moved.method == plain.method
    assert [moved.interval.low, moved.interval.high] == pytest.approx(ends, abs=1e-6)


@given(TRIALS)
@SMALL
def test_names_of_clusters_and_the_place_in_memory_do_not_matter(trials):
    scores, clusters = np.array(trials).T
    named = np.array([f"vector {c}" for c in clusters])
    assert clustered_mean(scores, clusters, resamples=100) == clustered_mean(scores, named, resamples=100)


def test_trials_repeated_within_clusters_add_nothing():
    values, clusters = _experiment(np.random.default_rng(3), 0.4, 0.2)
    once = clustered_mean(values, clusters)
    thrice = clustered_mean(np.tile(values, 3), np.tile(clusters, 3))
    assert (thrice.interval.low, thrice.interval.high) == pytest.approx((
        once.interval.low,
        once.interval.high,
    ))


def test_chunks_of_memory_do_not_show(monkeypatch):
    values, clusters = _experiment(np.random.default_rng(3), 0.4, 0.2)
    whole = clustered_mean(values, clusters, resamples=500)
    monkeypatch.setattr("polariscope.statistics._clustering._CHUNK", 300)
    pieces = clustered_mean(values, clusters, resamples=500)
    assert (pieces.interval.low, pieces.interval.high) == pytest.approx((
        whole.interval.low,
        whole.interval.high,
    ))


def test_same_seed_same_interval_and_another_seed_another():
    values, clusters = _experiment(np.random.default_rng(3), 0.4, 0.2)
    first, again, other = (clustered_mean(values, clusters, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.interval != other.interval
    assert first.interval.low == pytest.approx(other.interval.low, abs=0.005)


@pytest.mark.parametrize("bound", [0.0, 1.0])
def test_at_a_bound_the_interval_is_exact_over_clusters_not_trials(bound):
    estimate = clustered_mean([bound] * 100, list(range(50)) * 2, bounds=(0, 1))
    exact = clopper_pearson(int(bound * 50), 50)
    assert estimate.method == "exact"
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_the_exact_interval_follows_other_bounds():
    gap = paired_gap([1.0] * 30, [0.0] * 30, range(30))
    assert (gap.value, gap.method) == (1.0, "exact")
    assert gap.interval.low == pytest.approx(-1 + 2 * clopper_pearson(30, 30).low)


def test_a_constant_answerer_scores_its_share_without_doubt():
    estimate = clustered_mean([1 / 5] * 100, list(range(50)) * 2, bounds=(0, 1))
    assert (estimate.value, estimate.interval, estimate.method) == (0.2, Interval(0.2, 0.2, 0.95), "constant")


@pytest.mark.parametrize(("level", "enough"), [(0.95, 7), (0.99, 9)])
def test_a_few_equal_values_may_be_luck(level, enough):
    few = clustered_mean([0.4] * (enough - 1), range(enough - 1), level=level, bounds=(0, 1))
    assert few.method == "exact"
    assert few.interval.low < 0.4 < few.interval.high
    assert clustered_mean([0.4] * enough, range(enough), level=level, bounds=(0, 1)).method == "constant"


def test_equal_cluster_means_are_not_taken_for_certainty():
    estimate = clustered_mean([0.2, 0.6] * 10, np.repeat(np.arange(10), 2), bounds=(0, 1))
    assert estimate.method == "bootstrap over trials"
    assert estimate.interval.low < 0.35 < 0.45 < estimate.interval.high


def test_one_cluster_says_nothing_about_others():
    assert clustered_mean([0.2, 0.9], ["a", "a"], bounds=(0, 1)).interval == Interval(0.0, 1.0, 0.95)
    unbounded = clustered_mean([0.2, 0.9], ["a", "a"])
    assert (unbounded.interval, unbounded.method) == (Interval(-inf, inf, 0.95), "one cluster")


def test_undecided_has_no_value():
    nothing = undecided(7, 1, 0.9, (0, 1))
    assert isnan(nothing.value)
    assert (nothing.interval, nothing.method) == (Interval(0, 1, 0.9), "one cluster")


def test_a_gap_is_antisymmetric_and_pairing_pays():
    rng = np.random.default_rng(8)
    a, clusters = _experiment(rng, 0.5, 0.3)
    b = np.clip(a - 0.2 * (rng.random(100) < 0.3), 0, 1)
    there, back = paired_gap(a, b, clusters), paired_gap(b, a, clusters)
    assert there.value == -back.value
    assert there.interval.low == pytest.approx(-back.interval.high, abs=0.005)
    alone = clustered_mean(a, clusters, bounds=(0, 1))
    assert there.interval.high - there.interval.low < (alone.interval.high - alone.interval.low) / 2


@pytest.mark.parametrize(
    ("arguments", "options", "name"),
    [
        (([0.1, float("nan")], [0, 1]), {}, "values"),
        (([0.1, inf], [0, 1]), {}, "values"),
        (([], []), {}, "values"),
        (([[0.1, 0.2]], [0]), {}, "values"),
        (([0.1, 1.2], [0, 1]), {"bounds": (0, 1)}, "values"),
        (([0.1, 0.2], [0]), {}, "clusters"),
        (([0.1, 0.2], [0, 1]), {"level": 95}, "level"),
        (([0.1, 0.2], [0, 1]), {"resamples": 0}, "resamples"),
    ],
)
def test_a_wrong_argument_is_named(arguments, options, name):
    with pytest.raises(PolariscopeError) as caught:
        clustered_mean(*arguments, **options)
    assert caught.value.argument == name


def test_the_refusal_of_nan_says_how_many_and_why():
    with pytest.raises(PolariscopeError, match=r"dropping some would change.*got 1 of 3 not finite"):
        clustered_mean([0.1, float("nan"), 0.3], [0, 1, 2])


def test_a_gap_needs_pairs():
    with pytest.raises(PolariscopeError, match=r"^b: a paired gap needs one value for each of the 2 trials"):
        paired_gap([0.1, 0.2], [0.1], [0, 1])
