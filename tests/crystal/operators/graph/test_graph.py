"""What counts as a graph, and what is refused."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from scipy import sparse

from crystal.random_graphs import graphs
from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.errors import PolariscopeError

TRIANGLE = np.array([[0.0, 2, 0], [2, 0, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    "form", [np.array, np.ndarray.tolist, sparse.csr_array, sparse.coo_matrix, sparse.csc_array]
)
def test_every_form_of_a_matrix_gives_the_same_graph(form):
    graph = graph_from(form(TRIANGLE))
    assert (graph.weights.toarray() == TRIANGLE).all()
    assert graph.weights.format == "csr"
    assert graph.names == ("0", "1", "2")


def test_the_source_is_copied():
    for source in (TRIANGLE.copy(), sparse.csr_array(TRIANGLE)):
        graph = graph_from(source)
        source[0, 1] = 7
        assert (graph.weights.toarray() == TRIANGLE).all()


def test_networkx_keeps_order_names_and_weights_and_adds_up_parallel_edges():
    source = nx.MultiGraph()
    source.add_nodes_from(["c", "b", "a"])
    source.add_edge("a", "b", weight=2)
    source.add_edge("a", "b", weight=0.5)
    source.add_edge("b", "c")
    graph = graph_from(source)
    assert graph.names == ("c", "b", "a")
    assert graph.weights.toarray().tolist() == [[0, 1, 0], [1, 0, 2.5], [0, 2.5, 0]]


def test_rounding_in_the_symmetry_is_mended_to_the_last_bit():
    source = TRIANGLE.copy()
    source[0, 1] *= 1 + 1e-14
    weights = graph_from(source).weights
    assert (weights != weights.T).nnz == 0


def test_explicit_zeros_are_no_edges():
    source = sparse.csr_array((np.zeros(2), ([0, 1], [1, 0])), shape=(2, 2))
    assert graph_from(source).weights.nnz == 0


def test_names_are_printable_and_short():
    graph = graph_from(np.zeros((2, 2)), ["\x1b[2Jred", "x" * 500])
    assert graph.names[0] == "\\x1b[2Jred"
    assert len(graph.names[1]) < 100


@given(graphs())
def test_edges_name_every_edge_once_and_degrees_add_them_up(graph):
    first, second, weight = graph.edges
    assert (first < second).all()
    dense = np.zeros((graph.size, graph.size))
    dense[first, second] = weight
    assert (dense + dense.T == graph.weights.toarray()).all()
    assert np.allclose(graph.degrees, (dense + dense.T).sum(axis=0))


def test_components_are_numbered():
    graph = graph_from(nx.disjoint_union(nx.path_graph(2), nx.path_graph(3)))
    assert graph.components.tolist() == [0, 0, 1, 1, 1]


def test_a_loop_in_networkx_is_refused_too():
    source = nx.path_graph(3)
    source.add_edge(1, 1)
    with pytest.raises(PolariscopeError, match="no node is joined to itself"):
        graph_from(source)


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (np.zeros((0, 0)), "at least one node"),
        (nx.Graph(), "at least one node"),
        (np.zeros((2, 3)), "as many rows as columns"),
        (np.zeros(3), "as many rows as columns"),
        (np.eye(3), "no node is joined to itself"),
        (np.triu(np.ones((3, 3)), 1), "symmetric weights"),
        (-TRIANGLE, "weights are not negative"),
        (TRIANGLE * np.nan, "weights are finite"),
        (sparse.csr_array(np.where(TRIANGLE, np.inf, 0.0)), "weights are finite"),
        (TRIANGLE * 8e307, "a finite sum"),
        (TRIANGLE * 1j, "weights are real"),
        ("edges.txt", "a matrix of weights"),
        ([["a", "b"], ["b", "a"]], "a matrix of weights"),
        (nx.DiGraph([(0, 1)]), "an undirected graph"),
        (nx.Graph([(0, 1, {"weight": "heavy"})]), "weights are numbers"),
        (nx.Graph([(0, 1, {"weight": None})]), "weights are"),
        (nx.Graph([(0, 1, {"weight": -1})]), "weights are not negative"),
    ],
)
def test_what_is_no_graph_is_refused_by_its_rule(source, rule):
    with pytest.raises(PolariscopeError, match=rule):
        graph_from(source)


def test_a_graph_made_by_hand_obeys_the_same_rules():
    good = graph_from(TRIANGLE)
    with pytest.raises(PolariscopeError, match="symmetric weights"):
        Graph(sparse.csr_array(np.triu(TRIANGLE)), good.names)
    with pytest.raises(PolariscopeError, match="one for each of the 3 nodes"):
        Graph(good.weights, ("a", "b"))
    with pytest.raises(PolariscopeError, match="groups: one for each"):
        Graph(good.weights, good.names, (0, 1))
