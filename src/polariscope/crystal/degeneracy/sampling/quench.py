"""How far below w* the loss lies where chains went: descend from their ends, without noise; torch.

E[t (L - L*)] alone does not tell: in many directions that rise, a fall in a few is hidden in the mean.
"""

import torch
from torch import Tensor

from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.posterior import LocalPosterior

QUENCH_STEPS = 60
"""k steps reach directions of curvature 4/(rate k^2) and above: those that the loss holds."""


def quench(loss: BatchedLoss, posterior: LocalPosterior, points: Tensor, rate: Tensor) -> Tensor:
    """Descend on U by Nesterov's accelerated gradient, and note the lowest loss on the way.

    Args:
        loss: Gives losses and gradients, of all data.
        posterior: U.
        points: (C, n), where to begin.
        rate: (C,), steps that are stable at every curvature of U.

    Returns:
        (C,), max(0, t (L* - L)) at the lowest: 0 where w* is a minimum.
    """
    now, before = points, points
    lowest = torch.zeros(len(points), dtype=torch.float64, device=points.device)
    for index in range(QUENCH_STEPS):
        ahead = now + index / (index + 3) * (now - before)
        energy = posterior.energy(ahead, *loss(ahead))
        # A diverged chain has no number; it is told elsewhere.
        lowest = torch.fmin(lowest, energy.excess)
        before, now = now, ahead - rate[:, None] * energy.gradient
    return -lowest
