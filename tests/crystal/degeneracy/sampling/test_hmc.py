"""Draws have the posterior's moments, whatever the step; a proposal that fails leaves the chain where it was."""

from math import exp

import numpy as np
import pytest
import torch

from crystal_posteriors import Watched, expected, holds, parabola, posterior_of
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.hmc import HMC, _draw, group_means, sample_hmc
from polariscope.crystal.operators.loss.surface import function_surface

CURVATURES = np.geomspace(1e-3, 1, 5)


def asked(draws=200, burn_in=100, leapfrog=8, step=None, first=(0.03,), acceptance=0.9):
    fixed = None if step is None else np.array(step, float)
    return HMC(draws, burn_in, leapfrog, acceptance, fixed, np.array(first, float))


def run(surface, own, how, *, groups=None, seed=0, chunk=None, watched=None):
    loss = BatchedLoss(surface.objective)
    loss.chunk = chunk or loss.chunk
    chains = len(own.scale)
    numbers = np.zeros(chains, np.int64) if groups is None else np.asarray(groups)
    with surface.objective.reading():
        told = watched(loss) if watched else loss
        return sample_hmc(told, own, how, numbers, torch.Generator().manual_seed(seed))


def kept(chains):
    return chains.excess[:, chains.burn_in :], chains.virial[:, chains.burn_in :]


def ball(radius, outside):
    """|w|^2 / 2 within a radius, and what is no number beyond."""

    def function(at):
        square = (at * at).sum()
        return torch.where(square < radius**2, square / 2, outside)

    return function_surface(function, torch.zeros(2, dtype=torch.float64))


def test_a_gaussian_over_three_decades_of_curvature():
    surface = parabola(CURVATURES)
    chains = run(surface, posterior_of(surface, 1000.0, 1.0, chains=48), asked())
    excess, virial = kept(chains)
    assert holds(excess, expected(CURVATURES, 1000, 1))
    assert holds(virial, 1.0)
    assert holds(chains.distance[:, 100:] ** 2, (1 / (1000 * CURVATURES + 1)).sum())
    assert chains.acceptance[:, 100:].mean() == pytest.approx(0.9, abs=0.05)
    assert (chains.divergent == 0).all()


@pytest.mark.parametrize("step", [0.2, 0.8])
def test_a_coarse_fixed_step_costs_acceptance_and_no_bias(step):
    surface = parabola([1.0, 0.2])
    own = posterior_of(surface, 2.0, 0.5, chains=48)
    chains = run(surface, own, asked(burn_in=20, step=[step], leapfrog=3))
    assert (chains.step == step).all()
    assert holds(kept(chains)[0], expected([1.0, 0.2], 2.0, 0.5))
    assert holds(kept(chains)[1], 1.0)


def test_where_the_start_is_no_minimum_a_prior_and_still_parameters_count_too():
    surface, moving = parabola([1.0, 3.0, 0.5], away=1.0), [True, False, True]
    own = posterior_of(surface, 4.0, 2.0, chains=48, moving=moving, prior=1.5)
    chains = run(surface, own, asked(draws=300, leapfrog=4, first=[0.3]))
    centre, heat = own.centre.numpy(), 4.0 * np.array([1.0, 3.0, 0.5])
    precision = heat + 2.0 + 1.5
    mean = (heat * (centre - 1) + 2.0 * centre) / precision
    free = np.array(moving)
    true = heat / 2 * (1 / precision + (mean - centre + 1) ** 2 - 1)
    assert holds(kept(chains)[0], true[free].sum())
    assert holds(kept(chains)[1], 1.0)


def test_what_does_not_move_stays_bit_for_bit():
    surface, seen = parabola([1.0, 3.0, 0.5], away=0.3), []
    own = posterior_of(surface, 4.0, 2.0, chains=3, moving=[True, False, True])

    def watched(loss):
        seen.append(Watched(loss))
        return seen[0]

    chains = run(surface, own, asked(draws=10, burn_in=5), watched=watched)
    points = torch.stack(seen[0].seen)
    assert torch.equal(points[..., 1], own.centre[1].expand(points.shape[:2]))
    assert (points[1:, :, 0] != own.centre[0]).all()
    assert chains.gradients == len(seen[0].seen)


def one_draw(surface, own, points, step, length, seed=3):
    loss = BatchedLoss(surface.objective)
    with surface.objective.reading():
        energy = own.energy(points, *loss(points))
        steps = torch.full((len(points),), step, dtype=torch.float64)
        return _draw(loss, own, points, energy, steps, length, torch.Generator().manual_seed(seed))


