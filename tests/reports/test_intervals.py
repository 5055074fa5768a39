"""Dots with whiskers stand where their numbers are."""

import math
import re
from xml.etree import ElementTree

import pytest

from polariscope.reports.intervals import Mark, Row, intervals


def draw(*rows: Row, reference: float = 0.2) -> str:
    return intervals(
        rows, reference=reference, reference_label="chance", axis="accuracy", title="t", marks=("raw", "corrected")
    )


def row(label: str, value: float, half: float = 0.05) -> Row:
    return Row(label, (Mark(value, value - half, value + half, (value - 2 * half, value + 2 * half)),))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


def dots(svg: str) -> list[float]:
    """Places of the markers that are no ticks: ticks stand on the axis."""
    found = [(float(x), float(y)) for x, y in re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"', svg)]
    axis = max(y for _, y in found)
    return [x for x, y in found if y < axis and y > 20]


def test_values_are_written_and_told_to_screen_readers() -> None:
    svg = draw(row("a", 0.304), row("b", 0.25))
    assert {"30.4%", "25.0%", "a", "b", "chance"} <= set(texts(svg))
    assert "a: 30.4% [25.4%, 35.4%]" in svg


def test_dots_stand_in_proportion_to_their_values() -> None:
    first, second, third = dots(draw(row("a", 0.1), row("b", 0.2), row("c", 0.4)))
    assert third - second == pytest.approx(2 * (second - first), abs=0.01)


def test_a_dot_at_the_reference_stands_on_its_line() -> None:
    svg = draw(row("a", 0.2), row("b", 0.5))
    line = re.search(
        r'<path d="M ([\d.]+) [\d.]+ \nL ([\d.]+) [\d.]+ \n" style="fill: none; stroke-dasharray', svg
    )
    assert line is not None
    assert dots(svg)[0] == pytest.approx(float(line.group(1)), abs=0.01)


def test_no_number_draws_no_dot_and_says_so() -> None:
    svg = draw(row("a", 0.3), Row("b", (Mark(math.nan, 0.0, 1.0),)))
    assert len(dots(svg)) == 1
    assert svg.count("stroke-width: 3") == 1, "no whisker either"
    assert "not a number" in texts(svg)
    ElementTree.fromstring(svg)


def test_one_value_without_spread_can_be_drawn() -> None:
    assert "20.0%" in texts(draw(row("a", 0.2, half=0.0)))
