"""Gains of message-passing filters: polynomials against matrices, and layers of code against their closed form."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import connected_graphs, graphs
from polariscope.crystal.operators.graph.graph import graph_from
from polariscope.crystal.operators.graph.named_graphs import block_model, complete, cycle, path
from polariscope.crystal.spectra.graph.filter_response import filter_response
from polariscope.errors import PolariscopeError


def propagation_matrix(graph, propagation):
    weights, identity = graph.weights.toarray(), np.eye(graph.size)
    if propagation == "diffusion":
        return identity - (np.diag(graph.degrees) - weights)
    looped = weights + identity if propagation == "gcn" else weights
    degrees = looped.sum(axis=1)
    if propagation == "mean":
        return looped / degrees[:, None]
    return looped / np.sqrt(np.outer(degrees, degrees))


PROPAGATIONS = ("gcn", "mean", "normalized", "diffusion")


@given(
    connected_graphs(),
    st.sampled_from(PROPAGATIONS),
    st.lists(st.floats(-2, 2), min_size=1, max_size=4),
)
def test_the_gains_of_a_polynomial_are_the_eigenvalues_of_its_matrix(graph, propagation, coefficients):
    step = propagation_matrix(graph, propagation)
    whole = sum(c * np.linalg.matrix_power(step, k) for k, c in enumerate(coefficients))
    found = filter_response(coefficients, graph, propagation=propagation)
    assert np.allclose(np.sort(found.gains), np.sort(np.linalg.eigvals(whole).real), atol=1e-8)
    assert not found.leaks.any()
    assert (np.diff(found.eigenvalues) > -1e-12).all()


@given(connected_graphs(), st.sampled_from(PROPAGATIONS), st.integers(0, 3))
def test_a_layer_of_code_has_the_gains_of_its_polynomial_and_does_not_leak(graph, propagation, layers):
    step = np.linalg.matrix_power(propagation_matrix(graph, propagation), layers)
    measured = filter_response(lambda signal: step @ signal, graph, propagation=propagation)
    closed = filter_response([0] * layers + [1], graph, propagation=propagation)
    assert np.allclose(measured.gains, closed.gains, atol=1e-9)
    assert np.allclose(measured.leaks, 0, atol=1e-8)


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_gcn_layers_in_single_precision_have_their_closed_form(layers):
    graph = block_model([20, 20], 0.4, 0.05)
    looped = torch.tensor(graph.weights.toarray(), dtype=torch.float32) + torch.eye(40)
    degrees = looped.sum(dim=1)
    step = looped / torch.sqrt(torch.outer(degrees, degrees))

    def layer(signal):
        x = torch.tensor(signal, dtype=torch.float32)
        for _ in range(layers):
            x = step @ x
        return x.numpy()

    found = filter_response(layer, graph)
    assert np.allclose(found.gains, (1 - found.eigenvalues) ** layers, atol=1e-5)
    assert found.leaks.max() < 1e-5


def test_many_layers_keep_the_smooth_modes_alone():
    graph = block_model([30, 30], 0.5, 0.02)
    kept = [filter_response([0] * layers + [1], graph, share=0.1).kept for layers in (1, 4, 16)]
    assert kept[0].sum() >= kept[1].sum() >= kept[2].sum() == 2
    assert kept[2][:2].all()


def test_the_share_says_what_counts_as_kept():
    found = filter_response([0, 1], cycle(40), propagation="normalized", share=0.9)
    assert (found.kept == (np.abs(np.cos(np.arccos(1 - found.eigenvalues))) >= 0.9)).all()
    assert 0 < found.kept.sum() < 40
    assert filter_response([0, 1], cycle(40), share=1.0).kept.sum() == 1
    assert not filter_response([0], cycle(5)).kept.any()


def test_what_comes_out_in_other_modes_is_told():
    reverse = filter_response(lambda signal: signal[::-1], path(5))
    assert np.allclose(np.abs(reverse.gains), 1)  # modes of a path are even or odd
    assert np.allclose(reverse.leaks, 0, atol=1e-12)
    first_only = filter_response(lambda signal: signal * np.array([1, 0, 0, 0, 0]), path(5))
    assert (first_only.leaks > 0.1).all()
    assert np.allclose(first_only.gains**2 + first_only.leaks**2, np.abs(first_only.gains), atol=1e-12)


@given(graphs())
def test_nodes_without_edges_keep_their_signal(graph):
    for propagation in PROPAGATIONS:
        found = filter_response([0, 1], graph, propagation=propagation)
        assert np.isfinite(found.gains).all()
        assert (np.abs(found.gains - 1) < 1e-9).sum() >= (graph.degrees == 0).sum()


def test_the_signal_given_to_a_layer_is_its_own():
    def spoils(signal):
        out = 2 * signal
        signal[:] = 7
        return out

    assert np.allclose(filter_response(spoils, path(4)).gains, 2)


@pytest.mark.parametrize(
    ("layer", "options", "rule"),
    [
        (lambda x: np.maximum(x, 0), {}, "a linear function of the signal"),
        (lambda x: x + 1, {}, "a linear function of the signal"),
        (lambda x: x[:-1], {}, "from \\(6,\\) to \\(6,\\), finite"),
        (lambda x: x * np.nan, {}, "from \\(6,\\) to \\(6,\\), finite"),
        ([], {}, "finite numbers c_0"),
        ([[1.0]], {}, "finite numbers c_0"),
        ([0, np.inf], {}, "finite numbers c_0"),
        ("gcn", {}, "finite numbers c_0"),
        ([0, 1], {"propagation": "attention"}, "one of gcn, mean, normalized, diffusion"),
        ([0, 1], {"share": 0}, "a share lies in"),
        ([0, 1], {"share": 1.5}, "a share lies in"),
    ],
)
def test_what_is_no_linear_filter_is_refused(layer, options, rule):
    with pytest.raises(PolariscopeError, match=rule):
        filter_response(layer, complete(6), **options)


@pytest.mark.parametrize("propagation", PROPAGATIONS)
def test_a_graph_too_large_for_all_its_modes_is_refused_at_once(propagation):
    with pytest.raises(PolariscopeError, match="at most 5,000"):
        filter_response([0, 1], cycle(5_001), propagation=propagation)


def test_weights_count():
    graph = graph_from([[0, 3], [3, 0]])
    assert np.allclose(filter_response([0, 1], graph).gains, [1, -0.5])  # (3 + 1)^-1 [[1, 3], [3, 1]]
