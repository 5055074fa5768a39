"""Whether chains of a sampler agree, how many draws they are worth, and the mean that they give together."""

from dataclasses import dataclass
from math import inf, log10, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from polariscope.errors import PolariscopeError
from polariscope.statistics._checks import finite, level_in_range

_LEAST_DRAWS = 4  # two in each half of a chain: a variance needs as many


@dataclass(frozen=True)
class ChainMean:
    """A mean over independent chains, with its interval.

    Args:
        value: Mean of the chains' means.
        standard_error: Of it, in its units.
        low: Lower end of the interval.
        high: Upper end.
        chains: C, how many there are.
    """

    value: float
    standard_error: float
    low: float
    high: float
    chains: int


def split_rhat(draws: ArrayLike, *, ranked: bool = True) -> float:
    """sqrt(((n-1)/n W + B/n) / W) over half chains of n draws, 1 where chains agree (BDA3, section 11.4).

    W is the mean of the variances within half chains and B/n the variance of their means; the middle draw of
    an odd number is left out. Ranked, draws are first replaced by normal scores of their ranks,
    ndtri((r - 3/8)/(S + 1/4)) over all S draws, and so is their distance from the median; the larger of the
    two R-hats is given (Vehtari et al. 2021). That one exists for heavy tails too, and sees chains that
    differ in their spread only. There 1.01 is the usual bound.

    >>> round(split_rhat([[0, 2, 0, 2], [1, 3, 1, 3]], ranked=False) ** 2, 9)  # W = 2, B/n = 1/3
    0.666666667

    Args:
        draws: Shape (chains, draws), at least one chain and 4 draws.
        ranked: Whether by ranks. Default: True, as Vehtari et al. recommend.

    Returns:
        R-hat; inf where a draw is not finite or half chains stand still at different places; nan where all
        are at one.

    Raises:
        PolariscopeError: The shape is another.
    """
    values = _checked(draws)
    if not np.isfinite(values).all():
        return inf
    halves = _split(values)
    scaled = _scaled(halves)
    if not ranked:
        return _rhat(scaled)
    folded = np.abs(scaled - np.median(scaled))
    # Folding alone can make all draws equal: there it has nothing to say, and fmax passes its nan by.
    return float(np.fmax(_rhat(_normal_scores(halves)), _rhat(_normal_scores(folded))))


def effective_sample_size(draws: ArrayLike) -> float:
    """S / tau, tau = 1 + 2 sum_t rho_t: how many independent draws give the mean as well (Stan's estimate).

    rho_t = 1 - (W - mean autocovariance at lag t) / ((n-1)/n W + B/n) over half chains of n draws, so that
    chains which disagree are worth little. The sum is Geyer's (1992): over pairs rho_2k + rho_2k+1 as long as
    they are positive, none larger than the one before. As Stan does, tau is held above 1/log10(S), for
    antithetic chains; where correlations never end, the sum goes to the last lag, some lags further than
    Stan's.

    Args:
        draws: Shape (chains, draws), at least one chain and 4 draws.

    Returns:
        Effective draws for the mean of the raw values, of all chains together; nan where a draw is not finite
        or all are equal.

    Raises:
        PolariscopeError: The shape is another.
    """
    values = _checked(draws)
    if not np.isfinite(values).all():
        return nan
    halves = _scaled(_split(values))
    within, between = _variances(halves)
    if within == between == 0:
        return nan
    n = halves.shape[1]
    spread = (n - 1) / n * within + between
    rho = 1 - (within - _autocovariances(halves).mean(axis=0)) / spread
    rho[0] = 1.0
    pairs = rho[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    kept = int(np.append(pairs > 0, False).argmin())
    after = float(rho[2 * kept]) if 2 * kept < n else 0.0  # the even lag of the first pair left out
    tau = -1 + 2 * float(np.minimum.accumulate(pairs[:kept]).sum()) + max(after, 0.0)
    return float(halves.size / max(tau, 1 / log10(halves.size)))


def chain_mean(draws: ArrayLike, level: float = 0.95) -> ChainMean:
    """mean_c m_c +- t_{C-1} sd(m_c)/sqrt(C), with m_c the mean of chain c.

    The chains are independent, their draws are not: nothing is assumed of autocorrelation, so the interval
    holds for short chains too, if each has forgotten its start. It holds the expectation, not what chains
    would reach that all miss the same place.

    >>> made = chain_mean([[0.0, 2.0], [3.0, 3.0]])
    >>> made.value, made.standard_error, round((made.high - made.value) / made.standard_error, 4)
    (2.0, 1.0, 12.7062)

    Args:
        draws: Shape (chains, draws), at least two chains.
        level: Nominal coverage. Default: 0.95, the custom of the field.

    Returns:
        The mean with its standard error and Student's interval.

    Raises:
        PolariscopeError: There are fewer than two chains, a draw is not finite, or the level is no such.
    """
    level_in_range(level)
    values = finite("draws", draws, 2)
    chains = len(values)
    if chains < 2:
        rule = "two chains or more: one alone tells nothing of its error"
        raise PolariscopeError("draws", rule, f"{chains} chain", "sample with more chains")
    means = _means(values)
    value, error = float(_means(means[None])[0]), sqrt(float(_variance(means[None])[0]) / chains)
    half = float(stdtrit(chains - 1, 0.5 + level / 2)) * error
    return ChainMean(value, error, value - half, value + half, chains)


def _checked(draws: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] < 1 or values.shape[1] < _LEAST_DRAWS:
        rule = f"shape (chains, draws) with one chain or more and {_LEAST_DRAWS} draws or more in each"
        raise PolariscopeError("draws", rule, f"shape {values.shape}", "give one row a chain, and draw longer")
    return values


def _split(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half chains, (2 chains, draws // 2)."""
    half = values.shape[1] // 2
    return np.concatenate([values[:, :half], values[:, -half:]])


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by a power of two, so that squares do not overflow; nothing is rounded."""
    exponent = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -exponent)


def _normal_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace values by quantiles of their ranks (Blom 1958), equal ones by that of their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    scores: NDArray[np.float64] = ndtri((ranks - 0.375) / (values.size + 0.25))
    return scores[place].reshape(values.shape)


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each row, that of equal values without rounding."""
    first = values[:, :1]
    middle: NDArray[np.float64] = (first + (values - first).mean(axis=1, keepdims=True))[:, 0]
    return middle


def _variance(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of each row, with n - 1; exactly 0 for equal values."""
    apart: NDArray[np.float64] = np.var(values - values[:, :1], axis=1, ddof=1)
    return apart


def _variances(halves: NDArray[np.float64]) -> tuple[float, float]:
    """W, the mean of variances within rows, and B/n, the variance of the rows' means."""
    return float(_variance(halves).mean()), float(_variance(_means(halves)[None])[0])


def _rhat(halves: NDArray[np.float64]) -> float:
    within, between = _variances(halves)
    if within == 0:
        return inf if between > 0 else nan
    n = halves.shape[1]
    return sqrt((n - 1) / n + between / within)


def _autocovariances(halves: NDArray[np.float64]) -> NDArray[np.float64]:
    """(1/n) sum_i (x_i - m)(x_i+t - m) of each row at every lag t < n, by a Fourier transform."""
    n = halves.shape[1]
    centred = halves - _means(halves)[:, None]
    power = np.abs(np.fft.rfft(centred, 2 * n)) ** 2
    covariances: NDArray[np.float64] = np.fft.irfft(power, 2 * n)[:, :n] / n
    return covariances
