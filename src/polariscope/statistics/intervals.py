"""Intervals for a proportion of independent observations: Wilson's, and the exact one."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import betaincinv, ndtri

from polariscope.statistics._checks import counts_in_range, level_in_range


@dataclass(frozen=True)
class Interval:
    """All values from ``low`` to ``high``, both included.

    Args:
        low: Lower end, in the units of what is estimated.
        high: Upper end.
        level: Nominal coverage: the share of repeated experiments whose interval holds the true value.
    """

    low: float
    high: float
    level: float


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = successes/n (Wilson 1927).

    The independent reference beside a clustered interval: it takes all n observations for independent, so
    on predictions that share a vector it is too narrow.

    >>> half = wilson(50, 100)
    >>> round(half.low, 4), round(half.high, 4)
    (0.4038, 0.5962)
    >>> wilson(0, 10).low, round(wilson(0, 10).high, 4)
    (0.0, 0.2775)

    Args:
        successes: Count of successes.
        n: Count of observations; with 0 nothing is known, and the interval is [0, 1].
        level: Nominal coverage. Default: 0.95, the custom of the field.

    Returns:
        The score interval, within [0, 1].

    Raises:
        PolariscopeError: If not 0 <= successes <= n, or the level is not in (0, 1).
    """
    level_in_range(level)
    counts_in_range(successes, n)
    if n == 0:
        return Interval(0.0, 1.0, level)
    z, p = float(ndtri(0.5 + level / 2)), successes / n
    middle = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and n the ends are exactly 0 and 1; rounding alone would put them beside.
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == n else (middle + half) / scale
    return Interval(low, high, level)


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval:
    """[B⁻¹(a/2; k, n-k+1), B⁻¹(1-a/2; k+1, n-k)], with k = successes and a = 1 - level.

    Exact (Clopper and Pearson 1934): it covers at least its level for every true proportion. Without a
    success its upper end is 1 - (a/2)^(1/n).

    >>> round(clopper_pearson(0, 50).high, 6), round(1 - 0.025 ** (1 / 50), 6)
    (0.071122, 0.071122)

    Args:
        successes: Count of successes.
        n: Count of observations; with 0 nothing is known, and the interval is [0, 1].
        level: Guaranteed coverage. Default: 0.95, the custom of the field.

    Returns:
        The exact interval, within [0, 1].

    Raises:
        PolariscopeError: If not 0 <= successes <= n, or the level is not in (0, 1).
    """
    level_in_range(level)
    counts_in_range(successes, n)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, 1 - tail))
    return Interval(low, high, level)
