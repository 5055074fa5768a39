"""The tempered local posterior, U(w) = t (L(w) - L*) + (gamma/2) |w - w*|^2 + (a/2) (|w|^2 - |w*|^2); torch.

t = n beta is the number of examples by the temperature, gamma the localisation, a the precision of a Gaussian
prior at 0. t and gamma may differ from chain to chain.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class LocalPosterior:
    """An energy of points (C, n), from their losses and gradients.

    Args:
        centre: w*, (n,).
        moving: (n,), 1 where a parameter moves and 0 where it stays.
        base: L*, the loss of all examples at w*.
        scale: t, (C,) in doubles.
        localization: gamma, (C,) in doubles.
        prior: a.
    """

    centre: Tensor
    moving: Tensor
    base: float
    scale: Tensor
    localization: Tensor
    prior: float = 0.0

    @property
    def free(self) -> int:
        """How many parameters move, d."""
        return int(self.moving.sum())

    def energy(self, points: Tensor, losses: Tensor, gradients: Tensor, base: Tensor | None = None) -> "Energy":
        """Put loss, localisation and prior together.

        Args:
            points: (C, n).
            losses: (C,), doubles.
            gradients: Of the losses, (C, n).
            base: L* of each chain's own minibatch. Default: that of all examples.

        Returns:
            The energy.
        """
        away = points - self.centre
        excess = self.scale * (losses - (self.base if base is None else base))
        square = (away * away).sum(1, dtype=torch.float64)
        value = excess + self.localization * square / 2
        force = gradients * self.scale[:, None].to(points.dtype)
        force += away * self.localization[:, None].to(points.dtype)
        if self.prior:
            value = value + self.prior / 2 * ((points**2).sum(1, dtype=torch.float64) - (self.centre**2).sum())
            force += self.prior * points
        force *= self.moving
        virial = (away * force).sum(1, dtype=torch.float64) / self.free
        return Energy(value, force, excess, virial, square.sqrt())


@dataclass(frozen=True, eq=False)
class Energy:
    """U and its parts at C points.

    Args:
        value: U, (C,), doubles.
        gradient: grad U, (C, n), 0 where a parameter stays.
        excess: t (L - L*), (C,).
        virial: (w - w*)'grad U / d, (C,).
        distance: |w - w*|, (C,).
    """

    value: Tensor
    gradient: Tensor
    excess: Tensor
    virial: Tensor
    distance: Tensor
