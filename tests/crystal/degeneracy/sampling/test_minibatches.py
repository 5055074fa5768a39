"""Each chain has examples of its own, and the loss at the centre on just these."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from crystal_networks import fingerprint, generators, problem
from polariscope.crystal.degeneracy.sampling import minibatches
from polariscope.crystal.degeneracy.sampling.minibatches import OwnMinibatches
from polariscope.crystal.degeneracy.weighting import weighted
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.errors import PolariscopeError


class Branch(nn.Module):
    """Asks for a value on the way, so it cannot be mapped."""

    def __init__(self):
        super().__init__()
        self.inner = problem().model

    def forward(self, x):
        return self.inner(x) if x.sum() < 1e9 else x


def opened(kind="mlp", **options):
    own = problem(kind if kind != "branch" else "mlp")
    model = Branch() if kind == "branch" else own.model
    surface = loss_surface(model, own.loss, own.data, dtype="float64", **options)
    return own, OwnMinibatches(surface.objective, surface.loss())


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("batch", [None, 5])
@pytest.mark.parametrize("kind", ["mlp", "causal", "branch"])
def test_rows_bring_their_examples_and_their_loss_at_the_centre(kind, batch):
    own, batches = opened(kind, batch=batch)
    rows = batches.rows(3, 4, seeded())
    part, base = batches.take(rows)
    model = own.model.double()
    for k in range(3):
        x, y = (tensor[rows[k]] for tensor in own.data)
        assert torch.equal(part.targets[k], y)
        assert torch.equal(part.inputs[k], x.double() if x.is_floating_point() else x)
        own_x = x.double() if x.is_floating_point() else x
        assert float(base[k]) == pytest.approx(own.loss(model(own_x), y).item(), rel=1e-12)
    assert (base.dtype, rows.shape) == (torch.float64, (3, 4))


def test_weights_travel_with_their_examples():
    own = problem()
    loss, data = weighted(own.loss, own.data, range(1, 13))
    surface = loss_surface(own.model, loss, data, dtype="float64")
    batches = OwnMinibatches(surface.objective, surface.loss())
    _, base = batches.take(torch.tensor([[3], [11]]))
    for k, row in enumerate((3, 11)):
        one = own.loss(own.model.double()(own.data[0][row : row + 1].double()), own.data[1][row : row + 1])
        assert float(base[k]) == pytest.approx((row + 1) / 6.5 * one.item(), rel=1e-6)


def test_chains_draw_apart_from_one_another_and_reproducibly():
    _, batches = opened()
    generator = seeded()
    first, second = (batches.rows(50, 8, generator) for _ in range(2))
    assert torch.equal(first, batches.rows(50, 8, seeded()))
    assert not torch.equal(first, second)
    assert len(torch.unique(first, dim=0)) == 50
    assert (first.min(), first.max()) == (0, 11)


def test_every_example_is_drawn_as_often_as_any_other():
    _, batches = opened()
    rows = batches.rows(1000, 6, seeded())
    counts = torch.bincount(rows.flatten(), minlength=12).double()
    assert ((counts - 500).abs() < 5 * (6000 * 11 / 144) ** 0.5).all()
    assert (rows[:, 0] == rows[:, 1]).double().mean() == pytest.approx(1 / 12, abs=0.05)  # with replacement


@pytest.mark.parametrize("batch", [12, 13, 1000])
def test_as_many_as_there_are_is_all_of_them_in_order_and_draws_no_number(batch):
    own, batches = opened()
    generator = seeded()
    rows = batches.rows(3, batch, generator)
    assert rows.tolist() == [list(range(12))] * 3
    assert torch.equal(generator.get_state(), seeded().get_state())
    _, base = batches.take(rows)
    whole = loss_surface(*own, dtype="float64").loss()
    torch.testing.assert_close(base, torch.full((3,), whole, dtype=torch.float64), rtol=1e-12, atol=0)


def test_a_loss_that_is_no_mean_is_refused():
    def total(outputs, targets):
        return functional.cross_entropy(outputs, targets, reduction="sum")

    own = problem()
    surface = loss_surface(own.model, total, own.data)
    with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples; .*divide it by their number"):
        OwnMinibatches(surface.objective, surface.loss())


def test_data_beyond_the_bound_is_refused(monkeypatch):
    own = problem()
    surface = loss_surface(*own, batch=5)
    held = sum(tensor.nbytes for tensor in own.data)
    monkeypatch.setattr(minibatches, "HELD_BYTES", held)
    OwnMinibatches(surface.objective, surface.loss())
    monkeypatch.setattr(minibatches, "HELD_BYTES", held - 1)
    with pytest.raises(
        PolariscopeError, match=r"^data: data of at most 0 MiB.*; got more\. Cure: .*another sampler"
    ):
        OwnMinibatches(surface.objective, surface.loss())


def test_batches_of_different_lengths_are_refused():
    model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 1))
    tokens = [torch.zeros(4, length, dtype=torch.long) for length in (2, 3)]
    data = [(own, torch.ones(4, own.shape[1], 1)) for own in tokens]
    surface = loss_surface(model, functional.mse_loss, data)
    with pytest.raises(PolariscopeError, match=r"^data: batches of one form.*pad"):
        OwnMinibatches(surface.objective, surface.loss())


@pytest.mark.parametrize("kind", ["conv", "branch"])
def test_model_and_generators_stay_as_they_are(kind):
    own = problem("mlp" if kind == "branch" else kind)
    model = Branch() if kind == "branch" else own.model
    surface = loss_surface(model, own.loss, own.data)
    before = fingerprint(model), generators()
    batches = OwnMinibatches(surface.objective, surface.loss())
    batches.take(batches.rows(3, 4, seeded()))
    assert (fingerprint(model), generators()) == before


@pytest.mark.parametrize(("most", "largest"), [(5, 5), (1, 1), (0, 1), (10**9, 12)])
def test_examples_at_once_are_as_many_as_the_memory_holds(monkeypatch, most, largest):
    own, seen, mapping = problem(), [], minibatches.vmap

    def watched(one, chunk_size):
        seen.append(chunk_size)
        return mapping(one, chunk_size=chunk_size)

    monkeypatch.setattr(minibatches, "vmap", watched)
    surface = loss_surface(*own, dtype="float64")
    batches = OwnMinibatches(surface.objective, surface.loss(), most)
    assert min(seen[0], 12) == largest
    assert seen[0] <= 4096
    everything = torch.arange(12)[None]
    whole = OwnMinibatches(surface.objective, surface.loss()).take(everything)[1]
    torch.testing.assert_close(batches.take(everything)[1], whole, rtol=1e-12, atol=0)
