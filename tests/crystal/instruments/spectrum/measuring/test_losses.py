"""A loss's own readings: its slope, where directions point, and the control by gradients."""

import numpy as np
import pytest
import torch

from crystal_networks import problem
from polariscope.crystal.instruments.spectrum.losses import LossSource
from polariscope.crystal.instruments.spectrum.measuring.losses import (
    differences,
    loss_reading,
    relabelled_readings,
    where_reading,
)
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import loss_surface


@pytest.fixture(scope="module")
def source():
    model, loss, data = problem("mlp")
    return LossSource(model, loss_surface(model, loss, data, dtype="float64"), True)


@pytest.fixture(scope="module")
def operator():
    return hessian(*problem("mlp"), dtype="float64")


def test_the_slope_is_the_gradient_s_norm(source):
    model, loss, data = problem("mlp")
    value = loss(model(data[0]), data[1])
    gradients = torch.autograd.grad(value, list(model.parameters()))
    told = loss_reading(source)
    assert told["loss"] == pytest.approx(value.item(), rel=1e-6)
    assert told["gradient_norm"] == pytest.approx(sum(float(g.square().sum()) for g in gradients) ** 0.5, rel=1e-5)
    assert told["parameters"] == source.surface.size


def test_the_control_compares_with_gradients_where_the_matrix_is_the_hessian(source, operator):
    assert differences(source, operator, 0)["differences"] < 1e-5
    assert differences(LossSource(source.model, source.surface, False), operator, 0) == {}


def test_a_direction_s_shares_are_told_by_tensor(source):
    names = list(source.surface.parameter_slices)
    vector = np.zeros(source.surface.size)
    vector[source.surface.parameter_slices[names[1]]] = 0.6 / np.sqrt(6)
    vector[source.surface.parameter_slices[names[2]].start] = 0.8
    told = where_reading(source, "smallest", 3, vector)
    assert (told["end"], told["index"], told["names"]) == ("smallest", 3, names)
    assert told["shares"] == pytest.approx([0, 0.36, 0.64, *[0] * (len(names) - 3)])


def test_the_fit_is_told_for_both_signs_and_both_nulls():
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double().eval()
    draws = torch.Generator().manual_seed(0)
    data = torch.randn(9, 2, generator=draws).double(), torch.arange(9) % 2
    surface = loss_surface(model, torch.nn.functional.cross_entropy, data)
    own = LossSource(model, surface, True)
    made = hessian(model, torch.nn.functional.cross_entropy, data)
    told = list(relabelled_readings(own, made, {"permutations": 19, "seed": 0}))
    assert {(row["sign"], row["null"]) for row in told} == {
        (sign, null) for sign in ("signed", "non-negative") for null in ("anywhere", "within")
    }
    for row in told:
        assert row["kind"] == "laplacian"
        assert len(row["null_shares"]) == 19
        reached = sum(share >= row["explained"] for share in row["null_shares"])
        assert row["p"] == pytest.approx((1 + reached) / 20)
        assert 0 <= row["explained"] <= row["complete"] <= 1
