"""The singular values of a Gaussian matrix: their weight on a grid, and polynomials orthonormal in it."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from polariscope.crystal.operators.symmetric import Vectors
from polariscope.errors import PolariscopeError

_EPS = float(np.finfo(np.float64).eps)
_RELEVANT = 60.0  # what lies e^-60 below a function's top is nothing beside rounding
_RANGE = 650.0  # of the logarithm of a weight; e^-700 is near the least double
_ROUNDINGS = 16.0  # of a sum over nodes, besides those of its terms


@dataclass(frozen=True, eq=False)
class SingularValues:
    """Weights of x = s^2, s the singular values of a Gaussian (k, q), tilted by prod (1 + c x)^(-N/2).

    Their joint density is prod |x_i - x_j| prod w(x_i), w = x^((q-k-1)/2) exp(-x/2) (1 + c x)^(-N/2), that of
    a real Wishart matrix (James 1964) but for the tilt. All is seen in u = log x, where w dx = x w du falls
    off exponentially or faster on both sides, so that the trapezoid rule converges exponentially.

    Args:
        fewer: k, the lesser side.
        more: q, the greater side.
        power: N.
        log_c: log c.
        step: h, the spacing of the nodes in u.
        cut: The nodes end where the weight is e^-cut of its top, below the edges of the spectrum.
    """

    fewer: int
    more: int
    power: int
    log_c: float
    step: float
    cut: float

    @property
    def size(self) -> int:
        """The number of nodes, n."""
        low, high = self._ends
        return math.ceil((high - low) / self.step) + 1

    @cached_property
    def nodes(self) -> Vectors:
        """The u, (n,)."""
        return np.asarray(self._ends[0] + self.step * np.arange(self.size))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """Below the lowest scale of x, 1/(c N k^2), and past the edge of the Laguerre functions."""
        half = self._half
        lowest = -float(np.logaddexp(0, self.log_c + math.log(self.power))) - 2 * math.log(self.fewer)
        degrees = 2 * (half + self.fewer)
        # x^degrees exp(-x/2) is below e^-cut of its top from here on.
        high = math.log(2 * (degrees + math.sqrt(2 * degrees * self.cut) + self.cut))
        return lowest - self.cut / half, high

    @property
    def _half(self) -> float:
        return (self.more - self.fewer + 1) / 2

    @cached_property
    def _terms(self) -> tuple[Vectors, Vectors]:
        """Of log(x w): the part that grows with u, and what is taken from it; each (n,)."""
        u = self.nodes
        return self._half * u, np.exp(u) / 2 + self.power / 2 * np.logaddexp(0, self.log_c + u)

    @property
    def rounding(self) -> float:
        """Relative, of the weights: a roundoff times the largest logarithm that they are made of."""
        grows, falls = self._terms
        there = grows - falls > (grows - falls).max() - _RELEVANT
        return _EPS * (_ROUNDINGS + float((np.abs(grows) + falls)[there].max()))

    def basis(self) -> Vectors:
        """Orthonormal p_i(x) x w(x), i < k, on the nodes (Stieltjes' procedure, reorthogonalised).

        Powers of x would lose a digit with each degree or two. Nodes where all p_i x w vanish do not matter,
        but the p_i must be able to bring back what is small in w.

        Returns:
            Columns of norm 1, (n, k).

        Raises:
            PolariscopeError: The weight spans more than the range of doubles where a polynomial needs it.
        """
        logarithm = self._terms[0] - self._terms[1]
        highest = logarithm + (self.fewer - 1) * self.nodes
        fall = logarithm.max() - logarithm[highest > highest.max() - _RELEVANT].min()
        if fall > _RANGE:
            rule = f"a weight (1 + t s^2/localization^2)^(-width/2) that falls by at most e^-{_RANGE:g}"
            cure = "take a smaller t, narrower widths, or a greater localization"
            raise PolariscopeError("t", rule, f"a fall by e^-{fall:.0f}", cure)
        columns, x = np.zeros((logarithm.size, self.fewer)), np.exp(self.nodes)
        column = np.exp(logarithm - logarithm.max())
        for degree in range(self.fewer):
            column = column / np.linalg.norm(column)
            for _ in range(2):
                column -= columns[:, :degree] @ (columns[:, :degree].T @ column)
                column /= np.linalg.norm(column)
            columns[:, degree] = column
            column = x * column
            column /= np.abs(column).max()  # the squares of 1/c are below the least double
        return columns
