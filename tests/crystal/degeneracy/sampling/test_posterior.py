"""The energy's gradient is its derivative, whatever is put together; the virial knows a parabola."""

import numpy as np
import pytest
import torch

from crystal_posteriors import doubles, parabola, posterior_of
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.posterior import LocalPosterior
from polariscope.crystal.operators.loss.surface import function_surface

SCALES, LOCALIZATIONS = (1.0, 30.0, 500.0), (2.0, 1e-3, 40.0)


def bent(at):
    return (at**4).sum() + (at[1:] * at[:-1]).sin().sum()


def quartic():
    return function_surface(bent, torch.linspace(-1, 2, 5, dtype=torch.float64))


def energies(surface, own):
    """The energy as a function of points."""
    loss = BatchedLoss(surface.objective)

    def at(points):
        with surface.objective.reading():
            return own.energy(points, *loss(points))

    return at


def some_points(own, chains=3):
    noise = torch.randn(chains, len(own.centre), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return own.centre + 0.3 * noise * own.moving


@pytest.mark.parametrize("moving", [None, [True, False, True, True, False]])
@pytest.mark.parametrize("prior", [0.0, 7.0])
def test_the_gradient_is_the_values_derivative_where_parameters_move(prior, moving):
    surface, small = quartic(), 1e-5
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3, moving=moving, prior=prior)
    points = some_points(own)
    energy = energies(surface, own)
    gradient = energy(points).gradient
    for k in range(5):
        step = small * torch.eye(5, dtype=torch.float64)[k]
        slope = (energy(points + step).value - energy(points - step).value) / (2 * small)
        true = slope * own.moving[k]
        torch.testing.assert_close(gradient[:, k], true, rtol=1e-6, atol=1e-5)
    assert not gradient[:, own.moving == 0].any()


@pytest.mark.parametrize("prior", [0.0, 3.0])
def test_the_value_by_hand_and_chain_by_chain(prior):
    surface = quartic()
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3, prior=prior)
    points = some_points(own)
    made = energies(surface, own)(points)
    for k in range(3):
        excess = SCALES[k] * float(bent(points[k]) - bent(own.centre))
        away = points[k] - own.centre
        pull = prior / 2 * float(points[k] @ points[k] - own.centre @ own.centre)
        value = excess + LOCALIZATIONS[k] / 2 * float(away @ away) + pull
        assert float(made.excess[k]) == pytest.approx(excess, rel=1e-12)
        assert float(made.value[k]) == pytest.approx(value, rel=1e-12)
        assert float(made.distance[k]) == pytest.approx(float(away.norm()), rel=1e-12)
        assert float(made.virial[k]) == pytest.approx(float(away @ made.gradient[k]) / 5, rel=1e-12)


def test_at_the_centre_everything_is_nothing():
    surface = quartic()
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3, prior=2.0)
    made = energies(surface, own)(own.centre.expand(3, -1))
    for each in (made.value, made.excess, made.virial, made.distance):
        torch.testing.assert_close(each, torch.zeros(3, dtype=torch.float64), rtol=0, atol=1e-12)
    slope = torch.from_numpy(surface.gradient()) * doubles(SCALES)[:, None] + 2.0 * own.centre
    torch.testing.assert_close(made.gradient, slope)


@pytest.mark.parametrize("moving", [None, [True, True, False, True]])
def test_a_parabolas_virial_is_twice_its_energy_a_parameter_that_moves(moving):
    surface = parabola([1e-2, 0.1, 1.0, 10.0])
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3, moving=moving)
    made = energies(surface, own)(some_points(own))
    assert own.free == (4 if moving is None else 3)
    torch.testing.assert_close(made.virial, 2 * made.value / own.free, rtol=1e-10, atol=0)


def test_the_excess_is_above_the_base_that_is_given():
    surface = quartic()
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3)
    points, base = some_points(own), doubles([0.5, -1.0, 2.0])
    with surface.objective.reading():
        losses, gradients = BatchedLoss(surface.objective)(points)
    told, plain = own.energy(points, losses, gradients, base), own.energy(points, losses, gradients)
    torch.testing.assert_close(told.excess, doubles(SCALES) * (losses - base))
    torch.testing.assert_close(told.value - plain.value, doubles(SCALES) * (own.base - base))
    assert torch.equal(told.gradient, plain.gradient)


def test_what_is_given_stays_as_it_is():
    surface = quartic()
    own = posterior_of(surface, SCALES, LOCALIZATIONS, chains=3, prior=1.0)
    points, losses, gradients = some_points(own), doubles([1, 2, 3]), torch.ones(3, 5, dtype=torch.float64)
    kept = [each.clone() for each in (points, losses, gradients, own.centre, own.scale)]
    own.energy(points, losses, gradients)
    now = points, losses, gradients, own.centre, own.scale
    assert all(np.array_equal(one, other) for one, other in zip(now, kept, strict=True))


def test_single_precision_is_summed_in_doubles():
    wide = 1 << 16
    own = LocalPosterior(torch.zeros(wide), torch.ones(wide), 0.0, doubles([1.0]), doubles([1.0]))
    away = torch.full((1, wide), 0.1)
    made = own.energy(away, doubles([0.0]), torch.zeros(1, wide))
    assert float(made.value[0]) == pytest.approx(wide * float(away[0, 0].double() ** 2) / 2, rel=1e-7)
    kinds = [each.dtype for each in (made.value, made.excess, made.virial, made.distance, made.gradient)]
    assert kinds == [torch.float64] * 4 + [torch.float32]
