"""A followed value stands between its bounds, and where it is zero, expected or lost is marked at that place."""

import re
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.text import visible
from polariscope.reports.tracks import ZeroMark, track

HOSTILE = '<script>alert("1")</script> & \u202e $\\frac$'


def draw(x: Any, values: Any, residuals: Any = None, **more: Any) -> str:
    doubt = np.zeros(len(x)) if residuals is None else residuals
    return track(x, values, doubt, **{"x_label": "s", "y_label": "ω²", "title": "t"} | more)


def soft_net() -> tuple[Any, Any]:
    """omega^2 = 3 a - s of a linear net: zero at s = 3 a, with a = 0.5 here."""
    s = np.linspace(0.0, 3.0, 13)
    return s, 1.5 - s


def named(svg: str, name: str) -> list[ElementTree.Element]:
    pattern = re.compile(rf"-{name}$")
    return [e for e in ElementTree.fromstring(svg).iter() if pattern.search(e.attrib.get("id", ""))]


def lines(svg: str, name: str) -> Any:
    (group,) = named(svg, name)
    paths = " ".join(e.attrib.get("d", "") for e in group.iter() if not e.tag.endswith("defs"))
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])


def marks(svg: str, name: str) -> Any:
    (group,) = named(svg, name)
    uses = (e for e in group.iter() if e.tag.endswith("use"))
    return np.array([(float(e.attrib["x"]), float(e.attrib["y"])) for e in uses])


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def told(svg: str) -> str:
    return next(e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("desc"))


def outside(svg: str) -> list[tuple[float, float]]:
    """Corners of lines and places of marks and texts that lie beyond the figure."""
    root = ElementTree.fromstring(svg)
    width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
    drawn = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    places = re.findall(r'[ML] (\S+) ([^\s"]+)', drawn) + re.findall(r'(?<![\w-])x="(\S+?)" y="(\S+?)"', drawn)
    return [
        (x, y) for x, y in ((float(x), float(y)) for x, y in places) if not (0 <= x <= width and 0 <= y <= height)
    ]


def test_a_zero_is_marked_where_the_line_meets_zero() -> None:
    s, values = soft_net()
    svg = draw(s, values, zeros=[ZeroMark(1.5, 1.25, 1.75)], expected=1.5)
    followed, (at, height) = marks(svg, "points"), marks(svg, "zero-0")[0]
    assert (at, height) == pytest.approx(followed[6], abs=0.01)
    assert lines(svg, "zero")[:, 1] == pytest.approx([height] * 2, abs=0.01)
    assert lines(svg, "expected")[:, 0] == pytest.approx([at] * 2, abs=0.01)
    assert lines(svg, "between-0")[:, 0] == pytest.approx(followed[[5, 7], 0], abs=0.01)
    assert "zero at 1.5 [1.25, 1.75]" in texts(svg)


def test_an_expected_place_stands_on_the_axis_also_beyond_the_points() -> None:
    svg = draw([0, 1, 2], [3, 2, 1], expected=3.0)
    at = marks(svg, "points")[:, 0]
    assert lines(svg, "expected")[0, 0] == pytest.approx(at[2] + (at[1] - at[0]), abs=0.01)
    assert "Expected at 3" in told(svg)


def test_a_zero_of_which_only_bounds_are_known_is_marked_between_them() -> None:
    s, values = soft_net()
    svg = draw(s, values, zeros=[ZeroMark(nan, 1.25, 2.25)])
    low, high = lines(svg, "between-0")[:, 0]
    assert marks(svg, "zero-0")[0, 0] == pytest.approx((low + high) / 2, abs=0.01)
    assert "zero between 1.25 and 2.25" in texts(svg)


def test_values_and_bounds_are_in_proportion() -> None:
    svg = draw([0, 1, 2], [3.0, 2.0, 1.0], [0.5, 0.25, 0.0])
    y = lines(svg, "followed")[:, 1]
    zero, unit = lines(svg, "zero")[0, 1], y[1] - y[0]
    assert zero - y == pytest.approx(unit * np.array([3, 2, 1]), abs=0.01)
    bounds = zero - lines(svg, "bounds-0")[:, 1]
    assert bounds.max() == pytest.approx(3.5 * unit, abs=0.01)
    assert bounds.min() == pytest.approx(unit, abs=0.01)


def test_other_levels_stand_at_their_heights_and_those_far_off_are_said_to_be_left_out() -> None:
    svg = draw([0, 1, 2], [1.0, 0.5, -1.0], levels=[[1.0, 1.5, 900], [0.5, 1.5, 900], [-1.0, 1.5, 900]])
    y, zero = lines(svg, "followed")[:, 1], lines(svg, "zero")[0, 1]
    assert lines(svg, "level-0")[:, 1] == pytest.approx(y, abs=0.01)
    assert zero - lines(svg, "level-1")[:, 1] == pytest.approx(1.5 * (zero - y[[0, 0, 0]]), abs=0.01)
    assert "Levels reach beyond the frame." in texts(svg)
    assert not outside(svg)


def test_a_height_about_zero_holds_all_levels() -> None:
    svg = draw([0, 1], [0.1, -0.1], levels=[[0.1, 900], [-0.1, 900]], linear=0.1)
    assert "Levels reach beyond the frame." not in texts(svg)
    assert len(lines(svg, "level-1")) == 2


