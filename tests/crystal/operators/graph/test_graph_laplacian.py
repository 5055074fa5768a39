"""Three Laplacians: against networkx, their quadratic form, and what they share."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import connected_graphs, graphs, renamed
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian, to_random_walk
from polariscope.crystal.operators.graph.named_graphs import path, star
from polariscope.errors import PolariscopeError

KINDS = ("combinatorial", "normalized", "random-walk")


@given(graphs())
def test_the_combinatorial_one_is_degrees_minus_weights_and_sums_to_zero(graph):
    dense = graph_laplacian(graph).dense()
    assert np.allclose(dense, np.diag(graph.degrees) - graph.weights.toarray())
    assert np.allclose(dense.sum(axis=1), 0)


@given(graphs())
def test_zeros_count_the_components_and_nothing_is_negative(graph):
    for kind in KINDS:
        values = np.linalg.eigvalsh(graph_laplacian(graph, kind).dense())
        assert (np.abs(values) < 1e-9).sum() == graph.components.max() + 1
        assert values.min() > -1e-12
        assert kind == "combinatorial" or values.max() < 2 + 1e-12


@given(connected_graphs())
def test_the_normalised_one_is_that_of_networkx(graph):
    peer = nx.from_numpy_array(graph.weights.toarray())
    theirs = nx.normalized_laplacian_matrix(peer).toarray()
    assert np.allclose(graph_laplacian(graph, "normalized").dense(), theirs)


@given(graphs())
def test_the_twins_vectors_turn_into_right_eigenvectors_of_the_walk(graph):
    degrees = graph.degrees
    alone = degrees == 0
    walk = np.where(alone[:, None], 0, np.eye(graph.size) - graph.weights.toarray() / (degrees + alone)[:, None])
    values, vectors = np.linalg.eigh(graph_laplacian(graph, "random-walk").dense())
    right = to_random_walk(graph, vectors)
    assert np.allclose(walk @ right, right * values, atol=1e-10)
    assert np.allclose(right.T @ ((degrees + alone)[:, None] * right), np.eye(graph.size), atol=1e-10)


@given(graphs(), st.randoms(use_true_random=False))
def test_spectra_do_not_hang_on_the_order_of_nodes(graph, random):
    order = np.array(random.sample(range(graph.size), graph.size))
    for kind in KINDS:
        one, other = (
            np.linalg.eigvalsh(graph_laplacian(each, kind).dense()) for each in (graph, renamed(graph, order))
        )
        assert np.allclose(one, other)


def test_the_operator_is_sparse_and_its_product_is_the_matrix():
    operator = graph_laplacian(path(2_000))
    assert operator.explicit.nnz == 3 * 2_000 - 2
    x = np.random.default_rng(0).standard_normal(2_000)
    assert np.allclose((operator @ x)[1:-1], 2 * x[1:-1] - x[:-2] - x[2:])


def test_a_node_without_edges_has_a_row_of_zeros():
    graph = graph_from([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    for kind in KINDS:
        assert not graph_laplacian(graph, kind).dense()[2].any()


def test_an_unknown_kind_and_vectors_of_another_size_are_refused():
    with pytest.raises(PolariscopeError, match="one of combinatorial, normalized, random-walk"):
        graph_laplacian(star(3), "signless")
    for wrong in (np.ones(4), np.ones((2, 3)), np.ones((3, 1, 1)), 1.0):
        with pytest.raises(PolariscopeError, match="one entry for each of the 3 nodes"):
            to_random_walk(star(3), wrong)
