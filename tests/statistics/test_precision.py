"""Design effect against simulation and closed forms; the number of trials against the interval itself."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.statistics import (
    Estimate,
    Interval,
    clustered_mean,
    design_effect,
    trials_to_decide,
)

UNIT = st.floats(0, 1, allow_subnormal=False)


def _estimate(low, value, high, trials=100, method="bootstrap"):
    return Estimate(value, Interval(low, high, 0.95), trials // 2, trials, method)


def test_independent_predictions_have_a_design_effect_of_one():
    rng = np.random.default_rng(1)
    effects = [design_effect(rng.binomial(5, 0.3, 100) / 5, np.arange(100), 5) for _ in range(300)]
    assert np.mean(effects) == pytest.approx(1, abs=0.03)


def test_copies_of_a_trial_multiply_the_design_effect():
    values = np.random.default_rng(1).binomial(5, 0.3, 50) / 5
    single = design_effect(values, np.arange(50), 5)
    assert design_effect(np.tile(values, 4), np.tile(np.arange(50), 4), 5) == pytest.approx(4 * single)


@pytest.mark.parametrize("values", [[0, 0, 0], [1, 1, 1]])
def test_without_binomial_variance_there_is_no_design_effect(values):
    assert isnan(design_effect(values, [0, 1, 2], 5))


def test_one_cluster_has_no_design_effect_and_a_constant_score_none_to_speak_of():
    assert isnan(design_effect([0.2, 0.4], [0, 0], 5))
    assert design_effect([0.25, 0.25, 0.25], [0, 1, 2], 4) == 0


@pytest.mark.parametrize(("values", "n", "name"), [([0.2, 1.5], 5, "values"), ([0.2, 0.4], 0, "n_per_trial")])
def test_a_wrong_argument_is_named(values, n, name):
    with pytest.raises(PolariscopeError) as caught:
        design_effect(values, [0, 1], n)
    assert caught.value.argument == name


@given(
    st.tuples(UNIT, UNIT, UNIT).map(sorted),
    UNIT,
    UNIT,
    st.sampled_from(["bootstrap", "exact", "constant", "t"]),
)
@settings(max_examples=300)
def test_at_most_the_present_trials_exactly_when_it_is_decided_already(ends, lower, upper, method):
    low, value, high = ends
    needed = trials_to_decide(_estimate(low, value, high, method=method), lower, upper)
    decided = low > lower or high < upper
    near = min(abs(low - lower), abs(high - upper)) < 1e-9  # where rounding decides
    assert near or decided == (needed is not None and needed <= 100)


@given(st.tuples(UNIT, UNIT, UNIT).map(sorted), UNIT, UNIT)
def test_none_exactly_where_the_value_deserves_neither_verdict(ends, lower, upper):
    low, value, high = ends
    close = any(0 < abs(value - limit) < 1e-100 for limit in (lower, upper))  # infinitely many trials
    needed = trials_to_decide(_estimate(low, value, high), lower, upper)
    assert close or (needed is None) == (upper <= value <= lower)


def test_a_quarter_of_the_width_needs_sixteen_times_the_trials_and_at_a_bound_four():
    rough = _estimate(0.3, 0.5, 0.7)
    assert trials_to_decide(rough, 0.45, 0.45) == 1601
    assert trials_to_decide(_estimate(0.6, 1.0, 1.0, method="exact"), 0.9, 0.9) == 401


def test_either_side_may_be_the_nearer():
    down_is_near, up_is_near = _estimate(0.29, 0.3, 0.5), _estimate(0.1, 0.3, 0.31)
    assert trials_to_decide(down_is_near, 0.2, 0.4) == trials_to_decide(down_is_near, 0.2, 0.0) == 2
    assert trials_to_decide(up_is_near, 0.2, 0.4) == trials_to_decide(up_is_near, 1.0, 0.4) == 2


def test_the_promised_number_of_trials_does_decide():
    rng = np.random.default_rng(6)
    rates = rng.beta(3, 7, 4000)

    def measured(vectors):
        clusters = np.repeat(np.arange(vectors), 2)
        return clustered_mean(rng.binomial(5, rates[clusters]) / 5, clusters, bounds=(0, 1))

    pilot = measured(20)
    limit = pilot.value - 0.02
    needed = trials_to_decide(pilot, limit, 0.0)
    full = measured(needed // 2)
    assert full.value - full.interval.low == pytest.approx(0.02, rel=0.35)


def test_an_unknown_spread_and_a_limit_that_is_no_number():
    assert trials_to_decide(_estimate(0.0, 0.5, 1.0, method="one cluster"), 0.2, 0.2) is None
    assert trials_to_decide(_estimate(-inf, 0.5, inf), 0.2, 0.2) is None
    with pytest.raises(PolariscopeError, match=r"^upper: a limit is a number"):
        trials_to_decide(_estimate(0.4, 0.5, 0.6), 0.2, float("nan"))


def test_a_gap_as_small_as_a_float_takes_no_number_of_trials():
    assert trials_to_decide(_estimate(0.1, 1e-200, 0.2), 0.0, -1.0) is None
