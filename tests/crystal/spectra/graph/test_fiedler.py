"""The Fiedler value and vector: closed forms, planted blocks, what is degenerate, what is refused."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import connected_graphs, renamed
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian, to_random_walk
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle, hypercube, path, star
from polariscope.crystal.spectra.graph.fiedler import fiedler, spectral_gap, upright
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("n", [2, 7, 3_000])
def test_a_path_is_cut_in_its_middle(n):
    found = fiedler(path(n))
    exact = 2 - 2 * np.cos(np.pi / n)
    assert abs(found.value - exact) <= found.residual + 1e-14
    assert found.converged
    assert found.residual < 1e-9
    assert found.side.sum() in {n // 2, n - n // 2}
    assert (np.diff(found.side.astype(int)) != 0).sum() == 1
    assert found.multiplicity == 1


@pytest.mark.parametrize(
    ("graph", "value", "multiplicity"),
    [
        (cycle(9), 2 - 2 * np.cos(2 * np.pi / 9), 2),
        (cycle(1_500), 2 - 2 * np.cos(2 * np.pi / 1_500), 2),
        (complete(8), 8, 7),
        (hypercube(4), 2, 4),
        (hypercube(10), 2, 10),
        (star(6), 1, 4),
        (star(40), 1, 15),
        (path(1_200), 2 - 2 * np.cos(np.pi / 1_200), 1),
    ],
)
def test_values_and_multiplicities_are_the_closed_forms(graph, value, multiplicity):
    found = fiedler(graph)
    assert np.isclose(found.value, value, rtol=1e-9, atol=1e-12)
    assert found.multiplicity == multiplicity


def test_blocks_are_recovered_and_the_value_is_about_n_times_p_out():
    graph = block_model([150, 150], 0.3, 0.02, seed=1)
    found = fiedler(graph)
    group = np.array(graph.groups, bool)
    assert (found.side == group).all() or (found.side != group).all()
    assert 0.6 * 300 * 0.02 < found.value < 1.1 * 300 * 0.02


@given(connected_graphs())
def test_it_is_the_second_lowest_of_its_laplacian(graph):
    for kind in ("combinatorial", "normalized", "random-walk"):
        operator = graph_laplacian(graph, kind)
        found = fiedler(graph, kind)
        values = np.linalg.eigvalsh(operator.dense())
        assert abs(found.value - values[1]) < 1e-12 * max(1, values[-1])
        assert np.isclose(np.linalg.norm(found.vector), 1)
        residual = np.linalg.norm(operator @ found.vector - found.value * found.vector)
        assert residual <= found.residual + 1e-14 * values[-1]
        agree = np.abs(values[1:] - values[1]) < 1e-10
        assert found.multiplicity == agree.sum()


@given(connected_graphs(), st.randoms(use_true_random=False))
def test_renaming_the_nodes_changes_neither_value_nor_cut(graph, random):
    order = np.array(random.sample(range(graph.size), graph.size))
    one, other = fiedler(graph), fiedler(renamed(graph, order))
    assert np.isclose(one.value, other.value)
    if one.multiplicity == 1:
        overlap = abs(one.vector[order] @ other.vector)
        gap = np.linalg.eigvalsh(graph_laplacian(graph).dense())[1:3]
        assert len(gap) == 1 or gap[1] - gap[0] < 1e-6 or np.isclose(overlap, 1)


def test_the_gap_is_that_of_the_walk():
    graph = graph_from(nx.barbell_graph(5, 2))
    walk = graph.weights.toarray() / graph.degrees[:, None]
    second = np.sort(np.linalg.eigvals(walk).real)[-2]
    assert np.isclose(spectral_gap(graph), 1 - second)
    found = fiedler(graph, "random-walk")
    right = to_random_walk(graph, found.vector)
    assert np.allclose(walk @ right, (1 - found.value) * right)


def test_the_kind_is_that_asked_for():
    graph = star(6)
    assert np.isclose(fiedler(graph, "normalized").value, 1)
    assert np.isclose(fiedler(path(3), "normalized").value, 1)
    assert np.isclose(fiedler(complete(5), "normalized").value, 5 / 4)


@given(st.integers(0, 2**32 - 1))
def test_signs_are_settled_by_the_first_large_entry(seed):
    vectors = np.random.default_rng(seed).standard_normal((6, 3))
    settled = upright(vectors)
    assert (np.abs(settled) == np.abs(vectors)).all()
    assert (upright(-vectors) == settled).all()


def test_a_graph_in_pieces_is_refused_with_their_number():
    pieces = graph_from(nx.disjoint_union_all([nx.path_graph(3), nx.path_graph(2), nx.empty_graph(2)]))
    for asked in (fiedler, spectral_gap):
        with pytest.raises(PolariscopeError, match=r"a connected graph, where a gap is asked.*got 4 components"):
            asked(pieces)
        with pytest.raises(PolariscopeError, match="two nodes or more"):
            asked(path(1))
