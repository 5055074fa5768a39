"""Does the model read the position under another name? Accuracy after the best relabelling of its answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from polariscope.statistics._checks import answers, cluster_codes
from polariscope.statistics._halves import first_half
from polariscope.statistics.bootstrap import Estimate, clustered_mean, undecided
from polariscope.statistics.confusion import confusion_matrix, permuted_confusions, square_counts
from polariscope.statistics.permutation import Permuted, resampled_test


@dataclass(frozen=True)
class BestPermutation:
    """The best one-to-one relabelling of answers, judged twice so that its optimism cannot mislead.

    Args:
        mapping: ``mapping[j]`` is the answer that is best taken to mean position j, on all trials.
        raw: Its accuracy on the trials that chose it, beside the same optimism under permuted positions.
        cross_fitted: Accuracy where each half of the clusters is scored by the relabelling that the other
            half chose.
    """

    mapping: tuple[int, ...]
    raw: Permuted
    cross_fitted: Estimate


def best_permutation(confusion: ArrayLike) -> tuple[tuple[int, ...], float]:
    """The greatest, over permutations s, of sum_j N[j, s(j)] / sum N, by linear assignment (Kuhn 1955).

    Optimistic, because it is scored where it was chosen: see ``best_permutation_test``.

    >>> best_permutation([[0, 9, 1], [0, 0, 10], [10, 0, 0]])
    ((1, 2, 0), 0.9666666666666667)

    Args:
        confusion: Counts, row = injected, column = answered. Shape ``(n, n)``.

    Returns:
        The mapping from injected to answered position, and its accuracy among answers, nan without any.

    Raises:
        PolariscopeError: If it is no square matrix of counts.
    """
    counts = square_counts(confusion)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    total = float(counts.sum())
    accuracy = float(counts[rows, columns].sum()) / total if total else float("nan")
    return tuple(columns.tolist()), accuracy


def best_permutation_test(
    predictions: ArrayLike,
    n: int,
    clusters: ArrayLike,
    *,
    seed: int = 0,
    resamples: int = 9999,
    level: float = 0.95,
) -> BestPermutation:
    """Accuracy under the best relabelling: with its null as chosen, and cross-fitted over halves of clusters.

    A reader whose answers are consistently wrong (the next position, the mirrored one) is seen; an answer
    that ignores the injection scores exactly 1/n under every relabelling. A failed answer counts as wrong.

    Two relabellings of noise agree or differ together, so the scores of the halves are correlated: by .36 in
    1000 simulated guessers of 100 trials x 5, for whom the cross-fitted 95 % interval holds 1/n in 91 % and
    lies wholly above it in 5 to 6 %. Its value is unbiased, and ``raw.p_value`` keeps its size; a claim of
    reading needs both.

    >>> mirrored = best_permutation_test([[2, 1, 0]] * 12, 3, range(12), resamples=99)
    >>> mirrored.mapping, mirrored.raw.p_value, mirrored.cross_fitted.value
    ((2, 1, 0), 0.01, 1.0)

    Args:
        predictions: Answered position of each injected one, -1 (wrong) where none. Shape ``(T, n)``.
        n: Number of positions.
        clusters: The vector's id of each trial. Shape ``(T,)``.
        seed: Seed of the halves, the permutations and the bootstrap.
        resamples: Number of permutations. Default: 9999, for p-values down to 0.0001.
        level: Nominal coverage of the cross-fitted interval. Default: 0.95, the custom of the field.

    Returns:
        The relabelling and both its accuracies. With one cluster the cross-fitted value is nan.

    Raises:
        PolariscopeError: If an answer is no position, the shapes do not match, or resamples < 1.
    """
    array = answers(predictions, n)
    codes, groups = cluster_codes(clusters, len(array))
    mapping = best_permutation(confusion_matrix(array, n))[0]
    observed = float((array == mapping).mean())

    def permuted(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        counts = permuted_confusions(array, rows)
        return (
            np.array([table[linear_sum_assignment(table, maximize=True)].sum() for table in counts]) / array.size
        )

    null_mean, p_value = resampled_test(observed, permuted, array.shape, seed, resamples)
    raw = Permuted(observed, null_mean, p_value, resamples)
    if groups == 1:
        return BestPermutation(mapping, raw, undecided(len(array), groups, level, (0.0, 1.0)))
    scores = _cross_fitted(array, first_half(codes, groups, seed))
    estimate = clustered_mean(scores, codes, level=level, seed=seed, bounds=(0.0, 1.0))
    return BestPermutation(mapping, raw, estimate)


def _cross_fitted(predictions: NDArray[np.intp], first: NDArray[np.bool_]) -> NDArray[np.float64]:
    n = predictions.shape[1]
    scores = np.empty(len(predictions))
    for scored in (first, ~first):
        mapping = best_permutation(confusion_matrix(predictions[~scored], n))[0]
        scores[scored] = (predictions[scored] == mapping).mean(axis=1)
    return scores
