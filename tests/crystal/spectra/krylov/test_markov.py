"""Laws of the bounds from a Gauss rule: they hold for the measure behind it, and they are tight."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.crystal.spectra.krylov.markov import mass_below


def _seen(values, steps, seed):
    """A probe's measure, exactly, and its Gauss rule."""
    operator = SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal")
    rule, whole = (spectral_density(operator, probes=1, steps=m, seed=seed) for m in (steps, values.size))
    return rule.nodes[0], rule.weights[0], whole.nodes[0], whole.weights[0]


SPECTRA = st.lists(st.floats(-3, 3).map(lambda x: round(x, 2)), min_size=25, max_size=40, unique=True)


@settings(deadline=None, max_examples=80)
@given(SPECTRA, st.integers(1, 12), st.integers(0, 100), st.data())
def test_the_measure_lies_within_them_everywhere(values, steps, seed, data):
    nodes, weights, places, masses = _seen(np.sort(np.array(values)), steps, seed)
    at = data.draw(st.one_of(st.floats(-4, 4), st.sampled_from(nodes.tolist()), st.sampled_from(values)))
    low, high = mass_below(nodes, weights, at)
    near = 1e-7  # where a node is prescribed, it stands to within this
    assert low <= masses[places < at + near].sum() + 1e-9
    assert high >= masses[places <= at - near].sum() - 1e-9
    assert 0 <= low <= high <= 1


def test_they_are_the_christoffel_function_apart_and_no_wider_than_the_weights_around():
    nodes, weights = np.polynomial.legendre.leggauss(20)
    weights = weights / 2
    for at in np.linspace(-0.95, 0.95, 11):
        low, high = mass_below(nodes, weights, at)
        orthonormal = [np.polynomial.Legendre.basis(k)(at) * np.sqrt(2 * k + 1) for k in range(20)]
        assert high - low == pytest.approx(1 / np.sum(np.square(orthonormal)), abs=1e-9)
        share = (1 + at) / 2
        assert low <= share <= high
        around = np.searchsorted(nodes, at)
        assert high - low <= weights[around - 1 : around + 1].sum() + 1e-9


def test_they_close_with_the_square_root_law_of_more_nodes():
    gaps = []
    for count in (10, 20, 40):
        nodes, weights = np.polynomial.legendre.leggauss(count)
        gaps.append(np.subtract(*mass_below(nodes, weights / 2, 0.3)[::-1]))
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(2, rel=0.1)


def test_outside_the_nodes_little_can_be():
    nodes, weights = np.polynomial.legendre.leggauss(20)
    low, high = mass_below(nodes, weights / 2, -1.2)
    assert low == 0.0 <= high < 1e-9
    low, high = mass_below(nodes, weights / 2, 1.2)
    assert 1 - 1e-9 < low <= high <= 1


def test_one_moment_says_nothing_and_an_exhausted_space_all():
    assert mass_below(np.array([2.0]), np.array([1.0]), 5.0) == (0.0, 1.0)
    nodes, weights = np.array([1.0, 2.0, 0.0]), np.array([0.25, 0.75, 0.0])
    assert mass_below(nodes, weights, 0.999) == (0.0, 0.0)
    assert mass_below(nodes, weights, 1.0) == (0.0, 0.25)
    assert mass_below(nodes, weights, 1.001) == (0.25, 0.25)
    assert mass_below(nodes, weights, 3.0) == (1.0, 1.0)


def test_a_space_that_ended_in_noise_is_bounded_by_what_the_noise_allows():
    # Two nodes and a next coupling of at most 0.01: any measure that goes on so lies within the ends.
    nodes, weights = np.array([1.0, 2.0, 0.0]), np.array([0.25, 0.75, 0.0])
    rule = np.array([[1.75, 3**0.5 / 4], [3**0.5 / 4, 1.25]])
    for coupling in (0.002, 0.01):
        for entry in (-3.0, 1.0, 1.5, 2.01):
            matrix = np.block([
                [rule, np.array([[0], [coupling]])],
                [np.array([[0, coupling]]), np.array([[entry]])],
            ])
            places, vectors = np.linalg.eigh(matrix)
            masses = vectors[0] ** 2
            for at in (0.9, 0.999, 1.001, 1.5, 1.98, 2.02):
                low, high = mass_below(nodes, weights, at, noise=0.01)
                assert low <= masses[places < at].sum() + 1e-9
                assert masses[places <= at].sum() <= high + 1e-9
    assert mass_below(nodes, weights, 1.5, noise=0.01) == pytest.approx((0.25, 0.25), abs=1e-3)


def test_mirrored_measures_have_mirrored_bounds():
    nodes, weights, _, _ = _seen(np.random.default_rng(1).standard_normal(60), 9, 0)
    for at in (-0.5, 0.0, 0.9):
        low, high = mass_below(nodes, weights, at)
        mirrored = mass_below(-nodes[::-1], weights[::-1], -at)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_weights_that_vanish_in_rounding_do_no_harm():
    # A Gauss rule whose outer nodes carry less than doubles resolve, as after a converged outlier.
    nodes = np.linspace(-1, 1, 12)
    weights = 10.0 ** -(80 * np.abs(nodes))
    low, high = mass_below(nodes, weights / weights.sum(), 0.5)
    assert 1 - 1e-6 < low <= high <= 1
