"""What is drawn over a frame stands where its numbers are, and gaps stay gaps."""

import numpy as np
import pytest

from drawn_svg import lines, marks, outside, texts
from polariscope.reports.frames import band, canvas, frame, in_px, line, make_room, name_axis, thinned, ticks
from polariscope.reports.scales import span
from polariscope.reports.svg import drawing, svg_text


def test_a_frame_stands_at_its_px_and_in_px_finds_points_on_the_page() -> None:
    with drawing(300, 200) as figure:
        axes = frame(figure, 40, 30, 200, 100)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.plot((0, 1), (0, 1), gid="diagonal")
        x, y = in_px(axes, [0, 1], [0, 1])
        svg = svg_text(figure, "t", "d")
    assert lines(svg, "diagonal") == [[(40, 130), (240, 30)]]
    assert (x.tolist(), y.tolist()) == (pytest.approx([40, 240]), pytest.approx([70, 170]))
    assert outside(svg) == []


def test_a_canvas_counts_px_from_the_upper_left() -> None:
    with drawing(300, 200) as figure:
        canvas(figure).plot((10, 20), (30, 40), gid="stroke")
        svg = svg_text(figure, "t", "d")
    assert lines(svg, "stroke") == [[(10, 30), (20, 40)]]


def test_bands_and_lines_have_gaps_and_single_points_are_seen() -> None:
    x = np.arange(6.0)
    y = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 4.0])
    with drawing(300, 200) as figure:
        axes = frame(figure, 10, 10, 200, 100)
        axes.set(xlim=(0, 5), ylim=(0, 10))
        band(axes, x, y - 1, y + 1, "#000001", "band")
        line(axes, x, y, gid="line")
        ticks(axes, [1.0, 2.0], 0, [3.0, 4.0], gid="ticks")
        svg = svg_text(figure, "t", "d")
    assert [len(each) for name in ("band-0", "band-1", "band-2") for each in lines(svg, name)] == [2, 4, 2]
    assert [len(each) for each in lines(svg, "line") if len(each) > 1] == [2]
    assert len(marks(svg, "line")) == 2
    assert [stroke[0][0] for stroke in lines(svg, "ticks")] == pytest.approx([50, 90])


def test_many_points_are_thinned_by_the_px_they_stand_on() -> None:
    x = np.linspace(0, 1, 50_000)
    with drawing(300, 200) as figure:
        axes = frame(figure, 10, 10, 200, 100)
        kept = thinned(axes, x, np.sin(99 * x), np.cos(99 * x))
    assert len(kept) < 2_000


def test_an_axis_is_named_with_its_scale() -> None:
    with drawing(300, 100) as figure:
        name_axis(canvas(figure), 150, 50, "eigenvalue", 280, linear=1e-4)
        name_axis(canvas(figure), 150, 100, "time", 280)
        svg = svg_text(figure, "t", "d")
    assert texts(svg) == ["linear within about ±10⁻⁴, logarithmic beyond", "eigenvalue", "time"]


def test_long_labels_of_a_height_get_the_room_they_need() -> None:
    with drawing(300, 200) as figure:
        axes = frame(figure, 20, 10, 200, 100)
        span(axes, "y", [1_000_000.0, 1_000_003.0])
        make_room(axes)
        svg = svg_text(figure, "t", "d")
    assert outside(svg) == []
