"""A branch stands where its frequency is, beside its density of states, and what is unstable says so."""

import re
from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.bands import bands
from polariscope.reports.text import visible

HOSTILE = '<script>alert("1")</script> & \u202e $\\frac$'
UNSTABLE = "imaginary (unstable)"


def draw(distances: Any, branches: Any, **more: Any) -> str:
    return bands(distances, branches, **{"corners": (), "axis": "ω", "title": "t"} | more)


def diatomic(points: int = 61) -> tuple[Any, Any]:
    """Two masses m, 2m on springs k: omega^2 = 3/2 -+ sqrt(9/4 - 2 sin^2(q/2)), in k/m."""
    q = np.linspace(0, np.pi, points)
    root = np.sqrt(2.25 - 2 * np.sin(q / 2) ** 2)
    return q, np.sqrt(np.column_stack((1.5 - root, 1.5 + root)).clip(0))


def groups(svg: str, name: str) -> list[ElementTree.Element]:
    pattern = re.compile(rf"-{name}$")
    return [e for e in ElementTree.fromstring(svg).iter() if pattern.search(e.attrib.get("id", ""))]


def lines(svg: str, name: str) -> Any:
    (group,) = groups(svg, name)
    paths = " ".join(e.attrib.get("d", "") for e in group.iter())
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])


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


def test_a_branch_stands_at_its_distances_and_frequencies() -> None:
    q, frequencies = diatomic()
    svg = draw(q, frequencies)
    (left, zero), (right, top) = lines(svg, "branch-0")[0], lines(svg, "branch-1")[-1]
    per_unit = (zero - top) / frequencies[-1, 1]
    for branch in range(2):
        found = lines(svg, f"branch-{branch}")
        assert found[:, 0] == pytest.approx(left + (right - left) * q / np.pi, abs=0.01)
        assert zero - found[:, 1] == pytest.approx(per_unit * frequencies[:, branch], abs=0.01)


def test_the_closed_form_lies_on_branches_that_obey_it() -> None:
    q, frequencies = diatomic()
    svg = draw(q, frequencies, closed_form=frequencies)
    assert lines(svg, "closed-form-1").tolist() == lines(svg, "branch-1").tolist()
    assert "Farthest from the closed form: 0." in told(svg)
    assert "closed form" in texts(svg)
    assert "closed form" not in texts(draw(q, frequencies))
    assert "Farthest from the closed form: 0.25." in told(draw(q, frequencies + 0.25, closed_form=frequencies))


def test_a_closed_form_without_a_number_is_no_error() -> None:
    words = told(draw([0, 1], [[1], [2]], closed_form=[[nan], [nan]]))
    assert "Farthest" not in words


def test_a_closed_form_is_compared_branch_by_branch_whatever_their_order() -> None:
    assert "Farthest from the closed form: 0." in told(
        draw([0, 1], [[1, 2], [2, 1]], closed_form=[[2, 1], [1, 2]])
    )


def test_what_is_below_zero_is_shaded_up_to_the_zero_line_and_named() -> None:
    svg = draw([0, 1, 2], [[0, 1], [-1, 2], [0, 3]])
    shade, zero = lines(svg, "below"), lines(svg, "zero")[0, 1]
    assert shade[:, 1].min() == pytest.approx(zero, abs=0.01)
    assert lines(svg, "branch-0")[:, 1] == pytest.approx([zero, lines(svg, "branch-0")[1, 1], zero], abs=0.01)
    assert zero < lines(svg, "branch-0")[1, 1] <= shade[:, 1].max()
    assert UNSTABLE in texts(svg)
    assert f"Below zero, {UNSTABLE}, at 1 of 3 points" in told(svg)


@pytest.mark.parametrize("lowest", [0.0, -1e-9])
def test_a_stable_crystal_has_no_shade_and_rounding_is_not_an_instability(lowest: float) -> None:
    svg = draw([0, 1, 2], [[lowest, 1], [1, 2], [0.5, 3]])
    assert not groups(svg, "below")
    assert UNSTABLE not in texts(svg)


def test_what_is_not_finite_is_not_below_zero() -> None:
    words = told(draw([0, 1], [[1.0], [-inf]]))
    assert "Below zero" not in words
    assert "1 value not a number" in words


