"""The gap rule: its exponent is the tail's, its level holds in the family it is made for, and it sees gaps."""

import numpy as np
import pytest

from polariscope.crystal.spectra.loss._gap_rule import LOOKED, widest_gaps


def power_law(rng, size, exponent):
    """Distances whose spacings s_k are exponential with mean k^exponent."""
    ranks = np.arange(1, size)
    logs = rng.exponential(size=size - 1) * ranks**exponent / ranks
    return np.exp(np.append(np.cumsum(logs[::-1])[::-1], 0))


def gap(distances, level=0.01, total=None):
    return widest_gaps(distances, distances[:-1] / distances[1:], total or 2 * len(distances), level)


@pytest.mark.parametrize("exponent", [0.0, 0.4, 2 / 3, 1.0])
def test_the_level_holds_for_power_laws_and_edges(exponent):
    rng = np.random.default_rng(0)
    found = [gap(power_law(rng, 300, exponent), level=0.05) for _ in range(120)]
    assert np.mean([each.outside > 0 for each in found]) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 120)
    assert np.mean([each.exponent[0] for each in found]) == pytest.approx(exponent, abs=0.12)  # where p is least


def test_taking_the_edge_for_granted_misleads_in_a_heavy_tail():
    rng = np.random.default_rng(1)
    found = [gap(power_law(rng, 300, 0.0)) for _ in range(60)]
    assert np.mean([each.by_edge > 0 for each in found]) > 0.2
    assert np.mean([each.outside > 0 for each in found]) < 0.06


@pytest.mark.parametrize("count", [1, 4, 20])
def test_a_planted_gap_is_found_where_it_is(count):
    distances = power_law(np.random.default_rng(2), 300, 0.3)
    distances[:count] *= 1e12
    found = gap(distances)
    assert (found.outside, found.looked) == (count, LOOKED)
    assert found.p_value < 0.01


def test_gaps_further_in_than_it_looks_are_not_seen():
    distances = power_law(np.random.default_rng(3), 300, 0.0)
    distances[: LOOKED + 1] *= 1e12
    assert gap(distances).outside == 0


def test_errors_of_the_distances_can_only_close_a_gap():
    distances = power_law(np.random.default_rng(4), 100, 0.3)
    distances[0] *= 1e12
    assert widest_gaps(distances, distances[:-1] / distances[1:], 200, 0.01).outside == 1
    assert widest_gaps(distances, np.ones(99), 200, 0.01).outside == 0


def test_too_few_distances_are_not_looked_at():
    found = gap(np.array([1e9, *np.linspace(2, 1, 8)]))
    assert (found.outside, found.looked) == (0, 0)
    assert np.isnan(found.p_value)
    assert gap(np.array([1e9, *np.linspace(2, 1, 9)]), total=100).outside == 1
