"""Centred logits forget labels' priors and rows' sizes, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from polariscope.errors import PolariscopeError
from polariscope.statistics import diagonal_effect, double_center, prior_corrected

NUMBERS = st.floats(-100, 100)
STACKS = arrays(float, (3, 4, 4), elements=NUMBERS)
ROWS = arrays(float, (3, 4, 1), elements=NUMBERS)
COLUMNS = arrays(float, (3, 1, 4), elements=NUMBERS)


@given(STACKS, ROWS, COLUMNS)
def test_row_and_column_effects_leave_no_trace(z, rows, columns):
    assert double_center(z + rows + columns) == pytest.approx(double_center(z), abs=1e-9)
    assert diagonal_effect(z + rows + columns) == pytest.approx(diagonal_effect(z), abs=1e-9)


@given(STACKS)
def test_centred_twice_is_centred_once_and_sums_to_nothing(z):
    centred = double_center(z)
    assert double_center(centred) == pytest.approx(centred, abs=1e-9)
    assert centred.sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert centred.sum(axis=2) == pytest.approx(0, abs=1e-9)


@given(STACKS, st.floats(-5, 5), st.floats(0, 5))
def test_the_effect_is_linear_and_counts_only_the_diagonal(z, planted, scale):
    expected = scale * diagonal_effect(z) + planted * 3 / 4
    assert diagonal_effect(scale * z + planted * np.eye(4)) == pytest.approx(expected, abs=1e-9)


def test_for_two_sentences_it_is_half_the_bias_free_score():
    z = np.random.default_rng(0).normal(size=(50, 2, 2))
    bias_free = (z[:, 0, 0] - z[:, 0, 1] - z[:, 1, 0] + z[:, 1, 1]) / 2
    assert diagonal_effect(z) == pytest.approx(bias_free / 2)


def test_it_is_nothing_in_expectation_when_rows_do_not_matter():
    z = np.random.default_rng(1).normal(size=(4000, 5, 5)) + np.arange(5) * 3
    effects = diagonal_effect(z)
    assert abs(effects.mean()) < 4 * effects.std() / np.sqrt(4000)


def test_nan_stays_nan_in_its_own_trial():
    z = np.zeros((2, 3, 3))
    z[1, 0, 0] = np.nan
    assert np.isnan(diagonal_effect(z)).tolist() == [False, True]


def test_the_correction_finds_what_a_prior_hides():
    rng = np.random.default_rng(2)
    prior = 10 * rng.normal(size=(30, 5))
    z = prior[:, None, :] + np.eye(5)
    assert (z.argmax(axis=2) == np.arange(5)).mean() < 0.5
    assert (prior_corrected(z, prior) == np.arange(5)).all()


@given(STACKS, ROWS, arrays(float, (3, 4), elements=st.integers(-100, 100).map(float)))
def test_a_shift_of_logits_and_prior_together_or_of_a_row_changes_no_answer(z, rows, prior):
    z, rows = np.round(z), np.round(rows)  # whole numbers, so that rounding makes no ties
    plain = prior_corrected(z, np.zeros((3, 4)))
    assert (prior_corrected(z + rows + prior[:, None, :], prior) == plain).all()


def test_a_row_or_prior_with_nan_has_failed():
    z, prior = np.tile(np.eye(3), (2, 1, 1)), np.zeros((2, 3))
    z[0, 1, 2] = np.nan
    prior[1, 0] = np.nan
    assert prior_corrected(z, prior).tolist() == [[0, -1, 2], [-1, -1, -1]]


@pytest.mark.parametrize("wrong", [np.zeros((2, 3, 4)), np.zeros((3, 3)), np.zeros((0, 3, 3))])
def test_what_is_no_stack_of_squares_is_refused(wrong):
    with pytest.raises(PolariscopeError, match=r"^z: one square matrix of logits"):
        diagonal_effect(wrong)


def test_a_vector_and_a_prior_of_another_shape_are_refused():
    with pytest.raises(PolariscopeError, match=r"^z: a matrix of logits"):
        double_center([1.0, 2.0])
    with pytest.raises(PolariscopeError, match=r"^prior: one logit is needed for each of 3 labels in 2 trials"):
        prior_corrected(np.zeros((2, 3, 3)), np.zeros((3, 3)))
