"""From an experiment to its cells: starts, what is known, the control, estimates, and scans of the settings."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from polariscope.crystal.degeneracy.settings import Settings, make_settings
from polariscope.crystal.instruments.llc.experiment import Llc, settings_of
from polariscope.crystal.instruments.llc.subject import Point, Subject
from polariscope.runs import Cell, Plan

INSTRUMENT = "llc"

MEASURE_VERSION = 1
"""Raised by hand whenever a reading can come out otherwise.

tests/crystal/instruments/llc/golden.json notices a change that forgot it.
"""

WHOLE = "whole"
"""Name of the part in which all parameters move."""

CONTROL = (5, 5, 3)
"""Inputs, outputs and hidden units of the reduced-rank regression that every sampler is tried on."""

_CONTROL_SCALE = 145.0
"""t of the control: n/log n of a thousand examples, with which Lau et al. (2308.12108) try theirs."""
_CONTROL_EXAMPLES = {"hmc": 100, "sgld": 1000}
"""HMC's loss is exact for any number; SGLD's minibatches are to be smaller than the data."""
_CONTROL_SEED = 1_000_003
"""Added to the run's seed: where the subject is the control's own loss, the same draws would be no control."""
_SEEDS = 2**63


def make_plan(experiment: Llc, subject: Subject) -> Plan:
    """Lay out the cells, the cheap ones and the control first.

    Args:
        experiment: What is asked for.
        subject: What it is asked of.

    Returns:
        The plan. A cell depends on its own numbers only: more parts or checkpoints reuse those that are there.
    """
    cells = [Cell(INSTRUMENT, MEASURE_VERSION, asked) for asked in _asked(experiment, subject)]
    told = experiment.model_dump(mode="json") | {"model": subject.name, "family": "loss"}
    return Plan(told, tuple(cells))


def control_settings(experiment: Llc) -> Settings:
    """The sampler as asked for, on a posterior of the control's own; its step is adapted to that.

    Args:
        experiment: What is asked for.

    Returns:
        How the control's chains are run, with draws of their own.
    """
    own = settings_of(experiment)
    examples = _CONTROL_EXAMPLES[own.sampler]
    changed = {"step": None, "temperature": examples / _CONTROL_SCALE, "localization": 1.0, "prior": 0.0}
    changed["seed"] = (own.seed + _CONTROL_SEED) % _SEEDS
    return make_settings(**{**asdict(own), **changed, "burn_in": own.burn_in or own.draws})


def _asked(experiment: Llc, subject: Subject) -> Iterator[Mapping[str, Any]]:
    settings = settings_of(experiment, subject.recommended)
    how: dict[str, Any] = {"settings": asdict(settings), "level": experiment.level}
    last, places = subject.points[-1], tuple(_places(experiment, subject))
    for part, point in places:
        batch = settings.batch if settings.sampler == "sgld" else None
        yield {"kind": "start", **_common(subject, point, part), "seed": settings.seed, "minibatch": batch}
    formula = subject.known.name if subject.known is not None and settings.prior == 0 else None
    if formula is not None:
        told = {"scale": settings.scale(last.local.examples), "localization": settings.localization}
        yield {"kind": "known", **_common(subject, last), "formula": formula, **told}
    yield _control(experiment)
    for part, point in places:
        trace = part == WHOLE and point is last
        yield {"kind": "estimate", **_common(subject, point, part), "trace": trace, **how}
    for point in subject.points if experiment.matched else ():
        yield {"kind": "estimate", **_common(subject, point, target=subject.target), "trace": False, **how}
    scan = {"formula": formula, "level": experiment.level, "settings": _fewer(settings, 2)}
    yield {"kind": "temperatures", **_common(subject, last), **scan}
    if experiment.calibrate:
        yield {"kind": "calibration", **_common(subject, last), **how, "settings": _fewer(settings, 4)}


def _fewer(settings: Settings, share: int) -> dict[str, Any]:
    """Settings of a scan, in which each of many posteriors gets a share of the chains; at least 4 of them."""
    return asdict(settings) | {"chains": max(settings.chains // share, min(settings.chains, 4))}


def _common(subject: Subject, point: Point, part: str = WHOLE, target: float | None = None) -> dict[str, Any]:
    place = {"point": point.name, "at": point.at, "part": part, "target": target}
    return {**subject.identity, **point.identity, **place}


def _places(experiment: Llc, subject: Subject) -> Iterator[tuple[str, Point]]:
    """All parameters at each checkpoint; where layers are asked for, each of them at the last one."""
    for point in subject.points:
        yield WHOLE, point
    if experiment.by == "layer":
        for layer in subject.layers:
            yield layer, subject.points[-1]


def _control(experiment: Llc) -> Mapping[str, Any]:
    """It is of no subject, so that all runs with this sampler share it."""
    settings = control_settings(experiment)
    examples = _CONTROL_EXAMPLES[settings.sampler]
    told = {"kind": "control", "sizes": list(CONTROL), "examples": examples}
    return {**told, "settings": asdict(settings), "level": experiment.level}
