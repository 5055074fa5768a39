"""Readings of chains: the estimate with its diagnosis, each chain's mean, and the way that they went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from polariscope.crystal.degeneracy.coefficient import LearningCoefficient, Remark, read_chains
from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.settings import Settings
from polariscope.crystal.degeneracy.start import Start
from polariscope.runs import Reading

MOST_DRAWS, MOST_CHAINS = 200, 32
"""Of a trace, which is for a picture."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Chains of one posterior, with what they started from.

    Args:
        local: The loss around w*.
        start: Loss, slope and curvature there.
        chains: The record.
        scale: t.
        settings: How they were run; gamma and the rest.
    """

    local: LocalLoss
    start: Start
    chains: Chains
    scale: float
    settings: Settings

    def read(self, level: float) -> LearningCoefficient:
        """Estimate from the record.

        Args:
            level: Of the interval.

        Returns:
            The estimate.
        """
        told = {"scale": self.scale, "localization": self.settings.localization, "level": level}
        return read_chains(self.chains, start=self.start, size=self.local.free, **told)


def estimate_readings(sampled: Sampled, asked: Mapping[str, Any]) -> Iterator[Reading]:
    """Read one run of chains.

    Args:
        sampled: The chains.
        asked: The cell's parameters: part, point, at, target, level, trace.

    Yields:
        The estimate, the chains' means, and their way where that is asked for.
    """
    place: Reading = {"part": asked["part"], "point": asked["point"], "matched": int(asked["target"] is not None)}
    found, chains = sampled.read(asked["level"]), sampled.chains
    own: Reading = {"kind": "estimate", **place, "at": asked["at"], "logit_scale": sampled.local.logit_scale}
    own |= {"train_loss": sampled.start.loss} | value_fields(found)
    yield own | _diagnosis(found) | _settings(sampled)
    kept = slice(chains.burn_in, None)
    told: Reading = {"kind": "chains", **place, "means": chains.excess[:, kept].mean(1).tolist()}
    yield told | {"acceptance": chains.acceptance[:, kept].mean(1).tolist()}
    if asked["trace"]:
        yield {"kind": "trace", **place, "burn_in": chains.burn_in, **_thinned(chains)}


def value_fields(found: LearningCoefficient) -> Reading:
    """The value with its interval and the reasons against it, as fields of a reading.

    Args:
        found: An estimate.

    Returns:
        Value, standard error, low, high, and why there is none.
    """
    told: Reading = {"value": found.value, "standard_error": found.standard_error}
    return told | {"low": found.low, "high": found.high, "reasons": _remarks(found.reasons)}


def _diagnosis(found: LearningCoefficient) -> Reading:
    told: Reading = {"doubts": _remarks(found.doubts), "rhat": found.rhat, "ess": found.ess}
    told |= {"virial": found.virial.value, "virial_error": found.virial.standard_error}
    told |= {"acceptance": found.acceptance, "lowest_acceptance": found.lowest_acceptance}
    return told | {"distance": found.distance, "held": found.held, "fall": _fall(found.chains)}


def _fall(chains: Chains) -> float:
    """How far below L* the loss lies from where chains ended, the largest over chains; nan where not looked."""
    known = chains.fall[np.isfinite(chains.fall)]
    return float(known.max()) if len(known) else float("nan")


def _settings(sampled: Sampled) -> Reading:
    chains, how, examples = sampled.chains, sampled.settings, sampled.local.examples
    told: Reading = {"step": float(np.median(chains.step)), "noise": float(chains.noise.mean())}
    told |= {"gradients": chains.gradients, "chains": how.chains, "draws": how.draws, "burn_in": how.burn_in}
    told |= {"scale": sampled.scale, "temperature": examples / sampled.scale}
    told |= {"localization": how.localization, "prior": how.prior, "free": sampled.local.free}
    return told | {"examples": examples, "sampler": how.sampler}


def _remarks(remarks: tuple[Remark, ...]) -> list[list[str]]:
    return [[remark.code, remark.sentence, remark.cure] for remark in remarks]


def _thinned(chains: Chains) -> Reading:
    count = chains.excess.shape[1]
    chosen = np.arange(0, count, -(-count // MOST_DRAWS))
    return {"steps": (chosen + 1).tolist(), "values": chains.excess[:MOST_CHAINS, chosen].tolist()}
