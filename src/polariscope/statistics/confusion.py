"""What was answered when each position was injected, and how much the answer tells about the position."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.errors import PolariscopeError
from polariscope.statistics._checks import answers
from polariscope.statistics.permutation import Permuted, resampled_test

_Floats = NDArray[np.float64]
_Counts = NDArray[np.int64]


def confusion_matrix(predictions: ArrayLike, n: int) -> _Counts:
    """N[j, d] = #{t : predictions[t, j] = d}: row = injected position, column = answered position.

    A failed answer is in no column, so a row sums to the number of its trials that were answered.

    >>> confusion_matrix([[0, 1], [0, -1]], 2).tolist()
    [[2, 0], [0, 1]]

    Args:
        predictions: Answered position of each injected one, -1 where there was none. Shape ``(T, n)``.
        n: Number of positions.

    Returns:
        Counts. Shape ``(n, n)``.

    Raises:
        PolariscopeError: If an answer is no position, or there are not n columns.
    """
    array = answers(predictions, n)
    counts: _Counts = permuted_confusions(array, np.arange(n)[None, None, :])[0]
    return counts


def permuted_confusions(predictions: NDArray[np.intp], rows: NDArray[np.intp]) -> _Counts:
    """Confusion matrices of the same answers to other injected positions.

    Args:
        predictions: Answers, -1 where there was none. Shape ``(T, n)``.
        rows: The position that each answer is now said to be about. Shape ``(R, T, n)`` or ``(R, 1, n)``.

    Returns:
        Counts. Shape ``(R, n, n)``.
    """
    resamples, n = rows.shape[0], predictions.shape[1]
    # One more column takes the failed answers (-1 + 1 = 0) and is dropped.
    cells = (np.arange(resamples)[:, None, None] * n + rows) * (n + 1) + (predictions + 1)
    counts = np.bincount(cells.ravel(), minlength=resamples * n * (n + 1)).reshape(resamples, n, n + 1)
    kept: _Counts = counts[:, :, 1:].astype(np.int64)
    return kept


def recall(confusion: ArrayLike) -> _Floats:
    """N[j, j] / sum_d N[j, d]: the share of answers that are right when position j is injected.

    >>> recall([[3, 1], [0, 0]]).tolist()
    [0.75, nan]

    Args:
        confusion: Counts, row = injected, column = answered. Shape ``(n, n)``.

    Returns:
        One share a position, nan where it was never answered. Shape ``(n,)``.

    Raises:
        PolariscopeError: If it is no square matrix of counts.
    """
    counts = square_counts(confusion)
    asked = counts.sum(axis=1)
    shares = np.full(len(counts), np.nan)
    np.divide(counts.diagonal(), asked, out=shares, where=asked > 0)
    return shares


def mutual_information(confusion: ArrayLike) -> float:
    """sum_jd p(j, d) log2(p(j, d) / (p(j) p(d))), in bits, of the observed shares (plug-in).

    From 0, the answer tells nothing, to log2 n, it tells the position, be it under a wrong name. The plug-in
    is too high by about (n-1)² / (2 N ln 2) for N answers; the null mean of ``mutual_information_test`` is
    what to subtract.

    >>> mutual_information([[5, 0], [0, 5]]), mutual_information([[0, 5], [5, 0]])
    (1.0, 1.0)
    >>> mutual_information([[5, 5], [5, 5]])
    0.0

    Args:
        confusion: Counts, row = injected, column = answered. Shape ``(n, n)``.

    Returns:
        Bits; nan where nothing was answered.

    Raises:
        PolariscopeError: If it is no square matrix of counts.
    """
    return float(_information(square_counts(confusion)[None])[0])


def mutual_information_test(predictions: ArrayLike, n: int, seed: int = 0, resamples: int = 9999) -> Permuted:
    """Mutual information beside that of the same answers with the injected position permuted in each trial.

    >>> mutual_information_test([[1, 2, 0]] * 20, 3, resamples=99).p_value  # wrong every time, yet informed
    0.01

    Args:
        predictions: Answered position of each injected one, -1 where there was none. Shape ``(T, n)``.
        n: Number of positions.
        seed: Seed of the permutations.
        resamples: Number of permutations. Default: 9999, for p-values down to 0.0001.

    Returns:
        Bits as observed (nan, with p-value 1, where nothing was answered), their mean under permutation, and
        the p-value.

    Raises:
        PolariscopeError: If an answer is no position, there are not n columns, or resamples < 1.
    """
    array = answers(predictions, n)
    observed = mutual_information(confusion_matrix(array, n))
    if np.isnan(observed):
        return Permuted(observed, observed, 1.0, resamples)

    def permuted(rows: NDArray[np.intp]) -> _Floats:
        return _information(permuted_confusions(array, rows).astype(np.float64))

    null_mean, p_value = resampled_test(observed, permuted, (len(array), n), seed, resamples)
    return Permuted(observed, null_mean, p_value, resamples)


def square_counts(confusion: ArrayLike) -> _Floats:
    """Return a confusion matrix as float64, once it is known to be square and of counts.

    Raises:
        PolariscopeError: If it is not.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    if counts.ndim != 2 or counts.size == 0 or counts.shape[0] != counts.shape[1]:
        rule = "a square matrix of counts is needed"
        raise PolariscopeError("confusion", rule, f"shape {counts.shape}", "make it with confusion_matrix")
    if not (counts >= 0).all():
        raise PolariscopeError("confusion", "a count is at least 0", counts.min(), "give counts, not logits")
    return counts


def _information(counts: _Floats) -> _Floats:
    total = counts.sum(axis=(1, 2), keepdims=True)
    joint = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    apart = joint.sum(axis=2, keepdims=True) * joint.sum(axis=1, keepdims=True)
    ratio = np.divide(joint, apart, out=np.ones_like(joint), where=joint > 0)
    bits: _Floats = (joint * np.log2(ratio)).sum(axis=(1, 2))
    return bits
