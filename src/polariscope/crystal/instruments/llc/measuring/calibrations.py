"""Readings of a scan of steps and temperatures: where does the answer depend on neither?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from polariscope.crystal.degeneracy.calibration import Calibration, calibrate
from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.instruments.llc.measuring.estimates import value_fields
from polariscope.runs import Reading


def calibration_readings(
    local: LocalLoss, asked: Mapping[str, Any], on_draw: Callable[[int], None] = lambda _: None
) -> Iterator[Reading]:
    """Estimate at every step and temperature of a scan.

    Args:
        local: The loss around w*.
        asked: The cell's parameters: settings, level.
        on_draw: Is told the number of draws done.

    Yields:
        A reading a setting, then the plateau of steps at the run's own temperature.
    """
    settings = Settings(**asked["settings"])
    found = calibrate(local, settings, level=asked["level"], on_draw=on_draw)
    own = local.examples / settings.scale(local.examples)
    for heat, steps, scan in zip(found.temperatures, found.steps, found.scans, strict=True):
        told: Reading = {"kind": "calibration", "temperature_factor": heat / own, "scale": local.examples / heat}
        for step, estimate in zip(steps, scan, strict=True):
            yield told | {"step": step, **value_fields(estimate)}
    yield _plateau(found, found.temperatures.index(own))


def _plateau(found: Calibration, index: int) -> Reading:
    flat, steps = found.plateaus[index], found.steps[index]
    if flat is None:
        return {"kind": "plateau", "found": 0}
    told: Reading = {"kind": "plateau", "found": 1, "start": steps[flat.start], "stop": steps[flat.stop - 1]}
    told |= {"value": flat.value, "standard_error": flat.standard_error}
    return told | {"chosen": found.chosen(index)}
