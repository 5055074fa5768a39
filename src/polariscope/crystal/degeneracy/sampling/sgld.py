"""Stochastic gradient Langevin dynamics of many chains at once (Welling and Teh 2011); torch.

w' = w - (e/2) P grad U_b(w) + sqrt(e P) (z + z')/2, z normal and z' that of the next draw, each chain on
minibatches b of its own, so that chains are independent. Averaging each draw's noise with the next makes the bias
by the step of second order, and none where U is a parabola (Leimkuhler and Matthews 2013); it costs nothing.

There is no rejection: what bias is left grows with the step. So where no step is given it is adapted, in the
burn-in, to the acceptance that the same step *would* have, were the minibatch all data (Metropolis-adjusted
Langevin); and what minibatches add to the injected noise is measured.

The excess of a draw is taken against the loss at w* on the same minibatch: most of the minibatch's noise cancels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.sampling.dual_averaging import DualAveraging
from polariscope.crystal.degeneracy.sampling.hmc import group_means
from polariscope.crystal.degeneracy.sampling.minibatches import OwnMinibatches
from polariscope.crystal.degeneracy.sampling.posterior import Energy, LocalPosterior
from polariscope.crystal.degeneracy.sampling.quench import QUENCH_STEPS, quench
from polariscope.crystal.degeneracy.sampling.recorder import Recorder

_REMEMBERED = 0.99
_FLOOR = 1e-8
"""Decay of the mean square of gradients, and what is added to its root relative to the largest (RMSprop's)."""

_LEAST_WEIGHT = 1e-12
"""Of every direction in the mean of the noise, so that a loss that acts on none has a mean too."""


@dataclass(frozen=True)
class SGLD:
    """How to go.

    Args:
        draws: Kept draws a chain.
        burn_in: Draws before them.
        batch: Examples in a minibatch.
        acceptance: Wanted of the burn-in's trial steps.
        step: (G,) fixed e; None: adapted from `first`.
        first: (G,) steps to begin with.
        preconditioned: Whether each parameter's step is divided by the root mean square of its gradient in the
            burn-in (Li et al. 2016), fixed afterwards, so that the posterior stays the same.
    """

    draws: int
    burn_in: int
    batch: int
    acceptance: float
    step: NDArray[np.float64] | None
    first: NDArray[np.float64]
    preconditioned: bool = False


def sample_sgld(
    loss: BatchedLoss,
    posterior: LocalPosterior,
    asked: SGLD,
    groups: NDArray[np.int64],
    batches: OwnMinibatches,
    generator: torch.Generator,
    on_draw: Callable[[int], None] = lambda _: None,
) -> Chains:
    """Draw from a posterior.

    Args:
        loss: Gives losses and gradients.
        posterior: What is drawn from; every chain starts at its centre.
        asked: How.
        groups: (C,), which group's step each chain takes.
        batches: Gives minibatches, and the loss at the centre on each.
        generator: Of all random numbers; drawn for all chains together, whatever the chunks are.
        on_draw: Is told the number of draws done.

    Returns:
        The record.
    """
    walk = _Walk(loss, posterior, asked, groups, batches, generator)
    record = Recorder(len(groups), asked.burn_in, asked.draws)
    for draw in range(asked.burn_in + asked.draws):
        record.add(draw, *walk.draw(tuning=draw < asked.burn_in))
        if draw == asked.burn_in - 1:
            walk.settle()
        on_draw(draw + 1)
    noise = walk.added_noise()
    fall = walk.fall()
    return record.chains(walk.step[groups], walk.evaluations, fall, noise)


@final
class _Walk:
    """Where the chains are, and what the next draw needs."""

    def __init__(
        self,
        loss: BatchedLoss,
        posterior: LocalPosterior,
        asked: SGLD,
        groups: NDArray[np.int64],
        batches: OwnMinibatches,
        generator: torch.Generator,
    ) -> None:
        self._loss, self._posterior, self._asked, self._groups = loss, posterior, asked, groups
        self._batches, self._generator = batches, generator
        self._points = posterior.centre.expand(len(groups), -1).clone()
        self._adapting = DualAveraging(asked.first, asked.acceptance)
        self.step = asked.first if asked.step is None else asked.step
        self._of = torch.from_numpy(groups).to(self._points.device)
        self._square = torch.zeros_like(posterior.centre).expand(len(self.step), -1).clone()
        self._group_scales = torch.ones_like(self._square)
        self._noise = self._normal()
        self.evaluations = 0

    def draw(self, *, tuning: bool) -> tuple[Energy, Tensor | None]:
        """Give the energy where the chains are, with the trial's acceptance if there was one, and move on."""
        rows, following = self._rows(), self._normal()
        energy = self._energy(self._points, rows)
        own, scales = self._own_steps(), self._scales()
        drift, spread = -own / 2 * scales**2 * energy.gradient, own.sqrt() * scales
        accepted = None
        if tuning and self._asked.step is None:
            trial = self._points + drift + spread * self._noise
            after = self._energy(trial, rows)
            accepted = _acceptance(self._points, trial, energy, after, own, scales)
            self._adapting.update(group_means(accepted, self._groups, len(self.step)))
            self.step = self._adapting.current
        if tuning and self._asked.preconditioned:
            self._precondition(energy.gradient**2)
        self._points = self._points + drift + spread * (self._noise + following) / 2
        self._noise = following
        return energy, accepted

    def settle(self) -> None:
        """End the adapting of the step."""
        if self._asked.step is None:
            self.step = self._adapting.averaged

    def added_noise(self) -> NDArray[np.float64]:
        """Measure what minibatches add to the injected variance, from two of them where each chain is."""
        # Directions count by t (w - w*) dL/dw, what each adds to the excess: noise where the loss is flat does no
        # harm, and there is a lot of it where most of the loss is flat.
        one, other = (self._energy(self._points, self._rows()).gradient for _ in range(2))
        added = self._own_steps() / 4 * self._scales() ** 2 * (one - other) ** 2 / 2
        away = self._points - self._posterior.centre
        held = self._posterior.localization[:, None].to(away) * away + self._posterior.prior * self._points
        acts = away * ((one + other) / 2 - held * self._posterior.moving)
        noise, weights = (self._of_groups(each.double()).clamp(min=0) for each in (added, acts))
        weights = weights + _LEAST_WEIGHT * self._posterior.moving
        found = (noise * weights).sum(1) / weights.sum(1)
        return np.asarray(found[self._of].cpu().numpy())

    def fall(self) -> NDArray[np.float64]:
        """Descend from where the chains are, if that costs no more than they did."""
        asked, examples = self._asked, self._batches.examples
        if QUENCH_STEPS * examples > (asked.draws + asked.burn_in) * min(asked.batch, examples):
            return np.full(len(self._groups), np.nan)
        rate = self._own_steps()[:, 0] / 4 * self._scales().amax(1) ** 2
        self.evaluations += QUENCH_STEPS
        return np.asarray(quench(self._loss, self._posterior, self._points, rate).cpu().numpy())

    def _of_groups(self, each: Tensor) -> Tensor:
        """(C, n) to the means of each group, (G, n)."""
        sums = torch.zeros(len(self._square), each.shape[1], dtype=each.dtype, device=each.device)
        return sums.index_add_(0, self._of, each) / torch.bincount(self._of, minlength=len(sums))[:, None]

    def _precondition(self, squares: Tensor) -> None:
        """Remember mean squares of gradients, those of each group: a group that diverges is alone with it."""
        mean = self._of_groups(squares)
        self._square = _REMEMBERED * self._square + (1 - _REMEMBERED) * mean
        self._group_scales = _scales(self._square, self._posterior.moving)

    def _scales(self) -> Tensor:
        return self._group_scales[self._of]

    def _energy(self, at: Tensor, rows: Tensor) -> Energy:
        self.evaluations += 1
        part, base = self._batches.take(rows)
        return self._posterior.energy(at, *self._loss.on_own(at, part), base)

    def _rows(self) -> Tensor:
        return self._batches.rows(len(self._groups), self._asked.batch, self._generator)

    def _normal(self) -> Tensor:
        like = self._points
        drawn = torch.randn(like.shape, generator=self._generator, dtype=like.dtype, device=like.device)
        return drawn * self._posterior.moving

    def _own_steps(self) -> Tensor:
        return torch.from_numpy(self.step[self._groups]).to(self._points)[:, None]


def _acceptance(
    points: Tensor, moved: Tensor, before: Energy, after: Energy, step: Tensor, scales: Tensor
) -> Tensor:
    """Metropolis' ratio of a Langevin step, were the minibatch all data."""
    there = _deviation(moved - points, before.gradient, step, scales)
    back = _deviation(points - moved, after.gradient, step, scales)
    exponent = before.value - after.value + there - back
    return torch.where(exponent.isfinite(), torch.exp(exponent.clamp(max=0.0)), 0.0)


def _deviation(change: Tensor, gradient: Tensor, step: Tensor, scales: Tensor) -> Tensor:
    noise = change / scales + step / 2 * scales * gradient
    return ((noise * noise) / (2 * step)).sum(1, dtype=torch.float64)


def _scales(square: Tensor, moving: Tensor) -> Tensor:
    """(G, n) 1 / rms of each gradient to the power 1/2 on each side, with mean square 1 over what moves."""
    root = square.sqrt()
    inverse = 1 / (root + _FLOOR + 1e-3 * root.amax(1, keepdim=True))
    return (inverse / (inverse * moving).sum(1, keepdim=True) * moving.sum()).sqrt()
