"""The training run follows the closed form, its Hessian too, and nothing of the caller's is touched."""

import numpy as np
import pytest
import torch

from crystal_networks import dense_hessian, generators
from polariscope.crystal.specimens.training import crossing_time, half_squares, linear_training


@pytest.fixture(scope="module")
def run():
    before = generators()
    made = linear_training()
    assert generators() == before
    return made


def strength(model):
    first, second = (parameter.detach() for parameter in model.parameters())
    return float(first.norm() * second.norm())


def test_the_strength_grows_as_gradient_flow_has_it(run):
    """a = s e^(2st) / (e^(2st) - 1 + s/w0^2); steps of 0.001 follow it to a part in a hundred or so."""
    grown = np.exp(6 * np.array(run.times))
    flow = 3 * grown / (grown - 1 + 3 / 0.05**2)
    found = np.array([strength(model) for model in run.models])
    assert found[0] == pytest.approx(0.05**2)
    assert np.abs(found - flow).max() < 0.02 * 3
    assert np.all(np.diff(found) > 0)


@pytest.mark.parametrize("at", [0, 12, 13, 24])
def test_the_hessian_has_the_eigenvalues_of_the_formula(run, at):
    """3 a - s and s - a along the mode that grows, a + r and a - r for each other singular value r."""
    model = run.models[at]
    a = strength(model)
    formula = sorted([3 * a - 3, 3 - a, a + 2, a - 2, a + 1, a - 1])
    found = np.linalg.eigvalsh(dense_hessian(model, run.loss, run.data))
    assert np.allclose(found, formula, atol=1e-12)


def test_the_mode_crosses_zero_when_the_run_says(run):
    modes = np.array([3 * strength(model) - 3 for model in run.models])
    after = int(np.argmax(modes > 0))
    assert run.times[after - 1] < run.expected < run.times[after]
    grown = np.exp(6 * run.expected)
    assert 3 * 3 * grown / (grown - 1 + 3 / 0.05**2) == pytest.approx(3.0)
    assert run.expected == crossing_time()


def test_checkpoints_are_models_of_their_own(run):
    assert len(run.models) == len(run.times) == 25
    assert np.allclose(np.diff(run.times), run.times[1])
    assert (run.times[0], run.times[-1]) == pytest.approx((0.0, 2.0), abs=0.02)
    weights = {parameter.data_ptr() for model in run.models for parameter in model.parameters()}
    assert len(weights) == 50
    assert not any(model.training for model in run.models)
    assert all(parameter.grad is None for model in run.models for parameter in model.parameters())


def test_the_data_are_white_and_the_loss_is_the_formula_s(run):
    inputs, targets = run.data
    assert torch.allclose(inputs.T @ inputs / len(inputs), torch.eye(3, dtype=torch.float64))
    for model in (run.models[0], run.models[-1]):
        first, second = (parameter.detach() for parameter in model.parameters())
        gap = second @ first - torch.diag(torch.tensor([3.0, 2.0, 1.0], dtype=torch.float64))
        assert half_squares(model(inputs), targets).item() == pytest.approx(float((gap**2).sum() / 2))
