"""Planted plateaus are found and ramps are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from polariscope.crystal.degeneracy.plateau import Plateau, plateau
from polariscope.errors import PolariscopeError

PLANTED = np.array([9.0, 7.0, 5.0, 5.02, 4.99, 5.01, 3.0, 1.0])
ERRORS = np.full(8, 0.05)
ALL = np.ones(8, bool)


def test_a_planted_plateau_is_found_with_its_weighted_mean():
    errors = ERRORS * [1, 1, 1, 2, 1, 3, 1, 1]
    found, weights = plateau(PLANTED, errors, ALL), 1 / errors[2:6] ** 2
    assert (found.start, found.stop) == (2, 6)
    assert found.value == pytest.approx(weights @ PLANTED[2:6] / weights.sum())
    assert found.standard_error == pytest.approx(weights.sum() ** -0.5)


@given(st.floats(1e-200, 1e100), st.booleans())
def test_units_and_direction_do_not_matter(unit, turned):
    step = -1 if turned else 1
    found = plateau(unit * PLANTED[::step], unit * ERRORS, ALL)
    assert (found.start, found.stop) == (2, 6)
    assert found.value == pytest.approx(5.005 * unit, rel=1e-12)
    assert found.standard_error == pytest.approx(0.025 * unit, rel=1e-12)


@pytest.mark.parametrize("slope", [0.3, -0.3, 3.0])
@pytest.mark.parametrize("n", [3, 6, 20])
def test_a_ramp_has_no_plateau(slope, n):
    assert plateau(1 + slope * np.arange(n), np.full(n, 0.05), np.ones(n, bool)) is None


def test_a_slow_ramp_within_wide_errors_is_no_plateau_for_long():
    # Each neighbour is within its errors, and chi-squared alone would take nine of them for one value.
    values, errors = 1.0 + 0.05 * np.arange(30), np.full(30, 0.1)
    found = plateau(values, errors, np.ones(30, bool))
    whole = found.stop - found.start
    rise, error = 0.05 * (whole - 1), 0.1 * (whole - 1) / np.sqrt(whole * (whole**2 - 1) / 12)
    assert 3 <= whole < 9
    assert rise <= max(2 * error, 0.05 * found.value)


def test_a_rise_that_is_certain_but_small_is_no_matter():
    # 2 % from end to end is 2.8 of its errors, and chi-squared is 8 where 16.9 are allowed.
    values, errors = 1 + 0.02 * np.linspace(0, 1, 10), np.full(10, 0.00713)
    assert plateau(values, errors, np.ones(10, bool)).stop == 10
    assert plateau(values - 0.9, errors, np.ones(10, bool)).stop < 10


@pytest.mark.parametrize("how", ["flag", "value", "error", "no spread"])
def test_a_setting_that_is_not_usable_ends_a_run(how):
    values, errors, usable = np.full(9, 2.0), np.full(9, 0.1), np.ones(9, bool)
    if how == "flag":
        usable[3] = False
    elif how == "value":
        values[3] = np.nan
    else:
        errors[3] = np.nan if how == "error" else 0.0
    assert plateau(values, errors, usable) == Plateau(4, 9, 2.0, pytest.approx(0.1 / np.sqrt(5)))


def test_an_outlier_inside_ends_a_run_too():
    values = np.full(9, 2.0)
    values[5] = 3.0
    found = plateau(values, np.full(9, 0.1), np.ones(9, bool))
    assert (found.start, found.stop) == (0, 5)


def test_a_value_that_ran_away_is_passed_by():
    values, errors = np.full(9, 2.0), np.full(9, 0.1)
    values[8] = 1e300
    assert plateau(values, errors, np.ones(9, bool)).stop == 8
    errors[8] = 1e301
    assert plateau(values, errors, np.ones(9, bool)).value == 2.0
    assert plateau([2.0, 1e300, 0.0], [0.1, 1e301, 1e301], [True] * 3).value == 2.0


def test_of_equal_runs_the_flattest_is_taken():
    values = [1.0, 1.05, 1.0, 9.0, 4.0, 4.01, 4.0]
    assert plateau(values, [0.1] * 7, [True] * 7).start == 4


def test_no_run_of_the_least_length():
    assert plateau(PLANTED, ERRORS, ALL, least=5) is None
    assert plateau(PLANTED, ERRORS, ALL, least=4).stop == 6
    assert plateau(PLANTED[:2], ERRORS[:2], ALL[:2]) is None
    assert plateau([], [], []) is None
    assert plateau(PLANTED, ERRORS, ~ALL) is None


@pytest.mark.parametrize("n", [3, 5, 9])
@pytest.mark.parametrize("part", [0.999, 1.001])
def test_the_bound_is_the_quantile_of_chi_squared(n, part):
    values = np.full(n, 2.0)
    values[n // 2] += np.sqrt(part * chi2.ppf(0.95, n - 1) * n / (n - 1))  # a bump amid: the line does not rise
    assert (plateau(values, np.ones(n), np.ones(n, bool), least=n) is not None) == (part < 1)


def test_a_true_plateau_is_kept_whole_about_as_often_as_chi_squared_says():
    rng, runs = np.random.default_rng(0), 400
    found = [plateau(5 + 0.1 * rng.standard_normal(8), np.full(8, 0.1), ALL) for _ in range(runs)]
    whole = sum(own.stop - own.start == 8 for own in found)
    assert binom.ppf(1e-3, runs, 0.90) <= whole <= binom.ppf(0.999, runs, 0.95)
    assert abs(np.mean([own.value for own in found]) - 5) < 4 * 0.1 / np.sqrt(8 * runs)


@pytest.mark.parametrize(
    ("arguments", "least", "match"),
    [
        (([1.0, 2.0], [1.0], [True]), 3, "^values: values, errors and usable have one length"),
        (([[1.0]], [[1.0]], [[True]]), 3, "^values: "),
        (([1.0], [-1.0], [True]), 3, "^errors: standard errors of 0 or more; got -1"),
        (([1.0], [1.0], [True]), 1, "^least: a whole number, 2 or more; got 1"),
        (([1.0], [1.0], [True]), 2.5, "^least: "),
    ],
)
def test_bad_scans_are_refused(arguments, least, match):
    with pytest.raises(PolariscopeError, match=match):
        plateau(*arguments, least=least)
