"""Hamiltonian Monte Carlo of many chains at once, Metropolis-corrected: no bias by the step (Neal 2011); torch.

All chains take the same number of leapfrog steps, drawn anew for each draw, so that no orbit is periodic. Each
takes a step of its own, drawn anew around the common one: a chain in a place too stiff for the common step leaves
it by a small one. The common step is adapted to a wanted acceptance during the burn-in, and stays from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.sampling.dual_averaging import DualAveraging
from polariscope.crystal.degeneracy.sampling.posterior import Energy, LocalPosterior
from polariscope.crystal.degeneracy.sampling.quench import QUENCH_STEPS, quench
from polariscope.crystal.degeneracy.sampling.recorder import Recorder

_LEAST, _MOST = 0.5, 1.5
"""Range of a draw's step, in common steps."""
_HEATING = 0.5
"""Share of the burn-in in which energy errors count by 1/root d only. At w*, where all chains start, errors have
one sign and add up like d: the step would have to fall like 1/root d, for draws that are thrown away. In
equilibrium they add up like root d, and the step falls like d^(-1/4)."""
DIVERGENT = 1_000.0
"""An energy off by more than this ends in no acceptance ever; Stan's bound."""


@dataclass(frozen=True)
class HMC:
    """How to go.

    Args:
        draws: Kept draws a chain.
        burn_in: Draws before them.
        leapfrog: Mean number of leapfrog steps a draw.
        acceptance: Wanted.
        step: (G,) fixed steps; None: adapted from `first`.
        first: (G,) steps to begin with.
    """

    draws: int
    burn_in: int
    leapfrog: int
    acceptance: float
    step: NDArray[np.float64] | None
    first: NDArray[np.float64]


def sample_hmc(
    loss: BatchedLoss,
    posterior: LocalPosterior,
    asked: HMC,
    groups: NDArray[np.int64],
    generator: torch.Generator,
    on_draw: Callable[[int], None] = lambda _: None,
) -> Chains:
    """Draw from a posterior.

    Args:
        loss: Gives losses and gradients.
        posterior: What is drawn from; every chain starts at its centre.
        asked: How.
        groups: (C,), which group's step each chain takes.
        generator: Of all random numbers; drawn for all chains together, whatever the chunks are.
        on_draw: Is told the number of draws done.

    Returns:
        The record.
    """
    points = posterior.centre.expand(len(groups), -1).clone()
    energy = posterior.energy(points, *loss(points))
    adapting = DualAveraging(asked.first, asked.acceptance)
    step = asked.first if asked.step is None else asked.step
    lengths = np.random.default_rng(generator.initial_seed()).integers(
        1, 2 * asked.leapfrog, size=asked.burn_in + asked.draws
    )
    record = Recorder(len(groups), asked.burn_in, asked.draws)
    for draw, length in enumerate(lengths):
        own = torch.from_numpy(step[groups]).to(points)
        blur = sqrt(posterior.free) if draw < _HEATING * asked.burn_in else 1.0
        points, energy, accepted = _draw(loss, posterior, points, energy, own, int(length), generator, blur)
        record.add(draw, energy, accepted)
        if asked.step is None and draw < asked.burn_in:
            adapting.update(group_means(accepted, groups, len(step)))
            step = adapting.current if draw < asked.burn_in - 1 else adapting.averaged
        on_draw(draw + 1)
    own = torch.from_numpy(step[groups]).to(points)
    fall = quench(loss, posterior, points, own**2 / 4)  # leapfrog is stable below 2/root curvature
    return record.chains(step[groups], int(lengths.sum()) + 1 + QUENCH_STEPS, fall.cpu().numpy())


def _draw(
    loss: BatchedLoss,
    posterior: LocalPosterior,
    points: Tensor,
    energy: Energy,
    step: Tensor,
    length: int,
    generator: torch.Generator,
    blur: float = 1.0,
) -> tuple[Tensor, Energy, Tensor]:
    spread = torch.rand(len(step), generator=generator, dtype=step.dtype, device=step.device)
    size = (step * (_LEAST + (_MOST - _LEAST) * spread))[:, None]
    noise = torch.randn(points.shape, generator=generator, dtype=points.dtype, device=points.device)
    momenta = noise * posterior.moving
    kinetic = _kinetic(momenta)
    moved, after = points, energy
    momenta = momenta - size / 2 * energy.gradient
    for index in range(length):
        moved = moved + size * momenta
        after = posterior.energy(moved, *loss(moved))
        momenta = momenta - (size if index < length - 1 else size / 2) * after.gradient
    error = after.value + _kinetic(momenta) - energy.value - kinetic
    uniform = torch.rand(len(points), generator=generator, dtype=torch.float64, device=points.device)
    probability = torch.where(error.isfinite(), torch.exp(-error.clamp(min=0.0) / blur), 0.0)
    taken = uniform < probability
    divergent = ~(error.isfinite() & (error <= DIVERGENT))
    return (
        torch.where(taken[:, None], moved, points),
        _chosen(taken, after, energy),
        torch.where(divergent, -1.0, probability),
    )


def _kinetic(momenta: Tensor) -> Tensor:
    return (momenta * momenta).sum(1, dtype=torch.float64) / 2


def _chosen(taken: Tensor, new: Energy, old: Energy) -> Energy:
    return Energy(
        torch.where(taken, new.value, old.value),
        torch.where(taken[:, None], new.gradient, old.gradient),
        torch.where(taken, new.excess, old.excess),
        torch.where(taken, new.virial, old.virial),
        torch.where(taken, new.distance, old.distance),
    )


def group_means(accepted: Tensor, groups: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Mean acceptance of each group of chains.

    Args:
        accepted: (C,); below 0 counts as 0.
        groups: (C,), the group of each.
        count: G.

    Returns:
        (G,).
    """
    own = accepted.clamp(min=0.0).cpu().numpy()
    return np.bincount(groups, own, count) / np.bincount(groups, minlength=count)
