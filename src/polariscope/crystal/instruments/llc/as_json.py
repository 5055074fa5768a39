"""A run's outcome as strict JSON, for programs."""

from dataclasses import asdict
from typing import Any

from polariscope.crystal.instruments.llc.outcome import LlcOutcome
from polariscope.runs import strict_json


def llc_json(outcome: LlcOutcome) -> dict[str, Any]:
    """Write a run, its numbers and its verdict as values of strict JSON.

    Args:
        outcome: The run, read.

    Returns:
        ``run``, ``complete``, ``verdict``, ``main`` (the estimate that the verdict is about), ``estimates`` (all
        of them), all other readings by their kind under ``own``, and ``not_finite``: see `strict_json`.
    """
    run, summary = outcome.run, outcome.summary
    main = summary.main
    return strict_json({
        "run": asdict(run),
        "complete": run.finished == run.total,
        "verdict": asdict(outcome.verdict),
        "main": None if main is None else asdict(main),
        "estimates": [asdict(each) for each in summary.estimates],
        "own": {kind: [dict(row) for row in rows] for kind, rows in summary.own.items()},
    })
