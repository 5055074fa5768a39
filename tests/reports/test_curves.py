"""Lines over a sweep, each named where it ends."""

import re
from itertools import pairwise
from math import nan
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.curves import Series, _spread, curve

COLOURS = ("#d55e00", "#0072b2")


def draw(*series: Series, x: tuple[float, ...] = (0, 6, 12)) -> str:
    return curve(
        x, series, reference=0.2, reference_label="chance 20%", x_label="block", y_label="accuracy", title="t"
    )


def line(label: str, *values: float, category: int = 0) -> Series:
    return Series(label, values, tuple(v - 0.1 for v in values), tuple(v + 0.1 for v in values), category)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


def test_every_line_is_named_and_every_value_told() -> None:
    svg = draw(line("concept", 0.2, 0.3, 0.4), line("noise", 0.2, 0.25, 0.4, category=1))
    assert {"concept", "noise", "chance 20%", "0", "6", "12"} <= set(texts(svg))
    assert "noise: 20.0% at 0, 25.0% at 6, 40.0% at 12" in svg


def test_a_gap_is_told_and_a_line_of_gaps_is_no_error() -> None:
    svg = draw(line("concept", 0.2, nan, 0.4), line("lost", nan, nan, nan, category=1))
    assert "not a number at 6" in svg
    assert "lost" not in texts(svg)


def test_one_place_can_be_drawn() -> None:
    assert "concept" in texts(draw(line("concept", 0.3), x=(8,)))


def test_many_places_and_lines_can_be_drawn() -> None:
    x = tuple(range(30))
    svg = draw(*(line(f"dose {k}", *([0.3] * 30), category=k) for k in range(9)), x=x)
    assert {f"dose {k}" for k in range(9)} <= set(texts(svg))


@given(st.lists(st.floats(-1000, 1000), max_size=8), st.floats(1, 50))
def test_names_keep_their_order_and_their_distance(wanted: list[float], least: float) -> None:
    wanted = sorted(wanted)
    places = _spread(wanted, least)
    assert len(places) == len(wanted)
    assert all(b - a >= least - 1e-6 for a, b in pairwise(places))
    assert abs(sum(places) - sum(wanted)) < 1e-6 * max(1, len(wanted) * 1000)


def test_a_smooth_line_has_few_marks_and_is_not_moved_aside() -> None:
    x = tuple(float(k) for k in range(1, 61))
    lines_ = (line("one", *[0.1] * 60), line("two", *[0.3] * 60, category=1))
    svg = curve(
        x, lines_, reference=0.2, reference_label="r", x_label="x", y_label="y", title="t", smooth=True, log_x=True
    )
    assert {"1", "10"} <= set(texts(svg))
    assert svg.count("10.0% at") == 9
    assert "10.0% at 1," in svg
    assert "10.0% at 60" in svg
    one, two = (re.findall(rf'<use [^>]*?x="([\d.]+)" y="[\d.]+" style="fill: {c}; stroke', svg) for c in COLOURS)
    assert one == two


def test_places_of_a_logarithmic_sweep_are_equally_far_apart() -> None:
    svg = curve(
        (1.0, 10.0, 100.0), (line("one", 0.1, 0.2, 0.3),), reference=0.2, reference_label="r", x_label="x",
        y_label="y", title="t", log_x=True,
    )  # fmt: skip
    found = re.findall(r'<use [^>]*?x="([\d.]+)" y="[\d.]+" style="fill: #d55e00; stroke', svg)
    first, second, third, _ = map(float, found)  # the last stands beside the name
    assert third - second == pytest.approx(second - first, abs=0.01)
