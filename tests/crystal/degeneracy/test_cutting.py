"""The data is cut where a minibatch's bytes say that the memory ends."""

import pytest
import torch

from crystal_networks import problem
from polariscope.crystal.degeneracy.cutting import fitting_batch
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("minibatch", [1, 3, 5])
def test_as_many_examples_as_the_memory_holds(minibatch):
    model, loss, data = problem()
    head = tuple(each[:minibatch] for each in data)
    held = BatchedLoss(loss_surface(model, loss, head).objective).bytes_a_chain
    for times in (1, 2, 2.5):
        assert fitting_batch(model, loss, data, minibatch, int(times * held)) == pytest.approx(
            times * minibatch, abs=1
        )
    with pytest.raises(PolariscopeError, match=f"^memory: at least what one chain saves for {minibatch} examples"):
        fitting_batch(model, loss, data, minibatch, held - 1)


def test_what_is_no_longer_than_a_minibatch_or_no_pair_is_not_cut():
    model, loss, (inputs, targets) = problem()
    assert fitting_batch(model, loss, (inputs, targets), 12, 1) is None
    assert fitting_batch(model, loss, [(inputs, targets)], 2, 1) is None


def test_a_part_of_the_parameters_saves_less():
    model, loss, data = problem()
    everything, last = (
        fitting_batch(model, loss, data, 3, 1 << 20, parameters=own) for own in ("*", [f"{len(model) - 1}.*"])
    )
    assert last > everything
    assert torch.is_tensor(data[0])
