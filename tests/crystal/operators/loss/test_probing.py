"""The first evaluation refuses what is no finite scalar of the parameters, and harms nothing by trying."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from crystal_networks import fingerprint, problem
from polariscope.crystal.operators.loss import probing
from polariscope.crystal.operators.loss.hessian import hessian, hessian_of
from polariscope.errors import PolariscopeError

MODEL, LOSS, DATA = problem()


def penalised(outputs, targets):
    return LOSS(outputs, targets) + sum(own.square().sum() for own in MODEL.parameters())


def in_place(outputs, targets):
    targets.mul_(0)
    return LOSS(outputs, targets)


def raises(outputs, targets):
    raise ValueError("no such label")


@pytest.mark.parametrize(
    ("loss", "match"),
    [
        (lambda out, y: LOSS(out, y) * float("nan"), "the loss is finite; got nan"),
        (lambda out, y: LOSS(out, y) / 0, "the loss is finite; got inf"),
        (lambda out, y: out, r"a real scalar tensor; got a tensor of shape \(12, 3\)\. Cure: take its \.mean\(\)"),
        (lambda out, y: out.sum(0)[:1], r"got a tensor of shape \(1,\)"),
        (lambda out, y: LOSS(out, y).item(), "a real scalar tensor; got float"),
        (lambda out, y: out.argmax(), r"a real scalar tensor; got a tensor of shape \(\)"),
        (lambda out, y: LOSS(out.detach(), y), "depends on the parameters.*one that does not"),
        (lambda out, y: LOSS(torch.ones(12, 3), y), "depends on the parameters"),
        (penalised, r"sees the parameters by the model's outputs only.*adds 2 c to every eigenvalue"),
        (in_place, "read, not written to; got an operation in place"),
        (raises, "evaluated on the first batch; got ValueError: no such label"),
        (functional.mse_loss, "evaluated on the first batch; got "),
    ],
)
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_what_is_no_finite_scalar_of_the_parameters_is_refused(loss, match):
    before = fingerprint(MODEL), [part.clone() for part in DATA]
    with pytest.raises(PolariscopeError, match=rf"^model and loss: .*{match}"):
        hessian(MODEL, loss, DATA)
    assert fingerprint(MODEL) == before[0]
    assert all(torch.equal(part, own) for part, own in zip(DATA, before[1], strict=True))


def test_parameters_that_the_loss_does_not_use_are_refused_when_chosen_alone():
    class Half(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.idle = nn.Linear(4, 3), nn.Linear(4, 3)

        def forward(self, x):
            return self.used(x)

    model = Half()
    assert hessian(model, LOSS, DATA).size == 30
    with pytest.raises(PolariscopeError, match="or choose parameters that it depends on"):
        hessian(model, LOSS, DATA, parameters="idle.*")


def test_a_model_that_writes_to_its_weights_is_refused_before_it_does():
    model = nn.Sequential(nn.Embedding(5, 3, max_norm=0.1), nn.Flatten(), nn.Linear(3, 2))
    before = fingerprint(model)
    data = torch.arange(5).unsqueeze(1), torch.tensor([0, 1, 1, 0, 0])
    with pytest.raises(PolariscopeError, match="read, not written to"):
        hessian(model, LOSS, data)
    assert fingerprint(model) == before


def test_a_later_batch_that_is_not_finite_is_found():
    x, y = DATA[0].clone(), DATA[1]
    x[-1] = float("inf")
    with pytest.raises(PolariscopeError, match="the loss is finite; got nan"):
        hessian(MODEL, LOSS, (x, y), batch=4)


def test_a_function_is_held_to_the_same():
    with pytest.raises(PolariscopeError, match=r"^function: the loss is a real scalar tensor"):
        hessian_of(lambda w: w, torch.ones(2))
    with pytest.raises(PolariscopeError, match=r"^function: .*KeyError"):
        hessian_of(lambda w: w["b"].sum(), {"a": torch.ones(2)})


WEIGHTED = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0, 0.1]))
SUMMED = nn.CrossEntropyLoss(reduction="sum")
NOWHERE = -100


def labels(*ignored: int) -> torch.Tensor:
    made = torch.arange(12) % 3
    made[list(ignored)] = NOWHERE
    return made


def cut(x, y, size: int, way: str) -> dict:
    if way == "batch":
        return {"data": (x, y), "batch": size}
    return {"data": DataLoader(TensorDataset(x, y), batch_size=size)}


@pytest.mark.parametrize("room", [0, 1 << 26])
@pytest.mark.parametrize("way", ["batch", "loader"])
@pytest.mark.parametrize(
    ("loss", "ignored", "size"),
    [
        (WEIGHTED, (), 1),
        (WEIGHTED, (), 4),
        (SUMMED, (), 1),
        (SUMMED, (), 5),
        (LOSS, (7, 8, 9, 10), 6),  # in the second batch alone
        (LOSS, (0, 2), 4),  # as many in both halves of the first
    ],
)
def test_a_loss_that_does_not_add_up_over_minibatches_is_refused(loss, ignored, size, way, room, monkeypatch):
    monkeypatch.setattr(probing, "JOINED_BYTES", room)
    given = cut(DATA[0], labels(*ignored), size, way)
    with pytest.raises(PolariscopeError, match=r'^loss: a mean over examples.*reduction="sum"'):
        hessian(MODEL, loss, **given)


@pytest.mark.parametrize("room", [0, 1 << 26])
@pytest.mark.parametrize("way", ["batch", "loader"])
@pytest.mark.parametrize("size", [1, 5, 11])
def test_a_loss_that_adds_up_passes_however_it_is_cut(size, way, room, monkeypatch):
    monkeypatch.setattr(probing, "JOINED_BYTES", room)
    given = cut(DATA[0], labels(), size, way)
    assert hessian(MODEL, LOSS, **given).size == 83
    ignoring = cut(DATA[0], labels(2), size, way)
    if size > 1:  # of one example that is ignored there is no mean
        assert hessian(MODEL, nn.CrossEntropyLoss(reduction="sum"), **ignoring, reduction="sum").size == 83


def test_minibatches_of_equal_weight_pass_and_are_right_though_their_examples_weigh_unlike():
    given = MODEL, WEIGHTED, (DATA[0], labels())
    np.testing.assert_allclose(hessian(*given, batch=3).dense(), hessian(*given).dense(), atol=1e-6)


@pytest.mark.parametrize("ignored", [(), (1, 2, 5)])
def test_equal_losses_do_not_hide_weights(ignored):
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    nn.init.zeros_(model[2].weight)
    nn.init.zeros_(model[2].bias)
    loss = LOSS if ignored else WEIGHTED
    with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples"):
        hessian(model, loss, (DATA[0], labels(*ignored)), batch=4)
    assert hessian(model, LOSS, (DATA[0], labels()), batch=4).size == 43


def test_equal_losses_pass_where_the_model_is_not_defined_nearby():
    class Root(nn.Linear):
        def forward(self, x):
            return super().forward(x) if self.weight.abs().max() == 0 else torch.full_like(x, float("nan"))

    model = Root(3, 3, bias=False)
    nn.init.zeros_(model.weight)
    assert hessian(model, LOSS, (torch.ones(4, 3), labels()[:4] * 0), batch=2).size == 9


def test_examples_of_unlike_length_are_joined_with_their_own_copies():
    class Pooled(nn.Linear):
        def forward(self, x):
            return super().forward(x).mean(1)

    model = Pooled(4, 3)
    data = [(torch.randn(1, length, 4), torch.tensor([0])) for length in (2, 3, 5)]
    assert hessian(model, LOSS, data).size == 15
    with pytest.raises(PolariscopeError, match=r'^loss: .*give reduction="sum"'):
        hessian(model, SUMMED, data)


def test_the_check_costs_one_more_pass():
    class Counting(nn.Module):
        seen = 0

        def __init__(self):
            super().__init__()
            self.inner = MODEL

        def forward(self, x):
            Counting.seen += len(x) * (not torch.is_grad_enabled())
            return self.inner(x)

    for room in (0, 1 << 26):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(probing, "JOINED_BYTES", room)
            Counting.seen = 0
            hessian(Counting(), LOSS, DATA, batch=4)
            assert Counting.seen <= 2 * 12


@pytest.mark.parametrize(("size", "match"), [(4, "any number of examples"), (5, "every batch, number 3 too")])
def test_a_batch_size_that_is_fixed_in_the_loss_is_refused(size, match):
    def fixed(outputs, targets):
        return LOSS(outputs.view(size, 3), targets)

    with pytest.raises(PolariscopeError, match=rf"{match}.*; got RuntimeError: "):
        hessian(MODEL, fixed, DATA, batch=size)


def test_a_later_batch_that_raises_is_named():
    y = DATA[1].clone()
    y[-1] = 7
    with pytest.raises(PolariscopeError, match=r"evaluated on every batch, number 3 too; got IndexError"):
        hessian(MODEL, LOSS, (DATA[0], y), batch=4)
