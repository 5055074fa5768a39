"""Laws of the two binomial intervals: exact coverage, symmetry, nesting, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from polariscope.errors import PolariscopeError
from polariscope.statistics import Interval, clopper_pearson, wilson

COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def _coverage(interval, n, p):
    ends = [interval(k, n) for k in range(n + 1)]
    inside = np.array([end.low <= p <= end.high for end in ends])
    return float((binom.pmf(np.arange(n + 1), n, p) * inside).sum())


@pytest.mark.parametrize("p", [0.01, 0.2, 0.37, 0.5, 0.93])
@pytest.mark.parametrize("n", [5, 50, 100])
def test_clopper_pearson_never_covers_less_than_its_level(n, p):
    assert _coverage(clopper_pearson, n, p) >= 0.95


def test_wilson_covers_its_level_on_average():
    coverages = [_coverage(wilson, 100, p) for p in np.linspace(0.02, 0.98, 97)]
    assert 0.94 < np.mean(coverages) < 0.96


@given(COUNTS)
def test_they_agree_with_an_independent_implementation(counts):
    k, n = counts
    for ours, name in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = binomtest(k, n).proportion_ci(0.9, method=name)
        assert (ours(k, n, 0.9).low, ours(k, n, 0.9).high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(COUNTS)
@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_failures_mirror_successes_and_more_confidence_is_wider(interval, counts):
    k, n = counts
    here, mirrored, wider = interval(k, n), interval(n - k, n), interval(k, n, 0.99)
    assert (here.low, here.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)
    assert 0 <= wider.low <= here.low <= k / n <= here.high <= wider.high <= 1


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_without_observations_nothing_is_known(interval):
    assert interval(0, 0, 0.9) == Interval(0.0, 1.0, 0.9)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(
    ("arguments", "name"), [((6, 5), "successes"), ((-1, 5), "successes"), ((1, 5, 1), "level")]
)
def test_a_wrong_argument_is_named(interval, arguments, name):
    with pytest.raises(PolariscopeError) as caught:
        interval(*arguments)
    assert caught.value.argument == name
