"""What every function here asks of its arguments, asked in one place."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.errors import PolariscopeError

FAILED = -1
"""The prediction that stands for no usable answer; it counts as wrong."""


def level_in_range(level: float) -> None:
    """Check that 0 < level < 1.

    Raises:
        PolariscopeError: If it is not.
    """
    if not 0 < level < 1:
        raise PolariscopeError("level", "a level lies strictly between 0 and 1", level, "give 0.95")


def counts_in_range(successes: int, n: int) -> None:
    """Check that 0 <= successes <= n.

    Raises:
        PolariscopeError: If they are not.
    """
    if not 0 <= successes <= n:
        rule = f"the number of successes lies between 0 and the number of observations, here {n}"
        raise PolariscopeError("successes", rule, successes, "count successes among the observations")


def resamples_positive(resamples: int) -> None:
    """Check that at least one resample is asked for.

    Raises:
        PolariscopeError: If not.
    """
    if resamples < 1:
        rule = "a resampling test needs at least one resample"
        raise PolariscopeError("resamples", rule, resamples, "give 9999")


def finite(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """Return the values as float64, once they are known to be non-empty, finite and of ``ndim`` axes.

    A value that is not a number is refused, not dropped: a mean over what happened to succeed is a mean over
    another population.

    Raises:
        PolariscopeError: If one of the three does not hold.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != ndim or array.size == 0:
        rule = f"an array of {ndim} axes with at least one value is needed"
        raise PolariscopeError(name, rule, f"shape {array.shape}", "check how it was gathered")
    bad = int(array.size - np.isfinite(array).sum())
    if bad:
        rule = "every value must be finite, because dropping some would change what is estimated"
        found = f"{bad} of {array.size} not finite"
        raise PolariscopeError(name, rule, found, "score a failed trial explicitly, or measure it again")
    return array


def within(name: str, values: NDArray[np.float64], low: float, high: float) -> None:
    """Check that all values lie in [low, high].

    Raises:
        PolariscopeError: If one does not.
    """
    outside = values[(values < low) | (values > high)]
    if outside.size:
        rule = f"values lie in [{low:g}, {high:g}]"
        raise PolariscopeError(name, rule, outside[0], "check the values or the bounds")


def cluster_codes(clusters: ArrayLike, trials: int) -> tuple[NDArray[np.intp], int]:
    """Number the cluster ids 0..G-1, in the order of the sorted ids.

    Args:
        clusters: Ids of any one comparable type. Shape ``(T,)``.
        trials: T, which the ids must match.

    Returns:
        The codes, shape ``(T,)``, and G.

    Raises:
        PolariscopeError: If there is not one id a trial.
    """
    ids = np.asarray(clusters)
    if ids.shape != (trials,):
        rule = f"one cluster id is needed for each of the {trials} trials"
        raise PolariscopeError("clusters", rule, f"shape {ids.shape}", "give the vector's id of every trial")
    names, codes = np.unique(ids, return_inverse=True)
    return codes.astype(np.intp), len(names)


def answers(predictions: ArrayLike, n: int | None = None) -> NDArray[np.intp]:
    """Return predictions as integers, once each is known to be a position or ``FAILED``.

    Args:
        predictions: Answered position of each injected one, -1 where there was no answer. Shape ``(T, n)``.
        n: Number of positions. Default: the number of columns.

    Returns:
        The same numbers. Shape ``(T, n)``.

    Raises:
        PolariscopeError: If the shape or a value is none of these.
    """
    array = np.asarray(predictions)
    if array.ndim != 2 or array.size == 0 or n not in {None, array.shape[1]}:
        rule = f"shape (trials, positions) is needed, with {'any number of' if n is None else n} positions"
        raise PolariscopeError("predictions", rule, f"shape {array.shape}", "give every position one column")
    outside = array[(array < FAILED) | (array >= array.shape[1]) | (array != np.floor(array))]
    if outside.size:
        rule = f"an answer is an integer in 0..{array.shape[1] - 1}, or -1 for none"
        raise PolariscopeError("predictions", rule, outside[0], "count positions from 0")
    return array.astype(np.intp)
