"""The graph specimens are what their titles say."""

from math import comb

import numpy as np
import pytest

from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.specimens.graphs import GRAPHS

CLOSED = {
    "cycle": 2 - 2 * np.cos(2 * np.pi * np.arange(64) / 64),
    "path": 2 - 2 * np.cos(np.pi * np.arange(64) / 64),
    "hypercube": np.repeat(2.0 * np.arange(7), [comb(6, k) for k in range(7)]),
}


@pytest.mark.parametrize("name", CLOSED)
def test_the_laplacian_has_the_eigenvalues_of_the_formula(name):
    values = np.linalg.eigvalsh(graph_laplacian(GRAPHS[name][1]()).dense())
    assert np.allclose(values, np.sort(CLOSED[name]), atol=1e-12)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_specimen_is_connected_and_the_same_each_time(name):
    title, make = GRAPHS[name]
    one, again = make(), make()
    assert not one.components.any()
    assert (one.weights != again.weights).nnz == 0
    assert f"{one.size}" in title or name in {"hypercube", "sbm"}


def test_the_block_model_has_the_communities_and_the_density_that_are_said():
    graph = GRAPHS["sbm"][1]()
    groups, dense = np.array(graph.groups), graph.weights.toarray()
    assert np.bincount(groups).tolist() == [60, 60]
    same = groups[:, None] == groups
    np.fill_diagonal(same, False)
    other = groups[:, None] != groups
    for chosen, p in ((same, 0.20), (other, 0.02)):
        pairs = chosen.sum() / 2
        assert abs(dense[chosen].sum() / 2 - p * pairs) < 4 * np.sqrt(p * (1 - p) * pairs)


def test_the_random_graph_has_that_density_and_no_communities():
    blocks, graph = GRAPHS["sbm"][1](), GRAPHS["random"][1]()
    assert len(set(graph.groups or (0,))) == 1
    assert graph.size == blocks.size
    expected = 0.11 * 120 * 119 / 2
    assert abs(len(graph.edges.weight) - expected) < 4 * np.sqrt(expected)
    within, between = 0.20 * 59, 0.02 * 60
    assert within + between == pytest.approx(0.11 * 119, rel=0.02)
