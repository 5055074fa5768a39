"""Mellin-Barnes integrals with positive integrands on the real axis, along the line through their saddle."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import digamma, loggamma, polygamma

_EPS = float(np.finfo(np.float64).eps)
_CUT = 45.0  # e^-45 is 3e-20
_MARGIN = 1e-9  # between the poles, of their distance: the saddle lies about 1/log tau from them
_ROUNDINGS = 4.0


class Integral(NamedTuple):
    """A positive integral.

    Args:
        logarithm: Of its value.
        error: Of the logarithm.
    """

    logarithm: float
    error: float


@dataclass(frozen=True)
class MellinBarnes:
    """I(n) = (1/2 pi i) int Gamma(s + n) prod Gamma(b_i - k_i s)^(m_i) tau^(-s) ds, -n < Re s < min b_i/k_i.

    On the real axis the integrand F is positive, log-convex and infinite at both ends, so it has one saddle
    there; on the vertical line through it |F| is largest at the saddle and falls off exponentially. Little
    cancels on that line at any tau, so no residues are needed.

    Args:
        factors: (k_i, b_i, m_i), all above 0, at least one.
        log_tau: log tau.
    """

    factors: tuple[tuple[int, float, int], ...]
    log_tau: float

    def integral(self, n: int) -> Integral:
        """I(n) by the trapezoid rule, whose error is e^(-2 pi d/h) on a line at a distance d from the poles.

        >>> one = MellinBarnes(((1, 0.5, 1),), 0.0).integral(0)  # Gamma(1/2) (1 + tau)^(-1/2)
        >>> abs(one.logarithm - math.log(math.pi / 2) / 2) <= one.error < 1e-13
        True

        Args:
            n: Of the first factor, at least 0.

        Returns:
            Its logarithm; the error is the change from twice the step, plus rounding.
        """
        saddle = self._saddle(n)
        top = float(self._logarithms(saddle, n).sum().real)
        step = self._step(saddle, n)
        heights = step * np.arange(self._steps(saddle, n, step, top))
        logarithms = self._logarithms(saddle + 1j * heights, n)
        terms = np.exp(logarithms.sum(axis=0) - top)
        terms[0] /= 2  # the line is symmetric about the saddle
        fine, coarse = 2 * step * float(terms.real.sum()), 4 * step * float(terms.real[::2].sum())
        # Each logarithm and its argument is rounded a few times, and with them a term, relative to itself.
        roundings = np.abs(terms) * (_ROUNDINGS + _ROUNDINGS * np.abs(logarithms).sum(axis=0))
        error = abs(coarse / fine - 1) + _EPS * 2 * step * float(roundings.sum()) / fine
        return Integral(top + math.log(fine / (2 * math.pi)), error)

    def _right(self) -> float:
        return min(b / k for k, b, _ in self.factors)

    def _saddle(self, n: int) -> float:
        def slope(s: float) -> float:
            inner = sum(m * k * digamma(b - k * s) for k, b, m in self.factors)
            return float(digamma(s + n) - inner - self.log_tau)

        margin = _MARGIN * (self._right() + n)
        return float(brentq(slope, margin - n, self._right() - margin))

    def _step(self, saddle: float, n: int) -> float:
        """A sixteenth of the distance to the poles, or a quarter of the standard deviation at the saddle."""
        inner = sum(m * k**2 * polygamma(1, b - k * saddle) for k, b, m in self.factors)
        deviation = 1 / math.sqrt(polygamma(1, saddle + n) + inner)
        return float(min((saddle + n) / 16, (self._right() - saddle) / 16, deviation / 4))

    def _steps(self, saddle: float, n: int, step: float, top: float) -> int:
        """How far up the line F has fallen to e^-45 of its top, within a factor of 2."""
        steps = 64
        while self._logarithms(saddle + 1j * step * steps, n).sum().real > top - _CUT:
            steps *= 2
        return steps

    def _logarithms(self, s: ArrayLike, n: int) -> NDArray[np.complex128]:
        """Of the factors of F at s, (n,): (factors + 2, n)."""
        s = np.asarray(s, dtype=np.complex128)
        inner = [m * loggamma(b - k * s) for k, b, m in self.factors]
        return np.array([loggamma(s + n), -s * self.log_tau, *inner])
