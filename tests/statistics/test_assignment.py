"""A reader under other names is seen; a guesser's luck in relabelling is not taken for reading."""

from itertools import permutations
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from polariscope.errors import PolariscopeError
from polariscope.statistics import best_permutation, best_permutation_test

COUNTS = arrays(int, (4, 4), elements=st.integers(0, 50)).filter(lambda counts: counts.sum() > 0)
CLUSTERS = np.repeat(np.arange(20), 2)


@given(COUNTS)
def test_no_relabelling_is_better(counts):
    mapping, accuracy = best_permutation(counts)
    positions = np.arange(4)
    best = max(counts[positions, list(order)].sum() for order in permutations(range(4)))
    assert sorted(mapping) == [0, 1, 2, 3]
    assert accuracy == pytest.approx(best / counts.sum())
    assert accuracy * counts.sum() == pytest.approx(counts[positions, mapping].sum())


@given(COUNTS, st.permutations(range(4)))
def test_relabelling_the_answers_changes_nothing(counts, order):
    assert best_permutation(counts[:, order])[1] == pytest.approx(best_permutation(counts)[1])


@pytest.mark.parametrize("reader", [(0, 1, 2, 3), (1, 2, 3, 0), (3, 2, 1, 0)])
def test_a_reader_is_seen_under_any_names(reader):
    seen = best_permutation_test(np.tile(reader, (40, 1)), 4, CLUSTERS, resamples=199)
    assert seen.mapping == reader
    assert (seen.raw.observed, seen.raw.p_value) == (1, 1 / 200)
    assert (seen.cross_fitted.value, seen.cross_fitted.method, seen.cross_fitted.clusters) == (1, "exact", 20)


def test_a_noisy_anti_reader_is_seen_beyond_chance():
    rng = np.random.default_rng(0)
    answers = np.where(rng.random((40, 4)) < 0.5, np.arange(4)[::-1], rng.integers(0, 4, (40, 4)))
    seen = best_permutation_test(answers, 4, CLUSTERS, resamples=199)
    assert (answers == np.arange(4)).mean() < 0.25
    assert seen.mapping == (3, 2, 1, 0)
    assert seen.cross_fitted.interval.low > 0.25


@pytest.mark.parametrize("label", [0, 2])
def test_a_constant_answerer_scores_exactly_its_share(label):
    constant = best_permutation_test(np.full((40, 4), label), 4, CLUSTERS, resamples=99)
    assert (constant.raw.observed, constant.raw.null_mean, constant.raw.p_value) == (0.25, 0.25, 1)
    assert (constant.cross_fitted.value, constant.cross_fitted.method) == (0.25, "constant")


def test_a_guesser_gains_from_relabelling_but_neither_test_believes_it():
    rng = np.random.default_rng(1)
    guesses = rng.integers(0, 4, (200, 20, 4))
    tested = [best_permutation_test(each, 4, range(20), seed=i, resamples=49) for i, each in enumerate(guesses)]
    assert np.mean([each.raw.observed for each in tested]) > 0.33
    assert np.mean([each.cross_fitted.value for each in tested]) == pytest.approx(0.25, abs=0.015)
    # Claimed 5 to 6 %, not the nominal 2.5, because the halves agree or disagree together.
    assert np.mean([each.cross_fitted.interval.low > 0.25 for each in tested]) < 0.11
    p_values = np.array([each.raw.p_value for each in tested])
    for size in (0.1, 0.5):
        assert (p_values <= size).mean() <= size + 3 * np.sqrt(size * (1 - size) / 200)


def test_what_repeats_only_within_a_vector_is_no_reading():
    # Each vector has a relabelling of its own: scored on other vectors it is worth nothing.
    rng = np.random.default_rng(2)
    clusters, scores = np.repeat(np.arange(20), 5), []
    for seed in range(100):
        own = np.repeat(rng.permuted(np.tile(np.arange(4), (20, 1)), axis=1), 5, axis=0)
        scores.append(best_permutation_test(own, 4, clusters, seed=seed, resamples=1).cross_fitted.value)
    assert abs(np.mean(scores) - 0.25) < 4 * np.std(scores) / np.sqrt(100)


def test_a_failed_answer_is_wrong():
    answers = np.tile([1, 0, -1, -1], (40, 1))
    seen = best_permutation_test(answers, 4, CLUSTERS, resamples=9)
    assert seen.raw.observed == seen.cross_fitted.value == 0.5


def test_one_vector_cannot_be_halved_and_no_answers_have_no_accuracy():
    alone = best_permutation_test([[1, 0], [1, 0]], 2, ["v", "v"], resamples=9)
    assert alone.mapping == (1, 0)
    assert isnan(alone.cross_fitted.value)
    assert alone.cross_fitted.method == "one cluster"
    assert isnan(best_permutation(np.zeros((3, 3)))[1])


def test_clusters_must_match_the_trials():
    with pytest.raises(PolariscopeError, match=r"^clusters: one cluster id is needed for each of the 2 trials"):
        best_permutation_test([[0, 1], [1, 0]], 2, [0, 1, 2])
