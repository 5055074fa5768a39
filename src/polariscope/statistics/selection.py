"""The best of many cells, without the luck of having been picked."""

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from polariscope.statistics._checks import cluster_codes, finite
from polariscope.statistics._halves import first_half
from polariscope.statistics.bootstrap import Estimate, clustered_mean, undecided


def best_of_half(
    values: ArrayLike,
    clusters: ArrayLike,
    *,
    seed: int = 0,
    level: float = 0.95,
    bounds: tuple[float, float] | None = None,
) -> tuple[int, Estimate]:
    """The cell of greatest mean on one half of the clusters, and that cell's mean on the other half.

    The maximum of many noisy means is too high; on clusters that had no part in the choice it is not.

    >>> index, estimate = best_of_half([[0.2] * 20, [0.6] * 20], range(20), bounds=(0, 1))
    >>> index, estimate.value, estimate.observations
    (1, 0.6, 10)

    Args:
        values: One value for each cell and trial. Shape ``(cells, T)``.
        clusters: The vector's id of each trial, the same in all cells. Shape ``(T,)``.
        seed: Seed of the halves and the bootstrap.
        level: Nominal coverage. Default: 0.95, the custom of the field.
        bounds: Least and greatest possible value. Default: none, (-inf, inf).

    Returns:
        The cell's index (the first of equals) and its estimate on the half that did not choose it. With one
        cluster there is no other half: the value is nan, the method "one cluster".

    Raises:
        PolariscopeError: If a value is not finite or not within the bounds, or the shapes do not match.
    """
    array = finite("values", values, 2)
    codes, groups = cluster_codes(clusters, array.shape[1])
    if groups == 1:
        return int(array.mean(axis=1).argmax()), undecided(len(codes), groups, level, bounds or (-inf, inf))
    chosen_on = first_half(codes, groups, seed)
    index = int(np.argmax(array[:, chosen_on].mean(axis=1)))
    held_out = ~chosen_on
    estimate = clustered_mean(array[index, held_out], codes[held_out], level=level, seed=seed, bounds=bounds)
    return index, estimate
