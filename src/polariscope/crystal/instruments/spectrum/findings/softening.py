"""Does a mode cross zero along the path?"""

from collections.abc import Sequence
from math import inf

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.summary import Reading, Summary
from polariscope.reports import counted, significant

_ASKED = "Does the followed mode cross zero along the path?"


def softening_finding(summary: Summary) -> Finding | None:
    """Read the followed mode's crossing.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where it crosses zero with its residuals on both sides, before it was ever lost; ruled out where it
        keeps one sign all along, residuals included, and was never lost; else undecided. None where there is no
        path.
    """
    points = summary.own.get("point", ())
    if not points:
        return None
    lost = [row for row in points if row["lost"]]
    # From where it was lost on, what is followed may be another mode.
    until = lost[0]["at"] if lost else inf
    crossings = [row for row in summary.own.get("crossing", ()) if row["high"] < until]
    if crossings:
        return _crossed(crossings, points[0]["label"])
    if lost:
        told = f"It was lost at {counted(len(lost), 'point')}, first at {lost[0]['at']:.4g}: too small an overlap."
        return Finding("soft", _ASKED, "undecided", told, "", "Points closer together would decide.")
    above = all(row["value"] - row["residual"] > 0 for row in points)
    below = all(row["value"] + row["residual"] < 0 for row in points)
    values = [row["value"] for row in points]
    told = f"It runs from {significant(values[0])} to {significant(values[-1])}"
    if above or below:
        return Finding("soft", _ASKED, "ruled out", f"{told} and stays {'above' if above else 'below'} zero.")
    return Finding("soft", _ASKED, "undecided", f"{told}; its residuals reach over zero.")


def _crossed(crossings: Sequence[Reading], label: str) -> Finding:
    first = crossings[0]
    place = first["at"]
    ends = f"[{significant(first['low'], 6)}, {significant(first['high'], 6)}]"
    told = f"It crosses zero at {significant(place, 6)} {ends}"
    told += "." if len(crossings) == 1 else f", and {counted(len(crossings) - 1, 'time')} more."
    if "expected" in first:
        told += f" Theory has {significant(first['expected'], 6)}."
    act = "softens to zero" if first["falling"] else "rises from below zero through it"
    return Finding("soft", _ASKED, "shown", told, f"A mode {act} at {label} {significant(place, 4)}.")
