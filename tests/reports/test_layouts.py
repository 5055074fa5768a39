"""Nodes stand at their coordinates, or on a circle, and edges end at nodes."""

from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts
from polariscope.reports.layouts import circle, layout

EDGES = [(0, 1), (1, 2), (2, 3), (3, 0)]
SQUARE_X, SQUARE_Y = np.array([-1.0, -0.5, 1.5, 2.0]), np.array([0.5, 2.0, -1.0, 0.0])


def draw(**options: object) -> str:
    return layout(SQUARE_X, SQUARE_Y, **{"edges": EDGES, "title": "t", **options})


def test_the_same_numbers_give_the_same_bytes_and_nothing_leaves_the_picture() -> None:
    svg = draw(axes=("first", "second"), groups=[0, 0, 1, 1], note="Fiedler value 2")
    assert svg == draw(axes=("first", "second"), groups=[0, 0, 1, 1], note="Fiedler value 2")
    assert outside(svg) == []
    assert {"first →", "second ↑", "Fiedler value 2"} <= set(texts(svg))


def test_nodes_stand_at_their_coordinates_and_edges_end_at_nodes() -> None:
    svg = draw()
    nodes = marks(svg, "group-0")
    assert_straight(SQUARE_X.tolist(), [x for x, _ in nodes])
    assert_straight(SQUARE_Y.tolist(), [y for _, y in nodes])
    assert nodes[1][1] < nodes[2][1], "upwards"
    assert lines(svg, "edges") == [[pytest.approx(nodes[i]), pytest.approx(nodes[j])] for i, j in EDGES]


def test_dashed_lines_stand_at_zero_where_the_coordinates_pass_it() -> None:
    svg = draw()
    (left, _), (_, _), (_, _), (right, _) = marks(svg, "group-0")
    assert lines(svg, "zero-x")[0][0][0] == pytest.approx(left + (right - left) / 3, abs=0.01)
    assert part(svg, "zero-y") is not None
    assert part(layout([1, 2], [1, 2], edges=[], title="t"), "zero-x") is None


def test_a_circle_is_round_and_goes_clockwise_from_above() -> None:
    svg = circle(8, edges=[(0, 4)], title="t")
    nodes = marks(svg, "group-0")
    middle = np.mean(nodes, axis=0)
    assert [hypot(x - middle[0], y - middle[1]) for x, y in nodes] == pytest.approx([165] * 8, abs=0.1)
    assert nodes[0] == pytest.approx((middle[0], middle[1] - 165), abs=0.1)
    assert nodes[2] == pytest.approx((middle[0] + 165, middle[1]), abs=0.1)
    assert lines(svg, "edges") == [[pytest.approx(nodes[0]), pytest.approx(nodes[4])]]


def test_few_nodes_of_a_circle_are_named_and_many_are_not() -> None:
    names = [f"unit {k}" for k in range(12)]
    svg = circle(12, edges=[], names=names, title="t")
    assert set(names) <= set(texts(svg))
    assert outside(svg) == []
    many = [f"unit {k}" for k in range(200)]
    assert not set(many) & set(texts(circle(200, edges=[], names=many, title="t")))


def test_hostile_words_stay_text_and_within() -> None:
    name = "<i>&\u202e" + "w" * 300
    svg = draw(axes=(name, name), note=name, title=name, groups=[0, 0, 1, 1], group_names=(name, name))
    assert outside(svg) == []
    assert outside(circle(4, edges=EDGES, names=[name] * 4, title=name)) == []
    assert "<i>" not in svg


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e-9, 1e-9)), min_size=1, max_size=9))
def test_whatever_the_numbers_nothing_leaves_the_picture(points: list[tuple[float, float]]) -> None:
    x, y = zip(*points, strict=True)
    svg = layout(x, y, edges=[(0, len(x) - 1)], groups=range(len(x)), title="t")
    assert outside(svg) == []
    assert sum(len(marks(svg, f"group-{k}")) for k in range(len(x))) == len(x)
