"""Axes of many decades, and numbers written short."""

from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn_svg import outside, texts
from polariscope.reports.frames import frame
from polariscope.reports.scales import axis_points, linear_within, round_numbers, significant, span, telling_digits
from polariscope.reports.svg import drawing, svg_text

FINITE = st.floats(-1e12, 1e12)


def read(text: str) -> float:
    """A number as `significant` writes it."""
    plain = text.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    mantissa, times, power = plain.rpartition("×10")
    if times:
        return float(f"{mantissa}e{power}")
    head = plain.removeprefix("-")
    raised = head.startswith("10") and text.endswith(tuple("⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return (-1 if plain.startswith("-") else 1) * float(f"1e{head[2:]}") if raised else float(plain)


@given(st.floats(-1e200, 1e200), st.integers(1, 9))
def test_a_written_number_is_the_number_to_its_digits(value: float, digits: int) -> None:
    assert read(significant(value, digits)) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=1e-300)


@given(FINITE.filter(lambda v: abs(v) > 1e-6), st.floats(1e-6, 1e3))
def test_ends_of_an_interval_are_told_apart(value: float, width: float) -> None:
    digits = telling_digits(value, width)
    if digits < 9:
        assert significant(value, digits) != significant(value + width, digits)


def test_an_axis_bends_only_where_a_straight_one_hides_the_bulk() -> None:
    bulk = np.linspace(-0.01, 0.01, 400)
    assert linear_within(bulk) is None
    assert linear_within([*bulk, 0.1]) is None
    assert linear_within([*bulk, 5.0, np.nan, np.inf]) == pytest.approx(0.001)
    assert linear_within([]) is linear_within([0.0, 0.0]) is None


@pytest.mark.parametrize("linear", [None, 0.01])
def test_axis_points_are_equally_far_apart_on_the_drawn_axis(linear: float | None) -> None:
    points = axis_points(-0.5, 7.0, 9, linear)
    with drawing(200, 100) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        span(axes, "x", points, linear=linear)
        drawn = axes.transData.transform(np.column_stack((points, np.zeros(9))))[:, 0]
    assert points[[0, -1]] == pytest.approx([-0.5, 7.0])
    assert np.diff(drawn) == pytest.approx(np.full(8, np.diff(drawn).mean()))


@given(st.lists(FINITE, max_size=5), st.sampled_from([None, 1e-3, 1.0]))
def test_all_values_and_some_ticks_lie_within(values: list[float], linear: float | None) -> None:
    with drawing(200, 100) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        span(axes, "y", values, linear=linear)
        low, high = axes.get_ylim()
        ticks = [float(tick) for tick in axes.get_yticks()]
        labels = [label.get_text() for label in axes.get_yticklabels()]
    assert isfinite(low)
    assert low < high
    assert all(low <= each <= high for each in [*values, *ticks])
    assert len(set(labels)) == len(ticks)
    assert 1 <= len(ticks) <= 10


def test_ticks_of_a_bent_axis_keep_their_distance_and_hold_zero() -> None:
    with drawing(400, 100) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        span(axes, "x", [-3e-5, 1e8], linear=1e-6, apart=0.1)
        ticks = axes.get_xticks()
        places = axes.transAxes.inverted().transform(
            axes.transData.transform(np.column_stack((ticks, np.full(len(ticks), 0.5))))
        )[:, 0]
    assert 0.0 in ticks
    assert np.diff(places).min() >= 0.1 - 1e-9


def test_round_numbers_are_round_and_few() -> None:
    for low, high in ((1e-12, 1e12), (0.3, 4.0), (1.1, 1.9), (5.0, 5.0)):
        ticks = round_numbers(low, high)
        assert all(low <= tick <= high for tick in ticks)
        assert len(ticks) <= 10


def test_labels_that_would_leave_the_figure_are_left_out() -> None:
    with drawing(300, 100) as figure:
        axes = frame(figure, 4, 10, 292, 50)
        axes.set_yticks([])
        span(axes, "x", [-2e6, 2e6], room=0.0)
        svg = svg_text(figure, "t", "d")
    assert "−2×10⁶" not in texts(svg)
    assert "0" in texts(svg)
    assert outside(svg) == []
