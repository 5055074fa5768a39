"""Stacks hold every dot near its place, and the density over them as many dots as there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.dots import expected_dots, fitting, is_smoothed, smoothing, stacked

PLACES = st.lists(st.floats(0, 380), max_size=60).map(lambda values: np.sort(np.array(values, float)))


@settings(max_examples=60)
@given(PLACES, st.sampled_from([3.0, 13.0]))
def test_stacks_keep_their_distance_and_hold_all_dots(values: np.ndarray, size: float) -> None:
    at, level = stacked(values, size)
    places = np.unique(at)
    assert len(at) == len(level) == len(values)
    assert (np.diff(places) > size - 1e-6).all()
    for place in places:
        assert sorted(level[at == place]) == list(range((at == place).sum()))


def test_a_dot_alone_stands_at_its_place() -> None:
    at, level = stacked([5.0, 50.0, 100.0], 13.0)
    assert at.tolist() == [5, 50, 100]
    assert level.tolist() == [0, 0, 0]


def test_dots_stay_near_their_places_however_many() -> None:
    values = np.sort(np.random.default_rng(0).normal(190, 60, size=256))
    at, _ = stacked(values, 6.0)
    assert np.abs(at - values).max() < 12


@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_smoothing_follows_the_unit_and_not_the_origin(unit: float, origin: float) -> None:
    values = np.random.default_rng(0).normal(size=50)
    assert smoothing(unit * values + origin) == pytest.approx(unit * smoothing(values), rel=1e-6)


def test_smoothing_of_outliers_equal_and_huge_values() -> None:
    values = np.random.default_rng(0).normal(size=200)
    assert smoothing(np.r_[values, 1e6]) < 1.1 * smoothing(values)
    assert smoothing([0.1] * 30) == 0
    assert smoothing([1.0]) == 0
    assert np.isfinite(smoothing([1e200, -1e200, 3.0]))
    assert is_smoothed(values)
    assert not is_smoothed(values[:15])
    assert not is_smoothed([0.1] * 30)


@given(st.integers(16, 200), st.floats(0.01, 20))
def test_the_density_expects_as_many_dots_as_there_are(count: int, width: float) -> None:
    values = np.random.default_rng(count).normal(size=count).clip(-3, 3) * width + 150
    places, density = expected_dots(values, 300)
    assert len(places) == 301
    assert density.sum() == pytest.approx(count, rel=0.01)


@settings(max_examples=40)
@given(PLACES, st.floats(0, 100))
def test_stacks_and_density_fit(values: np.ndarray, peak: float) -> None:
    size, step = fitting(values, peak, 130.0)
    assert (stacked(values, size)[1].max(initial=0) + 1) * step <= 130 * (1 + 1e-9)
    assert peak * size * step <= 130 * (1 + 1e-9)
