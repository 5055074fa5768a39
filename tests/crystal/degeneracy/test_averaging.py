"""What is no mean over examples is refused, where the loss is 0 too; what only rounds otherwise is not."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from crystal_networks import NETWORKS, fingerprint, generators, problem
from polariscope.crystal.degeneracy.averaging import mean_surface
from polariscope.crystal.degeneracy.weighting import weighted
from polariscope.crystal.specimens.degenerate import monomial, reduced_rank
from polariscope.crystal.specimens.superposition import superposition
from polariscope.errors import PolariscopeError


def fitted(dtype=torch.float64):
    """A network that answers its targets exactly: L* = 0."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).to(dtype)
        inputs = torch.randn(12, 3, dtype=dtype)
    return model, (inputs, model(inputs).detach())


def branching(outputs, targets):
    """Asks for a value, so torch cannot map it."""
    return mse_loss(outputs, targets) * (1 if outputs.sum() > -1e9 else 2)


def rows(outputs, targets):
    """A mean over rows whose number depends on the values."""
    kept = targets > -1e9
    return ((outputs[kept] - targets[kept]) ** 2).mean()


@pytest.mark.parametrize("batch", [None, 5])
@pytest.mark.parametrize("loss", [mse_loss, branching, rows, lambda o, t: ((o - t) ** 2).sum() / len(o)])
def test_means_pass(loss, batch):
    model, data = fitted()
    assert mean_surface(model, loss, data, batch=batch).loss() == 0


@pytest.mark.parametrize("kind", NETWORKS)
def test_networks_pass_weighted_or_not(kind):
    own = problem(kind)
    mean_surface(*own)
    mean_surface(own.model, *weighted(own.loss, own.data, range(len(own.data[1]))))


@pytest.mark.parametrize("subject", [reduced_rank(), monomial((1, 2)), monomial((9, 9)), superposition("5+")])
def test_specimens_pass(subject):
    mean_surface(*subject)


@pytest.mark.parametrize("batch", [None, 5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "loss",
    [
        nn.MSELoss(reduction="sum"),
        lambda outputs, targets: mse_loss(outputs, targets, reduction="sum") * (1 if outputs.sum() > -1e9 else 2),
        lambda outputs, targets: mse_loss(outputs, targets) / len(outputs),
        lambda outputs, targets: mse_loss(outputs, targets).sqrt(),
    ],
)
def test_what_is_no_mean_is_refused_where_the_loss_is_zero(loss, dtype, batch):
    model, data = fitted(dtype)
    with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples; .*len\(outputs\)") as caught:
        mean_surface(model, loss, data, batch=batch)
    assert "reduction" not in str(caught.value)


def test_an_iterable_s_sum_is_refused_too():
    model, (inputs, targets) = fitted()
    data = [(inputs[:1], targets[:1]), (inputs[1:], targets[1:])]
    mean_surface(model, mse_loss, data)
    with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples; .*len\(outputs\)"):
        mean_surface(model, nn.MSELoss(reduction="sum"), data)


def test_examples_that_weigh_more_than_others_are_no_mean():
    model, (inputs, _) = fitted()
    targets = torch.tensor([0, 1, 1, 0, 1, 0] + [-100] * 5 + [1])
    with pytest.raises(PolariscopeError, match="every example weighs alike"):
        mean_surface(model, cross_entropy, (inputs, targets))


def test_rounding_is_no_fault():
    """Losses of 1e-7, of which single precision leaves hardly a digit."""
    model = nn.Linear(3, 2, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[15.0, 0, 0], [0, 0, 0]]) * 1.04)
    inputs = 1 + 0.02 * torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
    targets = torch.zeros(7, dtype=torch.long)

    def coarse(outputs, targets):
        return cross_entropy(outputs, targets) + 1e-9 * len(outputs) * (outputs.dtype == torch.float32)

    mean_surface(model, coarse, (inputs, targets))


def test_one_example_cannot_be_checked_and_passes():
    model, (inputs, targets) = fitted()
    mean_surface(model, nn.MSELoss(reduction="sum"), (inputs[:1], targets[:1]))


def test_a_loss_of_one_number_of_examples_only_passes():
    model, data = fitted()

    def fixed(outputs, targets):
        return mse_loss(outputs.reshape(12, 2), targets)

    mean_surface(model, fixed, data)


def test_a_loss_that_is_not_defined_nearby_passes():
    model, (inputs, targets) = fitted()

    def brittle(outputs, targets):
        found = mse_loss(outputs, targets)
        return found if found < 1e-9 else found * torch.nan

    mean_surface(model, brittle, (inputs, targets))


def test_other_faults_stay_what_they_are():
    model, data = fitted()
    with pytest.raises(PolariscopeError, match=r"^loss: something that can be called"):
        mean_surface(model, 3, data)


def test_model_and_generators_stay_as_they_are():
    own = problem()
    before = fingerprint(own.model), generators()
    mean_surface(*own)
    assert (fingerprint(own.model), generators()) == before