def test_the_density_of_states_shares_the_height_of_the_branches() -> None:
    svg = draw([0, 1, 2], [[0.0], [1.0], [2.0]], states=([0.0, 1.0, 2.0], [1.0, 3.0]))
    zero, one, two = lines(svg, "branch-0")[:, 1]
    bins = lines(svg, "states")
    assert sorted({round(y, 2) for y in bins[:, 1]}) == pytest.approx([two, one, zero], abs=0.01)
    foot = bins[:, 0].min()
    lower, upper = (bins[np.abs(bins[:, 1] - y) < 0.01, 0].max() - foot for y in (zero, two))
    assert upper == pytest.approx(3 * lower, abs=0.01)
    assert foot > lines(svg, "branch-0")[:, 0].max()
    assert "density of states" in texts(svg)


def test_corners_stand_at_their_distances_and_those_at_one_place_share_a_line() -> None:
    svg = draw([0, 1, 2, 4], [[0], [1], [2], [3]], corners=[("Γ", 0), ("X", 1), ("U", 1), ("L", 4)])
    places = lines(svg, "branch-0")[[0, 1, 3], 0]
    assert lines(svg, "corners")[::2, 0] == pytest.approx(places, abs=0.01)
    assert {"Γ", "X|U", "L"} <= set(texts(svg))


def test_the_words_hold_the_numbers() -> None:
    q, frequencies = diatomic()
    words = told(draw(q, frequencies, corners=[("Γ", 0), ("X", np.pi)], label="phonon branches"))
    assert "phonon branches: 2 lines, from 0 to 1.73" in words
    assert "At Γ: 0, 1.73" in words
    assert "At X: 1, 1.41" in words


def test_a_lost_value_is_a_gap_and_is_told() -> None:
    svg = draw([0, 1, 2, 3, 4], [[1], [2], [nan], [3], [4]])
    path = next(e.attrib["d"] for e in groups(svg, "branch-0")[0].iter() if "d" in e.attrib)
    assert path.count("M") == 2
    assert "1 value not a number" in told(svg)


@pytest.mark.parametrize("branches", [np.zeros((0, 2)), [[nan, nan]], np.zeros((0, 0))])
def test_nothing_to_draw_is_said(branches: Any) -> None:
    svg = draw(np.arange(len(branches)), branches, corners=[("Γ", 0)], states=([], []))
    assert "no number to draw" in texts(svg)
    assert "no number to draw" in told(svg)
    assert not outside(svg)


def test_one_point_is_a_dot_for_each_branch() -> None:
    svg = draw([0.5], [[1.0, 2.0]])
    marks = [e for k in range(2) for e in groups(svg, f"branch-{k}")[0].iter() if e.tag.endswith("use")]
    assert len(marks) == 2
    assert float(marks[1].attrib["y"]) < float(marks[0].attrib["y"])


def test_many_branches_and_points_are_thinned_and_that_is_said() -> None:
    x = np.linspace(0, 1, 3000)
    wave = np.sin(9 * x)[:, None] + 0.01 * np.arange(300)
    wave[1234, 0] = 40.0
    svg = draw(x, wave, corners=[("Γ", 0), ("X", 1)])
    assert len(svg) < 300_000
    assert "100 of 300 branches drawn" in " ".join(texts(svg))
    high = lines(svg, "branch-0")
    assert high[:, 1].min() < lines(svg, "branch-299")[:, 1].min()  # a peak between two chosen points stays


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.one_of(st.floats(-9, 9), st.just(nan)), min_size=2, max_size=2), max_size=6),
    st.booleans(),
)
def test_nothing_lies_beyond_the_figure(rows: list[list[float]], beside: bool) -> None:
    array = np.array(rows, float).reshape(-1, 2)
    states = ([-9.0, 0.0, 9.0], [1.0, 2.0]) if beside else None
    svg = draw(np.arange(len(array)), array, corners=[("Γ", 0.0), ("X", len(array) - 1.0)], states=states)
    assert not outside(svg)


def test_foreign_text_cannot_act() -> None:
    svg = draw(
        [0, 1], [[-1.0], [1.0]], corners=[(HOSTILE, 0), ("X", 1)], label=HOSTILE, axis=HOSTILE, title=HOSTILE,
        below_zero=HOSTILE, states=([0, 1], [1]), states_label=HOSTILE,
    )  # fmt: skip
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert f"{visible(HOSTILE)}: 1 line" in told(svg)
    ElementTree.fromstring(svg)


def test_the_same_bytes_each_time() -> None:
    q, frequencies = diatomic()
    assert draw(q, frequencies) == draw(q, frequencies)
    assert "currentColor" in draw(q, frequencies)
