"""Gauss-Newton and Fisher are J' H_L J and the mean of outer products of scores, written out as defined."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call, jacrev
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from crystal_networks import NETWORKS, Once, fingerprint, generators, off, problem, token_loss
from polariscope.crystal.operators.loss.gauss_newton import fisher, gauss_newton, gauss_newton_product
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.errors import PolariscopeError

WAYS = ("reverse over reverse", "forward over reverse")
DOUBLE = 1e-12


def jacobian(model: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """Of all outputs by all parameters, (outputs, n), with the outputs."""
    model = deepcopy(model).double()
    inputs = inputs.double() if inputs.is_floating_point() else inputs
    named = {name: own.detach() for name, own in model.named_parameters()}
    with sdpa_kernel(SDPBackend.MATH):
        made = jacrev(lambda now: functional_call(model, now, (inputs,)).flatten())(named)
    return torch.cat([own.flatten(1) for own in made.values()], 1), model(inputs).detach()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["mlp", "conv", "multihead"])
def test_it_is_the_jacobians_product_with_the_losss_hessian_between(kind, way):
    own = problem(kind)
    slope, outputs = jacobian(own.model, own.data[0])
    bend = torch.autograd.functional.hessian(
        lambda f: own.loss(f.view_as(outputs), own.data[1]), outputs.flatten()
    )
    true = (slope.T @ bend @ slope).numpy()
    assert off(gauss_newton(*own, dtype="float64", way=way).dense(), true) < DOUBLE
    assert off(gauss_newton(*own, dtype="float64", way=way, batch=5).dense(), true) < DOUBLE
    assert off(gauss_newton(*own, way=way).dense(), true) < 2e-6


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_a_linear_model_has_the_hessian_as_its_gauss_newton(seed):
    draw = torch.Generator().manual_seed(seed)
    data = torch.randn(9, 4, generator=draw), torch.randint(3, (9,), generator=draw)
    own = nn.Linear(4, 3), functional.cross_entropy, data
    assert off(gauss_newton(*own, dtype="float64").dense(), hessian(*own, dtype="float64").dense()) < DOUBLE


def test_a_network_that_bends_has_another():
    own = problem()
    assert off(gauss_newton(*own).dense(), hessian(*own).dense()) > 0.01


def test_convex_losses_give_no_negative_eigenvalue():
    own = problem()
    assert np.linalg.eigvalsh(hessian(*own, dtype="float64").dense()).min() < -1e-3
    assert np.linalg.eigvalsh(gauss_newton(*own, dtype="float64").dense()).min() > -1e-12


@pytest.mark.parametrize("kind", NETWORKS)
def test_fisher_is_gauss_newton_of_cross_entropy_whatever_the_targets(kind):
    own = problem(kind)
    assert off(fisher(own.model, own.data, batch=5).dense(), gauss_newton(*own).dense()) < 2e-6


def test_gaussian_fisher_is_gauss_newton_of_half_the_squared_error():
    model, _, (x, _) = problem()
    data = x, torch.randn(12, 3, generator=torch.Generator().manual_seed(0))

    def half(outputs, targets):
        return (outputs - targets).square().sum(1).mean() / 2

    true = gauss_newton(model, half, data, dtype="float64").dense()
    assert off(fisher(model, data, likelihood="gaussian", dtype="float64", batch=5).dense(), true) < DOUBLE


def test_fisher_is_the_mean_outer_product_of_scores_under_the_models_own_answers():
    own = problem()
    slope, outputs = jacobian(own.model, own.data[0])
    true = torch.zeros(slope.shape[1], slope.shape[1], dtype=torch.float64)
    for row, logits in zip(slope.unflatten(0, outputs.shape), outputs, strict=True):
        p = logits.softmax(0)
        for answer in range(len(p)):
            score = row[answer] - p @ row
            true += p[answer] * torch.outer(score, score) / len(outputs)
    assert off(fisher(own.model, own.data, dtype="float64").dense(), true.numpy()) < DOUBLE


def test_every_position_of_a_text_counts_alike():
    own = problem("causal")
    short = gauss_newton(own.model, token_loss, own.data).dense()
    assert off(fisher(own.model, own.data).dense(), short) < 2e-6


@pytest.mark.parametrize("way", WAYS)
def test_blocks_and_chosen_parameters_are_parts_of_the_whole(way):
    own = problem()
    whole = gauss_newton(*own, dtype="float64").dense()
    mask = np.kron(np.eye(3), np.ones((30, 30)))[:83, :83] * 0
    for start, stop in ((0, 30), (30, 65), (65, 83)):
        mask[start:stop, start:stop] = 1
    assert off(gauss_newton(*own, dtype="float64", blocks="layer", way=way).dense(), whole * mask) < DOUBLE
    chosen = gauss_newton(*own, dtype="float64", parameters="2.*", way=way).dense()
    assert off(chosen, whole[30:65, 30:65]) < DOUBLE
    assert off(fisher(own.model, own.data, parameters="2.*", dtype="float64").dense(), chosen) < DOUBLE


def test_a_linear_loss_has_no_curvature():
    model, _, (x, _) = problem()
    for way in WAYS:
        made = gauss_newton(model, lambda out, y: (out * y).mean(), (x, torch.ones(12, 3)), way=way)
        np.testing.assert_array_equal(made.dense(), np.zeros((83, 83)))


def test_torch_users_get_torch_products():
    own = problem()
    product = gauss_newton_product(loss_surface(*own))
    v = torch.randn(83, 2, generator=torch.Generator().manual_seed(0))
    made = product(v)
    assert made.dtype == torch.float32
    assert off(made, gauss_newton(*own).dense() @ v.numpy()) < 2e-6


def test_the_model_is_as_before():
    own = problem("conv")
    before = fingerprint(own.model), generators()
    for way in WAYS:
        operator = gauss_newton(*own, way=way, batch=5)
        operator @ np.ones(operator.size)
    assert (fingerprint(own.model), generators()) == before


def test_outputs_that_are_not_one_tensor_are_refused():
    class Two(nn.Linear):
        def forward(self, x):
            return super().forward(x), x

    own = Two(2, 2), lambda outputs, targets: outputs[0].square().mean(), (torch.eye(2), torch.ones(2))
    assert hessian(*own).size == 6
    with pytest.raises(PolariscopeError, match=r"^the model's outputs: one tensor.*got tuple. Cure: wrap"):
        gauss_newton(*own)


def test_an_unknown_likelihood_or_one_class_is_refused():
    model, _, data = problem()
    with pytest.raises(PolariscopeError, match=r'^likelihood: "categorical" or "gaussian"; got poisson'):
        fisher(model, data, likelihood="poisson")
    with pytest.raises(PolariscopeError, match=r"two classes or more; got outputs of shape \(2, 1\)"):
        fisher(nn.Linear(2, 1), (torch.eye(2), torch.ones(2)))


def test_a_function_with_one_derivative_is_refused_and_not_taken_for_flat():
    class Model(nn.Linear):
        def forward(self, x):
            return Once.apply(super().forward(x))

    with pytest.raises(PolariscopeError, match=r"has a second derivative; got .*once_differentiable"):
        gauss_newton(Model(2, 2), functional.mse_loss, (torch.eye(2), torch.ones(2, 2)))
