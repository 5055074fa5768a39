"""A model on data is a weighted sum over minibatches; buffers are read, not written."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from crystal_networks import fingerprint, generators
from polariscope.crystal.operators.loss import batches, curvature
from polariscope.crystal.operators.loss.batches import open_batches
from polariscope.crystal.operators.loss.objective import cast, model_objective
from polariscope.crystal.operators.loss.surface import loss_surface

X, Y = torch.randn(7, 2, generator=torch.Generator().manual_seed(0)), torch.zeros(7, 2)


class Counting(nn.Linear):
    """Writes to a buffer at every call, as running statistics do."""

    def __init__(self):
        super().__init__(2, 2)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        return super().forward(x) * self.calls


def test_weights_are_shares_of_the_examples_or_one():
    model = nn.Linear(2, 2)
    for reduction, weights in (("mean", [3 / 7, 3 / 7, 1 / 7]), ("sum", [1, 1, 1])):
        chosen = dict(model.named_parameters())
        made = model_objective(
            model, functional.mse_loss, open_batches((X, Y), 3), chosen, torch.float32, reduction=reduction
        )
        assert [share for share, _ in made.parts()] == pytest.approx(weights)


def test_buffers_start_anew_at_every_call_and_stay():
    model = Counting()
    before = fingerprint(model)
    surface = loss_surface(model, functional.mse_loss, (X, Y))
    assert surface.loss() == pytest.approx(functional.mse_loss(nn.Linear.forward(model, X), Y).item())
    surface.product(torch.ones(6))
    assert fingerprint(model) == before


def test_a_loader_draws_from_no_global_generator_however_often_it_is_read(monkeypatch):
    monkeypatch.setattr(batches, "HELD_BYTES", 0)
    before = generators()
    surface = loss_surface(nn.Linear(2, 2), functional.mse_loss, DataLoader(TensorDataset(X, Y), batch_size=3))
    assert generators() != before  # the layer was drawn
    before = generators()
    monkeypatch.setattr(curvature, "KEEP_BYTES", 0)
    surface.gradient()
    surface.product(torch.ones(6))
    assert generators() == before


def test_parameters_share_memory_where_no_cast_is_needed():
    model = nn.Linear(2, 2)
    surface = loss_surface(model, functional.mse_loss, (X, Y))
    assert surface.objective.leaves[0].data_ptr() == model.weight.data_ptr()
    assert surface.in_double().objective.leaves[0].dtype == torch.float64


def test_casts_leave_integers_alone():
    assert cast(torch.arange(3), torch.float64).dtype == torch.int64
    assert cast(torch.ones(3, requires_grad=True), torch.float64).dtype == torch.float64
    assert not cast(torch.ones(3, requires_grad=True), torch.float32).requires_grad
