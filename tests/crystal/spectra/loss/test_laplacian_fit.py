"""The nearest Laplacian: against two other solvers, planted ones, and what must not change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import nnls

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.loss.laplacian_fit import MOST_NODES, fit_laplacian
from polariscope.errors import PolariscopeError


def random_graph(rng, size, density):
    upper = np.triu(rng.random((size, size)) < density, 1)
    return (upper | upper.T).astype(float)


def symmetric(rng, size):
    made = rng.normal(size=(size, size))
    return made + made.T + np.diag(6 * rng.random(size))


def laplacian(weights):
    return np.diag(weights.sum(axis=1)) - weights


def by_columns(matrix, graph, *, signed):
    """The same least squares, one column an edge: the diagonal, and each off-diagonal entry twice."""
    first, second = np.triu(graph, 1).nonzero()
    edges = np.arange(len(first))
    incidence = np.zeros((len(matrix), len(first)))
    incidence[first, edges] = incidence[second, edges] = 1
    columns = np.vstack([incidence, -np.sqrt(2) * np.eye(len(first))])
    target = np.concatenate([np.diag(matrix), np.sqrt(2) * matrix[first, second]])
    weights = np.zeros_like(matrix)
    if not len(first):
        return weights
    solved = np.linalg.lstsq(columns, target, rcond=None)[0] if signed else nnls(columns, target)[0]
    weights[first, second] = weights[second, first] = solved
    return weights


@pytest.mark.parametrize("signed", [True, False])
@given(seed=st.integers(0, 2**31), size=st.integers(2, 12), density=st.floats(0, 1))
@settings(max_examples=40)
def test_the_weights_are_those_of_another_solver(signed, seed, size, density):
    rng = np.random.default_rng(seed)
    matrix, graph = symmetric(rng, size), random_graph(rng, size, density)
    fit = fit_laplacian(matrix, graph, signed=signed)
    expected = by_columns(matrix, graph, signed=signed)
    assert np.abs(fit.weights.toarray() - expected).max() < 1e-9
    left = np.linalg.norm(matrix - laplacian(expected)) ** 2 / np.linalg.norm(matrix) ** 2
    assert fit.explained == pytest.approx(1 - left, abs=1e-10)
    assert fit.kkt < 1e-9
    assert fit.edges == graph.sum() / 2
    assert np.abs(fit.laplacian().toarray() - laplacian(expected)).max() < 1e-8


@given(seed=st.integers(0, 2**31), signed=st.booleans())
@settings(max_examples=30)
def test_a_planted_laplacian_is_explained_whole(seed, signed):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, 40, 0.2)
    graph[0, 1] = graph[1, 0] = 1
    weights = graph * (rng.normal(size=graph.shape) if signed else rng.random(graph.shape))
    weights = np.triu(weights, 1) + np.triu(weights, 1).T
    fit = fit_laplacian(laplacian(weights), graph, signed=signed)
    assert fit.explained == pytest.approx(1, abs=1e-12)
    assert np.abs(fit.weights.toarray() - weights).max() < 1e-10


def test_without_signs_a_negative_weight_is_cut_and_counted():
    graph = np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])
    matrix = laplacian(graph * [[0, 2, 0], [2, 0, -1], [0, -1, 0]])
    fit = fit_laplacian(matrix, graph, signed=False)
    assert (fit.clipped, fit.weights[1, 2], fit_laplacian(matrix, graph, signed=True).clipped) == (1, 0, 0)
    assert fit.weights.min() >= 0
    assert 0 < fit.explained < 1


@given(seed=st.integers(0, 2**31))
@settings(max_examples=20)
def test_signs_and_edges_only_help(seed):
    rng = np.random.default_rng(seed)
    matrix, graph = symmetric(rng, 15), random_graph(rng, 15, 0.3)
    more = np.maximum(graph, random_graph(rng, 15, 0.3))
    signed, plain, wider = (
        fit_laplacian(matrix, each, signed=sign).explained
        for each, sign in ((graph, True), (graph, False), (more, True))
    )
    assert -1e-12 <= plain <= signed + 1e-12
    assert signed <= wider + 1e-12
    assert wider <= 1 + 1e-12


@pytest.mark.parametrize("signed", [True, False])
def test_scale_changes_the_weights_and_not_the_share(signed):
    rng = np.random.default_rng(0)
    matrix, graph = symmetric(rng, 20), random_graph(rng, 20, 0.4)
    one = fit_laplacian(matrix, graph, signed=signed)
    for factor in (1e-12, 7.0, 1e9):
        other = fit_laplacian(factor * matrix, graph, signed=signed)
        assert other.explained == pytest.approx(one.explained, rel=1e-9)
        assert np.abs(other.weights - factor * one.weights).max() < 1e-9 * factor
        assert other.kkt < 1e-9


def test_labels_do_not_matter():
    rng = np.random.default_rng(1)
    matrix, graph, order = symmetric(rng, 25), random_graph(rng, 25, 0.3), rng.permutation(25)
    for signed in (True, False):
        one = fit_laplacian(matrix, graph, signed=signed)
        other = fit_laplacian(matrix[order][:, order], graph[order][:, order], signed=signed)
        assert other.explained == pytest.approx(one.explained, abs=1e-12)


def test_the_complete_graph_leaves_what_moves_the_rows_sums():
    matrix = symmetric(np.random.default_rng(2), 30)
    project = np.eye(30) - 1 / 30
    share = np.linalg.norm(project @ matrix @ project) ** 2 / np.linalg.norm(matrix) ** 2
    assert fit_laplacian(matrix, 1 - np.eye(30), signed=True).explained == pytest.approx(share, abs=1e-12)


def test_no_edges_explain_nothing():
    fit = fit_laplacian(np.diag([1.0, 2.0]), np.zeros((2, 2)), signed=False)
    assert (fit.explained, fit.edges, fit.kkt) == (0, 0, 0)


def test_a_star_with_many_leaves_is_solved():
    size = 1500
    star = sparse.lil_array((size, size))
    star[0, 1:] = star[1:, 0] = 1
    weights = np.random.default_rng(3).random(size - 1)
    matrix = np.diag([weights.sum(), *weights])
    matrix[0, 1:] = matrix[1:, 0] = -weights
    fit = fit_laplacian(matrix, star, signed=False)
    assert fit.explained == pytest.approx(1, abs=1e-12)
    assert fit.kkt < 1e-9


def test_an_operator_and_a_weighted_pattern_will_do():
    matrix = symmetric(np.random.default_rng(4), 6)
    graph = random_graph(np.random.default_rng(4), 6, 0.5)
    plain = fit_laplacian(matrix, graph, signed=True).explained
    assert fit_laplacian(from_matrix(matrix), sparse.csr_array(-3 * graph), signed=True).explained == plain


@pytest.mark.parametrize(
    ("matrix", "edges", "argument"),
    [
        (np.zeros((2, 2)), np.zeros((2, 2)), "matrix"),
        ([[1.0, 2.0], [3.0, 4.0]], np.zeros((2, 2)), "matrix"),
        (np.eye(2), np.eye(2), "edges"),
        (np.eye(2), [[0, 1], [0, 0]], "edges"),
        (np.eye(2), np.zeros((3, 3)), "edges"),
        (SymmetricOperator(lambda v: v, MOST_NODES + 1, name="too large"), np.zeros((2, 2)), "too large"),
        (SymmetricOperator(lambda v: np.nan * v, 2, name="nan"), np.zeros((2, 2)), "nan"),
    ],
)
def test_what_cannot_be_fitted_is_refused(matrix, edges, argument):
    with pytest.raises(PolariscopeError) as caught:
        fit_laplacian(matrix, edges, signed=True)
    assert caught.value.argument == argument
