"""Is the answer about the injected position? The test that permutes it within each trial.

Its null is that in none of these trials the position matters to the answer. Whether what it finds holds for
new vectors is another question, which the clustered interval answers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import comb, factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.statistics._checks import answers, finite, resamples_positive
from polariscope.statistics.centering import diagonal_effect, double_center

_Floats = NDArray[np.float64]
_CHUNK = 2**20  # permuted positions held at a time, some 10 MiB with what sorting them needs
_TIE = 1e-9  # sums of the same numbers in another order count as equal, in units of the null's spread


@dataclass(frozen=True)
class Permuted:
    """A statistic beside what it is when the injected positions are shuffled within each trial.

    Args:
        observed: The statistic as measured.
        null_mean: Its mean under the shuffling; ``observed - null_mean`` is corrected for chance.
        p_value: Chance that a shuffled statistic is as great or greater (one-sided).
        resamples: Number of shufflings; 0 where the distribution was computed exactly.
    """

    observed: float
    null_mean: float
    p_value: float
    resamples: int


def accuracy_test(predictions: ArrayLike) -> Permuted:
    """P(hits of permuted positions >= hits), exactly: the trials' distributions of hits, convolved.

    In a trial with c_d answers d, the number of permutations with exactly m hits is
    sum_{k >= m} (-1)^(k-m) C(k, m) e_k(c) (n-k)!, with e_k the elementary symmetric polynomial (the rook
    numbers of the answers). So no resampling is needed, and a p-value may be as small as it is.

    >>> accuracy_test([[0, 1, 2]])  # one of 3! permutations is as good
    Permuted(observed=1.0, null_mean=0.3333333333333333, p_value=0.16666666666666666, resamples=0)
    >>> accuracy_test([[1, 1, 1]]).p_value  # a constant answerer scores 1/n under any permutation
    1.0

    Args:
        predictions: Answered position of each injected one, -1 (wrong) where none. Shape ``(T, n)``.

    Returns:
        Accuracy, its mean under permutation (answered share / n), and the exact p-value.

    Raises:
        PolariscopeError: If an answer is no position.
    """
    array = answers(predictions)
    n = array.shape[1]
    hits = int((array == np.arange(n)).sum())
    null = np.ones(1)
    for row in array:
        null = np.convolve(null, _hit_distribution(_answer_counts(row, n)))
    mean = float((array >= 0).mean()) / n
    return Permuted(hits / array.size, mean, min(1.0, float(null[hits:].sum())), 0)


def diagonal_test(z: ArrayLike, seed: int = 0, resamples: int = 9999) -> Permuted:
    """(1 + #{null >= observed}) / (resamples + 1) for the mean diagonal of the doubly centred logits.

    >>> diagonal_test(np.tile(np.eye(4), (20, 1, 1)), resamples=99)
    Permuted(observed=0.75, null_mean=0.0, p_value=0.01, resamples=99)

    Args:
        z: Label logits of each trial, row = injected position, column = label. Shape ``(T, n, n)``.
        seed: Seed of the permutations.
        resamples: Number of permutations. Default: 9999, for p-values down to 0.0001.

    Returns:
        The effect, 0 (its exact mean under permutation), and the p-value.

    Raises:
        PolariscopeError: If a logit is not finite, the matrices are not square, or resamples < 1.
    """
    array = finite("z", z, 3)
    observed = float(diagonal_effect(array).mean())
    trials, n, _ = array.shape
    centred = double_center(array)
    trial, column = np.arange(trials)[:, None], np.arange(n)

    def permuted(rows: NDArray[np.intp]) -> _Floats:
        means: _Floats = centred[trial, rows, column].mean(axis=(1, 2))
        return means

    return Permuted(observed, 0.0, resampled_test(observed, permuted, (trials, n), seed, resamples)[1], resamples)


def resampled_test(
    observed: float,
    statistic: Callable[[NDArray[np.intp]], _Floats],
    shape: tuple[int, int],
    seed: int,
    resamples: int,
) -> tuple[float, float]:
    """(1 + #{null >= observed}) / (resamples + 1), the null being ``statistic`` of permuted positions.

    Args:
        observed: The statistic of the unpermuted positions.
        statistic: From permutations, shape ``(R, T, n)``, to their statistics, shape ``(R,)``.
        shape: Trials and positions, ``(T, n)``.
        seed: Seed of the permutations.
        resamples: Number of permutations.

    Returns:
        The mean of the null, and the p-value.
    """
    resamples_positive(resamples)
    rng = np.random.default_rng(seed)
    null = np.concatenate([statistic(rows) for rows in _permutations(shape, resamples, rng)])
    slack = _TIE * max(float(np.abs(null - observed).max()), 1e-300)
    return float(null.mean()), (1 + int((null >= observed - slack).sum())) / (resamples + 1)


def _permutations(shape: tuple[int, int], resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    step = max(1, _CHUNK // (shape[0] * shape[1]))
    for start in range(0, resamples, step):
        yield rng.random((min(step, resamples - start), *shape)).argsort(axis=2)


def _answer_counts(row: NDArray[np.intp], n: int) -> tuple[int, ...]:
    return tuple(sorted(np.bincount(row[row >= 0], minlength=n).tolist()))


@lru_cache(maxsize=4096)
def _hit_distribution(counts: tuple[int, ...]) -> _Floats:
    n = len(counts)
    rooks = [1] + [0] * n  # elementary symmetric polynomials, as the coefficients of prod (1 + c x)
    for count in counts:
        rooks = [rook + count * (rooks[k - 1] if k else 0) for k, rook in enumerate(rooks)]
    ways = [
        sum((-1) ** (k - m) * comb(k, m) * rooks[k] * factorial(n - k) for k in range(m, n + 1))
        for m in range(n + 1)
    ]
    return np.array([way / factorial(n) for way in ways])
