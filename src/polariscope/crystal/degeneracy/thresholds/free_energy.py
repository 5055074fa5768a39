"""The free energy of a phase: what competes with what as examples come in."""

import math

from polariscope.crystal.degeneracy.thresholds.counts import count
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError


def free_energy(examples: int, loss: float, threshold: Threshold) -> float:
    """F_n = n L_n(w0) + lambda log n - (m - 1) log log n, without what stays bounded as n grows.

    Of two phases, the one with less is where a posterior of n examples is: a lower loss is bought with a
    higher lambda (Watanabe 2009; Chen et al. 2023 for phases in training).

    >>> free_energy(1000, 0.0, Threshold(6.5, 2)) == 6.5 * math.log(1000) - math.log(math.log(1000))
    True

    Args:
        examples: n, at least 3, where log log n is above 0.
        loss: L_n(w0), the mean loss per example in nats, finite.
        threshold: lambda and m at w0.

    Returns:
        F_n in nats, up to a constant.

    Raises:
        PolariscopeError: Fewer than 3 examples, no whole number of them, or a loss that is not finite.
    """
    examples = count("examples", examples, 3)
    if not math.isfinite(loss):
        cure = "evaluate it where the network gives numbers"
        raise PolariscopeError("loss", "a finite mean loss", loss, cure)
    logarithm = math.log(examples)
    return examples * loss + threshold.value * logarithm - (threshold.multiplicity - 1) * math.log(logarithm)
