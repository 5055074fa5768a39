"""The Newton method on n unknowns: in one step where it is linear, to its end where it is not."""

import numpy as np
import pytest
from scipy import sparse

from polariscope.crystal.spectra.loss._edge_weights import Target, complete_edges, edges_of


def target(rng, edges, lowest):
    matrix = rng.normal(size=(edges.size, edges.size))
    matrix = matrix + matrix.T
    return Target(edges, np.diag(matrix).copy(), matrix[edges.rows, edges.columns], lowest), matrix


def test_the_complete_graph_is_what_its_matrix_gives():
    direct, read = complete_edges(7), edges_of(sparse.csr_array(1 - np.eye(7)))
    for name in ("size", "rows", "columns", "starts"):
        assert np.array_equal(getattr(direct, name), getattr(read, name))


def test_sums_and_means_are_those_of_the_incidence():
    edges = edges_of(sparse.csr_array(np.array([[0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], float)))
    assert edges.at_nodes(np.array([2.0, 3.0, 2.0, 3.0])).tolist() == [5, 2, 3, 0]
    assert edges.means(np.array([1.0, 3.0, 5.0, 9.0])).tolist() == [2, 3, 2, 3]


def test_what_is_gained_is_what_the_distance_loses():
    rng = np.random.default_rng(0)
    edges = edges_of(sparse.csr_array(1 - np.eye(6)))
    made, matrix = target(rng, edges, 0.0)
    weights = made.weights(rng.normal(size=6))
    dense = edges.matrix(weights).toarray()
    distance = np.linalg.norm(matrix - np.diag(dense.sum(axis=1)) + dense) ** 2
    assert np.isclose(made.gained(weights), np.linalg.norm(matrix) ** 2 - distance)


def test_no_weights_are_better_nearby():
    rng = np.random.default_rng(1)
    for lowest in (0.0, -np.inf):
        made, _ = target(rng, complete_edges(20), lowest)
        best = made.best_weights()
        assert best.min() >= lowest
        for _ in range(50):
            u = rng.normal(size=(20, 20))
            moved = np.maximum(best + 1e-3 * (u + u.T)[made.edges.rows, made.edges.columns], lowest)
            assert made.gained(moved) < made.gained(best)


@pytest.mark.parametrize(("lowest", "steps"), [(-np.inf, 1), (0.0, 8)])
def test_newton_s_method_needs_one_step_with_signs_and_few_without(lowest, steps, monkeypatch):
    monkeypatch.setattr("polariscope.crystal.spectra.loss._edge_weights._STEPS", steps)
    for seed in range(5):
        made, _ = target(np.random.default_rng(seed), complete_edges(60), lowest)
        weights = made.best_weights()
        left = made.diagonal - made.edges.at_nodes(weights)
        assert np.abs(made.weights(left) - weights).max() < 1e-9


def test_a_wide_range_of_entries_is_solved_too():
    rng = np.random.default_rng(2)
    edges = complete_edges(60)
    scale = 10.0 ** rng.uniform(-4, 4, 60)
    matrix = rng.normal(size=(60, 60)) * scale * scale[:, None]
    matrix = matrix + matrix.T
    made = Target(edges, np.diag(matrix).copy(), matrix[edges.rows, edges.columns], 0.0)
    weights = made.best_weights()
    left = made.diagonal - edges.at_nodes(weights)
    assert np.abs(made.weights(left) - weights).max() < 1e-9 * np.abs(matrix).max()
