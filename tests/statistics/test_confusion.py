"""Counts add up, information keeps its inequalities, and its test knows luck from reading."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from polariscope.errors import PolariscopeError
from polariscope.statistics import confusion_matrix, mutual_information, mutual_information_test, recall

ANSWERS = arrays(int, (6, 4), elements=st.integers(-1, 3))
COUNTS = arrays(int, (4, 4), elements=st.integers(0, 50))


@given(ANSWERS)
def test_every_answer_is_counted_once_and_where_it_belongs(predictions):
    plain = [[(predictions[:, j] == d).sum() for d in range(4)] for j in range(4)]
    assert confusion_matrix(predictions, 4).tolist() == plain


@given(COUNTS)
def test_recall_is_the_diagonal_share_of_each_row(counts):
    for share, row, right in zip(recall(counts), counts, counts.diagonal(), strict=True):
        assert np.isnan(share) if row.sum() == 0 else share == pytest.approx(right / row.sum())


@given(COUNTS.filter(lambda counts: counts.sum() > 0), st.permutations(range(4)), st.integers(1, 9))
def test_information_knows_no_names_no_size_and_no_direction(counts, order, factor):
    bits = mutual_information(counts)
    assert -1e-12 <= bits <= 2 + 1e-12
    for same in (counts[order], counts[:, order], counts.T, factor * counts):
        assert mutual_information(same) == pytest.approx(bits, abs=1e-9)


@given(COUNTS.filter(lambda counts: counts.sum() > 0))
def test_merging_two_answers_adds_no_information(counts):
    merged = counts.copy()
    merged[:, 0] += merged[:, 1]
    merged[:, 1] = 0
    assert mutual_information(merged) <= mutual_information(counts) + 1e-12


@given(arrays(int, 4, elements=st.integers(0, 50)), arrays(int, 4, elements=st.integers(1, 50)))
def test_an_answer_that_does_not_depend_on_the_position_tells_nothing(rows, columns):
    rows[0] += 1
    assert mutual_information(np.outer(rows, columns)) == pytest.approx(0, abs=1e-9)


def test_any_one_to_one_reader_has_all_the_bits():
    for predictions in ([0, 1, 2, 3], [1, 2, 3, 0], [3, 2, 1, 0]):
        tested = mutual_information_test([predictions] * 30, 4, resamples=199)
        assert tested.observed == pytest.approx(2)
        assert tested.p_value == 1 / 200


def test_a_constant_answerer_has_no_bits_and_no_significance():
    tested = mutual_information_test(np.full((30, 4), 2), 4, resamples=99)
    assert (tested.observed, tested.null_mean, tested.p_value) == (0, 0, 1)


def test_p_values_are_never_too_small_and_the_null_mean_is_the_bias():
    rng = np.random.default_rng(0)
    answers = rng.choice([-1, 0, 1, 2], p=[0.1, 0.5, 0.2, 0.2], size=(300, 40, 3))
    tested = [mutual_information_test(each, 3, seed=i, resamples=99) for i, each in enumerate(answers)]
    p_values = np.array([each.p_value for each in tested])
    for size in (0.05, 0.2, 0.5):
        assert (p_values <= size).mean() <= size + 3 * np.sqrt(size * (1 - size) / 300)
    assert (p_values <= 0.5).mean() > 0.4
    excess = np.array([each.observed - each.null_mean for each in tested])
    assert abs(excess.mean()) < 4 * excess.std() / np.sqrt(300)
    assert np.mean([each.null_mean for each in tested]) > 0.01


def test_without_answers_there_is_no_information():
    tested = mutual_information_test(np.full((3, 4), -1), 4)
    assert np.isnan(tested.observed)
    assert tested.p_value == 1
    assert np.isnan(mutual_information(np.zeros((4, 4))))
    assert np.isnan(recall(np.zeros((4, 4)))).all()


def test_a_wrong_number_of_positions_and_what_is_no_matrix_of_counts_are_refused():
    with pytest.raises(PolariscopeError, match=r"^predictions: .* with 4 positions; got shape \(1, 3\)"):
        confusion_matrix([[0, 1, 2]], 4)
    with pytest.raises(PolariscopeError, match=r"^confusion: a square matrix"):
        recall(np.zeros((2, 3)))
    for wrong in ([[1, -1], [0, 0]], [[1, np.nan], [0, 0]]):
        with pytest.raises(PolariscopeError, match=r"^confusion: a count is at least 0"):
            mutual_information(wrong)
