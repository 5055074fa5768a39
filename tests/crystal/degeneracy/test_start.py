"""Gradient and both ends of a known Hessian, among the parameters that move."""

from math import inf, isnan, nan

import numpy as np
import pytest
import torch

from polariscope.crystal.degeneracy.start import Start, find_start
from polariscope.crystal.operators.loss.surface import function_surface

MOVING = {"all": lambda n: np.ones(n, bool), "some": lambda n: np.arange(n) % 3 != 0}


def quadratic(eigenvalues, seed=0):
    """L = 5 + b'w + w'Aw/2 at 0, A with these eigenvalues in random directions."""
    draw, n = np.random.default_rng(seed), len(eigenvalues)
    axes = np.linalg.qr(draw.standard_normal((n, n)))[0]
    matrix, slope = (axes * eigenvalues) @ axes.T, draw.standard_normal(n)
    a, b = torch.from_numpy(matrix), torch.from_numpy(slope)
    surface = function_surface(lambda w: 5 + b @ w + w @ a @ w / 2, torch.zeros(n, dtype=torch.float64))
    return surface, matrix, slope


@pytest.mark.parametrize("moving", MOVING)
@pytest.mark.parametrize(
    "eigenvalues",
    [np.linspace(0.1, 3, 8), np.linspace(-2, 1, 8), np.geomspace(1e-4, 10, 90), np.linspace(-0.5, 4, 90)],
    ids=["minimum", "saddle", "minimum by Lanczos", "saddle by Lanczos"],
)
def test_both_ends_among_the_entries_that_move(eigenvalues, moving):
    surface, matrix, slope = quadratic(eigenvalues)
    free = MOVING[moving](len(eigenvalues))
    found = find_start(surface, free)
    true = np.linalg.eigvalsh(matrix[np.ix_(free, free)])
    assert found.loss == pytest.approx(5)
    assert found.gradient == pytest.approx(np.linalg.norm(slope[free]))
    assert found.residual < 2e-3 * np.abs(true).max()
    assert found.largest == pytest.approx(true[-1], abs=found.residual + 1e-9)
    assert found.smallest == pytest.approx(true[0], abs=found.residual + 1e-9)


def test_without_curvature_there_is_none_and_nothing_is_made_of_it():
    surface, _, slope = quadratic(np.linspace(-1, 3, 8))
    found = find_start(surface, np.ones(8, bool), curvature=False)
    assert (found.loss, found.gradient) == (pytest.approx(5), pytest.approx(np.linalg.norm(slope)))
    assert isnan(found.largest)
    assert isnan(found.smallest)
    assert isnan(found.residual)
    assert isnan(found.slope(100.0))
    assert found.curves_down(100.0, 1.0) == 0


def test_no_product_is_taken_without_curvature(monkeypatch):
    surface, _, _ = quadratic(np.linspace(0.1, 3, 4))
    monkeypatch.setattr(type(surface), "hessian_product", None)
    find_start(surface, np.ones(4, bool), curvature=False)


@pytest.mark.parametrize("curvature", [0.5, 4.0])
def test_the_slope_is_what_the_gradient_promises_on_a_parabola(curvature):
    away = 3.0  # L = c w^2 / 2 at w = 3 falls by c 9 / 2
    surface = function_surface(lambda w: curvature * (w @ w) / 2, torch.tensor([away], dtype=torch.float64))
    found = find_start(surface, np.ones(1, bool))
    assert found.promised == pytest.approx(curvature * away**2 / 2)
    assert found.slope(7.0) == pytest.approx(7 * curvature * away**2 / 2)


@pytest.mark.parametrize(
    ("gradient", "largest", "promised"),
    [(2.0, 4.0, 0.5), (0.0, 4.0, 0.0), (0.0, -1.0, 0.0), (1e-9, 0.0, inf), (1.0, -2.0, inf), (1.0, nan, nan)],
)
def test_what_is_promised_in_every_case(gradient, largest, promised):
    own = Start(0.0, gradient, largest, largest, 0.0)
    np.testing.assert_equal(own.promised, promised)
    np.testing.assert_equal(own.slope(3.0), 3 * promised)


@pytest.mark.parametrize(
    ("smallest", "residual", "down"),
    [(-0.5, 0.0, 10 * 0.5 / 4), (-0.5, 0.2, 10 * 0.3 / 4), (-0.5, 0.6, 0.0), (0.3, 0.0, 0.0), (0.0, 0.0, 0.0)],
)
def test_it_curves_down_by_what_is_certain(smallest, residual, down):
    assert Start(0.0, 0.0, 1.0, smallest, residual).curves_down(10.0, 4.0) == pytest.approx(down)
