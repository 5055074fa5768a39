"""The best cell is found where it is, and luck in finding it is not reported."""

from math import isnan

import numpy as np
import pytest

from polariscope.errors import PolariscopeError
from polariscope.statistics import best_of_half
from polariscope.statistics._halves import first_half


def test_the_luck_of_the_best_of_many_is_not_reported():
    rng = np.random.default_rng(0)
    reports, maxima, covered = [], [], []
    for seed in range(300):
        values = rng.normal(size=(30, 60))
        _, estimate = best_of_half(values, np.arange(60) // 2, seed=seed)
        reports.append(estimate.value)
        maxima.append(values.mean(axis=1).max())
        covered.append(estimate.interval.low <= 0 <= estimate.interval.high)
    assert np.mean(maxima) > 0.2
    assert abs(np.mean(reports)) < 4 * np.std(reports) / np.sqrt(300)
    assert np.mean(covered) > 0.90


def test_a_better_cell_is_found_and_estimated():
    values = np.random.default_rng(1).normal(size=(12, 100))
    values[7] += 2
    index, estimate = best_of_half(values, np.repeat(np.arange(50), 2))
    assert index == 7
    assert estimate.interval.low < 2 < estimate.interval.high
    assert (estimate.clusters, estimate.observations) == (25, 50)


def test_the_reported_half_had_no_part_in_the_choice():
    codes = np.repeat(np.arange(10), 3)
    chosen_on = first_half(codes, 10, seed=4)
    values = np.zeros((2, 30))
    values[0, chosen_on], values[1, ~chosen_on] = 1.0, 5.0
    index, estimate = best_of_half(values, codes, seed=4)
    assert (index, estimate.value) == (0, 0.0)


@pytest.mark.parametrize("groups", [2, 5, 50])
def test_halves_share_no_cluster_and_neither_is_empty(groups):
    codes = np.random.default_rng(2).permutation(np.arange(3 * groups) % groups)
    half = first_half(codes, groups, seed=0)
    inside, outside = set(codes[half].tolist()), set(codes[~half].tolist())
    assert not inside & outside
    assert (len(inside), len(outside)) == (groups // 2, groups - groups // 2)


def test_one_cluster_has_no_other_half():
    index, estimate = best_of_half([[0.1, 0.2], [0.3, 0.4]], ["v", "v"], bounds=(0, 1))
    assert index == 1
    assert isnan(estimate.value)
    assert (estimate.interval.low, estimate.interval.high, estimate.method) == (0, 1, "one cluster")


@pytest.mark.parametrize(
    ("values", "clusters", "options", "name"),
    [
        ([[0.1, np.nan]], [0, 1], {}, "values"),
        ([0.1, 0.2], [0, 1], {}, "values"),
        ([[0.1, 0.2]], [0], {}, "clusters"),
        ([[0.1, 2.0], [0.0, 2.0]], [0, 1], {"bounds": (0, 1)}, "values"),
    ],
)
def test_a_wrong_argument_is_named(values, clusters, options, name):
    with pytest.raises(PolariscopeError) as caught:
        best_of_half(values, clusters, **options)
    assert caught.value.argument == name
