"""A scan of steps and temperatures in one batched run, and the steps on which the answer does not depend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from polariscope.crystal.degeneracy.checks import is_finite
from polariscope.crystal.degeneracy.coefficient import LearningCoefficient, read_chains
from polariscope.crystal.degeneracy.groups import Group
from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.plateau import Plateau, plateau
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.degeneracy.start import Start
from polariscope.errors import PolariscopeError

_STEPS = tuple(float(each) for each in 2.0 ** (np.arange(-6, 4) / 2))
"""Default factors of the step that the burn-in adapts to, from an eighth of it to where chains diverge."""
_TEMPERATURES = (0.25, 1.0, 4.0)
"""Default factors of the temperature."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Estimates over steps and temperatures.

    Args:
        steps: (k,), ascending, for each temperature: see `scans`.
        temperatures: 1/beta, ascending.
        scans: For each temperature, one estimate a step.
        plateaus: For each temperature, the steps on which its estimates are one value; None where there are none.
    """

    steps: tuple[tuple[float, ...], ...]
    temperatures: tuple[float, ...]
    scans: tuple[tuple[LearningCoefficient, ...], ...]
    plateaus: tuple[Plateau | None, ...]

    def chosen(self, index: int) -> float | None:
        """The largest step of a temperature's plateau: it moves the farthest in a draw.

        Args:
            index: Of the temperature.

        Returns:
            The step; None where there is no plateau.
        """
        found = self.plateaus[index]
        return None if found is None else self.steps[index][found.stop - 1]


def calibrate(
    local: LocalLoss,
    settings: Settings,
    *,
    steps: Sequence[float] | None = None,
    temperatures: Sequence[float] | None = None,
    level: float = 0.95,
    on_draw: Callable[[int], None] = lambda _: None,
) -> Calibration:
    """Estimate at every step and temperature, all chains in one batched computation.

    Args:
        local: The loss around w*.
        settings: How; its chains, draws and burn-in are those of each setting.
        steps: Ascending. Default: for each temperature, an eighth to 2.8 times what a burn-in adapts to.
        temperatures: 1/beta, ascending. Default: a quarter of that of the settings, itself, and four times it.
        level: Of the intervals.
        on_draw: Is told the number of draws done.

    Returns:
        The scan.

    Raises:
        PolariscopeError: Steps or temperatures are no numbers above zero, or do not ascend.
    """
    heats = _around_own(local, settings) if temperatures is None else _ascending("temperatures", temperatures)
    given = None if steps is None else _ascending("steps", steps)
    start = local.start(seed=settings.seed)
    places = _around_adapted(local, settings, heats, start) if given is None else (given,) * len(heats)
    told: dict[str, Any] = {"localization": settings.localization, "size": local.free, "level": level}
    groups = [
        Group(local.examples / heat, settings.localization, step)
        for heat, row in zip(heats, places, strict=True)
        for step in row
    ]
    made = iter(zip(groups, local.sample_groups(settings, groups, start, on_draw), strict=True))
    scans = tuple(
        tuple(
            read_chains(chains, start=start, scale=group.scale, **told) for group, chains in _next(made, len(row))
        )
        for row in places
    )
    return Calibration(places, heats, scans, tuple(_plateau(scan) for scan in scans))


def _next(made: Any, count: int) -> list[Any]:
    return [next(made) for _ in range(count)]


def _around_own(local: LocalLoss, settings: Settings) -> tuple[float, ...]:
    own = local.examples / settings.scale(local.examples)
    return tuple(own * factor for factor in _TEMPERATURES)


def _around_adapted(
    local: LocalLoss, settings: Settings, temperatures: Sequence[float], start: Start
) -> tuple[tuple[float, ...], ...]:
    groups = [Group(local.examples / heat, settings.localization, None) for heat in temperatures]
    adapted = local.sample_groups(settings, groups, start)
    return tuple(tuple(factor * float(chains.step[0]) for factor in _STEPS) for chains in adapted)


def _plateau(scan: Sequence[LearningCoefficient]) -> Plateau | None:
    return plateau(
        [each.value for each in scan],
        [each.standard_error for each in scan],
        [not each.reasons for each in scan],
    )


def _listed(given: Any) -> tuple[Any, ...]:
    try:
        return tuple(given)
    except TypeError:  # one value alone
        return (given,)


def _ascending(name: str, given: Any) -> tuple[float, ...]:
    values = _listed(given)
    ascending = all(is_finite(each) and each > 0 for each in values)
    if not values or not ascending or not all(one < other for one, other in pairwise(values)):
        cure = "give one or more, such as [0.001, 0.003, 0.01]"
        raise PolariscopeError(name, "numbers above zero, ascending", list(values), cure)
    return tuple(float(each) for each in values)
