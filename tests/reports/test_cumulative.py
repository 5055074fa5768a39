"""The band holds what it must, and the staircase is compared with it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import lines, outside, texts, told
from polariscope.reports.cumulative import cumulative
from polariscope.reports.densities import Values

RING = np.sort(2 - 2 * np.cos(2 * np.pi * np.arange(60) / 60))


def shares(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.searchsorted(RING, x, "left") / 60, np.searchsorted(RING, x, "right") / 60


def draw(count: int = 13, wide: float = 0.05, **options: object) -> str:
    x = np.linspace(-0.2, 4.2, count)
    below, at_or_below = shares(x)
    settled = {"known": Values("exact", RING), **options}
    return cumulative(x, below - wide, at_or_below + wide, label="bounds", axis="x", title="t", **settled)


def height(svg: str, name: str, x: float) -> list[float]:
    """Heights of a line of steps at a place: two where it climbs."""
    (steps,) = lines(svg, name)
    return [y0 for (x0, y0), (x1, y1) in pairwise(steps) if y0 == y1 and x0 <= x <= x1]


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    assert draw() == draw()
    assert outside(draw()) == []


@pytest.mark.parametrize("count", [3, 13, 200])
def test_the_drawn_band_holds_the_whole_staircase_also_between_the_places(count: int) -> None:
    svg = draw(count, wide=0.0)
    (low,), (high,) = lines(svg, "low"), lines(svg, "high")
    for x in np.linspace(low[0][0] + 0.3, high[-1][0] - 0.3, 57):
        exact = height(svg, "known", x)
        assert min(exact) <= max(height(svg, "low", x)) + 0.6
        assert max(exact) >= min(height(svg, "high", x)) - 0.6


def test_heights_are_shares() -> None:
    svg = cumulative([0.0, 1.0], [0.0, 0.25], [0.5, 1.0], label="b", axis="x", title="t")
    (low,), (high,) = lines(svg, "low"), lines(svg, "high")
    none, all_ = low[0][1], high[-1][1]
    assert low[-1][1] == pytest.approx(none + 0.25 * (all_ - none))
    assert high[0][1] == pytest.approx(none + 0.5 * (all_ - none))
    assert {"0%", "100%"} <= set(texts(svg))


def test_a_true_band_is_told_as_such_and_a_false_one_too() -> None:
    assert "exact, 60: within the band at all 13 places" in told(draw())
    false = cumulative(
        [1.0, 2.0, 3.0], [0, 0, 0], [0.1, 0.1, 1], label="b", known=Values("exact", RING), axis="x", title="t"
    )
    assert "outside of the band at 2 of 3 places" in told(false)
    # A step belongs into the band as a whole.
    known = Values("exact", [1, 2, 2, 3])
    for low, high in ((0.3, 1.0), (0.0, 0.7)):
        half = cumulative([2.0], [low], [high], label="b", known=known, axis="x", title="t")
        assert "outside of the band at 1 of 1 place" in told(half)
    whole = cumulative([2.0], [0.25], [0.75], label="b", known=known, axis="x", title="t")
    assert "within the band at all 1 place" in told(whole)


def test_the_numbers_are_told() -> None:
    words = told(cumulative([0, 1], [0.1, 0.2], [0.3, 0.9], label="b", axis="x", title="t"))
    assert "b: 10.0% to 30.0% at 0, 20.0% to 90.0% at 1" in words
    assert "at most 70.0% wide, at 1" in words


def test_places_without_bounds_are_left_out_and_counted_and_none_is_no_error() -> None:
    words = told(cumulative([0, 1, 2], [0, np.nan, 0], [1, 1, np.inf], label="b", axis="x", title="t"))
    assert "2 places without a number left out" in words
    empty = cumulative([], [], [], label="b", known=Values("k", [np.nan]), axis="x", title="t")
    assert "no number to draw" in texts(empty)
    lost = cumulative([0], [0], [1], label="b", known=Values("k", [np.nan]), axis="x", title="t")
    assert "k: no number to draw" in told(lost)


def test_a_hundred_thousand_points_stay_small_and_hostile_labels_stay_text() -> None:
    x = np.linspace(-3, 3, 100_000)
    values = np.random.default_rng(0).normal(size=100_000)
    name = "<i>&\u202e" + "w" * 300
    low, known = np.linspace(0, 0.9, 100_000), Values(name, values)
    svg = cumulative(x, low, low + 0.1, label=name, known=known, axis=name, title=name)
    assert len(svg) < 300_000
    assert outside(svg) == []
    assert "<i>" not in svg


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), st.sampled_from([None, 1e-3]))
def test_whatever_the_numbers_nothing_leaves_the_picture(values: list[float], linear: float | None) -> None:
    x = np.sort(np.array(values))
    svg = cumulative(
        x, np.full(len(x), -0.3), np.full(len(x), 1.3), label="b", known=Values("k", x), axis="x", title="t",
        linear=linear,
    )  # fmt: skip
    assert outside(svg) == []
