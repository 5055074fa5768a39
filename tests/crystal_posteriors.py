"""Posteriors whose moments are known: parabolas, as regressions with one example a parameter, in doubles."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.posterior import LocalPosterior
from polariscope.crystal.operators.loss.surface import LossSurface, loss_surface
from polariscope.statistics.chains import chain_mean


def doubles(values: Sequence[float] | np.ndarray) -> Tensor:
    return torch.tensor(np.asarray(values), dtype=torch.float64)


def line(inputs: Tensor, targets: Tensor, at: Tensor) -> LossSurface:
    """The mean square error of inputs (n, d) @ at to targets (n,)."""
    model = nn.Linear(inputs.shape[1], 1, bias=False).double()
    with torch.no_grad():
        model.weight.copy_(at)
    return loss_surface(model, nn.functional.mse_loss, (inputs, targets[:, None]))


def parabola(curvatures: Sequence[float], away: float = 0.0) -> LossSurface:
    """L = sum_i l_i (w_i - m_i)^2 / 2, with w* = m + away."""
    minimum = torch.linspace(-1, 1, len(curvatures), dtype=torch.float64)
    inputs = torch.diag((len(curvatures) * doubles(curvatures) / 2).sqrt())
    return line(inputs, inputs @ minimum, minimum + away)


def posterior_of(
    surface: LossSurface,
    scale: float | Sequence[float],
    localization: float | Sequence[float],
    *,
    chains: int,
    moving: Sequence[bool] | None = None,
    prior: float = 0.0,
) -> LocalPosterior:
    """The local posterior of a surface; t and gamma for all chains, or one a chain."""
    centre = torch.cat([leaf.reshape(-1) for leaf in surface.objective.leaves])
    free = torch.ones_like(centre) if moving is None else torch.tensor(moving).to(centre)
    own = [doubles(np.broadcast_to(each, chains)) for each in (scale, localization)]
    return LocalPosterior(centre, free, surface.loss(), *own, prior)


def expected(curvatures: Sequence[float], scale: float, localization: float) -> float:
    """t E[K] = sum_i t l_i / (t l_i + gamma) / 2."""
    heat = scale * np.asarray(curvatures)
    return float((heat / (heat + localization)).sum() / 2)


class Watched:
    """A batched loss that remembers where it was asked for."""

    def __init__(self, loss: BatchedLoss) -> None:
        self.loss, self.seen = loss, []

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        self.seen.append(points)
        return self.loss(points)

    def on_own(self, points: Tensor, part: object) -> tuple[Tensor, Tensor]:
        self.seen.append(points)
        return self.loss.on_own(points, part)


def holds(draws: np.ndarray, true: float, errors: float = 4.0) -> bool:
    """Whether a mean over chains lies within so many standard errors of what it should be."""
    found = chain_mean(draws)
    return abs(found.value - true) <= errors * found.standard_error
