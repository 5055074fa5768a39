"""Modular addition: known by heart long before it is understood; the same run every time."""

import pytest
import torch

from crystal_networks import generators
from polariscope.crystal.specimens.modular_addition import modular_addition, modular_addition_run
from polariscope.errors import PolariscopeError


@pytest.fixture(scope="module")
def run():
    before = generators()
    with torch.inference_mode():
        made = modular_addition_run((0, 100, 150, 1050))
    assert generators() == before
    return made


def test_it_memorises_first_and_understands_long_after(run):
    assert run.train_accuracy[1] < 0.99 < run.train_accuracy[2]
    assert run.test_accuracy[2] < 0.5
    assert run.test_accuracy[3] > 0.95
    assert run.train_accuracy[3] == 1.0
    assert run.train_loss[0] > run.train_loss[1] > run.train_loss[2] > run.train_loss[3]
    assert run.test_loss[3] < run.test_loss[0] < run.test_loss[2]  # sure of itself, and wrong, in between


def test_qualities_are_those_of_the_models(run):
    for at, model in enumerate(run.models):
        for data, losses, shares in (
            (run.data, run.train_loss, run.train_accuracy),
            (run.test_data, run.test_loss, run.test_accuracy),
        ):
            logits = model(data[0]).detach()
            right = (logits.argmax(dim=1) == data[1]).sum().item()
            assert run.loss(logits, data[1]).item() == pytest.approx(losses[at])
            assert right / len(data[1]) == pytest.approx(shares[at])


def test_the_pairs_are_all_there_once_with_their_sums(run):
    assert len(run.data[0]) == 1124
    pairs = torch.cat([run.data[0], run.test_data[0]])
    assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs) == 53**2
    for inputs, sums in (run.data, run.test_data):
        assert torch.equal(inputs.sum(dim=1) % 53, sums)


def test_the_network_is_the_formula_s(run):
    model, pairs = run.models[1], run.data[0]
    shapes = {name: tuple(own.shape) for name, own in model.named_parameters()}
    assert shapes == {"embed.weight": (53, 64), "mix.weight": (128, 64), "unembed.weight": (53, 128)}
    E, W, U = (own.detach().double() for own in model.parameters())
    logits = torch.relu((E[pairs[:, 0]] + E[pairs[:, 1]]) @ W.T) @ U.T
    assert torch.allclose(model(pairs).double(), logits, atol=1e-5)


def test_it_starts_from_normal_weights_of_the_variances_said(run):
    for own, variance in zip(run.models[0].parameters(), (1 / 64, 1 / 64, 1 / 128), strict=True):
        assert own.detach().var().item() == pytest.approx(variance, rel=0.1)


def test_checkpoints_are_models_of_their_own(run):
    assert len({own.data_ptr() for model in run.models for own in model.parameters()}) == 12
    for model in run.models:
        assert not model.training
        assert all(own.requires_grad and own.grad is None for own in model.parameters())
        assert not any(own.is_inference() for own in model.parameters())


def test_looking_on_the_way_changes_nothing(run):
    """Training to one step alone gives what the longer run had there, under any default dtype."""
    kept = torch.get_default_dtype()
    try:
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(5)
        model, loss, data = modular_addition(150)
    finally:
        torch.set_default_dtype(kept)
    assert all(torch.equal(*both) for both in zip(data, run.data, strict=True))
    there = run.models[2].state_dict()
    assert all(torch.equal(own, there[name]) for name, own in model.state_dict().items())
    assert loss(model(data[0]), data[1]).item() == pytest.approx(run.train_loss[2])


@pytest.mark.parametrize(
    ("make", "argument", "value"),
    [
        (lambda: modular_addition(-1), "steps", "-1"),
        (lambda: modular_addition(2.5), "steps", "2.5"),
        (lambda: modular_addition_run(()), "checkpoints", "()"),
        (lambda: modular_addition_run((10, 10)), "checkpoints", "(10, 10)"),
        (lambda: modular_addition_run((10, True)), "checkpoints", "True"),
    ],
)
def test_mistakes_are_named(make, argument, value):
    with pytest.raises(PolariscopeError) as caught:
        make()
    assert (caught.value.argument, caught.value.value) == (argument, value)
