"""A Hessian with a planted near-degenerate top pair: where a peer returns ghosts that it marks converged."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from polariscope.crystal import extreme_eigenpairs, hessian

_SIZE = 600


class Quadratic(nn.Module):
    """w'Aw / 2, whose Hessian is A."""

    def __init__(self, matrix: np.ndarray) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(len(matrix)))
        self.register_buffer("matrix", torch.tensor(matrix, dtype=torch.float32))

    def forward(self, inputs: Tensor) -> Tensor:
        return (self.w @ self.get_buffer("matrix") @ self.w) / 2 * inputs


@pytest.mark.parametrize("apart", [0.0, 1e-5, 1e-3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_near_degenerate_pair_comes_out_once_each(apart: float, dtype: str) -> None:
    draws = np.random.default_rng(0)
    basis = np.linalg.qr(draws.standard_normal((_SIZE, _SIZE)))[0]
    values = np.concatenate([[1.0, 1 - apart, 0.7, 0.6, 0.55], draws.uniform(-0.1, 0.5, _SIZE - 5)])
    model = Quadratic(basis @ np.diag(values) @ basis.T)
    rounded = np.sort(np.linalg.eigvalsh(model.get_buffer("matrix").double().numpy()))[::-1]
    operator = hessian(model, lambda outputs, _: outputs.mean(), (torch.ones(1), torch.zeros(1)), dtype=dtype)
    found = extreme_eigenpairs(operator, 5)
    assert found.converged.all()
    assert np.abs(found.values - rounded[:5]).max() <= found.residuals.max() + 20 * operator.rounding
    assert np.abs(found.vectors.T @ found.vectors - np.eye(5)).max() < 1e-10
    assert found.unlisted_beyond < 0.55