def test_the_energy_error_of_a_path_falls_with_the_square_of_the_step():
    def bent(at):
        return (at**4).sum() / 4 + at[:1].sin().sum()

    surface = function_surface(bent, torch.linspace(-1, 1, 4, dtype=torch.float64))
    own = posterior_of(surface, 3.0, 1.0, chains=64)
    noise = torch.randn(64, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    points, errors = own.centre + 0.5 * noise, []
    for halvings in range(3):
        probability = one_draw(surface, own, points, 0.02 / 2**halvings, 8 * 2**halvings)[2]
        errors.append(-probability.log().numpy())
    lost = (errors[0] > 1e-6) & (errors[2] > 0)  # where energy was gained, the acceptance says 1
    assert lost.sum() > 10
    for coarse, fine in ((0, 1), (1, 2)):
        assert np.median(errors[coarse][lost] / errors[fine][lost]) == pytest.approx(4, rel=0.1)


def test_a_step_far_too_large_moves_nothing_and_breaks_nothing():
    surface = parabola(CURVATURES)
    chains = run(surface, posterior_of(surface, 1e4, 1.0, chains=4), asked(20, 5, step=[1e3]))
    assert chains.acceptance[:, 5:].max() == 0
    assert (chains.divergent == 20).all()
    for each in (chains.excess, chains.virial, chains.distance):
        assert np.abs(each).max() < 1e-12


def test_numbers_that_overflow_are_refused_draws_too():
    surface = parabola([1.0])
    chains = run(surface, posterior_of(surface, 1.0, 1.0, chains=4), asked(20, 0, leapfrog=16, step=[1e30]))
    assert (chains.divergent == 20).all()
    assert not chains.distance.any()


@pytest.mark.parametrize("outside", [float("nan"), float("inf"), -float("inf")])
def test_beyond_the_radius_where_the_loss_is_no_number_no_chain_goes(outside):
    surface, radius = ball(1.5, outside), 1.5
    own = posterior_of(surface, 1.0, 1e-12, chains=48)
    chains = run(surface, own, asked(burn_in=20, leapfrog=3, step=[0.5]))
    assert (chains.divergent > 0).all()
    assert np.isfinite(chains.excess).all()
    assert chains.distance.max() < radius
    bound = radius**2 / 2  # |w|^2/2 in a plane is exponential, cut there
    assert holds(kept(chains)[0], 1 - bound * exp(-bound) / (1 - exp(-bound)))
    assert ((chains.acceptance >= 0) & (chains.acceptance <= 1)).all()


def test_divergent_draws_of_the_burn_in_are_not_counted():
    surface = parabola([1.0])
    own = posterior_of(surface, 1.0, 1.0, chains=4)
    chains = run(surface, own, asked(draws=20, burn_in=60, first=[1e4]))
    assert (chains.acceptance[:, 0] == 0).all()
    assert (chains.divergent == 0).all()


def test_groups_in_one_run_are_what_they_would_be_alone():
    heats, chains = (3.0, 3000.0), 16
    surface = parabola(CURVATURES)
    numbers = np.repeat([0, 1], chains)
    together = posterior_of(surface, np.array(heats)[numbers], np.array([1.0, 5.0])[numbers], chains=2 * chains)
    made = run(surface, together, asked(first=[0.3, 0.01]), groups=numbers)
    for k, (heat, gamma, first) in enumerate(zip(heats, (1.0, 5.0), (0.3, 0.01), strict=True)):
        alone = run(surface, posterior_of(surface, heat, gamma, chains=chains), asked(first=[first]), seed=1)
        own = made.of(np.flatnonzero(numbers == k))
        assert own.step == pytest.approx(alone.step, rel=0.25)
        assert own.acceptance[:, 100:].mean() == pytest.approx(0.9, abs=0.06)
        for chosen in (own, alone):
            assert holds(kept(chosen)[0], expected(CURVATURES, heat, gamma))
            assert holds(kept(chosen)[1], 1.0)


def test_the_same_seed_gives_the_same_numbers_and_another_others():
    surface = parabola(CURVATURES)
    own = posterior_of(surface, 1000.0, 1.0, chains=3)
    one, same, other = (run(surface, own, asked(10, 10), seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.excess, same.excess)
    np.testing.assert_array_equal(one.step, same.step)
    assert (one.excess[:, 5:] != other.excess[:, 5:]).all()
    assert len(np.unique(one.excess[:, -1])) == 3


@pytest.mark.parametrize("chunk", [1, 2])
def test_chunks_change_nothing_but_rounding(chunk):
    surface = parabola(CURVATURES)
    own = posterior_of(surface, 1000.0, 1.0, chains=5)
    whole, cut = (run(surface, own, asked(8, 8), chunk=size) for size in (None, chunk))
    np.testing.assert_allclose(cut.excess, whole.excess, atol=1e-8)
    np.testing.assert_allclose(cut.virial, whole.virial, atol=1e-8)


def test_it_tells_of_each_draw_in_turn():
    surface, told = parabola([1.0]), []
    own = posterior_of(surface, 1.0, 1.0, chains=2)
    loss = BatchedLoss(surface.objective)
    with surface.objective.reading():
        how = asked(3, 2)
        sample_hmc(loss, own, how, np.zeros(2, np.int64), torch.Generator().manual_seed(0), told.append)
    assert told == [1, 2, 3, 4, 5]


def test_means_of_groups_count_a_divergent_draw_as_none():
    accepted = torch.tensor([1.0, -1.0, 0.5, 0.25], dtype=torch.float64)
    np.testing.assert_array_equal(group_means(accepted, np.array([0, 0, 1, 1]), 2), [0.5, 0.375])
