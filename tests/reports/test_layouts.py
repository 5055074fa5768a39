"""A node stands at its coordinates, looks like its group, and what is left out is said."""

import re
from itertools import combinations
from math import nan
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.reports.layouts import circle, layout
from polariscope.reports.svg import CATEGORIES
from polariscope.reports.text import visible

HOSTILE = '<script>alert("1")</script> & \u202e $\\frac$'


def draw(x: Any, y: Any, edges: Any = (), **more: Any) -> str:
    return layout(x, y, **{"edges": np.reshape(edges, (-1, 2)).astype(int), "title": "t"} | more)


def named(svg: str, name: str) -> list[ElementTree.Element]:
    pattern = re.compile(rf"-{name}$")
    return [e for e in ElementTree.fromstring(svg).iter() if pattern.search(e.attrib.get("id", ""))]


def lines(svg: str, name: str) -> Any:
    (group,) = named(svg, name)
    paths = " ".join(e.attrib.get("d", "") for e in group.iter())
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", paths)])


def marks(svg: str, name: str) -> Any:
    uses = [e for group in named(svg, name) for e in group.iter() if e.tag.endswith("use")]
    return np.array([(float(e.attrib["x"]), float(e.attrib["y"])) for e in uses]).reshape(-1, 2)


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


def two_blocks(size: int) -> tuple[Any, Any, Any]:
    """Edges of a stochastic block model, its blocks, and two eigenvectors of its Laplacian."""
    rng, block = np.random.default_rng(0), np.repeat([0, 1], size)
    chance = np.where(block[:, None] == block, 0.3, 0.03)
    edges = np.argwhere(np.triu(rng.random((2 * size, 2 * size)) < chance, 1))
    adjacency = np.zeros((2 * size, 2 * size))
    adjacency[edges[:, 0], edges[:, 1]] = adjacency[edges[:, 1], edges[:, 0]] = 1
    return edges, block, np.linalg.eigh(np.diag(adjacency.sum(0)) - adjacency)[1][:, 1:3]


def test_nodes_stand_in_proportion_to_their_coordinates_and_zero_between_them() -> None:
    x, y = np.array([-1.0, 0.0, 1.0, 3.0]), np.array([2.0, -2.0, 0.0, 1.0])
    svg = draw(x, y)
    (middle,), (level,) = (
        {round(p, 3) for p in lines(svg, "zero-x")[:, 0]},
        {round(p, 3) for p in lines(svg, "zero-y")[:, 1]},
    )
    found = marks(svg, "group-0")
    assert found[:, 0] - middle == pytest.approx((found[2, 0] - middle) * x, abs=0.01)
    assert level - found[:, 1] == pytest.approx((level - found[3, 1]) * y, abs=0.01)
    assert found[0, 1] < found[1, 1]  # up is more


def test_an_edge_runs_from_node_to_node() -> None:
    svg = draw([0, 1, 2], [0, 2, 1], [(0, 2), (1, 2)])
    nodes = marks(svg, "group-0")
    assert lines(svg, "edges") == pytest.approx(nodes[[0, 2, 1, 2]], abs=0.01)


def test_no_two_of_sixteen_groups_look_alike() -> None:
    svg = draw(np.arange(16), np.arange(16) % 5, groups=np.arange(16))
    looks = set()
    for group in range(16):
        (drawn,) = named(svg, f"group-{group}")
        shape = next(
            e.attrib["d"] for e in ElementTree.fromstring(svg).iter() if e.attrib.get("id") == _shape(drawn)
        )
        colour = next(c for c in CATEGORIES if c.lower() in ElementTree.tostring(drawn, "unicode").lower())
        looks.add((shape, colour))
    assert len(looks) == 16


def _shape(group: ElementTree.Element) -> str:
    return next(e.attrib["href"][1:] for e in group.iter() if e.tag.endswith("use"))


def test_blocks_differ_in_both_colour_and_shape_and_the_key_counts_them() -> None:
    edges, block, vectors = two_blocks(60)
    svg = draw(*vectors.T, edges, groups=block, group_names=("left", "right"), note="Fiedler value 1.2")
    one, other = (named(svg, f"group-{k}")[0] for k in range(2))
    assert _shape(one) != _shape(other)
    assert len(marks(svg, "group-0")) == len(marks(svg, "group-1")) == 60
    assert {"left (60)", "right (60)", "Fiedler value 1.2"} <= set(texts(svg))
    between = int((block[edges[:, 0]] != block[edges[:, 1]]).sum())
    assert f"120 nodes, {len(edges):,} edges. Fiedler value 1.2. left: 60, right: 60" in told(svg)
    assert f"{between} edges between different groups" in told(svg)


