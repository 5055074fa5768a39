"""The null of communities: what is kept, that every graph is reached equally, and that its p-values are honest."""

from collections import Counter
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import graphs
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle, star
from polariscope.crystal.spectra.graph import rewiring
from polariscope.crystal.spectra.graph.rewiring import rewired, rewiring_test
from polariscope.errors import PolariscopeError


@given(graphs(), st.integers(0, 1_000))
def test_numbers_of_edges_and_weights_are_kept(graph, seed):
    after = rewired(graph, seed)
    assert (np.diff(after.weights.indptr) == np.diff(graph.weights.indptr)).all()
    assert sorted(after.edges.weight) == sorted(graph.edges.weight)
    assert after.names == graph.names


def test_every_graph_of_the_degrees_is_equally_likely():
    start, draws = graph_from(nx.path_graph(5)), 2_000
    reached = Counter()
    for seed in range(draws):
        first, second, _ = rewired(start, seed).edges
        reached[frozenset(zip(first.tolist(), second.tolist(), strict=True))] += 1
    degrees = [1, 2, 2, 2, 1]
    possible = [
        frozenset(edges)
        for edges in combinations(combinations(range(5), 2), 4)
        if np.bincount(np.ravel(edges), minlength=5).tolist() == degrees
    ]
    assert set(reached) == set(possible)
    assert len(possible) == 7  # six paths between the two ends, and an edge beside a triangle
    expected = draws / len(possible)
    chi_squared = sum((reached[edges] - expected) ** 2 / expected for edges in possible)
    assert chi_squared < 6 + 4 * np.sqrt(12)


def test_weights_land_on_any_edge():
    graph = graph_from([[0, 1, 0, 0], [1, 0, 2, 0], [0, 2, 0, 3], [0, 0, 3, 0]])
    on_first = {rewired(graph, seed).edges.weight[0] for seed in range(40)}
    assert on_first == {1, 2, 3}


@pytest.mark.parametrize("statistic", ["modularity", "fiedler"])
def test_planted_blocks_are_beyond_their_degrees(statistic):
    graph = block_model([25, 25], 0.5, 0.08, seed=1)
    found = rewiring_test(graph, statistic, draws=39)
    assert found.p_value == 1 / 40
    assert found.null.shape == (39,)
    beyond = found.null < found.observed if statistic == "modularity" else found.null > found.observed
    assert beyond.all()


@pytest.mark.parametrize("graph", [star(12), complete(9)])
@pytest.mark.parametrize("statistic", ["modularity", "fiedler"])
def test_a_graph_that_its_degrees_settle_is_never_beyond_them(graph, statistic):
    assert rewiring_test(graph, statistic, draws=9).p_value == 1.0


def test_p_values_of_graphs_from_the_null_are_uniform():
    graphs = [block_model([24], 0.4, 0, seed) for seed in range(100, 180)]
    tests = [rewiring_test(graph, "fiedler", draws=19, seed=seed) for seed, graph in enumerate(graphs)]
    ranks = 20 * np.array([found.p_value for found in tests])
    assert (ranks <= 2).mean() < 0.1 + 4 * np.sqrt(0.1 * 0.9 / 80)
    assert abs(ranks.mean() - 10.5) < 4 * np.sqrt((20**2 - 1) / 12 / 80)


def test_a_draw_in_pieces_counts_as_divided():
    found = rewiring_test(cycle(12), "fiedler", draws=30)
    assert found.null.min() == 0.0
    assert found.p_value > 1 / 31


def test_the_seed_settles_the_draws():
    graph = block_model([15, 15], 0.5, 0.1)
    one, same, other = (rewiring_test(graph, draws=5, seed=seed).null for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_what_has_no_such_null_is_refused(monkeypatch):
    pieces = graph_from(nx.disjoint_union(nx.path_graph(2), nx.path_graph(2)))
    for ask, rule in (
        (lambda: rewiring_test(star(4), "conductance"), "one of modularity, fiedler"),
        (lambda: rewiring_test(star(4), draws=0), "draws: at least 1"),
        (lambda: rewiring_test(pieces, "fiedler"), "2 components"),
        (lambda: rewiring_test(graph_from(np.zeros((3, 3)))), "at least one edge"),
    ):
        with pytest.raises(PolariscopeError, match=rule):
            ask()
    monkeypatch.setattr(rewiring, "_MOST_EDGES", 5)
    for ask in (rewired, rewiring_test):
        with pytest.raises(PolariscopeError, match="at most 5 edges to rewire; got 6"):
            ask(star(7))
