"""On a parabola the averaged noise has no bias at any stable step; what minibatches do is measured."""

import numpy as np
import pytest
import torch

from crystal_posteriors import Watched, doubles, expected, holds, line, parabola, posterior_of
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.minibatches import OwnMinibatches
from polariscope.crystal.degeneracy.sampling.sgld import SGLD, sample_sgld
from polariscope.statistics.chains import effective_sample_size

ALL = 1000


class Spy:
    """Minibatches that remember the rows."""

    def __init__(self, batches):
        self._batches, self.seen, self.examples = batches, [], batches.examples

    def rows(self, chains, batch, generator):
        return self._batches.rows(chains, batch, generator)

    def take(self, rows):
        self.seen.append(rows)
        return self._batches.take(rows)


def asked(draws=200, burn_in=100, batch=ALL, step=None, first=(1e-3,), preconditioned=False, acceptance=0.95):
    fixed = None if step is None else np.array(step, float)
    return SGLD(draws, burn_in, batch, acceptance, fixed, np.array(first, float), preconditioned)


def run(surface, own, how, *, groups=None, seed=0, chunk=None, spies=None, on_draw=lambda _: None):
    loss, batches = BatchedLoss(surface.objective), OwnMinibatches(surface.objective, surface.loss())
    loss.chunk = chunk or loss.chunk
    if spies is not None:
        loss, batches = Watched(loss), Spy(batches)
        spies += [loss, batches]
    numbers = np.zeros(len(own.scale), np.int64) if groups is None else np.asarray(groups)
    generator = torch.Generator().manual_seed(seed)
    with surface.objective.reading():
        return sample_sgld(loss, own, how, numbers, batches, generator, on_draw)


def kept(chains):
    return chains.excess[:, chains.burn_in :], chains.virial[:, chains.burn_in :]


def regression(examples=40, size=3, noise=1.0):
    """A line at its least squares, with residuals: minibatches differ."""
    draw = np.random.default_rng(0)
    inputs = draw.standard_normal((examples, size))
    targets = inputs @ np.ones(size) + noise * draw.standard_normal(examples)
    best = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return inputs, targets, best, line(doubles(inputs), doubles(targets), doubles(best))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.75])
def test_the_stationary_moments_are_exact_at_any_stable_step(share):
    curvatures, heat, gamma = np.array([1.0, 0.9, 0.7]), 10.0, 1.0
    surface = parabola(curvatures)
    step = share * 4 / (heat + gamma)  # the bound is e lambda_max < 4; plain Langevin is off by 1/(1 - e lambda/4)
    chains = run(surface, posterior_of(surface, heat, gamma, chains=32), asked(600, 100, step=[step]))
    assert holds(kept(chains)[0], expected(curvatures, heat, gamma))
    assert holds(kept(chains)[1], 1.0)
    assert holds(chains.distance[:, 100:] ** 2, (1 / (heat * curvatures + gamma)).sum())
    found = kept(chains)[0].mean()
    assert abs(found / expected(curvatures, heat, gamma) - 1) < 0.05  # tight enough to tell a bias of 1/0.8
    assert (chains.divergent == 0).all()


def test_the_first_steps_are_those_of_the_formula():
    surface, spies, e = parabola([1.0, 3.0], away=0.5), [], 0.02
    own = posterior_of(surface, 7.0, 2.0, chains=4)
    chains = run(surface, own, asked(3, 0, step=[e]), spies=spies)
    generator = torch.Generator().manual_seed(0)
    z = [torch.randn(4, 2, generator=generator, dtype=torch.float64) for _ in range(4)]
    at = own.centre.expand(4, -1)
    for draw in range(3):
        torch.testing.assert_close(spies[0].seen[draw], at)
        np.testing.assert_allclose(chains.distance[:, draw], (at - own.centre).norm(dim=1), atol=1e-12)
        force = 7.0 * doubles([1.0, 3.0]) * (at - own.centre + 0.5) + 2.0 * (at - own.centre)
        at = at - e / 2 * force + e**0.5 * (z[draw] + z[draw + 1]) / 2


def test_each_chain_has_minibatches_of_its_own_at_every_draw():
    _, _, _, surface = regression()
    own, records = posterior_of(surface, 1.0, 1.0, chains=6), []
    for seed in (0, 0, 1):
        spies = []
        run(surface, own, asked(5, 4, batch=4, first=[1e-3]), spies=spies, seed=seed)
        records.append(spies[1].seen)
    one, same, other = records
    assert all(torch.equal(*pair) for pair in zip(one, same, strict=True))
    assert not any(torch.equal(*pair) for pair in zip(one, other, strict=True))
    assert all(len(torch.unique(rows, dim=0)) == 6 for rows in one)
    for draw in range(4):  # a trial is judged on the draw's own minibatch
        assert torch.equal(one[2 * draw], one[2 * draw + 1])
        assert not torch.equal(one[2 * draw], one[2 * draw + 2])


