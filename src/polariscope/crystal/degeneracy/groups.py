"""Chains of one kind in a run, and with what step they begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.degeneracy.settings import Sampler
from polariscope.crystal.degeneracy.start import Start
from polariscope.errors import PolariscopeError


@dataclass(frozen=True)
class Group:
    """Chains of one kind in a run.

    Args:
        scale: t = n beta.
        localization: gamma.
        step: Fixed; None: adapted.
    """

    scale: float
    localization: float
    step: float | None


def first_step(group: Group, sampler: Sampler, free: int, start: Start | None) -> float:
    """Give 1/(root h d^(1/4)) for HMC and 1/(h d^(1/3)) for SGLD, h = t lambda_max + gamma.

    Steps of one acceptance fall like d^(-1/4) for HMC (Beskos et al. 2013), and e like d^(-1/3) for Langevin
    (Roberts and Rosenthal 1998).

    >>> first_step(Group(scale=99.0, localization=1.0, step=None), "hmc", 16, None)
    0.05

    Args:
        group: Its scale and localisation.
        sampler: Which.
        free: d, parameters that move.
        start: Gives lambda_max; 1 where it is not known or not above 0.

    Returns:
        With what adapting begins.
    """
    curvature = start.largest if start is not None and start.largest > 0 else 1.0
    stiffness = group.scale * curvature + group.localization
    return float(free**-0.25 / sqrt(stiffness) if sampler == "hmc" else free ** (-1 / 3) / stiffness)


def fixed_steps(groups: Sequence[Group]) -> NDArray[np.float64] | None:
    """Give the steps of groups that have one.

    Args:
        groups: All of a run.

    Returns:
        (G,); None where none has one.

    Raises:
        PolariscopeError: Some have one and some none.
    """
    given = [group.step for group in groups]
    if all(step is None for step in given):
        return None
    if any(step is None for step in given):
        raise PolariscopeError("step", "one for each group, or none", given, "give all or none")
    return np.array(given, np.float64)
