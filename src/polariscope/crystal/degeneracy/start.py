"""Where chains start: is it a minimum of the loss, among the parameters that move? torch."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from polariscope.crystal.operators.loss.products import symmetric_operator
from polariscope.crystal.operators.loss.surface import LossSurface
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs

_TOLERANCE = 1e-3
"""Residual of the two eigenvalues relative to the largest: two digits tell a minimum from none."""
_PRODUCTS = 240


@dataclass(frozen=True)
class Start:
    """The loss around w*, among the parameters that move.

    Args:
        loss: L*, of all examples.
        gradient: |grad L|.
        largest: Largest eigenvalue of the Hessian; nan where curvature was not asked for.
        smallest: Smallest one.
        residual: The larger of their residuals: an eigenvalue lies within it of each.
        rounding: What a difference of two losses is wrong by, |L*| times the roundoff of the arithmetic.
    """

    loss: float
    gradient: float
    largest: float
    smallest: float
    residual: float
    rounding: float = 0.0

    @property
    def promised(self) -> float:
        """|grad L|^2 / (2 lambda_max), what the loss falls by at least; nan where lambda_max is not known."""
        if self.gradient == 0:
            return 0.0
        return float("inf") if self.largest <= 0 else self.gradient**2 / (2 * self.largest)

    def slope(self, scale: float) -> float:
        """That decrease in units of the temperature, t |grad L|^2 / (2 lambda_max).

        Args:
            scale: t.

        Returns:
            A lower bound: along soft directions the loss can fall by more, which chains find out.
        """
        return scale * self.promised

    def curves_down(self, scale: float, localization: float) -> float:
        """How much of the localisation the steepest negative curvature takes away, -t lambda_min / gamma.

        Args:
            scale: t.
            localization: gamma.

        Returns:
            0 where none is negative for certain; above 1 the chains run away from the start.
        """
        certain = self.smallest + self.residual
        return -scale * certain / localization if certain < 0 else 0.0


def find_start(surface: LossSurface, moving: NDArray[np.bool_], *, curvature: bool = True, seed: int = 0) -> Start:
    """Take loss, gradient and both ends of the Hessian's spectrum at w*.

    Args:
        surface: The loss.
        moving: (n,), which entries move.
        curvature: Whether the ends are searched for; a search takes some tens of products.
        seed: Of the search.

    Returns:
        What was found.
    """
    rounding = abs(surface.loss()) * torch.finfo(surface.objective.dtype).eps
    gradient = float(np.linalg.norm(surface.gradient()[moving]))
    if not curvature:
        nothing = float("nan")
        return Start(surface.loss(), gradient, nothing, nothing, nothing, rounding)
    operator = _among(symmetric_operator(surface.hessian_product(), f"Hessian of {surface.name}"), moving)
    ends = [
        extreme_eigenpairs(operator, 1, end=end, tolerance=_TOLERANCE, seed=seed, products=_PRODUCTS)
        for end in ("largest", "smallest")
    ]
    largest, smallest = (float(end.values[0]) for end in ends)
    residual = max(float(end.residuals[0]) for end in ends)
    return Start(surface.loss(), gradient, largest, smallest, residual, rounding)


def _among(operator: SymmetricOperator, moving: NDArray[np.bool_]) -> SymmetricOperator:
    if moving.all():
        return operator

    def product(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.zeros((len(moving), vectors.shape[1]))
        whole[moving] = vectors
        return np.asarray((operator @ whole)[moving])

    size = int(moving.sum())
    return SymmetricOperator(product, size, name=f"{operator.name}, of {size}", rounding=operator.rounding)
