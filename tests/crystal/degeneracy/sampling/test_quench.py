"""What lies below the start is found from where chains went, also among many directions that rise."""

import numpy as np
import torch
from torch import nn

from crystal_posteriors import parabola, posterior_of
from polariscope.crystal.degeneracy.local import local_learning_coefficient
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.sampling.quench import quench


def test_from_around_a_minimum_nothing_lies_below():
    surface = parabola([1.0, 3.0, 0.5])
    own = posterior_of(surface, 4.0, 2.0, chains=5)
    points = own.centre + torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert quench(BatchedLoss(surface.objective), own, points, torch.full((5,), 0.05).double()).max() < 1e-12


def test_beside_a_minimum_the_fall_is_that_to_the_lowest_of_the_posterior():
    """L = c x^2 / 2 from x = a, held by gamma: the lowest U lies at a gamma / (t c + gamma)."""
    curvature, away, scale, gamma = 2.0, 0.5, 10.0, 4.0
    surface = parabola([curvature], away=away)
    own = posterior_of(surface, scale, gamma, chains=2)
    found = quench(BatchedLoss(surface.objective), own, own.centre.expand(2, -1), torch.full((2,), 0.02).double())
    lowest = away * gamma / (scale * curvature + gamma)
    # On the way it may overshoot to the bottom of the loss itself, and no further.
    assert scale * curvature / 2 * (away**2 - lowest**2) * 0.99 <= found.min()
    assert found.max() <= scale * curvature / 2 * away**2 + 1e-12


class Hidden(nn.Module):
    """100 directions that rise, and one with a lower place on either side."""

    def __init__(self):
        super().__init__()
        self.rising, self.falling = nn.Parameter(torch.zeros(100)), nn.Parameter(torch.zeros(1))

    def forward(self, inputs):
        value = (self.rising**2).sum() / 2 + (self.falling**4 - self.falling**2).sum()
        return inputs * value


def test_a_saddle_is_refused_however_many_other_directions_rise():
    ones = torch.ones(20, 1)
    found = local_learning_coefficient(
        Hidden(), lambda outputs, targets: outputs.mean(), (ones, ones), temperature=20 / 145, chains=8, draws=100
    )
    assert np.nanmean(found.chains.excess) > 0  # the mean alone tells nothing
    assert "left" in {reason.code for reason in found.reasons}
    assert found.chains.fall.max() > 30  # t / 4 is all there is
