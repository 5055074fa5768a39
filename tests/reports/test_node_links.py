"""Nodes are in their group's colour and shape; what is left out is said."""

import numpy as np

from drawn_svg import lines, marks, part, texts, told
from polariscope.reports.layouts import circle, layout

EDGES = [(0, 1), (1, 2), (2, 3), (3, 0)]


def draw(**options: object) -> str:
    return layout([-1.0, -0.5, 1.5, 2.0], [0.5, 2.0, -1.0, 0.0], **{"edges": EDGES, "title": "t", **options})


def looks(svg: str, name: str) -> tuple[str, str, bool]:
    """Colour and shape of a group's first mark, and whether it is filled."""
    found = part(svg, name)
    assert found is not None
    style = next(e.get("style", "") for e in found.iter() if e.tag.endswith("use"))
    shape = next(e.get("d", "") for e in found.iter() if e.tag.endswith("path"))
    return style.split("stroke: ")[1].split(";")[0], shape, "fill-opacity: 0;" not in style


def test_groups_differ_in_colour_and_in_shape() -> None:
    count = 16
    svg = layout(np.arange(count), np.arange(count), edges=[], groups=np.arange(count), title="t")
    found = [looks(svg, f"group-{k}") for k in range(count)]
    assert len(set(found)) == count
    assert len({colour for colour, _, _ in found[:4]}) == len({shape for _, shape, _ in found[:4]}) == 4
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
    assert looks(svg, "strangers-0") == (*looks(svg, "group-0")[:2], False)
    assert looks(svg, "group-0")[2]
    assert "open: planted in another group (1)" in texts(svg)
    assert "5 nodes planted in the group" in told(svg)
    same = draw(groups=[0, 0, 1, 1], planted=[1, 1, 0, 0])
    assert "open: planted" not in " ".join(texts(same))


def test_what_cannot_be_drawn_or_seen_is_said() -> None:
    svg = layout([0, 0, 0, 1, np.nan], [0, 0, 0, 1, 1], edges=[(0, 4), (0, 3)], title="t")
    assert "1 node without coordinates left out. 2 nodes drawn at the place of another." in " ".join(texts(svg))
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
