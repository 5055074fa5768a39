"""Nodes stand at their coordinates, in their group's colour and shape; what is left out is said."""

import re
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_svg import assert_straight, lines, marks, outside, part, texts, told
from polariscope.reports.layouts import circle, layout

EDGES = [(0, 1), (1, 2), (2, 3), (3, 0)]
SQUARE_X, SQUARE_Y = np.array([-1.0, -0.5, 1.5, 2.0]), np.array([0.5, 2.0, -1.0, 0.0])


def draw(**options: object) -> str:
    return layout(SQUARE_X, SQUARE_Y, **{"edges": EDGES, "title": "t", **options})


def looks(svg: str, name: str) -> tuple[str, str]:
    """Fill and shape of a group's first mark."""
    found = part(svg, name)
    assert found is not None
    style = next(e.get("style", "") for e in found.iter() if e.tag.endswith("use"))
    shape = next(e.get("d", "") for e in found.iter() if e.tag.endswith("path"))
    return re.search(r"fill: (\S+?)(;|$)", style).group(1), re.sub(r"[^A-Z]", "", shape)


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


def test_groups_differ_in_colour_and_in_shape() -> None:
    count = 16
    svg = layout(np.arange(count), np.arange(count), edges=[], groups=np.arange(count), title="t")
    found = [looks(svg, f"group-{k}") for k in range(count)]
    assert len(set(found)) == count
    assert len({colour for colour, _ in found[:4]}) == len({shape for _, shape in found[:4]}) == 4
    more = layout(np.arange(20), np.arange(20), edges=[], groups=np.arange(20), title="t")
    assert "4 more groups, in the same looks again" in texts(more)


def test_groups_are_named_and_counted() -> None:
    svg = draw(groups=[0, 0, 1, -1], group_names=("left",))
    assert {"left (2)", "group 2 (1)", "in no group (1)"} <= set(texts(svg))
    assert "left: 2, group 2: 1" in told(svg)
    assert "3 edges between different groups" in told(svg)
    assert "4 nodes, 4 edges" in told(svg)


def test_nodes_planted_elsewhere_are_open_whatever_the_numbering() -> None:
    svg = layout(
        np.arange(6), np.arange(6), edges=[], groups=[0, 0, 0, 1, 1, 1], planted=[7, 7, 3, 3, 3, 3], title="t"
    )
    places = marks(svg, "group-0") + marks(svg, "group-1")
    assert len(marks(svg, "strangers-0")) == 1
    assert marks(svg, "strangers-1") == []
    assert len(places) == 5
    assert looks(svg, "strangers-0")[0] == "none"
    assert "open: planted in another group (1)" in texts(svg)
    assert "5 nodes planted in the group" in told(svg)
    same = draw(groups=[0, 0, 1, 1], planted=[1, 1, 0, 0])
    assert "open: planted" not in " ".join(texts(same))


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


def test_what_cannot_be_drawn_or_seen_is_said() -> None:
    svg = layout([0, 0, 0, 1, np.nan], [0, 0, 0, 1, 1], edges=[(0, 4), (0, 3)], title="t")
    assert "1 node without coordinates left out. 2 nodes drawn at the place of another." in texts(svg)
    assert len(lines(svg, "edges")) == 1
    assert "no node to draw" in texts(layout([], [], edges=[], title="t"))
    assert "no node to draw" in texts(circle(0, edges=[], title="t"))
    assert len(marks(layout([1.0], [1.0], edges=[], title="t"), "group-0")) == 1


def test_huge_graphs_stay_small_and_say_what_they_leave_out() -> None:
    rng = np.random.default_rng(0)
    count = 100_000
    x, y, edges, groups = (
        rng.random(count),
        rng.random(count),
        rng.integers(0, 50, (20_000, 2)),
        rng.integers(0, 3, count),
    )
    svg = layout(x, y, edges=edges, groups=groups, planted=groups, title="t")
    assert len(svg) < 300_000
    assert "1,000 of 100,000 nodes drawn, chosen at random." in texts(svg)
    dense = layout(x[:50], y[:50], edges=edges, title="t")
    assert "2,500 of 20,000 edges drawn, chosen at random." in texts(dense)
    assert len(dense) < 300_000
    assert "50 nodes, 20,000 edges" in told(dense)


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
