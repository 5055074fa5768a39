"""Step sizes that reach a wanted acceptance: dual averaging on log step (Hoffman and Gelman 2014, section 3.2)."""

import math
from typing import final

import numpy as np
from numpy.typing import NDArray

_SHRINKAGE, _OFFSET, _DECAY = 0.05, 10.0, 0.75
"""gamma, t0 and kappa of their section 3.2.1."""


@final
class DualAveraging:
    """Adapts one step for each group of chains, from the group's mean acceptance.

    Args:
        start: First steps, (G,).
        wanted: Acceptance aimed at.
    """

    def __init__(self, start: NDArray[np.float64], wanted: float) -> None:
        self._aim = np.log(10 * start)
        self._wanted = wanted
        self._error = np.zeros_like(start)
        self._log, self._averaged = np.log(start), np.log(start)
        self._seen = 0

    @property
    def current(self) -> NDArray[np.float64]:
        """The steps to try next."""
        return np.asarray(np.exp(self._log))

    @property
    def averaged(self) -> NDArray[np.float64]:
        """The steps to keep when adapting ends."""
        return np.asarray(np.exp(self._averaged))

    def update(self, acceptance: NDArray[np.float64]) -> None:
        """Take in what the current steps came to.

        Args:
            acceptance: Mean acceptance of each group.
        """
        self._seen += 1
        count = self._seen
        weight = 1 / (count + _OFFSET)
        self._error = (1 - weight) * self._error + weight * (self._wanted - acceptance)
        self._log = self._aim - math.sqrt(count) / _SHRINKAGE * self._error
        share = count**-_DECAY
        self._averaged = share * self._log + (1 - share) * self._averaged
