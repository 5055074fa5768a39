"""How far a mean over clusters may be off: its variance, Student's interval, and the bootstrap's."""

from collections.abc import Iterator
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

_Floats = NDArray[np.float64]
_CHUNK = 2**20  # weights held at a time: 8 MiB, whatever the numbers of resamples and clusters


def clustered_variance(sums: _Floats, sizes: _Floats) -> float:
    """G/(G-1) sum_g (sums_g - mean sizes_g)² / (sum_g sizes_g)²: of the mean of values that clusters share.

    >>> clustered_variance(np.array([0.0, 2.0]), np.array([1.0, 1.0]))  # s²/G with s² = 2
    1.0

    Args:
        sums: Sum of the values of each cluster. Shape ``(G,)``, G >= 2.
        sizes: Number of values of each cluster. Shape ``(G,)``.

    Returns:
        The variance of ``sums.sum() / sizes.sum()``.
    """
    groups, total = len(sums), sizes.sum()
    away = sums - sums.sum() / total * sizes
    return float(groups / (groups - 1) * (away**2).sum() / total**2)


def student_ends(sums: _Floats, sizes: _Floats, level: float) -> tuple[float, float]:
    """Mean ± t_{G-1} sqrt(clustered variance).

    Args:
        sums: Sum of the values of each cluster. Shape ``(G,)``, G >= 2.
        sizes: Number of values of each cluster. Shape ``(G,)``.
        level: Nominal coverage.

    Returns:
        The lower and the upper end.
    """
    mean = float(sums.sum() / sizes.sum())
    half = float(stdtrit(len(sums) - 1, 0.5 + level / 2)) * sqrt(clustered_variance(sums, sizes))
    return mean - half, mean + half


def accelerated_ends(
    sums: _Floats, sizes: _Floats, level: float, resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Quantiles of sum_g w_g sums_g / sum_g w_g sizes_g with multinomial w, bias-corrected and accelerated.

    Args:
        sums: Sum of the values of each cluster, not all of one mean. Shape ``(G,)``, G >= 2.
        sizes: Number of values of each cluster. Shape ``(G,)``.
        level: Nominal coverage.
        resamples: Number of resamples.
        rng: Where the weights are drawn from.

    Returns:
        The lower and the upper end, both within the range of the cluster means.
    """
    means = np.concatenate(list(_resampled_means(sums, sizes, resamples, rng)))
    low, high = np.quantile(means, _shares(means, sums, sizes, level))
    return float(low), float(high)


def _resampled_means(sums: _Floats, sizes: _Floats, resamples: int, rng: np.random.Generator) -> Iterator[_Floats]:
    groups = len(sums)
    step = max(1, _CHUNK // groups)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        weights = rng.multinomial(groups, np.full(groups, 1 / groups), rows).astype(np.float64)
        yield (weights @ sums) / (weights @ sizes)


def _shares(means: _Floats, sums: _Floats, sizes: _Floats, level: float) -> _Floats:
    groups = len(sums)
    reach = sqrt(groups / (groups - 1)) * stdtrit(groups - 1, 0.5 + level / 2)
    bias = _bias(means, sums.sum() / sizes.sum())
    shifted = bias + np.array([-reach, reach])
    # The floor is met only by very skew values at levels beyond 0.999; it gives the extreme.
    stretched = shifted / np.maximum(1 - _acceleration(sums, sizes) * shifted, 1e-9)
    shares: _Floats = ndtr(bias + stretched)
    return shares


def _bias(means: _Floats, value: float) -> float:
    above = means - value
    # Sums of tenths differ in their last bits; a tie must count as one half on either side.
    above[np.abs(above) <= 1e-12 * np.ptp(means)] = 0
    edge = 0.5 / len(means)
    return float(ndtri(np.clip((1 - np.sign(above).mean()) / 2, edge, 1 - edge)))


def _acceleration(sums: _Floats, sizes: _Floats) -> float:
    left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
    away = left_out.mean() - left_out
    return float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
