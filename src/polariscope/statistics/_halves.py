"""Two halves that share no cluster: choose on one, score on the other."""

import numpy as np
from numpy.typing import NDArray


def first_half(codes: NDArray[np.intp], groups: int, seed: int) -> NDArray[np.bool_]:
    """Draw floor(G/2) of the G clusters at random and mark their trials.

    Args:
        codes: Cluster number of each trial, 0..G-1. Shape ``(T,)``.
        groups: G, at least 2, so that neither half is empty.
        seed: Seed of the draw.

    Returns:
        True where a trial lies in the first half. Shape ``(T,)``.
    """
    drawn = np.random.default_rng(seed).permutation(groups)[: groups // 2]
    return np.isin(codes, drawn)
