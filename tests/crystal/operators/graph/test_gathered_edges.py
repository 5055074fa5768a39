"""The rules of edges that hold for every file format, and the bounds."""

import numpy as np
import pytest

from polariscope.crystal.operators.graph import gathered_edges
from polariscope.crystal.operators.graph.gathered_edges import GatheredEdges
from polariscope.errors import PolariscopeError


def gathered(*edges):
    made = GatheredEdges("file")
    for line, (one, other, weight) in enumerate(edges, 1):
        made.edge((one, other), weight, line)
    return made


def test_nodes_stand_in_the_order_in_which_they_are_named():
    graph = gathered(("c", "a", "2"), ("a", "b", "0.5")).graph()
    assert graph.names == ("c", "a", "b")
    assert graph.weights.toarray().tolist() == [[0, 2, 0], [2, 0, 0.5], [0, 0.5, 0]]


def test_both_directions_of_one_weight_are_one_edge():
    graph = gathered(("a", "b", "2"), ("b", "a", "2.0"), ("a", "b", "2")).graph()
    assert graph.weights.toarray().tolist() == [[0, 2], [2, 0]]


def test_a_weight_of_zero_names_nodes_and_joins_none():
    graph = gathered(("a", "b", "1"), ("b", "c", "0")).graph()
    assert (graph.size, len(graph.edges.weight)) == (3, 1)


def test_many_nodes_keep_their_pairs_apart():
    rng = np.random.default_rng(0)
    pairs = {tuple(sorted(pair)) for pair in rng.integers(0, 300, (500, 2)).tolist() if pair[0] != pair[1]}
    graph = gathered(*((str(one), str(other), "1") for one, other in pairs)).graph()
    first, second, _ = graph.edges
    found = {tuple(sorted((int(graph.names[a]), int(graph.names[b])))) for a, b in zip(first, second, strict=True)}
    assert found == pairs


@pytest.mark.parametrize(
    ("edges", "rule"),
    [
        ([("a", "b", "1"), ("b", "a", "2")], "file, line 2: an edge has one weight"),
        ([("a", "b", "1"), ("c", "c", "1")], "file, line 2: no node is joined to itself"),
        ([("a", "b", "heavy")], "file, line 1: a weight is a number"),
        ([("a", "b", "")], "a weight is a number"),
        ([("a", "b", "nan")], "a weight is finite and not negative"),
        ([("a", "b", "-inf")], "a weight is finite and not negative"),
        ([("a", "b", "-1")], "a weight is finite and not negative"),
        ([], "file: a graph file has at least one edge"),
    ],
)
def test_each_rule_is_told_with_its_line(edges, rule):
    with pytest.raises(PolariscopeError, match=rule):
        gathered(*edges).graph()


def test_the_bounds_are_refused_at_the_first_edge_and_node_beyond(monkeypatch):
    monkeypatch.setattr(gathered_edges, "MOST_EDGES", 2)
    assert len(gathered(("a", "b", "1"), ("b", "c", "1")).graph().edges.weight) == 2
    with pytest.raises(PolariscopeError, match="line 3: a graph file holds at most 2 edges"):
        gathered(("a", "b", "1"), ("b", "c", "1"), ("a", "c", "1"))
    monkeypatch.setattr(gathered_edges, "MOST_NODES", 2)
    with pytest.raises(PolariscopeError, match="line 2: a graph file names at most 2 nodes"):
        gathered(("a", "b", "1"), ("b", "c", "1"))
