"""Numbers are written as they are, and axes hold them with labels that do not touch."""

from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.scales import axis_points, linear_within, significant, span, telling_digits
from polariscope.reports.svg import drawing

PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
finite_values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def read_back(text: str) -> float:
    text = text.translate(PLAIN)
    if "×10" in text:
        mantissa, exponent = text.split("×10")
        return float(mantissa) * 10.0 ** int(exponent)
    return float(text)


@given(st.floats(1e-12, 1e12), st.sampled_from([1, -1]), st.integers(2, 9))
def test_a_written_number_reads_back_to_its_digits(size: float, sign: int, digits: int) -> None:
    text = significant(sign * size, digits)
    if text.lstrip("−").startswith("10") and text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        text = text.replace("10", "1×10", 1)
    assert read_back(text) == pytest.approx(sign * size, rel=0.51 * 10.0 ** (1 - digits))
    assert "e" not in text


def test_what_is_no_number_is_said() -> None:
    assert [significant(each) for each in (nan, inf, -inf, -0.0)] == ["not a number", "∞", "−∞", "0"]


@given(st.floats(1e-6, 1e6), st.floats(1e-9, 1.0))
def test_enough_digits_tell_a_difference_of_the_width(value: float, share: float) -> None:
    width = value * share
    digits = telling_digits(value, width)
    assert 3 <= digits <= 9
    if digits < 9:
        assert significant(value, digits) != significant(value + width, digits)


@given(st.floats(-100, 0), st.floats(0.1, 100), st.one_of(st.none(), st.floats(1e-3, 10)))
def test_points_of_an_axis_ascend_between_its_ends_and_stand_equally_far_apart(
    low: float, high: float, linear: float | None
) -> None:
    points = axis_points(low, high, 50, linear)
    assert points[[0, -1]] == pytest.approx([low, high], abs=1e-6)
    steps = np.diff(points if linear is None else np.arcsinh(points / linear))
    assert steps == pytest.approx(np.full(49, steps[0]), rel=1e-3, abs=1e-9)


def test_an_axis_turns_logarithmic_only_where_outliers_ask_for_it() -> None:
    bulk = np.random.default_rng(0).normal(0, 1e-3, 2681)
    with_outliers = linear_within(np.r_[bulk, [5.2, 2.3, 0.97, 0.41]])
    assert with_outliers is not None
    assert 1e-4 <= with_outliers <= np.abs(bulk).max()
    for nothing_far in (bulk, [], [nan], [0.0, 0.0], [3.0]):
        assert linear_within(nothing_far) is None


@pytest.mark.parametrize("scale", [{}, {"linear": 0.01}, {"linear": 10.0}])
@settings(max_examples=30, deadline=None)
@given(values=finite_values)
def test_an_axis_holds_its_values_and_its_labels_keep_their_distance(
    scale: dict[str, float], values: list[float]
) -> None:
    check_axis(values, **scale)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1e-9, 1e6), min_size=1, max_size=30))
def test_a_logarithmic_axis_does_too(values: list[float]) -> None:
    check_axis(values, log=True)


def check_axis(values: list[float], **scale: float) -> None:
    with drawing(300, 200) as figure:
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        span(axes, "x", [*values, nan, inf], **scale)
        low, high = axes.get_xlim()
        assert low < min(values) or low == pytest.approx(min(values))
        assert max(values) < high or high == pytest.approx(max(values))
        places = axes.transAxes.inverted().transform(
            axes.transData.transform([(tick, 0) for tick in axes.get_xticks()])
        )[:, 0]
        assert all(b - a >= 0.1 for a, b in pairwise(places))
        assert len(places) >= 1
        written = [label.get_text() for label in axes.get_xticklabels()]
        assert len(set(written)) == len(written)


@pytest.mark.parametrize("scale", [{"log": True}, {"linear": 0.01}, {}])
def test_labels_within_less_than_a_decade_have_the_digits_to_differ(scale: dict[str, float]) -> None:
    check_axis([379_659.8, 382_702.9], **scale)


@pytest.mark.parametrize("values", [[], [nan], [0.0], [7.0, 7.0], [-1e-9], [1e-300]])
def test_few_values_or_none_make_an_axis_with_room(values: list[float]) -> None:
    with drawing(300, 200) as figure:
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        span(axes, "y", values)
        low, high = axes.get_ylim()
        assert low < high
        assert all(low < value < high for value in values if value == value)
