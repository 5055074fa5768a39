"""What stands at a place in px stands there in the figure."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.frames import band, canvas, finite, frame, in_px, runs, thinned, ticks
from polariscope.reports.svg import CATEGORIES, drawing, svg_text


def corners(svg: str, name: str) -> list[tuple[float, float]]:
    """Every corner of the paths of a named group, in px from the upper left."""
    for group in ElementTree.fromstring(svg).iter():
        if group.attrib.get("id", "").endswith(f"-{name}"):
            paths = " ".join(each.attrib.get("d", "") for each in group.iter())
            return [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)]
    return []


def test_a_canvas_is_in_px_from_the_upper_left_corner() -> None:
    with drawing(300, 200) as figure:
        canvas(figure).plot((10, 290), (20, 150), gid="line")
        svg = svg_text(figure, "t", "d")
    assert corners(svg, "line") == [(10, 20), (290, 150)]


def test_a_frame_stands_where_it_was_put() -> None:
    with drawing(300, 200) as figure:
        axes = frame(figure, 40, 15, 250, 100)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.plot((0, 1), (0, 1), gid="line")
        svg = svg_text(figure, "t", "d")
        assert in_px(axes, [0, 1], [0, 1])[0] == pytest.approx([40, 290])
        assert in_px(axes, [0, 1], [0, 1])[1] == pytest.approx([200 - 115, 200 - 15])
    assert np.array(corners(svg, "line")) == pytest.approx(np.array([(40, 115), (290, 15)]))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_only_numbers_are_kept_in_order(values: list[float]) -> None:
    found = finite(values)
    assert found.tolist() == sorted(value for value in values if np.isfinite(value))


@given(st.lists(st.tuples(*[st.sampled_from([1.0, float("nan")])] * 2), min_size=1, max_size=30))
def test_runs_are_all_that_is_known_and_each_is_as_long_as_can_be(pairs: list[tuple[float, float]]) -> None:
    array = np.array(pairs)
    known = np.isfinite(array).all(axis=1)
    found = list(runs(array[:, 0], array[:, 1]))
    covered = [k for part in found for k in range(part.start, part.stop)]
    assert covered == np.flatnonzero(known).tolist()
    assert all(b.start > a.stop for a, b in pairwise(found))


def test_a_band_has_a_hole_where_a_bound_is_lost() -> None:
    with drawing(300, 200) as figure:
        axes = canvas(figure)
        high = [50.0, 60, np.nan, 60, 50]
        band(axes, [10, 20, 30, 40, 50], [100.0] * 5, high, CATEGORIES[0], "band")
        svg = svg_text(figure, "t", "d")
    first, second = corners(svg, "band-0"), corners(svg, "band-1")
    assert {x for x, _ in first} == {10, 20}
    assert {x for x, _ in second} == {40, 50}
    assert {y for _, y in first} == {50, 60, 100}


def test_ticks_stand_at_their_places() -> None:
    with drawing(300, 200) as figure:
        ticks(canvas(figure), [30, 10, 250], 50, 80, gid="rug")
        svg = svg_text(figure, "t", "d")
    assert corners(svg, "rug") == [(30, 50), (30, 80), (10, 50), (10, 80), (250, 50), (250, 80)]


def test_a_thinned_line_keeps_what_each_line_needs() -> None:
    with drawing(300, 200) as figure:
        axes = canvas(figure)
        x = np.linspace(0, 300, 50_000)
        first, second = np.zeros(50_000), np.zeros(50_000)
        first[7_777], second[33_333] = 100, -100
        kept = thinned(axes, x, first, second)
    assert {7_777, 33_333, 0, 49_999} <= set(kept.tolist())
    assert len(kept) < 5_000
