"""Dirichlet energy and the graph Fourier transform: the identities they are defined by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal.random_graphs import graphs
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.operators.graph.named_graphs import cycle, path
from polariscope.crystal.spectra.graph.graph_fourier import (
    dirichlet_energy,
    graph_fourier,
    graph_modes,
    inverse_graph_fourier,
)
from polariscope.errors import PolariscopeError

KINDS = ("combinatorial", "normalized", "random-walk")
seeds = st.integers(0, 2**32 - 1)


def signal(graph, seed, columns=()):
    return np.random.default_rng(seed).standard_normal((graph.size, *columns))


@given(graphs(), seeds)
def test_the_energy_is_the_quadratic_form_and_sees_no_constant(graph, seed):
    x = signal(graph, seed)
    energy = dirichlet_energy(graph, x)
    assert np.isclose(energy, x @ (graph_laplacian(graph) @ x))
    assert np.isclose(energy, dirichlet_energy(graph, x + 3))
    assert np.isclose(4 * energy, dirichlet_energy(graph, -2 * x))


@given(graphs(), seeds)
def test_the_energy_of_features_is_the_sum_of_theirs(graph, seed):
    x = signal(graph, seed, (3,))
    assert np.isclose(dirichlet_energy(graph, x), sum(dirichlet_energy(graph, each) for each in x.T))


@given(graphs(), seeds, st.sampled_from(KINDS), st.sampled_from([(), (2,)]))
def test_there_and_back_is_the_signal_and_lengths_are_kept(graph, seed, kind, columns):
    x = signal(graph, seed, columns)
    coefficients = graph_fourier(graph, x, kind)
    assert np.allclose(inverse_graph_fourier(graph, coefficients, kind), x)
    assert np.isclose(np.linalg.norm(coefficients), np.linalg.norm(x))  # Parseval


@given(graphs(), seeds)
def test_the_energy_is_that_of_the_modes(graph, seed):
    x = signal(graph, seed)
    frequencies, _ = graph_modes(graph)
    assert np.isclose(frequencies @ graph_fourier(graph, x) ** 2, dirichlet_energy(graph, x))


def test_modes_are_orthonormal_and_rise_and_those_of_a_path_are_cosines():
    n, k = 8, 3
    values, modes = graph_modes(path(n))
    assert (np.diff(values) > 0).all()
    assert np.allclose(modes.T @ modes, np.eye(n))
    cosine = np.cos(np.pi * k * (np.arange(n) + 0.5) / n)
    coefficients = graph_fourier(path(n), cosine)
    assert np.isclose(abs(coefficients[k]), np.linalg.norm(cosine))
    assert np.allclose(np.delete(coefficients, k), 0)


@pytest.mark.parametrize("wrong", [np.ones(4), np.ones((3, 1, 1)), 1.0, [1, np.nan, 2], "abc", [1, 2, "x"]])
def test_what_is_no_signal_is_refused(wrong):
    for asked in (dirichlet_energy, graph_fourier, inverse_graph_fourier):
        with pytest.raises(PolariscopeError, match="one finite number for each of the 3 nodes"):
            asked(path(3), wrong)


def test_a_graph_too_large_for_all_its_modes_is_refused_at_once():
    with pytest.raises(PolariscopeError, match="at most 5,000 rows"):
        graph_modes(cycle(5_001))