def test_the_excess_is_above_the_centre_on_the_same_minibatch():
    inputs, targets, best, surface = regression()
    own, spies = posterior_of(surface, 50.0, 1.0, chains=6), []
    chains = run(surface, own, asked(10, 0, batch=4, step=[1e-3]), spies=spies)
    np.testing.assert_allclose(chains.excess[:, 0], 0, atol=1e-12)
    for draw in range(1, 10):
        rows, at = spies[1].seen[draw].numpy(), spies[0].seen[draw].numpy()
        errors = [((inputs[row] @ w - targets[row]) ** 2).mean() for row, w in zip(rows, at, strict=True)]
        bases = [((inputs[row] @ best - targets[row]) ** 2).mean() for row in rows]
        np.testing.assert_allclose(chains.excess[:, draw], 50 * (np.array(errors) - bases), atol=1e-10)


def test_added_noise_is_the_variance_of_minibatch_gradients():
    inputs, targets, best, surface = regression(size=3)
    heat, e, batch, chains = 20.0, 1e-12, 4, 4000  # no chain leaves the centre
    own = posterior_of(surface, heat, 1.0, chains=chains)
    found = run(surface, own, asked(1, 0, batch=batch, step=[e])).noise
    gradients = 2 * (inputs @ best - targets)[:, None] * inputs
    # Steps of rounding's size add to the excess by the curvature times their own variance, alike in all.
    acts = 2 * (inputs**2).mean(axis=0)
    each = e / 4 * heat**2 * gradients.var(axis=0) / batch
    assert len(set(found)) == 1
    assert each.min() < found[0] < each.max()
    assert found[0] == pytest.approx((each * acts).sum() / acts.sum(), rel=0.3)
    assert not run(surface, own, asked(1, 0, step=[e])).noise.any()  # all data


def test_what_is_added_is_what_the_excess_is_too_high_by():
    _, _, _, surface = regression(examples=200, noise=1.0)
    own = posterior_of(surface, 20.0, 1.0, chains=64)
    chains = run(surface, own, asked(800, 100, batch=10, step=[0.02]))
    spread = chains.distance[:, 100:] ** 2
    exact = run(surface, own, asked(800, 100, step=[0.02]), seed=1).distance[:, 100:] ** 2
    assert chains.noise.mean() > 0.1
    assert spread.mean() / exact.mean() - 1 == pytest.approx(chains.noise.mean(), rel=0.35)


def test_the_preconditioner_keeps_the_posterior_and_mixes_faster():
    curvatures = np.array([1.0, 1.0, 1e-3])
    surface = parabola(curvatures)
    own = posterior_of(surface, 1000.0, 1.0, chains=24)
    sizes = []
    for preconditioned in (False, True):
        how = asked(1200, 400, first=[1e-3], preconditioned=preconditioned)
        chains = run(surface, own, how)
        sizes.append(effective_sample_size(chains.distance[:, 400:]))
    assert holds(kept(chains)[0], expected(curvatures, 1000.0, 1.0))
    assert holds(chains.distance[:, 400:] ** 2, (1 / (1000 * curvatures + 1)).sum())
    assert sizes[1] > 3 * sizes[0]


def test_the_preconditioner_is_fixed_after_the_burn_in_and_nothing_where_all_is_alike():
    surface = parabola([1.0] * 4)
    own = posterior_of(surface, 10.0, 1.0, chains=200)
    plain, scaled = (
        run(surface, own, asked(100, 100, step=[0.05], preconditioned=kind)) for kind in (False, True)
    )
    np.testing.assert_allclose(scaled.excess[:, 100:].mean(), plain.excess[:, 100:].mean(), rtol=0.03)
    unburnt = [run(surface, own, asked(5, 0, step=[0.05], preconditioned=kind)).excess for kind in (False, True)]
    np.testing.assert_array_equal(*unburnt)


@pytest.mark.parametrize("preconditioned", [False, True])
def test_a_group_that_diverges_is_alone_with_it(preconditioned):
    surface, numbers = parabola([1.0, 0.5]), np.repeat([0, 1], 16)
    own = posterior_of(surface, 10.0, 1.0, chains=32)
    chains = run(surface, own, asked(300, 300, step=[0.1, 50.0], preconditioned=preconditioned), groups=numbers)
    assert holds(kept(chains)[0][:16], expected([1.0, 0.5], 10.0, 1.0))
    assert not np.isfinite(kept(chains)[0][16:, -1]).any()
    assert (chains.divergent[16:] > 100).all()
    assert not chains.divergent[:16].any()


