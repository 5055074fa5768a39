"""Outputs are scaled to a loss, on the side of scale 1 that leads to it, or the target is refused."""

from math import exp, inf, log1p, nan

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from polariscope.crystal.degeneracy.matching import matched, matching_scale
from polariscope.crystal.degeneracy.weighting import weighted
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.errors import PolariscopeError


def logistic(margin):
    return lambda scale: log1p(exp(-scale * margin))


def parabola(best):
    """The loss of a regression whose outputs are best multiplied by `best`; 0.5 there, and 0.5 + best^2 at 0."""
    return lambda scale: 0.5 + (scale - best) ** 2


@given(st.floats(0.05, 20), st.floats(0.05, 25))
def test_the_logistic_closed_form(margin, exponent):
    scale, target = exponent / margin, log1p(exp(-exponent))
    assert matching_scale(logistic(margin), target) == pytest.approx(scale, rel=2e-6)


@given(st.floats(0.1, 5), st.floats(0.51, 5))
def test_the_loss_at_the_scale_is_the_target_wherever_it_is_found(best, target):
    loss = parabola(best)
    try:
        scale = matching_scale(loss, target)
    except PolariscopeError:
        assert best > 0.99  # below 1 every loss above the least is reached; near 1 it goes to smaller scales
        assert target >= 0.5 + best**2 - 1e-6
    else:
        assert loss(scale) == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize(
    ("best", "target", "scale"),
    [
        (1.5, 0.51, 1.4),  # down: towards the best scale, this side of it
        (0.5, 0.51, 0.6),
        (1.5, 1.5, 0.5),  # up: away from it, though the other root, 2.5, is also one
        (0.5, 1.5, 1.5),
        (1.01, 0.75, 0.51),  # the nearest in log a lies beyond the turn, at 1.51
        (1.0, 0.75, 0.5),  # both sides are alike: less sure
        (1.0003, 0.5, 1.0),
        (1.5, 0.5, 1.5),  # the least itself
    ],
)
def test_it_goes_to_the_side_that_leads_there(best, target, scale):
    assert matching_scale(parabola(best), target) == pytest.approx(scale, rel=1e-4)


def test_a_narrow_dip_between_two_steps_is_found():
    loss = parabola(1.12)
    assert matching_scale(loss, 0.5001) == pytest.approx(1.11, rel=1e-9)


def test_where_the_loss_is_the_target_the_scale_is_exactly_one():
    assert matching_scale(logistic(3.0), logistic(3.0)(1.0)) == 1.0
    assert matching_scale(logistic(3.0), logistic(3.0)(1.0) * (1 + 1e-8)) == 1.0


def test_a_loss_that_vanishes_or_overflows_on_the_way():
    assert matching_scale(lambda a: 0.0 if a > 0.5 else 1 - 2 * a, 0.5) == pytest.approx(0.25)
    assert matching_scale(lambda a: a**2 if a < 2 else inf, 3.0) == pytest.approx(3**0.5)


@pytest.mark.parametrize(
    ("loss", "target", "match"),
    [
        (parabola(1.5), 0.3, r", from 0\.75 at scale 1 to 0\.5 at scale 1\.5; got 0\.3\. Cure: match at"),
        (parabola(1.001), 0.3, r"to 0\.5 at scale 1; got 0\.3"),
        (logistic(1.0), 0.7, r", from 0\.313262 at scale 1 to 0\.693147 at scale 1\.13e-07; got 0\.7"),
        (lambda a: a if a < 1.1 else inf, 5.0, r"from 1 at scale 1 to 1\.1 at scale 1\.1; got 5"),
    ],
)
def test_a_target_that_no_scale_reaches_is_refused_with_the_range(loss, target, match):
    with pytest.raises(PolariscopeError, match=f"^target: a loss that scaling the outputs reaches.*{match}"):
        matching_scale(loss, target)


@pytest.mark.parametrize("target", [0.0, -1.0, nan, inf, True, "yes", None, 1j])
def test_a_target_is_a_finite_loss_above_zero(target):
    with pytest.raises(PolariscopeError, match=r"^target: a finite loss above 0; got"):
        matching_scale(logistic(1.0), target)


@pytest.mark.parametrize("loss", [lambda a: nan, lambda a: inf, lambda a: 1.0 if a == 1 else nan])
def test_a_loss_that_is_no_number_is_refused(loss):
    with pytest.raises(PolariscopeError, match=r"^loss: a number at scale "):
        matching_scale(loss, 0.5)


