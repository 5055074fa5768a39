"""The trained specimens: repeatable, trained, at the curvature they say, and nobody else's state touched."""

import random

import numpy as np
import pytest
import torch

from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.specimens.networks import trained_mlp, trained_transformer

SPECIMENS = [(trained_mlp, 2685, 5, 0.02), (trained_transformer, 14240, 23, 0.05)]


@pytest.mark.parametrize(("train", "parameters", "classes", "most"), SPECIMENS)
def test_a_specimen_is_trained_repeatable_and_leaves_all_else_alone(train, parameters, classes, most):
    random.seed(3)
    torch.manual_seed(3)
    states = torch.get_rng_state(), random.getstate(), torch.get_num_threads(), torch.is_grad_enabled()
    numbers = np.random.get_state()[1].copy()  # noqa: NPY002
    with torch.no_grad():
        model, loss, data = train()
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (random.getstate(), torch.get_num_threads(), torch.is_grad_enabled()) == states[1:]
    assert np.array_equal(np.random.get_state()[1], numbers)  # noqa: NPY002

    assert sum(own.numel() for own in model.parameters()) == parameters
    assert not model.training
    assert all(own.grad is None and own.requires_grad for own in model.parameters())
    answers = model(data[0]).detach()
    assert answers.shape == (len(data[1]), classes)
    assert float(loss(answers, data[1])) < most
    assert (answers.argmax(dim=1) == data[1]).float().mean() > 0.98

    torch.manual_seed(4)
    again = train().model.state_dict()
    assert all(torch.equal(own, again[name]) for name, own in model.state_dict().items())


def test_seeds_make_other_networks():
    one, other = trained_mlp(seed=1), trained_mlp(seed=2)
    assert not torch.equal(one.data[0], other.data[0])
    assert not torch.equal(one.model[0].weight, other.model[0].weight)


def test_a_default_dtype_of_doubles_changes_nothing():
    before = torch.get_default_dtype()
    plain = trained_mlp().model[0].weight
    try:
        torch.set_default_dtype(torch.float64)
        assert torch.equal(trained_mlp().model[0].weight, plain)
    finally:
        torch.set_default_dtype(before)


def test_the_classifier_has_one_flat_direction_for_each_input_of_its_last_layer():
    model, loss, data = trained_mlp()
    operator = hessian(model, loss, data, dtype="float64")
    flat = np.zeros((2685, 41))
    last = np.arange(2685 - 205, 2685)
    weights, bias = last[:200].reshape(5, 40), last[200:]
    flat[weights, np.arange(40)] = 1
    flat[bias, 40] = 1
    assert np.abs(operator @ flat).max() < 1e-14
    rest = np.random.default_rng(0).normal(size=2685)
    assert np.abs(operator @ rest).max() > 1e-3


@pytest.fixture(scope="module")
def transformer():
    return trained_transformer()


@pytest.mark.parametrize("way", ["forward over reverse", "reverse over reverse"])
def test_the_transformer_is_differentiated_twice_either_way(way, transformer):
    model, loss, data = transformer
    vectors = np.random.default_rng(0).normal(size=(14240, 1))
    operator = hessian(model, loss, data, way=way)
    plain = hessian(model, loss, data, way="reverse over reverse", dtype="float64")
    exact = plain @ vectors
    assert np.linalg.norm(operator @ vectors - exact) < 1e-4 * np.linalg.norm(exact)
