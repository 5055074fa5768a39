"""A control on second derivatives: what a Hessian says a gradient will do, and what it does; torch."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.loss.surface import LossSurface
from polariscope.crystal.operators.symmetric import SymmetricOperator

_STEPS = (1e-7, 1e-5, 1e-3)
"""Kinks (ReLU) want a short step; a model that computes in single precision within (some norms do) a long one."""


@dataclass(frozen=True)
class DifferenceCheck:
    """How far an operator is from the Hessian of a surface, along one random direction.

    Args:
        relative_error: ||H v - (g(w + hv) - g(w - hv))/2h|| / ||H v||, in units of the larger of the two.
        symmetry_gap: |u'H v - v'H u| / (||u|| ||H v|| + ||v|| ||H u||).
        step: h ||v|| relative to the larger of ||w|| and 1: of the steps tried, that of the smallest error.
    """

    relative_error: float
    symmetry_gap: float
    step: float


def finite_difference_check(
    operator: SymmetricOperator, surface: LossSurface, *, seed: int = 0
) -> DifferenceCheck:
    """Compare H v with (g(w + hv) - g(w - hv))/2h, the gradients in double precision, and u'H v with v'H u.

    >>> import torch
    >>> from polariscope.crystal.operators.loss.hessian import hessian
    >>> from polariscope.crystal.operators.loss.surface import loss_surface
    >>> data = torch.eye(3), torch.tensor([0, 1, 2])
    >>> problem = torch.nn.Linear(3, 3), torch.nn.functional.cross_entropy, data
    >>> finite_difference_check(hessian(*problem), loss_surface(*problem)).relative_error < 1e-5
    True

    Args:
        operator: That is called a Hessian; its own rounding bounds what can be seen.
        surface: The loss.
        seed: Of the directions, u and v, standard normal.

    Returns:
        Both differences. A right operator is off by rounding times some tens; a wrong one by about 1.
    """
    generator = np.random.default_rng(seed)
    v, u = generator.standard_normal((2, operator.size))
    made, other = (operator @ np.stack([v, u], axis=1)).T
    double = surface.in_double()
    length = max(_norm(double), 1.0) / float(np.linalg.norm(v))
    errors = {step: _error(double, v, made, step * length) for step in _STEPS}
    best = min(errors, key=lambda step: errors[step])
    sizes = np.linalg.norm(u) * np.linalg.norm(made) + np.linalg.norm(v) * np.linalg.norm(other)
    gap = abs(u @ made - v @ other)
    return DifferenceCheck(errors[best], float(gap / sizes) if sizes else 0.0, best)


def _error(surface: LossSurface, v: NDArray[np.float64], made: NDArray[np.float64], h: float) -> float:
    seen = (surface.gradient(h * v) - surface.gradient(-h * v)) / (2 * h)
    size = max(np.linalg.norm(made), np.linalg.norm(seen))
    return float(np.linalg.norm(made - seen) / size) if size else 0.0


def _norm(surface: LossSurface) -> float:
    return math.sqrt(sum(float(leaf.square().sum()) for leaf in surface.objective.leaves))