def classifier(gain=1.0):
    torch.manual_seed(0)
    inputs = torch.randn(60, 4, dtype=torch.float64)
    targets = (inputs[:, 0] + 0.3 * torch.randn(60, dtype=torch.float64) > 0).long()
    model = nn.Linear(4, 2, bias=False).double().eval()
    with torch.no_grad():
        model.weight.copy_(gain * torch.tensor([[-1.0, 0, 0, 0], [1.0, 0, 0, 0]], dtype=torch.float64))
    return model, (inputs, targets)


@pytest.mark.parametrize("batch", [None, 7])
def test_the_matched_loss_of_the_model_is_the_target(batch):
    model, data = classifier()
    before = {name: own.clone() for name, own in model.state_dict().items()}
    scale, loss = matched(model, cross_entropy, data, 0.5, batch=batch)
    assert scale < 1
    assert loss_surface(model, loss, data, batch=batch).loss() == pytest.approx(0.5, rel=1e-9)
    assert all(torch.equal(own, before[name]) for name, own in model.state_dict().items())
    assert model.weight.grad is None


def test_logits_that_are_all_alike_in_closed_form():
    model = nn.Linear(1, 2, bias=False).double()
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[0.0], [2.0]]))
    data = torch.ones(9, 1, dtype=torch.float64), torch.ones(9, dtype=torch.long)
    assert matched(model, cross_entropy, data, log1p(exp(-3.0)))[0] == pytest.approx(1.5, rel=1e-9)


@pytest.mark.parametrize("gain", [0.01, 0.2, 0.9])
def test_networks_that_differ_in_their_logits_scale_only_become_one(gain):
    model, data = classifier()
    louder, _ = classifier(gain)
    scale, loss = matched(model, cross_entropy, data, 0.4)
    other, same = matched(louder, cross_entropy, data, 0.4)
    assert other * gain == pytest.approx(scale, rel=1e-9)
    assert same(louder(data[0]), data[1]).item() == pytest.approx(loss(model(data[0]), data[1]).item(), rel=1e-9)


def test_a_network_surer_than_its_best_scale_stays_so():
    model, data = classifier(40.0)
    scale, loss = matched(model, cross_entropy, data, 0.4)
    below, above = (loss(factor * model(data[0]), data[1]).item() for factor in (0.9, 1.1))
    assert scale < 1
    assert below < 0.4 < above


def test_a_model_at_the_target_stays_as_it_is():
    model, data = classifier()
    own = loss_surface(model, cross_entropy, data).loss()
    scale, loss = matched(model, cross_entropy, data, own, batch=7)
    assert scale == 1.0
    assert loss(model(data[0]), data[1]).item() == cross_entropy(model(data[0]), data[1]).item()


def test_a_weighted_loss_is_matched_over_its_weights():
    model, data = classifier()
    loss, carried = weighted(cross_entropy, data, torch.arange(60) % 3)
    _, scaled = matched(model, loss, carried, 0.5, batch=7)
    assert loss_surface(model, scaled, carried).loss() == pytest.approx(0.5, rel=1e-9)


def test_sums_iterables_and_frozen_models():
    model, (inputs, targets) = classifier()
    model.requires_grad_(False)
    parts = [(inputs[:25], targets[:25]), (inputs[25:], targets[25:])]
    scale, _ = matched(model, cross_entropy, parts, 0.5)

    def total(outputs, targets):
        return cross_entropy(outputs, targets, reduction="sum")

    assert matched(model, total, parts, 30.0, reduction="sum")[0] == pytest.approx(scale, rel=1e-9)


class Paired(nn.Linear):
    def forward(self, inputs):
        return super().forward(inputs), inputs


def test_outputs_that_cannot_be_scaled_are_refused():
    model, data = Paired(4, 2).double(), classifier()[1]
    with pytest.raises(PolariscopeError, match=r"^model: outputs that can be scaled: one tensor.*; got tuple"):
        matched(model, lambda outputs, targets: cross_entropy(outputs[0], targets), data, 0.5)


def test_wrong_answers_set_a_floor_that_no_scale_goes_below():
    model, (inputs, targets) = classifier()
    with pytest.raises(
        PolariscopeError, match=r"^target: a loss that scaling the outputs reaches, from .* to 0\.6931"
    ):
        matched(model, cross_entropy, (inputs, 1 - targets), 0.5)


def test_a_random_model_is_refused():
    model = nn.Sequential(nn.Linear(4, 1), nn.Dropout(0.5)).double()
    with pytest.raises(PolariscopeError, match=r"^model: dropout is off"):
        matched(model, mse_loss, classifier()[1], 0.5)
