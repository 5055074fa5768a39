"""Communities: planted ones found, none where there are none, and the measures against networkx and each other."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import graphs, renamed
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, path, star
from polariscope.crystal.spectra.graph.communities import adjusted_rand, communities, modularity
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("sizes", [[60, 60], [30, 50, 40], [25, 25, 25, 25, 25]])
def test_planted_blocks_are_found_and_counted(sizes):
    graph = block_model(sizes, 0.6, 0.05, seed=2)
    found = communities(graph)
    assert found.count == len(sizes)
    assert found.agreement == 1.0
    assert np.isclose(found.modularity, modularity(graph, graph.groups))


@pytest.mark.parametrize("graph", [complete(20), block_model([120], 0.3, 0), path(2)])
def test_where_there_are_none_there_is_one(graph):
    found = communities(graph)
    assert found.count == 1
    assert not found.labels.any()
    assert np.isclose(found.modularity, 0)


def test_components_are_communities():
    graph = graph_from(nx.disjoint_union_all([nx.complete_graph(4), nx.complete_graph(6), nx.empty_graph(1)]))
    found = communities(graph)
    assert found.count == 3
    assert adjusted_rand(found.labels, graph.components) == 1.0


def test_nodes_of_very_unlike_degrees_are_told_by_direction_and_not_by_length():
    strength = np.tile(np.logspace(0, 4, 30), 2)
    group = np.repeat([0, 1], 30)
    weights = np.outer(strength, strength) * np.where(group[:, None] == group, 1.0, 0.1)
    np.fill_diagonal(weights, 0)
    assert adjusted_rand(communities(graph_from(weights), 2).labels, group) == 1.0


def test_labels_begin_at_the_first_node_and_names_of_nodes_do_not_matter():
    graph = block_model([30, 30, 30], 0.5, 0.05)
    order = np.random.default_rng(0).permutation(graph.size)
    shuffled = communities(renamed(graph, order))
    assert shuffled.agreement == 1.0
    _, first = np.unique(shuffled.labels, return_index=True)
    assert (np.diff(first) > 0).all()


def test_the_number_asked_for_is_given_and_the_seed_settles_the_rest():
    graph = block_model([40, 40], 0.4, 0.1, seed=5)
    for count in (1, 3, 7):
        one, other = communities(graph, count, seed=1), communities(graph, count, seed=1)
        assert one.count == count
        assert (one.labels == other.labels).all()
    assert communities(path(4), 4).count == 4


@given(graphs(least=2), st.integers(0, 2**32 - 1))
def test_modularity_is_that_of_networkx(graph, seed):
    if graph.weights.nnz:
        labels = np.random.default_rng(seed).integers(0, 3, graph.size)
        parts = [set(np.flatnonzero(labels == label).tolist()) for label in range(3)]
        peer = nx.from_scipy_sparse_array(graph.weights)
        assert np.isclose(modularity(graph, labels), nx.community.modularity(peer, parts))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12))
def test_the_rand_index_counts_pairs_beyond_chance(pairs):
    one, other = np.array(pairs).T
    n = len(one)
    upper = np.triu_indices(n, 1)
    together = [np.equal.outer(labels, labels)[upper] for labels in (one, other)]
    total = max(1, n * (n - 1) // 2)
    chance = together[0].sum() * together[1].sum() / total
    most = (together[0].sum() + together[1].sum()) / 2
    expected = ((together[0] & together[1]).sum() - chance) / (most - chance) if most != chance else 1.0
    assert np.isclose(adjusted_rand(one, other), expected)
    assert np.isclose(adjusted_rand(other, one), expected)


def test_random_divisions_agree_by_chance_alone():
    rng = np.random.default_rng(0)
    drawn = [adjusted_rand(rng.integers(0, 4, 50), rng.integers(0, 3, 50)) for _ in range(300)]
    assert abs(np.mean(drawn)) < 4 * np.std(drawn) / np.sqrt(300)


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        (lambda: communities(graph_from(np.zeros((3, 3)))), "at least one edge"),
        (lambda: modularity(graph_from(np.zeros((3, 3))), [0, 0, 1]), "at least one edge"),
        (lambda: communities(star(4), 0), "from 1 to the 4 nodes"),
        (lambda: communities(star(4), 5), "from 1 to the 4 nodes"),
        (
            lambda: communities(graph_from(nx.disjoint_union(nx.path_graph(2), nx.empty_graph(20)))),
            "21 components",
        ),
        (lambda: modularity(star(4), [0, 1]), "one label for each of the 4 nodes"),
        (lambda: adjusted_rand([0, 1], [0, 1, 2]), "two labels for each node"),
        (lambda: adjusted_rand([], []), "two labels for each node"),
    ],
)
def test_what_has_no_communities_is_refused(ask, rule):
    with pytest.raises(PolariscopeError, match=rule):
        ask()
