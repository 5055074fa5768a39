"""The record of a run, filled draw by draw; torch in, numpy out."""

from typing import final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.sampling.posterior import Energy


@final
class Recorder:
    """Keeps numbers, not points.

    Args:
        chains: C.
        burn_in: Draws before the kept ones.
        draws: Kept draws.
    """

    def __init__(self, chains: int, burn_in: int, draws: int) -> None:
        shape = (chains, burn_in + draws)
        self._excess, self._virial, self._distance, self._acceptance = (np.full(shape, np.nan) for _ in range(4))
        self._burn_in = burn_in

    def add(self, draw: int, energy: Energy, acceptance: Tensor | None) -> None:
        """Keep one draw.

        Args:
            draw: Its number.
            energy: At the points drawn.
            acceptance: Probability of each; below 0 where the proposal diverged; None where there was none.
        """
        self._excess[:, draw] = energy.excess.cpu().numpy()
        self._virial[:, draw] = energy.virial.cpu().numpy()
        self._distance[:, draw] = energy.distance.cpu().numpy()
        if acceptance is not None:
            self._acceptance[:, draw] = acceptance.cpu().numpy()

    def chains(
        self,
        step: NDArray[np.float64],
        gradients: int,
        fall: NDArray[np.float64] | None = None,
        noise: NDArray[np.float64] | None = None,
    ) -> Chains:
        """Close the record.

        Args:
            step: (C,).
            gradients: Evaluations a chain.
            fall: (C,); see `Chains`. Default: not looked for.
            noise: (C,); see `Chains`. Default: none.

        Returns:
            The record.
        """
        kept = slice(self._burn_in, None)
        divergent = ((self._acceptance[:, kept] < 0) | ~np.isfinite(self._excess[:, kept])).sum(1)
        return Chains(
            self._excess,
            self._virial,
            self._distance,
            np.where(self._acceptance < 0, 0.0, self._acceptance),
            divergent.astype(np.int64),
            step,
            self._burn_in,
            gradients,
            np.zeros(len(step)) if noise is None else noise,
            np.full(len(step), np.nan) if fall is None else fall,
        )
