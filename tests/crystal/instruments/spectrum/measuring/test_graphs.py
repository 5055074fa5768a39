"""A graph's own readings: what needs a connected one is left out of another."""

import networkx
import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.measuring import graphs
from polariscope.crystal.instruments.spectrum.measuring.graphs import graph_readings, rewired_reading
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle


def test_a_connected_graph_tells_its_cut_and_its_walk():
    own, layout = graph_readings(cycle(8), 0)
    assert own["fiedler"] == pytest.approx(2 - 2 * np.cos(np.pi / 4))
    assert (own["fiedler_multiplicity"], own["components"], own["edges"]) == (2, 1, 8)
    assert own["automorphisms"] == "16"
    assert own["mixing_low"] <= own["mixing"] <= own["mixing_high"]
    assert len(layout["x"]) == len(layout["y"]) == len(layout["labels"]) == len(layout["fiedler"]) == 8
    assert sorted(zip(layout["first"], layout["second"], strict=True)) == sorted(
        (min(k, (k + 1) % 8), max(k, (k + 1) % 8)) for k in range(8)
    )
    assert "groups" not in layout
    assert layout["names"] == list(cycle(8).names)


def test_planted_groups_are_compared_and_drawn():
    graph = block_model([20, 20], 0.6, 0.05, seed=0)
    own, layout = graph_readings(graph, 0)
    assert own["agreement"] == 1.0
    assert layout["groups"] == list(graph.groups)
    x = np.array(layout["x"])
    assert max(x[:20].max() < x[20:].min(), x[:20].min() > x[20:].max())


def test_of_a_graph_in_parts_the_largest_is_read():
    whole = graph_from(networkx.Graph([(0, 1), (1, 2), (2, 3), (3, 0), ("x", "y"), ("y", "z")]))
    own, layout = graph_readings(whole, 0)
    assert (own["components"], own["edges"], own["largest"]) == (2, 6, 4)
    assert own["fiedler"] == pytest.approx(2.0)  # of a cycle of four
    assert own["automorphisms"] == str(8 * 2)
    assert layout["names"] == ["0", "1", "2", "3"]
    assert rewired_reading(whole, 19, 0)["observed"] == rewired_reading(cycle(4), 19, 0)["observed"]


@pytest.mark.parametrize("edges", [[(0, 1)], [(0, 1), (2, 3)]])
def test_two_nodes_can_be_cut_in_one_way_only(edges):
    (own,) = graph_readings(graph_from(networkx.Graph(edges)), 0)
    assert own["largest"] == 2
    assert not {"fiedler", "communities", "relaxation", "mixing_low"} & set(own)
    told = rewired_reading(graph_from(networkx.Graph(edges)), 19, 0)
    assert told["null"] == []
    assert np.isnan([told["observed"], told["p"]]).all()


def test_a_single_node_is_a_graph():
    (own,) = graph_readings(graph_from(np.zeros((1, 1))), 0)
    assert (own["components"], own["edges"], own["largest"]) == (1, 0, 1)


def test_the_order_of_a_group_is_told_to_the_last_digit():
    own = next(iter(graph_readings(complete(20), 0)))
    assert own["automorphisms"] == "2432902008176640000"


def test_a_graph_too_large_to_draw_has_no_layout(monkeypatch):
    monkeypatch.setattr(graphs, "LAYOUT_LIMIT", 7)
    assert len(list(graph_readings(cycle(8), 0))) == 1
    assert len(list(graph_readings(cycle(7), 0))) == 2


def test_the_null_keeps_the_degrees_and_loses_the_blocks():
    told = rewired_reading(block_model([20, 20], 0.6, 0.05, seed=0), 19, 0)
    assert (told["kind"], len(told["null"]), told["p"]) == ("rewired", 19, 0.05)
    assert told["observed"] > max(told["null"])
