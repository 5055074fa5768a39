"""A run's outcome as strict JSON, for programs."""

from dataclasses import asdict
from typing import Any

from polariscope.crystal.instruments.spectrum.counts import counts
from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
from polariscope.runs import strict_json


def spectrum_json(outcome: SpectrumOutcome) -> dict[str, Any]:
    """Write a run, its numbers and its verdict as values of strict JSON.

    Args:
        outcome: The run, read.

    Returns:
        ``run``, ``complete``, ``verdict``, ``ends``, ``counts``, ``density`` (nodes and weights of each probe),
        ``exact``, ``check``, the readings of the subject's own under ``own``, and ``not_finite``: see
        `strict_json`.
    """
    run, summary = outcome.run, outcome.summary
    density = summary.density
    probes = None if density is None else {"nodes": density.nodes.tolist(), "weights": density.weights.tolist()}
    if density is not None and probes is not None:
        probes["known"] = density.known.tolist()
    return strict_json({
        "run": asdict(run),
        "complete": run.finished == run.total,
        "verdict": asdict(outcome.verdict),
        "size": summary.size,
        "ends": {name: asdict(end) for name, end in summary.ends.items()},
        "counts": [asdict(each) for each in counts(summary)],
        "density": probes,
        "exact": summary.exact,
        "check": dict(summary.check or {}),
        "own": {kind: [dict(row) for row in rows] for kind, rows in summary.own.items()},
    })
