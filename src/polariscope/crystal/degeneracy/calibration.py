"""A scan of steps and temperatures in one batched run, and the steps on which the answer does not depend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from polariscope.crystal.degeneracy.coefficient import LearningCoefficient, read_chains
from polariscope.crystal.degeneracy.local_loss import Group, LocalLoss
from polariscope.crystal.degeneracy.plateau import Plateau, plateau
from polariscope.crystal.degeneracy.settings import Settings
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
        PolariscopeError: A step or a temperature is not above zero, or they do not ascend.
    """
    own = local.examples / settings.scale(local.examples)
    heats = tuple(own * factor for factor in _TEMPERATURES) if temperatures is None else tuple(temperatures)
    _check("temperatures", heats)
    if steps is None:
        places = _around_adapted(local, settings, heats)
    else:
        _check("steps", steps)
        places = (tuple(steps),) * len(heats)
    told: dict[str, Any] = {"localization": settings.localization, "size": local.free, "level": level}
    groups = [
        Group(local.examples / heat, settings.localization, step)
        for heat, row in zip(heats, places, strict=True)
        for step in row
    ]
    start = local.start(seed=settings.seed)
    made = iter(zip(groups, local.sample_groups(settings, groups, on_draw), strict=True))
    scans = tuple(
        tuple(
            read_chains(chains, start=start, scale=group.scale, **told) for group, chains in _next(made, len(row))
        )
        for row in places
    )
    return Calibration(places, heats, scans, tuple(_plateau(scan) for scan in scans))


def _next(made: Any, count: int) -> list[Any]:
    return [next(made) for _ in range(count)]


def _around_adapted(
    local: LocalLoss, settings: Settings, temperatures: Sequence[float]
) -> tuple[tuple[float, ...], ...]:
    groups = [Group(local.examples / heat, settings.localization, None) for heat in temperatures]
    adapted = local.sample_groups(settings, groups)
    return tuple(tuple(factor * float(chains.step[0]) for factor in _STEPS) for chains in adapted)


def _plateau(scan: Sequence[LearningCoefficient]) -> Plateau | None:
    return plateau(
        [each.value for each in scan],
        [each.standard_error for each in scan],
        [not each.reasons for each in scan],
    )


def _check(name: str, given: Sequence[float]) -> None:
    ascending = all(one < other for one, other in pairwise(given))
    if not given or not ascending or not all(np.isfinite(each) and each > 0 for each in given):
        cure = "give two or more, such as 0.001 0.003 0.01"
        raise PolariscopeError(name, "numbers above zero, ascending", list(given), cure)
