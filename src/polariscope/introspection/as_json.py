"""A run's outcome as strict JSON, for programs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from polariscope.introspection.summary import Summary
from polariscope.introspection.verdict import Verdict
from polariscope.introspection.wording import leading
from polariscope.runs import Run


def summary_json(run: Run, summary: Summary, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Write a run, its numbers and its verdicts as values of strict JSON.

    JSON has no word for what is not finite. Such a number is written null, and ``not_finite`` names its place with
    what it was: ``{"/summary/settings/0/conditions/1/diagonal_p": "NaN"}``. A null that is not named there was not
    measured.

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
    written: dict[str, Any] = _strict(told)
    return written | {"not_finite": dict(_not_finite(told, ""))}


def _strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _strict(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(each) for each in value]
    return None if _lost(value) else value


def _not_finite(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every place of a number that is not finite, as a JSON pointer (RFC 6901)."""
    if _lost(value):
        yield place, _NAMES[str(value)]
    members: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, Mapping):
        members = iter(value.items())
    elif isinstance(value, list | tuple):
        members = iter(enumerate(value))
    for key, each in members:
        yield from _not_finite(each, f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}")


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _lost(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
