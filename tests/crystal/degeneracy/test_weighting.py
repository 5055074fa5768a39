"""Weights of examples: ones change nothing, zeros leave out, whole numbers repeat."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from polariscope.crystal.degeneracy.weighting import weighted
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.errors import PolariscopeError

N = 23


def named_loss(outputs, targets):
    return cross_entropy(outputs, targets["class"]) + 0.3 * mse_loss(outputs[:, :2], targets["place"])


def two_headed(outputs, targets):
    return cross_entropy(outputs[0], targets) + outputs[1]["norm"].mean()


class TwoHeaded(nn.Linear):
    def forward(self, inputs):
        made = super().forward(inputs)
        return made, {"norm": made.square().sum(1), "nothing": None}


def case(name):
    """Model, loss and data in double precision."""
    torch.manual_seed(3)
    inputs, classes = torch.randn(N, 4, dtype=torch.float64), torch.randint(0, 3, (N,))
    linear = TwoHeaded(4, 3) if name == "two heads" else nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    targets = {
        "classes": classes,
        "squares": torch.randn(N, 3, dtype=torch.float64),
        "binary": torch.rand(N, 3, dtype=torch.float64),
        "named": {"class": classes, "place": torch.randn(N, 2, dtype=torch.float64)},
        "two heads": classes,
    }[name]
    loss = {
        "classes": cross_entropy,
        "squares": mse_loss,
        "binary": binary_cross_entropy_with_logits,
        "named": named_loss,
        "two heads": two_headed,
    }[name]
    return linear.double().eval(), loss, (inputs, targets)


CASES = pytest.mark.parametrize("name", ["classes", "squares", "binary", "named", "two heads"])
BATCHES = pytest.mark.parametrize("batch", [None, 7])


def rows(data, places):
    inputs, targets = data
    chosen = {key: own[places] for key, own in targets.items()} if isinstance(targets, dict) else targets[places]
    return inputs[places], chosen


def same(one, other):
    assert one.loss() == pytest.approx(other.loss(), rel=1e-13)
    assert one.gradient() == pytest.approx(other.gradient(), rel=1e-12, abs=1e-14)


@CASES
@BATCHES
@pytest.mark.parametrize("scale", [1.0, 0.2, 1e308])
def test_equal_weights_change_nothing(name, batch, scale):
    model, loss, data = case(name)
    made = loss_surface(model, *weighted(loss, data, [scale] * N), batch=batch)
    same(made, loss_surface(model, loss, data, batch=batch))


@CASES
@BATCHES
def test_a_weight_of_zero_leaves_an_example_out(name, batch):
    model, loss, data = case(name)
    weights = torch.ones(N)
    weights[[0, 5, 22]] = 0
    made = loss_surface(model, *weighted(loss, data, weights), batch=batch)
    same(made, loss_surface(model, loss, rows(data, weights.nonzero()[:, 0])))


@CASES
@BATCHES
def test_whole_numbers_repeat_examples(name, batch):
    model, loss, data = case(name)
    weights = torch.arange(N) % 4
    repeated = torch.arange(N).repeat_interleave(weights)
    made = loss_surface(model, *weighted(loss, data, weights), batch=batch)
    same(made, loss_surface(model, loss, rows(data, repeated)))


@pytest.mark.parametrize("kind", ["list", "numpy", "half", "grad"])
def test_weights_may_be_any_numbers(kind):
    model, loss, data = case("classes")
    plain = torch.arange(N, dtype=torch.float64)
    given = {
        "list": plain.int().tolist(),
        "numpy": plain.numpy(),
        "half": plain.half(),
        "grad": plain.clone().requires_grad_(),
    }[kind]
    made = weighted(loss, data, given)
    assert not made[1][1]["weights"].requires_grad
    same(loss_surface(model, *made), loss_surface(model, *weighted(loss, data, plain)))


def test_curvature_too():
    model, loss, data = case("classes")
    weights = torch.arange(N) % 3
    made = loss_surface(model, *weighted(loss, data, weights), batch=7)
    plain = loss_surface(model, loss, rows(data, torch.arange(N).repeat_interleave(weights)))
    direction = torch.linspace(-1, 1, plain.size, dtype=torch.float64)
    assert torch.allclose(made.product(direction), plain.product(direction), rtol=1e-11)


@CASES
def test_under_an_outer_vmap_over_parameters(name):
    model, loss, data = case(name)
    mean, (inputs, carried) = weighted(loss, data, torch.arange(N) + 0.5)
    chains = {key: torch.stack([own.detach() * c for c in (0.5, 1, 2)]) for key, own in model.named_parameters()}

    def of(parameters):
        return mean(functional_call(model, parameters, (inputs,)), carried)

    together, alone = vmap(grad(of))(chains), [{key: own[c] for key, own in chains.items()} for c in range(3)]
    for c, parameters in enumerate(alone):
        for key, gradient in grad(of)(parameters).items():
            assert torch.allclose(together[key][c], gradient, rtol=1e-11, atol=1e-14)


def test_the_dtype_is_that_of_the_loss_and_the_data_stay_as_they_are():
    model, loss, (inputs, targets) = case("classes")
    weights = torch.ones(N, dtype=torch.float64)
    mean, (same_inputs, carried) = weighted(loss, (inputs, targets), weights)
    assert same_inputs is inputs
    assert carried["targets"] is targets
    assert mean(model.float()(inputs.float()), carried).dtype == torch.float32
    assert (weights == 1).all()


PAIR = (torch.zeros(3, 2), torch.zeros(3))


@pytest.mark.parametrize(
    ("data", "weights", "match"),
    [
        (PAIR, [1.0, 1.0], r"^weights: one weight an example, shape \(3,\); got shape \(2,\)"),
        (PAIR, torch.ones(3, 1), r"^weights: one weight an example"),
        (PAIR, [1.0, -1.0, 1.0], "^weights: finite weights of 0 or more; got -1"),
        (PAIR, [1.0, float("nan"), 1.0], "^weights: finite weights of 0 or more; got nan"),
        (PAIR, [1.0, float("inf"), 1.0], "^weights: finite weights of 0 or more; got inf"),
        (PAIR, [0.0, 0.0, 0.0], "^weights: one weight or more above 0"),
        (PAIR, ["1", None, 2], "^weights: numbers; got "),
        ([PAIR, PAIR], [1.0] * 6, r"^data: weights need one pair \(inputs, targets\)"),
        ((PAIR[0], torch.zeros(4)), [1.0] * 3, "^data: inputs and targets have the same length"),
    ],
)
def test_bad_weights_and_data_are_refused(data, weights, match):
    with pytest.raises(PolariscopeError, match=match):
        weighted(mse_loss, data, weights)
