"""Whatever can change a reading changes a digest or the fingerprint, and nothing else does."""

import sys
from copy import deepcopy

import torch

from crystal_networks import problem
from polariscope.crystal.instruments.identity import data_digest, fingerprint, source_digest, weights_digest
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import loss_surface


def told(model, loss, data):
    surface = loss_surface(model, loss, data)
    return weights_digest(model), data_digest(surface), fingerprint(surface, hessian(model, loss, data))


def test_the_same_is_told_alike():
    assert told(*problem("mlp")) == told(*problem("mlp"))


def test_a_last_bit_of_a_weight_is_seen():
    model, loss, data = problem("mlp")
    other = deepcopy(model)
    with torch.no_grad():
        first = next(other.parameters()).view(-1)
        first[0] = torch.nextafter(first[0], first[0] + 1)
    assert weights_digest(other) != weights_digest(model)
    assert data_digest(loss_surface(other, loss, data)) == data_digest(loss_surface(model, loss, data))


def test_a_buffer_and_a_shape_are_part_of_the_weights():
    plain = torch.nn.BatchNorm1d(4)
    moved = deepcopy(plain)
    moved.running_mean[1] += 1
    assert weights_digest(plain) != weights_digest(moved)
    wide, tall = torch.nn.Linear(2, 3, bias=False), torch.nn.Linear(3, 2, bias=False)
    with torch.no_grad():
        wide.weight.zero_()
        tall.weight.zero_()
    assert weights_digest(wide) != weights_digest(tall)


def test_an_example_is_seen():
    model, loss, (inputs, targets) = problem("mlp")
    changed = inputs.clone()
    changed.view(-1)[0] += 1e-3
    one, other = (data_digest(loss_surface(model, loss, (each, targets))) for each in (inputs, changed))
    assert one != other


def test_a_loss_of_the_same_value_with_other_slopes_is_seen():
    model, loss, data = problem("mlp")
    value = loss(model(data[0]), data[1]).item()

    def other(outputs, targets):
        return loss(outputs, targets) ** 2 / value

    one, another = told(model, loss, data), told(model, other, data)
    assert one[:2] == another[:2]
    assert one[2] != another[2]


def test_the_source_of_a_function_is_that_of_its_file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = []
    for text in ("def made(): pass\n", "def made(): pass  # with a comment\n"):
        (tmp_path / "identified_module.py").write_text(text)
        sys.modules.pop("identified_module", None)
        found.append(source_digest("identified_module:made"))
    sys.modules.pop("identified_module", None)
    assert found[0] != found[1]
    assert all(len(each) == 64 for each in found)
    assert source_digest("time:time") == ""  # written in C


def test_a_minimum_s_fingerprint_is_not_its_rounding():
    """Where the slope is nothing but rounding it is told as 0, on the scale of the curvature."""
    inputs = torch.eye(4, dtype=torch.float64).repeat(3, 1)
    model = torch.nn.Linear(4, 1, bias=False).double()
    torch.nn.init.zeros_(model.weight)
    triple = model, torch.nn.functional.mse_loss, (inputs, torch.full((12, 1), 1e-12, dtype=torch.float64))
    _, *slopes = fingerprint(loss_surface(*triple), hessian(*triple))
    assert [abs(float(each)) for each in slopes[:3]] == [0, 0, 0]
    assert any(float(each) for each in slopes[3:])
