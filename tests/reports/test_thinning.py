"""What is left out of a drawing cannot be seen to be missing."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.thinning import cells, cut, envelope

heights = st.lists(st.one_of(st.floats(-100, 100), st.just(float("nan"))), min_size=1, max_size=80)


@given(heights, st.floats(0.01, 0.4))
def test_every_column_keeps_its_lowest_and_its_highest_point(y: list[float], apart: float) -> None:
    x, values = np.arange(len(y)) * apart, np.array(y)
    kept = envelope(x, y, step=0.5)
    column = np.floor(x / 0.5)
    for each in np.unique(column):
        whole, thin = values[column == each], values[kept][column[kept] == each]
        if np.isfinite(whole).any():
            assert (np.nanmin(thin), np.nanmax(thin)) == (np.nanmin(whole), np.nanmax(whole))


@given(heights)
def test_a_gap_stays_a_gap_and_no_new_one_opens(y: list[float]) -> None:
    x, values = np.arange(len(y)) * 0.2, np.array(y)
    kept = envelope(x, y, step=0.5)
    for first, second in pairwise(kept):
        gap_between = np.isnan(values[first : second + 1]).any()
        assert gap_between == bool(np.isnan(values[[first, second]]).any())


def test_the_ends_of_a_line_are_kept_and_many_points_become_few() -> None:
    x = np.linspace(0, 100, 100_000)
    kept = envelope(x, np.sin(x), step=0.5)
    assert (kept[0], kept[-1]) == (0, 99_999)
    assert len(kept) <= 4 * (100 / 0.5 + 1)


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), max_size=80))
def test_every_point_that_is_left_out_lies_under_one_that_is_drawn(points: list[tuple[float, float]]) -> None:
    array = np.array(points).reshape(-1, 2)
    kept = cells(array[:, 0], array[:, 1], step=0.5)
    squares = [tuple(each) for each in np.floor(array[kept] / 0.5)]
    assert len(set(squares)) == len(squares)
    assert {tuple(each) for each in np.floor(array / 0.5)} == set(squares)


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=40))
def test_a_cut_line_stays_within_its_range_and_on_its_old_course(y: list[float]) -> None:
    x = np.arange(len(y), dtype=float)
    at, found = cut(x, y, -3, 3)
    inside = np.isfinite(found)
    assert (np.abs(found[inside]) <= 3).all()
    assert found[inside] == pytest.approx(np.interp(at[inside], x, y), abs=1e-6)
    assert set(x[np.abs(y) <= 3]) <= set(at[inside])


def test_nothing_gives_nothing() -> None:
    assert len(envelope([], [])) == len(cells([], [])) == 0
    assert [len(each) for each in cut([], [], 0, 1)] == [0, 0]
