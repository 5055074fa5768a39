"""A run's outcome as strict JSON, for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from polariscope.introspection.summary import Summary
from polariscope.introspection.verdict import Verdict
from polariscope.introspection.wording import leading
from polariscope.runs import Run, strict_json


def summary_json(run: Run, summary: Summary, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Write a run, its numbers and its verdicts as values of strict JSON.

    A number that is not finite is null, and ``not_finite`` names its place: see `strict_json`.

    Args:
        run: The run as the ledger records it.
        summary: Its numbers.
        verdicts: One for each setting of the summary, in its order.

    Returns:
        ``run``, ``complete``, ``leading`` (the index of the setting that stands first), ``summary``, ``verdicts``,
        ``not_finite``.
    """
    told = {
        "run": asdict(run),
        "complete": run.finished == run.total,
        "leading": leading(summary),
        "summary": asdict(summary) | {"chance": summary.chance},
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }
    return strict_json(told)
