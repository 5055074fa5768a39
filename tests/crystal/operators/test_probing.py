"""The first evaluation refuses what is no finite scalar of the parameters, and harms nothing by trying."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from crystal_networks import fingerprint, problem
from polariscope.crystal.operators.hessian import hessian, hessian_of
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
