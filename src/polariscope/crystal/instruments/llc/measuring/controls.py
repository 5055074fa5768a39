"""Readings of what is known: the exact value of the subject, if any, and the sampler tried on a known one."""

from collections.abc import Callable, Mapping
from typing import Any

from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.instruments.llc.measuring.estimates import Sampled, value_fields
from polariscope.crystal.instruments.llc.subject import Known
from polariscope.crystal.specimens.degenerate import reduced_rank
from polariscope.errors import PolariscopeError
from polariscope.runs import Reading


def control_reading(asked: Mapping[str, Any], on_draw: Callable[[int], None] = lambda _: None) -> Reading:
    """Run the sampler on reduced-rank regression with white inputs, whose t E[K] is a known number.

    Args:
        asked: The cell's parameters: sizes, examples, settings, level.
        on_draw: Is told the number of draws done.

    Returns:
        The estimate beside the exact value.
    """
    settings, (inputs, outputs, hidden) = Settings(**asked["settings"]), asked["sizes"]
    local = open_local(*reduced_rank(inputs, outputs, hidden, asked["examples"]))
    scale, start = settings.scale(local.examples), local.start(seed=settings.seed)
    sampled = Sampled(local, start, local.sample(settings, start, on_draw), scale, settings)
    found = sampled.read(asked["level"])
    exact = reduced_rank_value(inputs, outputs, hidden, t=scale, localization=settings.localization)
    told: Reading = {"kind": "control", **value_fields(found), "exact": exact.value, "exact_error": exact.error}
    return told | {"rhat": found.rhat, "scale": scale, "localization": settings.localization}


def known_reading(known: Known, asked: Mapping[str, Any]) -> Reading:
    """Give what theory says at the run's temperature and localisation.

    Args:
        known: Of the subject.
        asked: The cell's parameters: scale, localization.

    Returns:
        The RLCT, and t E[K] where there is a formula that holds for these.
    """
    told: Reading = {"kind": "known", "name": known.name, "threshold": known.threshold}
    return told | {
        "multiplicity": known.multiplicity,
        **exact_fields(known, asked["scale"], asked["localization"]),
    }


def exact_fields(known: Known | None, scale: float, localization: float) -> Reading:
    """The exact t E[K] of a posterior, as fields of a reading.

    Args:
        known: What theory says of the loss; None where it says nothing.
        scale: t.
        localization: gamma.

    Returns:
        The value and its numerical error; None for both where there is no formula that holds for these.
    """
    nothing: Reading = {"exact": None, "exact_error": None}
    if known is None or known.value is None:
        return nothing
    try:
        exact, error = known.value(scale, localization)
    except PolariscopeError:  # a size or a temperature at which the quadrature is not to be trusted
        return nothing
    return {"exact": exact, "exact_error": error}
