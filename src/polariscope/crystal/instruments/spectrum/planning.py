"""From an experiment to its cells: the ends, the density, the controls, and what only this kind of subject has."""

from collections.abc import Iterator, Mapping
from typing import Any

from polariscope.crystal.instruments.spectrum.experiment import Spectrum
from polariscope.crystal.instruments.spectrum.subject import Subject
from polariscope.runs import Cell, Plan

INSTRUMENT = "spectrum"

MEASURE_VERSION = 1
"""Raised by hand whenever a reading can come out otherwise.

tests/crystal/instruments/spectrum/golden.json notices a change that forgot it.
"""

EXACT_LIMIT = 3_000
"""Rows up to which all eigenvalues are computed as a control: some seconds, and products for each column."""

_TOGETHER = 8
"""Probes of one cell: one product of so many columns a step costs little more than one of one column."""


def make_plan(experiment: Spectrum, subject: Subject) -> Plan:
    """Lay out the cells, the cheapest that can refuse first: controls, ends, density, then the subject's own.

    Args:
        experiment: What is asked for.
        subject: What it is asked of.

    Returns:
        The plan. A cell depends on its own numbers only: more probes reuse those that are there.
    """
    common = dict(subject.identity)
    cells = [Cell(INSTRUMENT, MEASURE_VERSION, {**common, **asked}) for asked in _asked(experiment, subject)]
    told = experiment.model_dump(mode="json") | {"model": subject.name, "family": subject.family}
    return Plan(told, tuple(cells))


def _asked(experiment: Spectrum, subject: Subject) -> Iterator[Mapping[str, Any]]:
    size, seed = subject.operator.size, experiment.seed
    yield {"kind": "check", "seed": seed}
    yield from _own(experiment, subject)
    counts = {"largest": min(experiment.top, size), "smallest": min(experiment.bottom, size)}
    found = {"seed": seed, "tolerance": experiment.tolerance}
    for end, count in counts.items():
        yield {"kind": "end", "end": end, "count": count, **found}
    for first in range(0, experiment.probes, _TOGETHER):
        probes = min(_TOGETHER, experiment.probes - first)
        told = {"kind": "density", "first": first, "probes": probes, "steps": experiment.steps}
        yield {**told, "known": counts, **found}
    if size <= EXACT_LIMIT:
        yield {"kind": "exact"}


def _own(experiment: Spectrum, subject: Subject) -> Iterator[Mapping[str, Any]]:
    seed = experiment.seed
    if subject.family == "graph":
        yield {"kind": "graph", "seed": seed}
        if experiment.rewired:
            yield {"kind": "rewired", "draws": experiment.rewired, "seed": seed}
    else:
        yield {"kind": subject.family}
    if subject.path is not None:
        yield {"kind": "track", "seed": seed, "path": subject.path.identity}
    if experiment.relabelled and subject.family == "loss":
        yield {"kind": "relabelled", "permutations": experiment.relabelled, "seed": seed}
