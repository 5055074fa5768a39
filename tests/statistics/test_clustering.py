"""The variance under the interval, against the plain formula and against repetition of the experiment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, norm, t

from polariscope.statistics._clustering import accelerated_ends, clustered_variance, student_ends


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=30))
def test_clusters_of_one_have_the_variance_of_a_mean(values):
    variance = clustered_variance(np.array(values), np.ones(len(values)))
    assert variance == pytest.approx(np.var(values, ddof=1) / len(values), abs=1e-9)


def test_the_variance_is_that_of_repeated_experiments():
    rng = np.random.default_rng(2)
    claimed, means = [], []
    for _ in range(2000):
        sizes = rng.integers(1, 5, 40).astype(float)
        sums = sizes * rng.normal(size=40) + np.sqrt(sizes) * rng.normal(size=40)
        claimed.append(clustered_variance(sums, sizes))
        means.append(sums.sum() / sizes.sum())
    assert np.mean(claimed) == pytest.approx(np.var(means), rel=0.1)


def test_both_intervals_agree_where_many_clusters_are_normal():
    sums, sizes = np.random.default_rng(4).normal(size=400), np.ones(400)
    student = student_ends(sums, sizes, 0.95)
    assert accelerated_ends(sums, sizes, 0.95, 20_000, np.random.default_rng(0)) == pytest.approx(
        student, abs=0.01
    )


def test_it_is_the_accelerated_bootstrap_of_an_independent_implementation_widened_by_student():
    values = np.random.default_rng(4).exponential(size=12) ** 1.5
    nominal = 1 - 2 * norm.sf(np.sqrt(12 / 11) * t.ppf(0.975, 11))
    assert nominal > 0.975
    theirs = bootstrap(
        (values,),
        np.mean,
        n_resamples=200_000,
        confidence_level=nominal,
        method="BCa",
        random_state=1,
    ).confidence_interval
    ours = accelerated_ends(values, np.ones(12), 0.95, 200_000, np.random.default_rng(0))
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.02 * (theirs.high - theirs.low))