def test_a_lost_step_is_marked_from_the_place_before_to_where_it_was_lost() -> None:
    svg = draw([0, 1, 2, 3], [4, 3, 2, 1], lost=[2])
    at = marks(svg, "points")[:, 0]
    assert sorted(set(lines(svg, "lost-0")[:, 0].round(2))) == pytest.approx(at[[1, 2]], abs=0.01)
    assert "Lost from 1 to 2" in told(svg)
    assert not named(draw([0, 1], [2, 1]), "lost-0")


def test_a_place_that_was_never_followed_is_not_said_to_be_lost() -> None:
    assert "Lost" not in told(draw([0, 1], [2, 1], lost=[7.0]))


def test_the_words_hold_the_numbers() -> None:
    s, values = soft_net()
    words = told(
        draw(
            s, values, np.full(13, 0.02), label="softest mode", zeros=[ZeroMark(1.502, 1.484, 1.519)], expected=1.5
        )
    )
    assert "softest mode: 1.5 ± 0.02 at 0" in words
    assert "−1.5 ± 0.02 at 3" in words
    assert "Zero at 1.502 [1.484, 1.519]" in words
    assert "Expected at 1.5" in words
    assert "does not pass zero" not in words
    assert "It does not pass zero" in told(draw([0, 1], [2, 1]))


def test_zeros_without_room_for_a_name_are_written_below() -> None:
    x = np.arange(8.0)
    zeros = [ZeroMark(k + 0.5, k + 0.25, k + 0.75) for k in range(4)]
    written = " ".join(texts(draw(x, (-1.0) ** x, zeros=zeros)))
    assert all(f"zero at {k}.5 [{k}.25, {k}.75]" in written for k in range(4))


def test_a_gap_is_left_and_told() -> None:
    svg = draw([0, 1, 2, 3, 4], [2, 2, nan, 1, 1], [0.1, 0.1, nan, 0.1, 0.1])
    path = next(e.attrib["d"] for e in named(svg, "followed")[0].iter() if "d" in e.attrib)
    assert path.count("M") == 2
    assert len(named(svg, r"bounds-\d")) == 2
    assert "1 place without a number" in told(svg)


@pytest.mark.parametrize("count", [0, 2])
def test_nothing_to_draw_is_said(count: int) -> None:
    svg = draw(np.arange(count), [nan] * count, [nan] * count)
    assert "no number to draw" in texts(svg)
    assert "no number to draw" in told(svg)


def test_a_zero_of_a_track_without_points_is_still_marked() -> None:
    svg = draw([], [], zeros=[ZeroMark(1.0, 0.0, 2.0)], expected=0.5, levels=np.zeros((0, 3)), lost=[1.0])
    assert "zero at 1 [0, 2]" in texts(svg)
    assert not outside(svg)


def test_one_point_is_a_dot_with_its_bounds() -> None:
    svg = draw([1], [2.0], [1.0])
    (x, y), bar = marks(svg, "points")[0], lines(svg, "bounds-0")
    assert bar[:, 0] == pytest.approx([x, x], abs=0.01)
    assert bar[:, 1].mean() == pytest.approx(y, abs=0.01)


def test_a_bound_without_end_stays_within_the_figure() -> None:
    svg = draw([0, 1, 2], [1, 2, 3], [0.1, 1e12, inf])
    assert not outside(svg)
    assert "Bounds reach beyond the frame." in texts(svg)


def test_many_steps_and_levels_make_no_large_figure() -> None:
    walk = np.random.default_rng(0).normal(size=50_000).cumsum()
    levels = walk[:, None] + np.arange(60)
    svg = draw(np.arange(50_000), walk, np.full(50_000, 3.0), levels=levels)
    assert len(svg) < 300_000
    assert "24 of 60 levels drawn" in " ".join(texts(svg))
    y = lines(svg, "followed")[:, 1]
    zero = lines(svg, "zero")[0, 1]
    assert (zero - y.min()) * -walk.min() == pytest.approx((y.max() - zero) * walk.max(), rel=0.01)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.one_of(st.floats(-9, 9), st.just(nan)), st.floats(0, 5), st.floats(-50, 50)), max_size=6
    ),
    st.floats(-2, 8),
)
def test_nothing_lies_beyond_the_figure(rows: list[tuple[float, float, float]], zero: float) -> None:
    values, doubt, level = np.array(rows, float).reshape(-1, 3).T
    svg = draw(
        np.arange(len(values)), values, doubt, levels=level[:, None], zeros=[ZeroMark(zero, zero - 1, zero + 1)],
        lost=[1.0],
    )  # fmt: skip
    assert not outside(svg)


def test_foreign_text_cannot_act() -> None:
    svg = draw([0, 1], [1, -1], label=HOSTILE, x_label=HOSTILE, y_label=HOSTILE, title=HOSTILE)
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert f"{visible(HOSTILE)}: 1 ± 0 at 0" in told(svg)


def test_the_same_bytes_each_time() -> None:
    s, values = soft_net()
    assert draw(s, values) == draw(s, values)
    assert "currentColor" in draw(s, values)
