"""The band is where its bounds are, and the staircase climbs at its values."""

import re
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.cumulative import cumulative
from polariscope.reports.densities import Values

HOSTILE = '<script>alert("1")</script> & \u202e'


def draw(x: Any, low: Any, high: Any, **more: Any) -> str:
    return cumulative(x, low, high, **{"label": "bounds", "axis": "λ", "title": "t"} | more)


def corners(svg: str, name: str) -> Any:
    """The corners of a named group's paths."""
    for group in ElementTree.fromstring(svg).iter():
        if group.attrib.get("id", "").endswith(f"-{name}"):
            paths = " ".join(e.attrib.get("d", "") for e in group.iter())
            return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])
    return np.zeros((0, 2))


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def told(svg: str) -> str:
    return next(e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("desc"))


def test_the_staircase_climbs_one_step_of_the_same_height_at_each_value() -> None:
    svg = draw([0, 1, 2, 4], [0] * 4, [1] * 4, known=Values("k", [2.0, 1.0, nan]))
    steps, places = corners(svg, "known"), np.unique(corners(svg, "low")[:, 0])
    assert steps[[1, 2, 3, 4], 0] == pytest.approx(places[[1, 1, 2, 2]], abs=0.01)
    assert steps[-1, 1] == pytest.approx(corners(svg, "high")[0, 1], abs=0.01), "all values are 100%"
    assert np.diff(steps[[0, 2, 4], 1]) == pytest.approx(np.full(2, (steps[-1, 1] - steps[0, 1]) / 2), abs=0.01)


def test_the_band_is_under_high_of_the_right_place_and_over_low_of_the_left() -> None:
    svg = draw([0, 1, 2], [0, 0.25, 0.5], [0.5, 0.75, 1])
    low, high = corners(svg, "low")[:, 1], corners(svg, "high")[:, 1]
    height = (low[0] - low[-1]) / 0.5
    assert (low[0] - low) / height == pytest.approx([0, 0, 0.25, 0.25, 0.5], abs=0.001)
    assert (low[0] - high) / height == pytest.approx([0.5, 0.75, 0.75, 1, 1], abs=0.001)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(2, 12))
def test_true_bounds_hold_the_staircase_on_any_grid_and_it_is_told_so(values: list[int], places: int) -> None:
    x = np.linspace(-1, 21, places)
    below, up_to = (np.searchsorted(np.sort(values), x, side=side) / len(values) for side in ("left", "right"))
    svg = draw(x, below, up_to, known=Values("k", values))
    assert f"within the band at all {places} places" in told(svg)
    steps, low, high = (corners(svg, name) for name in ("known", "low", "high"))
    inside = [(at, y) for at, y in steps if low[0, 0] < at < low[-1, 0]]
    for at, y in inside:  # downwards on the page; at a jump, the side that lets more through counts
        assert y <= low[low[:, 0] <= at + 0.02, 1].max() + 0.02
        assert y >= high[high[:, 0] >= at - 0.02, 1].min() - 0.02


def test_a_step_must_lie_in_the_band_as_a_whole() -> None:
    known = Values("k", [1.0, 1.0])
    assert "within the band at all 3 places" in told(draw([0, 1, 2], [0, 0, 1], [0, 1, 1], known=known))
    for low, high in ((0.5, 1), (0, 0.5)):
        words = told(draw([0, 1, 2], [0, low, 1], [0, high, 1], known=known))
        assert "outside of the band at 1 of 3 places" in words


def test_places_where_the_staircase_leaves_the_band_are_counted() -> None:
    words = told(draw([0, 1, 2, 3], [0, 0.9, 0.9, 1], [0, 1, 1, 1], known=Values("k", [1.5, 2.5])))
    assert "outside of the band at 2 of 4 places" in words


def test_the_words_hold_the_numbers() -> None:
    words = told(draw([0, 1, 2], [0, 0.2, nan], [0.1, 0.62, 1], known=Values("k", [0.5, inf])))
    assert "0.0% to 10.0% at 0, 20.0% to 62.0% at 1" in words
    assert "at most 42.0% wide, at 1" in words
    assert "1 place without a number" in words
    assert "k, 1, 1 more not finite" in words


def figures() -> dict[str, str]:
    rng = np.random.default_rng(0)
    bulk = np.sort(np.r_[rng.normal(0, 1e-3, 2681), [5.2, 2.3, 0.97, 0.41]])
    x = np.sort(np.r_[-np.geomspace(1e-4, 0.1, 50), np.geomspace(1e-4, 7, 80)])
    shares = np.searchsorted(bulk, x, side="right") / len(bulk)
    return {
        "hessian": draw(x, shares - 0.02, shares + 0.02, known=Values("k", bulk), linear=1e-3),
        "hostile": draw([0, 1], [0, 0], [1, 1], label=HOSTILE, axis=HOSTILE, title=HOSTILE, y_label=HOSTILE),
        "empty": draw([], [], []),
        "nan": draw([0, 1], [nan, nan], [nan, 1], known=Values("k", [nan])),
        "one": draw([1.0], [0.2], [0.7], known=Values("k", [1.0])),
        "equal": draw([0, 1, 2], [0, 0, 1], [0, 1, 1], known=Values("k", [1.0] * 99)),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return figures()


def test_every_figure_is_the_same_bytes_again(drawn: dict[str, str]) -> None:
    assert figures() == drawn


def test_nothing_stands_outside_of_a_figure(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        width, height = (float(each) for each in ElementTree.fromstring(svg).attrib["viewBox"].split()[2:])
        points = [(float(x), float(y)) for x, y in re.findall(r'<(?:use|text) [^>]*?x="(\S+)" y="(\S+)"', svg)]
        for path in re.findall(r'<path d="([^"]+)"', re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)):
            points += [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path)]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points), name


def test_foreign_labels_stay_text(drawn: dict[str, str]) -> None:
    assert "<script" not in drawn["hostile"]
    assert "\u202e" not in drawn["hostile"]


def test_what_is_empty_says_so(drawn: dict[str, str]) -> None:
    for name in ("empty", "nan"):
        assert "bounds: no number to draw" in told(drawn[name])
    assert "no number to draw" in texts(drawn["empty"])


def test_a_hundred_thousand_places_and_values_stay_small() -> None:
    shares, values = np.linspace(0, 0.9, 100_000), np.random.default_rng(0).normal(size=100_000)
    svg = draw(np.linspace(-4, 4, 100_000), shares, shares + 0.1, known=Values("k", values))
    assert len(svg) < 300_000