@pytest.mark.parametrize("preconditioned", [False, True])
def test_what_does_not_move_stays_bit_for_bit(preconditioned):
    surface, spies = parabola([1.0, 3.0, 0.5], away=0.3), []
    own = posterior_of(surface, 4.0, 2.0, chains=3, moving=[True, False, True])
    run(surface, own, asked(10, 5, first=[0.1], preconditioned=preconditioned), spies=spies)
    points = torch.stack(spies[0].seen)
    assert torch.equal(points[..., 1], own.centre[1].expand(points.shape[:2]))
    assert (points[1:, :, 0] != own.centre[0]).all()


def test_the_moments_among_those_that_move_are_exact_too():
    surface = parabola([1.0, 3.0, 0.5])
    own = posterior_of(surface, 4.0, 2.0, chains=32, moving=[True, False, True])
    chains = run(surface, own, asked(600, 100, step=[0.3], preconditioned=True))
    assert holds(kept(chains)[0], expected([1.0, 0.5], 4.0, 2.0))
    assert holds(kept(chains)[1], 1.0)


@pytest.mark.parametrize("wanted", [0.8, 0.95])
def test_the_step_is_adapted_to_the_trials_acceptance_in_each_group(wanted):
    surface, numbers, heats = parabola([1.0] * 6), np.repeat([0, 1], 32), np.array([3.0, 300.0])
    own = posterior_of(surface, heats[numbers], 1.0, chains=64)
    how = asked(50, 400, first=[1e-5, 1e-5], acceptance=wanted)
    chains = run(surface, own, how, groups=numbers)
    for k in (0, 1):
        group = chains.of(np.flatnonzero(numbers == k))
        assert group.acceptance[:, 300:400].mean() == pytest.approx(wanted, abs=0.03)
        assert (group.step == group.step[0]).all()
    assert chains.step[0] / chains.step[-1] == pytest.approx(301 / 4, rel=0.1)  # e lambda is what matters
    assert np.isnan(chains.acceptance[:, 400:]).all()


def test_a_trials_acceptance_is_that_of_metropolis():
    surface, spies, e = parabola([1.0, 3.0]), [], 0.3
    own = posterior_of(surface, 7.0, 2.0, chains=50)
    chains = run(surface, own, asked(1, 3, first=[e]), spies=spies)
    at, trial = spies[0].seen[0], spies[0].seen[1]
    precision = 7.0 * doubles([1.0, 3.0]) + 2.0

    def log_density(x):
        return -(precision * (x - own.centre) ** 2).sum(1) / 2

    def log_proposal(to, start):
        mean = start - e / 2 * precision * (start - own.centre)
        return -((to - mean) ** 2).sum(1) / (2 * e)

    ratio = log_density(trial) - log_density(at) + log_proposal(at, trial) - log_proposal(trial, at)
    np.testing.assert_allclose(chains.acceptance[:, 0], ratio.clamp(max=0).exp(), atol=1e-12)
    assert 0 < (ratio < 0).double().mean() <= 1


def test_a_given_step_is_kept_and_tried_nowhere():
    surface, spies = parabola([1.0]), []
    chains = run(surface, posterior_of(surface, 1.0, 1.0, chains=2), asked(6, 4, step=[0.25]), spies=spies)
    assert (chains.step == 0.25).all()
    assert np.isnan(chains.acceptance).all()
    assert chains.gradients == len(spies[0].seen) == 4 + 6 + 2
    spies = []
    adapted = run(surface, posterior_of(surface, 1.0, 1.0, chains=2), asked(6, 4), spies=spies)
    assert adapted.gradients == len(spies[0].seen) == 2 * 4 + 6 + 2


def test_the_same_seed_gives_the_same_numbers_whatever_the_chunks_are():
    _, _, _, surface = regression()
    own, how = posterior_of(surface, 50.0, 1.0, chains=5), asked(10, 10, batch=4, preconditioned=True)
    one, same, other = (run(surface, own, how, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.excess, same.excess)
    assert (one.excess[:, 1:] != other.excess[:, 1:]).all()
    for chunk in (1, 2):
        np.testing.assert_allclose(run(surface, own, how, chunk=chunk).excess, one.excess, atol=1e-8)


def test_it_tells_of_each_draw_in_turn():
    surface, told = parabola([1.0]), []
    run(surface, posterior_of(surface, 1.0, 1.0, chains=2), asked(3, 2), on_draw=told.append)
    assert told == [1, 2, 3, 4, 5]