@settings(max_examples=6)
@given(st.permutations([0, 1, 2]))
def test_only_a_node_that_was_planted_elsewhere_is_open_whatever_the_numbering(order: list[int]) -> None:
    groups = np.repeat([0, 1, 2], 4)
    planted = np.array(order)[groups]
    assert not len(marks(draw(range(12), range(12), groups=groups, planted=planted), r"strangers-\d"))
    planted[5] = planted[0]
    svg = draw(range(12), range(12), groups=groups, planted=planted)
    where = marks(svg, r"strangers-\d")
    right = marks(svg, r"group-\d")
    assert where[0] == pytest.approx((right[4] + right[5]) / 2, abs=0.01)  # the fifth and the seventh of all
    assert "open: planted in another group (1)" in texts(svg)
    assert "11 nodes planted in the group that most of their own come from" in told(svg)


def test_a_node_in_no_group_says_so() -> None:
    svg = draw([0, 1, 2], [0, 1, 2], groups=[-1, 0, 0])
    assert {"in no group (1)", "group 1 (2)"} <= set(texts(svg))


def test_thousands_of_edges_are_sampled_and_that_is_said() -> None:
    pairs = np.array(list(combinations(range(120), 2)))
    rng = np.random.default_rng(0)
    svg = draw(rng.normal(size=120), rng.normal(size=120), pairs)
    drawn = next(e.attrib["d"] for e in named(svg, "edges")[0].iter() if "d" in e.attrib)
    assert drawn.count("M") == 2500
    said = "2,500 of 7,140 edges drawn, chosen at random."
    assert said in " ".join(texts(svg))
    assert said in told(svg)


def test_four_hundred_nodes_are_all_drawn_in_less_than_300_kb() -> None:
    edges, block, vectors = two_blocks(200)
    svg = draw(*vectors.T, edges, groups=block)
    assert len(svg) < 300_000
    assert "nodes drawn" not in told(svg)
    away = np.unique(np.floor(marks(svg, r"group-\d") / 0.5), axis=0)
    assert len(away) > 300


def test_a_hundred_thousand_nodes_are_sampled_and_that_is_said() -> None:
    rng = np.random.default_rng(0)
    svg = draw(rng.normal(size=100_000), rng.normal(size=100_000), rng.integers(0, 100_000, (200_000, 2)))
    assert len(svg) < 300_000
    assert "1,000 of 100,000 nodes drawn, chosen at random." in told(svg)


def test_a_node_without_coordinates_is_left_out_with_its_edges_and_told() -> None:
    svg = draw([0, nan, 2], [0, 1, 2], [(0, 1), (0, 2)])
    assert len(marks(svg, "group-0")) == 2
    assert len(lines(svg, "edges")) == 2
    assert "1 node without coordinates left out." in told(svg)


def test_nodes_at_one_place_are_told() -> None:
    assert "2 nodes drawn at the place of another." in told(draw([1, 1, 1, 2], [0, 0, 0, 1]))


@pytest.mark.parametrize("places", [[], [nan, nan]])
def test_nothing_to_draw_is_said(places: list[float]) -> None:
    svg = draw(places, places)
    assert "no node to draw" in texts(svg)


def test_one_node_stands_in_the_middle() -> None:
    svg = draw([7.0], [-3.0])
    width = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[2])
    assert marks(svg, "group-0")[0, 0] == pytest.approx(width / 2, abs=8)


def test_a_circle_is_round_and_begins_above() -> None:
    svg = circle(8, edges=[(0, 4)], names=[f"unit {k}" for k in range(8)], title="t")
    places = marks(svg, "group-0")
    away = places - places.mean(axis=0)
    assert np.hypot(*away.T) == pytest.approx(np.full(8, np.hypot(*away[0])), abs=0.05)
    assert away[0, 1] < 0 and abs(away[0, 0]) < 0.05  # noqa: PT018
    assert away[2, 0] > 0  # clockwise
    assert {f"unit {k}" for k in range(8)} <= set(texts(svg))
    assert not outside(svg)


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.one_of(st.floats(-1e6, 1e6), st.just(nan))] * 2), max_size=8))
def test_nothing_lies_beyond_the_figure(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points, float).reshape(-1, 2).T
    edges = np.array([(k, k + 1) for k in range(len(x) - 1)]).reshape(-1, 2)
    svg = draw(x, y, edges, groups=np.arange(len(x)) % 3, axes=("a", "b"), note="n")
    assert not outside(svg)
    assert "nan" not in re.sub(r"<desc.*?</desc>", "", svg)


def test_foreign_text_cannot_act() -> None:
    svg = draw(
        [0, 1], [0, 1], groups=[0, 1], group_names=(HOSTILE, "b"), axes=(HOSTILE,) * 2, note=HOSTILE, title=HOSTILE
    )
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert visible(HOSTILE) in told(svg)
    svg = circle(2, edges=[(0, 1)], names=(HOSTILE, "b"), title="t")
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_the_same_bytes_each_time() -> None:
    edges, block, vectors = two_blocks(30)
    assert draw(*vectors.T, edges, groups=block) == draw(*vectors.T, edges, groups=block)
    assert "currentColor" in draw(*vectors.T, edges)
