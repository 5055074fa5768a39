"""Mixing times: the bounds, the time itself against powers of the walk, and closed forms."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import connected_graphs
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.named_graphs import complete, cycle, hypercube, path, star
from polariscope.crystal.spectra.graph import mixing
from polariscope.crystal.spectra.graph.mixing import mixing_time
from polariscope.errors import PolariscopeError


def by_powers(graph, epsilon):
    """First t at which no start is further than epsilon from the stationary distribution, one step at a time."""
    walk = (np.eye(graph.size) + graph.weights.toarray() / graph.degrees[:, None]) / 2
    stationary = graph.degrees / graph.degrees.sum()
    power, steps = np.eye(graph.size), 0
    while np.abs(power - stationary).sum(axis=1).max() / 2 > epsilon + 1e-12:
        power, steps = power @ walk, steps + 1
    return steps


@given(connected_graphs(most=7), st.sampled_from([0.05, 0.25, 0.4]))
def test_the_time_is_that_of_the_powers_and_lies_within_its_bounds(graph, epsilon):
    found = mixing_time(graph, epsilon)
    assert found.exact == by_powers(graph, epsilon)
    assert found.lower <= found.exact <= np.ceil(found.upper)
    assert found.epsilon == epsilon


@pytest.mark.parametrize(
    "graph", [path(30), cycle(25), star(20), hypercube(5), graph_from(nx.barbell_graph(8, 3))]
)
def test_slow_and_bipartite_graphs_agree_with_powers_too(graph):
    assert mixing_time(graph).exact == by_powers(graph, 0.25)


@pytest.mark.parametrize(
    ("graph", "second"),
    [(complete(7), 7 / 6), (cycle(12), 1 - np.cos(2 * np.pi / 12)), (hypercube(6), 2 / 6), (star(9), 1.0)],
)
def test_relaxation_is_two_over_the_second_eigenvalue(graph, second):
    assert np.isclose(mixing_time(graph).relaxation, 2 / second)


def test_a_large_graph_has_bounds_only(monkeypatch):
    monkeypatch.setattr(mixing, "EXACT_LIMIT", 10)
    assert mixing_time(path(10)).exact is not None
    found = mixing_time(path(11))
    assert found.exact is None
    assert 0 < found.lower < found.upper < np.inf


@pytest.mark.parametrize("link", [1e-10, 1e-18])
def test_a_link_that_rounding_blurs_or_hides_leaves_the_time_open(link):
    weights = np.zeros((4, 4))
    weights[0, 1] = weights[2, 3] = 1
    weights[1, 2] = link
    found = mixing_time(graph_from(weights + weights.T))
    assert found.exact is None
    assert found.lower < 2 / link < found.upper


@pytest.mark.parametrize("epsilon", [0, 0.5, -1, float("nan")])
def test_a_distance_out_of_range_is_refused(epsilon):
    with pytest.raises(PolariscopeError, match="a distance lies in"):
        mixing_time(path(3), epsilon)


def test_a_walk_that_cannot_reach_all_nodes_is_refused():
    with pytest.raises(PolariscopeError, match="2 components"):
        mixing_time(graph_from(nx.disjoint_union(nx.path_graph(2), nx.path_graph(2))))
