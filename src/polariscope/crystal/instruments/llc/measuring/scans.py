"""Readings of how an estimate depends on how it was made: at other temperatures, and over steps."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

from polariscope.crystal.degeneracy.groups import Group
from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.instruments.llc.measuring.controls import exact_fields
from polariscope.crystal.instruments.llc.measuring.estimates import Sampled, value_fields
from polariscope.crystal.instruments.llc.subject import Known
from polariscope.runs import Reading

FACTORS = (0.25, 1.0, 4.0)
"""Of t, and of gamma: two steps by four, in which what has settled stays and log t does not."""


def temperature_readings(
    local: LocalLoss,
    asked: Mapping[str, Any],
    known: Known | None = None,
    on_draw: Callable[[int], None] = lambda _: None,
) -> Iterator[Reading]:
    """Estimate at t/4, t and 4t, and at gamma/4 and 4 gamma, in one batched run.

    Args:
        local: The loss around w*.
        asked: The cell's parameters: settings, level.
        known: What theory says of this loss under these settings' prior, if anything.
        on_draw: Is told the number of draws done.

    Yields:
        A reading a temperature, and one a localisation, each with the exact value of its own posterior where that
        is known; that of the run itself is both.
    """
    settings = Settings(**asked["settings"])
    scale, start = settings.scale(local.examples), local.start(seed=settings.seed)
    held, others = settings.localization, [factor for factor in FACTORS if factor != 1]
    groups = [Group(factor * scale, held, _step(settings, factor)) for factor in FACTORS]
    groups += [Group(scale, factor * held, settings.step) for factor in others]
    for group, chains in zip(groups, local.sample_groups(settings, groups, start, on_draw), strict=True):
        own = replace(settings, localization=group.localization)
        found = Sampled(local, start, chains, group.scale, own).read(asked["level"])
        told = {"scale": group.scale, "localization": group.localization, **value_fields(found)}
        told |= exact_fields(known, group.scale, group.localization)
        if group.localization == held:
            yield {"kind": "temperature", "factor": group.scale / scale, **told}
        if group.scale == scale:
            yield {"kind": "localization", "factor": group.localization / held, **told}


def _step(settings: Settings, factor: float) -> float | None:
    """A step that was given is scaled as the width of the posterior: HMC's like 1/root t, SGLD's like 1/t."""
    if settings.step is None:
        return None
    return settings.step / (sqrt(factor) if settings.sampler == "hmc" else factor)
