"""The permutation tests: exact against enumeration, honest under the null, awake to a planted reader."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from polariscope.errors import PolariscopeError
from polariscope.statistics import accuracy_test, diagonal_effect, diagonal_test
from polariscope.statistics.permutation import resampled_test


@given(arrays(int, (2, 4), elements=st.integers(-1, 3)))
@settings(max_examples=30)
def test_accuracy_is_exact_against_enumeration(predictions):
    positions = np.arange(4)
    in_each = [[(row[list(order)] == positions).sum() for order in permutations(range(4))] for row in predictions]
    null = np.array([sum(hits) for hits in product(*in_each)])
    tested = accuracy_test(predictions)
    assert tested.p_value == pytest.approx((null >= (predictions == positions).sum()).mean(), abs=1e-12)
    assert tested.null_mean == pytest.approx(null.mean() / 8, abs=1e-12)
    assert (tested.observed, tested.resamples) == ((predictions == positions).mean(), 0)


def test_accuracy_p_values_are_never_too_small_under_a_biased_null():
    rng = np.random.default_rng(0)
    answers = rng.choice([-1, 0, 1, 2, 3], p=[0.1, 0.5, 0.2, 0.1, 0.1], size=(2000, 15, 4))
    p_values = np.array([accuracy_test(each).p_value for each in answers])
    for size in (0.01, 0.05, 0.2, 0.5):
        assert (p_values <= size).mean() <= size + 3 * np.sqrt(size / 2000)
    # Discrete, yet not asleep: it rejects nearly as often as it may.
    assert (p_values <= 0.2).mean() > 0.13


def test_a_perfect_reader_is_certain_and_a_constant_answerer_is_chance():
    perfect = accuracy_test(np.tile(np.arange(5), (100, 1)))
    assert perfect.observed == 1
    assert perfect.p_value < 1e-200
    constant = accuracy_test(np.full((100, 5), 3))
    assert (constant.observed, constant.null_mean, constant.p_value) == (1 / 5, 1 / 5, 1)


def test_who_never_answers_is_never_right():
    silent = accuracy_test(np.full((10, 3), -1))
    assert (silent.observed, silent.null_mean, silent.p_value) == (0, 0, 1)


def test_many_positions_stay_exact():
    reader = np.tile(np.arange(12), (3, 1))
    assert accuracy_test(reader).p_value == pytest.approx(1 / 479001600.0**3)


def test_diagonal_p_values_are_uniform_under_the_null():
    rng = np.random.default_rng(1)
    prior, row = rng.normal(size=(400, 10, 1, 4)), rng.normal(size=(400, 10, 4, 1))
    z = rng.standard_t(3, size=(400, 10, 4, 4)) + 5 * prior + 5 * row
    p_values = np.array([diagonal_test(each, seed=i, resamples=99).p_value for i, each in enumerate(z)])
    for size in (0.05, 0.2, 0.5, 0.8):
        band = 3 * np.sqrt(size * (1 - size) / 400)
        assert abs((p_values <= size).mean() - size) < band


def test_the_diagonal_is_seen_under_large_label_and_row_effects():
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(100, 5, 5)) + 9 * rng.normal(size=(100, 1, 5)) + 9 * rng.normal(size=(100, 5, 1))
    seen = diagonal_test(noise + 0.3 * np.eye(5), resamples=999)
    assert seen.p_value == 0.001
    assert seen.observed == pytest.approx(diagonal_effect(noise + 0.3 * np.eye(5)).mean())
    assert diagonal_test(noise - 0.3 * np.eye(5), resamples=999).p_value > 0.99


def test_rows_that_do_not_matter_have_the_p_value_one():
    rng = np.random.default_rng(3)
    same_rows = np.repeat(rng.normal(size=(20, 1, 4)), 4, axis=1)
    assert diagonal_test(same_rows, resamples=99).p_value == 1


def test_the_null_mean_is_what_the_permutations_give():
    def first_is_first(rows):
        return (rows[:, :, 0] == 0).mean(axis=1)

    null_mean, p_value = resampled_test(0.9, first_is_first, (10, 4), seed=0, resamples=2000)
    assert null_mean == pytest.approx(0.25, abs=0.01)
    assert p_value == 1 / 2001


def test_chunks_of_memory_do_not_show(monkeypatch):
    z = np.random.default_rng(4).normal(size=(10, 4, 4))
    whole = diagonal_test(z, seed=3, resamples=100)
    monkeypatch.setattr("polariscope.statistics.permutation._CHUNK", 130)
    assert diagonal_test(z, seed=3, resamples=100) == whole


@pytest.mark.parametrize("wrong", [[[0, 3, 1]], [[0, -2, 1]], [[0.5, 1, 2]], [[0, np.nan, 1]], [0, 1], []])
def test_what_is_no_answer_is_refused(wrong):
    with pytest.raises(PolariscopeError) as caught:
        accuracy_test(wrong)
    assert caught.value.argument == "predictions"


def test_a_missing_logit_a_crooked_matrix_and_no_resamples_are_refused():
    z = np.zeros((2, 3, 3))
    with pytest.raises(PolariscopeError, match="resamples"):
        diagonal_test(z, resamples=0)
    with pytest.raises(PolariscopeError, match=r"^z: one square matrix"):
        diagonal_test(z[:, :2])
    z[1, 2, 0] = np.nan
    with pytest.raises(PolariscopeError, match=r"^z: every value must be finite"):
        diagonal_test(z)
