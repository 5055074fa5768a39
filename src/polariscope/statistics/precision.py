"""What sharing a vector costs in observations, and how many more would settle a question."""

from math import floor, isfinite, nan

import numpy as np
from numpy.typing import ArrayLike

from polariscope.errors import PolariscopeError
from polariscope.statistics._checks import cluster_codes, finite, within
from polariscope.statistics._clustering import clustered_variance
from polariscope.statistics.bootstrap import Estimate


def design_effect(values: ArrayLike, clusters: ArrayLike, n_per_trial: int) -> float:
    """[G/(G-1) sum_g (sum_{t in g} (y_t - p))² / T²] / [p (1 - p) / (T n)]: clustered over binomial variance.

    1 when predictions are as good as independent; 4 when intervals that take them so are half as wide as they
    should be.

    >>> round(design_effect([0, 1, 0, 1], [0, 1, 2, 3], n_per_trial=1), 4)  # nothing shared: G/(G-1)
    1.3333
    >>> round(design_effect([0, 0, 1, 1], [0, 0, 1, 1], n_per_trial=1), 4)  # two vectors seen twice
    4.0

    Args:
        values: Accuracy of each trial, in [0, 1]. Shape ``(T,)``.
        clusters: The vector's id of each trial. Shape ``(T,)``.
        n_per_trial: n, the number of predictions in a trial.

    Returns:
        The ratio; nan where the binomial variance is 0 or there is one cluster.

    Raises:
        PolariscopeError: If a value is not an accuracy, the shapes do not match, or n is not positive.
    """
    array = finite("values", values, 1)
    within("values", array, 0, 1)
    codes, groups = cluster_codes(clusters, len(array))
    if n_per_trial < 1:
        rule = "a trial has at least one prediction"
        raise PolariscopeError("n_per_trial", rule, n_per_trial, "give the number of positions")
    mean = float(array.mean())
    binomial = mean * (1 - mean) / (len(array) * n_per_trial)
    if groups == 1 or binomial == 0:
        return nan
    sums, sizes = np.bincount(codes, array).astype(float), np.bincount(codes).astype(float)
    return clustered_variance(sums, sizes) / binomial


def trials_to_decide(estimate: Estimate, lower: float, upper: float) -> int | None:
    """Least floor(T (half / gap)²) + 1 over two sides: trials that put the interval clear of one limit.

    Either the whole interval lies above ``lower`` (gap = value - lower, half = value - low end) or it lies
    below ``upper`` (gap = upper - value, half = high end - value). Half-widths fall as 1/sqrt(T); those of an
    exact interval as 1/T, so there the power is 1. This holds as long as new trials bring new vectors in
    proportion; more trials of the same vectors do not settle what differs between vectors.

    The answer is at most the present number of trials exactly when the interval is clear of a limit already.

    >>> from polariscope.statistics.intervals import Interval
    >>> now = Estimate(0.3, Interval(0.1, 0.5, 0.95), clusters=25, observations=50, method="bootstrap")
    >>> trials_to_decide(now, lower=0.2, upper=0.2)  # half-width 0.2 must fall below 0.1
    201

    Args:
        estimate: What the present trials gave.
        lower: The verdict "more" needs the interval wholly above this.
        upper: The verdict "less" needs the interval wholly below this. Where upper < lower, a value from
            upper to lower deserves neither.

    Returns:
        The total number of trials, those already made included; None where no number would do (the value is
        neither above ``lower`` nor below ``upper``) or where the spread is not known (one cluster).

    Raises:
        PolariscopeError: If a limit is nan.
    """
    for name, limit in (("lower", lower), ("upper", upper)):
        if limit != limit:
            raise PolariscopeError(name, "a limit is a number", limit, "give the score that would matter")
    if estimate.method == "one cluster":
        return None
    down, up = estimate.value - estimate.interval.low, estimate.interval.high - estimate.value
    sides = [(down, estimate.value - lower), (up, upper - estimate.value)]
    ratios = [half / gap for half, gap in sides if gap > 0]
    # A product overflows to infinity, which a power does not: a gap can be as small as a float.
    grown = ratios if estimate.method == "exact" else [ratio * ratio for ratio in ratios]
    needed = [estimate.observations * ratio for ratio in grown]
    return min((floor(trials) + 1 for trials in needed if isfinite(trials)), default=None)
