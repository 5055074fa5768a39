"""Which chains are drawn, where one ends, and the quantiles of all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.chains import SHARES, ChainEnd, Chains, chain_means, chains_of, near_bulk

RNG = np.random.default_rng(0)


def noise(count: int, steps: int = 50) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, steps))


def of(values: np.ndarray, burn_in: float = 10) -> Chains:
    return chains_of(np.arange(values.shape[1]), values, burn_in)


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 40), st.integers(0, 39), st.floats(3, 1e6), st.sampled_from([-1, 1]))
def test_a_stuck_chain_is_always_drawn_and_is_the_farthest(c: int, which: int, away: float, side: int) -> None:
    values = noise(c)
    values[which % c, 5:] = side * away
    found = of(values)
    assert found.farthest == which % c
    assert found.farthest in found.singles
    assert len(set(found.singles)) == 4


def test_single_chains_are_evenly_spaced_by_rank_of_their_means_after_burn_in() -> None:
    values = np.repeat(np.arange(10.0)[::-1, None], 20, axis=1)
    values[:, :10] = RNG.normal(size=(10, 10)) * 100
    assert of(values).singles == (9, 6, 3, 0)
    assert of(values).means.tolist() == list(range(10))[::-1]


def test_one_of_the_chains_that_end_is_drawn_and_none_of_them_counts_for_the_ranks() -> None:
    values = noise(20)
    values[3, 30:], values[7, 20:] = np.nan, np.inf
    values[3, 11:30] = 1e30
    found = of(values)
    assert found.ends == (ChainEnd(3, 29, 1e30), ChainEnd(7, 19, values[7, 19]))
    assert 7 in found.singles
    assert found.farthest not in {3, 7, None}
    assert np.abs(found.limits()).max() < 10


def test_a_chain_that_ends_does_not_widen_the_frame_of_the_others() -> None:
    values = noise(2)
    values[0, 11:49], values[0, 49] = 1e30, np.nan
    assert np.abs(of(values).limits()).max() < 10
    assert of(values[:1]).limits().max() == 1e30


def test_the_first_gap_counts_and_a_chain_without_any_number_ends_at_the_first_step() -> None:
    values = noise(2)
    values[0, 5], values[1] = np.nan, np.nan
    first, second = of(values).ends
    assert (first.step, first.value) == (4, values[0, 4])
    assert second.step == 0
    assert np.isnan(second.value)


@pytest.mark.parametrize("count", [1, 4])
def test_few_chains_are_all_drawn_and_none_is_said_to_be_far(count: int) -> None:
    assert of(noise(count)).singles == tuple(range(count))
    assert of(noise(count)).farthest is None


def test_equal_means_leave_none_the_farthest_and_ties_are_drawn() -> None:
    assert of(np.ones((9, 20))).farthest is None
    values = np.zeros((9, 20))
    values[[2, 5]] = 1
    found = of(values)
    assert found.farthest in found.singles
    assert found.farthest in {2, 5}


def test_the_fan_holds_the_quantiles_of_each_step() -> None:
    values = noise(30)
    values[4, 20:] = np.nan
    at, quantiles = of(values).fan()
    assert at.tolist() == list(range(50))
    assert quantiles == pytest.approx(np.nanquantile(values, SHARES, axis=0))


def test_long_runs_take_steps_together_but_never_burn_in_with_others() -> None:
    values = np.where(np.arange(1001) < 500, 5.0, 1.0) * np.ones((6, 1))
    found = of(values, burn_in=500)
    at, quantiles = found.fan()
    assert found.together == 9
    assert len(at) <= 122
    assert (quantiles == np.where(at < 500, 5.0, 1.0)).all()


def test_nothing_after_burn_in_leaves_limits_of_all_steps_and_no_means() -> None:
    found = of(noise(6), burn_in=1e9)
    assert not np.isfinite(found.means).any()
    assert found.limits().max() > 1
    assert len(found.singles) == 4


def test_means_are_of_whole_chains_only() -> None:
    assert chain_means([[1, 2, 6], [np.nan, 1, 1], [np.inf, -np.inf, 1]])[0] == 3
    assert np.isnan(chain_means([[1, 2, 6], [np.nan, 1, 1], [np.inf, -np.inf, 1]])[1:]).all()
    assert np.isnan(chain_means(np.zeros((3, 0)))).all()
    assert np.isnan(chain_means([[1.7e308, 1.7e308]])).all()


def test_what_is_near_the_bulk_stays() -> None:
    bulk = RNG.normal(size=200)
    assert near_bulk(bulk, bulk).tolist() == bulk.tolist()
    assert near_bulk([5.0], []).tolist() == [5.0]
    assert near_bulk([5.0], [1.0, 1.0]).tolist() == [5.0]
