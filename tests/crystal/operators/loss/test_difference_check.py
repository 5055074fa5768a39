"""The control passes a right Hessian and fails a wrong one."""

import numpy as np
import pytest
import torch
from torch import nn

from conftest import make_model
from crystal_networks import NETWORKS, problem, token_loss
from polariscope.crystal.operators.loss.difference_check import finite_difference_check
from polariscope.crystal.operators.loss.gauss_newton import gauss_newton
from polariscope.crystal.operators.loss.hessian import hessian, hessian_of
from polariscope.crystal.operators.loss.surface import function_surface, loss_surface
from polariscope.crystal.operators.symmetric import SymmetricOperator


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_right_hessian_passes(kind, seed):
    own = problem(kind)
    found = finite_difference_check(hessian(*own, dtype="float64"), loss_surface(*own), seed=seed)
    assert found.relative_error < 1e-7
    assert found.symmetry_gap < 1e-13
    single = finite_difference_check(hessian(*own), loss_surface(*own), seed=seed)
    assert single.relative_error < 1e-4
    assert single.symmetry_gap < 1e-5


def test_another_matrix_fails():
    own = problem()
    surface = loss_surface(*own)
    assert finite_difference_check(gauss_newton(*own), surface).relative_error > 0.05
    assert finite_difference_check(hessian(*own, blocks="layer"), surface).relative_error > 0.05
    right = hessian(*own, dtype="float64")
    scaled = SymmetricOperator(lambda v: 1.01 * (right @ v), right.size, name="scaled")
    assert finite_difference_check(scaled, surface).relative_error == pytest.approx(0.01, rel=0.02)


def test_a_matrix_that_is_not_symmetric_is_seen():
    own = problem()
    skew = np.triu(np.ones((83, 83)))
    crooked = SymmetricOperator(lambda v: skew @ v, 83, name="crooked")
    assert finite_difference_check(crooked, loss_surface(*own)).symmetry_gap > 1e-3


def test_kinks_and_single_precision_within_are_no_fault():
    _, loss, data = problem(examples=200)
    bent = nn.Sequential(nn.Linear(4, 30), nn.ReLU(), nn.Linear(30, 3))
    found = finite_difference_check(hessian(bent, loss, data, dtype="float64"), loss_surface(bent, loss, data))
    assert found.relative_error < 1e-5
    model = make_model("llama").eval()  # its norms compute in single precision whatever the dtype
    tokens = torch.randint(3, 300, (2, 7), generator=torch.Generator().manual_seed(0))
    model.set_attn_implementation("eager")
    given = model, lambda out, y: token_loss(out.logits, y), ({"input_ids": tokens, "use_cache": False}, tokens)
    chosen = {"parameters": "model.layers.1.*", "dtype": "float64"}
    found = finite_difference_check(hessian(*given, **chosen), loss_surface(*given, **chosen))
    assert found.relative_error < 1e-2


def test_a_flat_function_is_no_division_by_zero():
    at = torch.ones(3)
    found = finite_difference_check(hessian_of(torch.sum, at), function_surface(torch.sum, at))
    assert (found.relative_error, found.symmetry_gap) == (0.0, 0.0)
