"""Orders of automorphism groups: closed forms, and every small graph against a search of another kind."""

from itertools import permutations
from math import factorial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal.random_graphs import graphs, renamed
from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle, hypercube, path, star
from polariscope.crystal.spectra.graph import automorphisms
from polariscope.crystal.spectra.graph.automorphisms import automorphism_order
from polariscope.errors import PolariscopeError


def shrikhande():
    steps = [(0, 1), (1, 0), (1, 1)]
    nodes = [(a, b) for a in range(4) for b in range(4)]
    return nx.Graph([((a, b), ((a + c) % 4, (b + d) % 4)) for a, b in nodes for c, d in steps])


def rook():
    """The 4 x 4 rook's graph: as regular as Shrikhande's, so that refinement takes the two for one."""
    return nx.line_graph(nx.complete_bipartite_graph(4, 4))


def ring(weights):
    n = len(weights)
    made = np.zeros((n, n))
    made[np.arange(n), (np.arange(n) + 1) % n] = weights
    return graph_from(made + made.T)


@pytest.mark.parametrize(
    ("graph", "order"),
    [
        (path(1), 1),
        (path(6), 2),
        (cycle(9), 18),
        (star(8), factorial(7)),
        (complete(7), factorial(7)),
        (complete(120), factorial(120)),
        (hypercube(3), 2**3 * factorial(3)),
        (hypercube(6), 2**6 * factorial(6)),
        (graph_from(nx.petersen_graph()), 120),
        (graph_from(nx.complete_bipartite_graph(3, 5)), factorial(3) * factorial(5)),
        (graph_from(nx.complete_bipartite_graph(4, 4)), 2 * factorial(4) ** 2),
        (graph_from(rook()), 2 * factorial(4) ** 2),
        (graph_from(shrikhande()), 192),
        (graph_from(nx.disjoint_union(shrikhande(), rook())), 192 * 2 * factorial(4) ** 2),
        (graph_from(nx.paley_graph(13).to_undirected()), 13 * 6),
        (graph_from(nx.frucht_graph()), 1),
        (graph_from(nx.disjoint_union_all([nx.cycle_graph(5)] * 3)), factorial(3) * 10**3),
        (graph_from(nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(4))), 6 * 8),
        (graph_from(np.zeros((5, 5))), factorial(5)),
        (ring([1, 2, 3, 4, 5]), 1),
        (ring([1, 2, 3, 2, 1]), 2),
        (ring([1, 2, 1, 2, 1, 2]), 6),
        (ring([0.1 + 0.2, 0.3, 0.3, 0.3]), 8),
        (ring([1e-320, 2e300, 1e-320, 2e300]), 4),
    ],
)
def test_orders_are_the_closed_forms(graph, order):
    assert automorphism_order(graph) == order


@settings(max_examples=60)
@given(graphs(most=6))
def test_it_counts_the_renamings_that_change_nothing(graph):
    weights = graph.weights.toarray()
    counted = sum((weights == weights[np.ix_(each, each)]).all() for each in permutations(range(graph.size)))
    assert automorphism_order(graph) == counted


def cubic(seed, n=14):
    return graph_from(nx.random_regular_graph(3, n, seed=seed))


@pytest.mark.parametrize("seed", range(12))
def test_regular_graphs_which_refinement_cannot_split_agree_with_networkx(seed):
    graph = cubic(seed)
    peer = nx.from_scipy_sparse_array(graph.weights)
    matcher = nx.algorithms.isomorphism.GraphMatcher(peer, peer)
    assert automorphism_order(graph) == sum(1 for _ in matcher.isomorphisms_iter())


@given(graphs(most=9), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_names(graph, random):
    order = np.array(random.sample(range(graph.size), graph.size))
    assert automorphism_order(renamed(graph, order)) == automorphism_order(graph)


def test_shuffled_copies_are_found_among_each_other():
    copies = graph_from(nx.disjoint_union_all([nx.petersen_graph()] * 5 + [shrikhande()] * 2))
    order = np.random.default_rng(0).permutation(copies.size)
    assert automorphism_order(renamed(copies, order)) == factorial(5) * 120**5 * 2 * 192**2


def test_a_first_guess_that_fails_is_taken_back():
    # Once a node of the first copy is sent into the second, what is left begins with the rook's graph on one side
    # and with a copy on the other.
    graph = graph_from(nx.disjoint_union_all([shrikhande(), rook(), shrikhande()]))
    assert automorphism_order(graph) == 2 * 192**2 * 1152


def test_planted_groups_do_not_count():
    graph = cycle(6)
    assert automorphism_order(Graph(graph.weights, graph.names, (0, 0, 0, 1, 1, 1))) == 12


def test_a_large_graph_is_refused_and_a_hard_one_too(monkeypatch):
    with pytest.raises(PolariscopeError, match="at most 200 nodes"):
        automorphism_order(block_model([201], 0.1, 0))
    monkeypatch.setattr(automorphisms, "_MOST_STEPS", 5)
    with pytest.raises(PolariscopeError, match="told apart by 5 refinements"):
        automorphism_order(graph_from(shrikhande()))
