"""What is put in comes out, draw by draw; what failed is counted."""

import numpy as np
import pytest
import torch

from polariscope.crystal.degeneracy.sampling.posterior import Energy
from polariscope.crystal.degeneracy.sampling.recorder import Recorder


def energy(value, chains=3):
    excess, virial, distance = (torch.arange(chains, dtype=torch.float64) + k + value for k in (0.0, 10.0, 20.0))
    return Energy(excess, torch.zeros(chains, 2), excess, virial, distance)


def filled(acceptances, burn_in=2, excess=None):
    """A record of as many draws as acceptances; None is no acceptance."""
    record = Recorder(3, burn_in, len(acceptances) - burn_in)
    for draw, own in enumerate(acceptances):
        now = energy(100.0 * draw)
        if excess is not None:
            now.excess[:] = torch.tensor(excess[draw])
        record.add(draw, now, None if own is None else torch.tensor(own, dtype=torch.float64))
    return record.chains(np.array([0.1, 0.2, 0.3]), 17)


def test_every_number_stands_at_its_chain_and_draw():
    made = filled([[0.1, 0.2, 0.3]] * 4)
    place = np.arange(3)[:, None] + 100.0 * np.arange(4)
    np.testing.assert_array_equal(made.excess, place)
    np.testing.assert_array_equal(made.virial, place + 10)
    np.testing.assert_array_equal(made.distance, place + 20)
    np.testing.assert_array_equal(made.acceptance, [[0.1] * 4, [0.2] * 4, [0.3] * 4])
    assert (made.burn_in, made.gradients) == (2, 17)
    np.testing.assert_array_equal(made.step, [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(made.noise, [0, 0, 0])


def test_divergent_draws_count_after_the_burn_in_and_were_accepted_with_nothing():
    made = filled([[-1, 0.5, 0.5], [-1, 0.5, 0.5], [-1, 0.5, 0.0], [-1, -1, 1.0]])
    np.testing.assert_array_equal(made.divergent, [2, 1, 0])
    np.testing.assert_array_equal(made.acceptance, [[0] * 4, [0.5] * 3 + [0], [0.5, 0.5, 0, 1]])
    assert made.divergent.dtype == np.int64


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_draws_without_a_number_stay_so_and_are_counted(bad):
    made = filled([None] * 4, excess=[[bad] * 3, [0.0] * 3, [bad, 0.0, 0.0], [bad, bad, 0.0]])
    np.testing.assert_array_equal(made.divergent, [2, 1, 0])
    np.testing.assert_array_equal(made.excess[0], [bad, 0.0, bad, bad])


def test_where_there_was_no_acceptance_there_is_none():
    made = filled([[0.5] * 3, [0.5] * 3, None, None])
    np.testing.assert_array_equal(np.isnan(made.acceptance), [[False, False, True, True]] * 3)
    assert not made.divergent.any()


def test_the_noise_is_the_samplers():
    record = Recorder(3, 0, 1)
    record.add(0, energy(0.0), None)
    made = record.chains(np.ones(3), 1, noise=np.array([0.1, 0.2, 0.3]))
    np.testing.assert_array_equal(made.noise, [0.1, 0.2, 0.3])
    assert np.isnan(made.fall).all()  # nobody looked
