"""Which gap in the tail of a spectrum is wider than the tail itself explains.

Of distances x_1 > x_2 > ... from the centre, let s_k = k log(x_k / x_{k+1}). For independent draws from a power
law the s_k are independent and exponential with one mean (Renyi 1953). Where the tail ends in an edge, as a random
matrix's does, the mean grows with the rank, as k^b: b = 2/3 at a square-root edge (the semicircle's, the
Marchenko-Pastur law's), 1 at a step. Eigenvalues repel each other, so their s_k vary less than exponentials do:
the test errs towards finding nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

_Floats = NDArray[np.float64]
SOFT_EDGE = 2 / 3
LOOKED = 20
"""Most gaps that are tested: outliers of a loss come a handful at a time, one for a class or so."""
_SCALE = 20  # spacings behind a gap that say how wide gaps are there
_SHAPE = 100  # and those that say how their widths grow with the rank
_LEAST = 8
_DOUBT = 0.5  # share of the level spent on not knowing the exponent (Berger and Boos 1994)


class Gap(NamedTuple):
    """What the rule found.

    Args:
        outside: Distances before the innermost gap that is too wide; 0 where none is.
        p_value: Of that gap, or the least of all, times the number looked at, at most 1; nan where none was.
        looked: Gaps tested.
        exponent: b, as estimated behind that gap, and the lower end of its interval that the test was made with.
        by_edge: What ``outside`` would be if the tail were known to end in a square-root edge.
    """

    outside: int
    p_value: float
    looked: int
    exponent: tuple[float, float]
    by_edge: int


def widest_gaps(distances: _Floats, safe_ratios: _Floats, total: int, level: float) -> Gap:
    """Test each of the outermost gaps against the spacings behind it.

    Args:
        distances: x, (m,), descending, above 0.
        safe_ratios: Ratios x_k / x_{k+1}, (m - 1,), as small as errors of the distances allow.
        total: Eigenvalues in all, at both ends.
        level: Chance that any gap is called too wide in a tail of the family above.

    Returns:
        The innermost gap that is too wide.
    """
    ranks = np.arange(1.0, len(distances))
    spacings: _Floats = ranks * np.log(distances[:-1] / distances[1:])
    tested: _Floats = ranks * np.log(np.maximum(safe_ratios, 1.0))
    looked = max(0, min(LOOKED, len(spacings) - _LEAST, total // 10))
    if not looked:
        return Gap(0, float("nan"), 0, (float("nan"), float("nan")), 0)
    reach = min(_SHAPE, max(_LEAST, total // 4))
    exponents = [_exponent(spacings[k : k + reach], k, _DOUBT * level) for k in range(1, looked + 1)]
    assumed = [min(max(low, 0.0), SOFT_EDGE) for _, low in exponents]
    p_values = _DOUBT * level + looked * _tails(spacings, tested, assumed)
    by_edge = looked * _tails(spacings, tested, [SOFT_EDGE] * looked)
    count = _innermost(p_values, level)
    at = count - 1 if count else int(p_values.argmin())
    return Gap(count, min(1.0, float(p_values[at])), looked, exponents[at], _innermost(by_edge, level))


def _innermost(p_values: _Floats, level: float) -> int:
    return int(np.flatnonzero(p_values <= level).max(initial=-1)) + 1


def _tails(spacings: _Floats, tested: _Floats, exponents: list[float]) -> _Floats:
    """P(S > s) = (1 + s/(m t))^-m for exponential S of the mean that m others of mean t share: an F(2, 2m)."""
    tails = np.empty(len(exponents))
    for k, exponent in enumerate(exponents, start=1):
        behind = spacings[k : k + _SCALE]
        scaled = behind * (np.arange(k + 1, k + 1 + len(behind)) / k) ** -exponent
        total = float(scaled.sum())
        tails[k - 1] = (1 + tested[k - 1] / total) ** -len(behind) if total else float(tested[k - 1] == 0)
    return tails


def _exponent(spacings: _Floats, first: int, doubt: float) -> tuple[float, float]:
    """Fit b by maximum likelihood, of exponentials with mean a j^b from j = first + 1, and bound it from below."""
    logs = np.log(np.arange(first + 1, first + 1 + len(spacings)))

    def excess(exponent: float) -> float:
        weights = spacings * np.exp(-exponent * (logs - logs.mean()))
        return float(weights @ logs / weights.sum() - logs.mean())

    error = 1 / float(np.sqrt(((logs - logs.mean()) ** 2).sum()))
    widest = 50.0
    if not spacings.any() or excess(-widest) <= 0 or excess(widest) >= 0:
        return float("nan"), 0.0
    found = float(brentq(excess, -widest, widest, xtol=1e-9))
    return found, found - float(norm.isf(doubt)) * error
