"""What a sampler leaves: numbers of every chain at every draw, burn-in included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chains:
    """The record of C chains over k draws, the first `burn_in` of which belong to no estimate.

    Args:
        excess: (C, k), t (L - L*) at each draw, t = n beta; for SGLD on the draw's own minibatch.
        virial: (C, k), (w - w*)'grad U / d: its mean is 1 where the chains are in equilibrium, whatever U is.
        distance: (C, k), |w - w*|.
        acceptance: (C, k), probability with which each draw was accepted; for SGLD that of the burn-in's trial
            steps, on the minibatch, and nan after it.
        divergent: (C,), draws after the burn-in whose energy was not finite or off by more than 1,000.
        step: (C,), step sizes after the burn-in.
        burn_in: Draws left out.
        gradients: Evaluations of the gradient a chain.
        noise: (C,), SGLD: variance that minibatches add, relative to the injected, averaged over directions by
            what each adds to the excess; 0 for full gradients.
        fall: (C,), how far the loss falls below L* from where each chain ended, in 1/t; nan where not looked.
    """

    excess: _Floats
    virial: _Floats
    distance: _Floats
    acceptance: _Floats
    divergent: NDArray[np.int64]
    step: _Floats
    burn_in: int
    gradients: int
    noise: _Floats
    fall: _Floats

    def of(self, chosen: NDArray[np.int64] | slice) -> "Chains":
        """Some of the chains.

        Args:
            chosen: Which.

        Returns:
            Their record.
        """
        return Chains(
            self.excess[chosen],
            self.virial[chosen],
            self.distance[chosen],
            self.acceptance[chosen],
            self.divergent[chosen],
            self.step[chosen],
            self.burn_in,
            self.gradients,
            self.noise[chosen],
            self.fall[chosen],
        )
