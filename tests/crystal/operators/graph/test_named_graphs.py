"""The families whose spectra are known, against networkx and the closed forms."""

from math import comb

import networkx as nx
import numpy as np
import pytest

from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle, hypercube, path, star
from polariscope.errors import PolariscopeError


def spectrum(graph):
    return np.linalg.eigvalsh(graph_laplacian(graph).dense())


@pytest.mark.parametrize("n", [3, 4, 11])
def test_spectra_are_the_closed_forms(n):
    k = np.arange(n)
    assert np.allclose(spectrum(path(n)), 2 - 2 * np.cos(np.pi * k / n))
    assert np.allclose(spectrum(cycle(n)), np.sort(2 - 2 * np.cos(2 * np.pi * k / n)))
    assert np.allclose(spectrum(complete(n)), [0] + [n] * (n - 1))
    assert np.allclose(spectrum(star(n)), [0] + [1] * (n - 2) + [n])


@pytest.mark.parametrize("d", [0, 1, 2, 5])
def test_a_cube_has_2k_once_for_each_choice_of_k_dimensions(d):
    assert np.allclose(spectrum(hypercube(d)), np.repeat(2 * np.arange(d + 1), [comb(d, k) for k in range(d + 1)]))


@pytest.mark.parametrize(
    ("made", "peer"),
    [
        (path(7), nx.path_graph(7)),
        (cycle(7), nx.cycle_graph(7)),
        (complete(6), nx.complete_graph(6)),
        (star(6), nx.star_graph(5)),
        (path(1), nx.path_graph(1)),
        (star(1), nx.star_graph(0)),
    ],
)
def test_adjacencies_are_those_of_networkx(made, peer):
    assert (made.weights.toarray() == nx.to_numpy_array(peer)).all()


def test_a_block_model_has_its_groups_and_densities():
    graph = block_model([150, 100], 0.3, 0.05, seed=3)
    group = np.array(graph.groups)
    dense = graph.weights.toarray()
    same = group[:, None] == group
    np.fill_diagonal(same, val=False)
    within = dense[same].mean()
    between = dense[group[:, None] != group].mean()
    assert abs(within - 0.3) < 4 * np.sqrt(0.3 * 0.7 / (same.sum() / 2))
    assert abs(between - 0.05) < 4 * np.sqrt(0.05 * 0.95 / (150 * 100))


def test_a_block_model_hangs_on_its_seed_alone():
    one, same, other = (block_model([20, 20], 0.5, 0.1, seed).weights for seed in (1, 1, 2))
    assert (one != same).nnz == 0
    assert (one != other).nnz > 0


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: path(0), "n"),
        (lambda: cycle(2), "n"),
        (lambda: complete(5_001), "n"),
        (lambda: star(2.5), "n"),
        (lambda: path("7"), "n"),
        (lambda: hypercube(40), "d"),
        (lambda: hypercube(-1), "d"),
        (lambda: block_model([], 0.1, 0.1), "sizes"),
        (lambda: block_model([3, 0], 0.1, 0.1), "sizes"),
        (lambda: block_model([4_000, 4_000], 0.1, 0.1), "sizes"),
        (lambda: block_model([3], 1.1, 0.1), "p_in"),
        (lambda: block_model([3], 0.1, float("nan")), "p_out"),
    ],
)
def test_sizes_and_probabilities_out_of_range_are_refused_at_once(make, argument):
    with pytest.raises(PolariscopeError) as refused:
        make()
    assert refused.value.argument == argument
