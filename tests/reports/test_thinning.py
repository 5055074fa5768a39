"""Thinned points draw the same picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from polariscope.reports.thinning import cells, cut, envelope, evenly

HEIGHTS = st.lists(st.one_of(st.floats(-100, 100), st.just(float("nan"))), min_size=1, max_size=60)


def extent(column: NDArray[np.float64], heights: NDArray[np.float64]) -> dict[float, tuple[float, float]]:
    """Lowest and highest point in every column of one px."""
    known = np.isfinite(heights)
    return {
        float(each): (
            float(heights[known & (column == each)].min()),
            float(heights[known & (column == each)].max()),
        )
        for each in np.unique(column[known])
    }


@given(HEIGHTS, st.floats(0.01, 3))
def test_every_column_keeps_its_extent_and_every_gap_stays(heights: list[float], apart: float) -> None:
    x, y = apart * np.arange(len(heights)), np.array(heights)
    kept = envelope(x, y, 1.0)
    column = np.floor(x)
    assert extent(column[kept], y[kept]) == extent(column, y)
    assert kept[0] == 0
    assert kept[-1] == len(y) - 1
    gaps = lambda values: int(np.count_nonzero(np.diff(np.isfinite(values).astype(int))))  # noqa: E731
    assert gaps(y[kept]) == gaps(y)


def test_a_hundred_thousand_points_become_few_and_no_points_none() -> None:
    x = np.linspace(0, 300, 100_000)
    assert len(envelope(x, np.sin(1000 * x))) <= 4 * 301
    assert len(envelope([], [])) == 0
    assert len(cells(np.zeros(1000), np.linspace(0, 10, 1000), 0.5)) <= 21
    assert len(cells([], [])) == 0


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=40))
def test_every_point_has_a_kept_one_in_its_square(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    kept = cells(x, y, 1.0)
    square = lambda k: (np.floor(x[k]), np.floor(y[k]))  # noqa: E731
    assert len({square(k) for k in kept}) == len(kept)
    assert {square(k) for k in range(len(x))} == {square(k) for k in kept}


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=20), st.floats(-4, 0), st.floats(0.1, 4))
def test_a_cut_line_is_the_line_within_and_nothing_outside(heights: list[float], low: float, high: float) -> None:
    x, y = np.arange(len(heights), dtype=float), np.array(heights)
    at, cut_ = cut(x, y, low, high)
    known = np.isfinite(cut_)
    assert ((cut_[known] >= low) & (cut_[known] <= high)).all()
    assert np.abs(cut_[known] - np.interp(at[known], x, y)).max(initial=0) < 1e-9
    assert set(x[(y >= low) & (y <= high)]) <= set(at[known])
    assert (np.diff(at) >= 0).all()


def test_what_is_no_number_stays_a_gap() -> None:
    _, heights = cut([0, 1, 2, 3], [1.0, np.inf, np.nan, 1.0], 0.0, np.inf)
    assert np.isfinite(heights).tolist() == [True, False, False, True]


@given(st.integers(1, 300), st.integers(2, 50))
def test_an_even_choice_has_both_ends_and_no_large_gap(count: int, most: int) -> None:
    chosen = evenly(count, most)
    assert len(chosen) == min(count, most)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    assert np.diff(chosen).max(initial=0) <= -(-(count - 1) // max(most - 1, 1))


def test_an_even_choice_of_nothing_is_empty() -> None:
    assert len(evenly(0, 5)) == 0
