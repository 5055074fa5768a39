"""Does a mode soften to zero along the path?"""

from polariscope.crystal.instruments.spectrum.findings.finding import Finding
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import counted

_ASKED = "Does the followed mode soften to zero along the path?"


def softening_finding(summary: Summary) -> Finding | None:
    """Read the followed mode's crossing.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where it crosses zero with its residuals on both sides; ruled out where it keeps one sign all along,
        residuals included, and was never lost; else undecided. None where there is no path.
    """
    points, crossings = summary.own.get("point", ()), summary.own.get("crossing", ())
    if not points:
        return None
    lost = [row for row in points if row["lost"]]
    if crossings:
        first = crossings[0]
        told = f"It crosses zero at {first['at']:.6g} [{first['low']:.6g}, {first['high']:.6g}]"
        told += "." if len(crossings) == 1 else f", and {counted(len(crossings) - 1, 'time')} more."
        if "expected" in first:
            told += f" Theory has {first['expected']:.6g}."
        return Finding("soft", _ASKED, "shown", told, f"A mode softens to zero at {first['at']:.4g}.")
    if lost:
        told = f"It was lost at {counted(len(lost), 'point')}, first at {lost[0]['at']:.4g}: too small an overlap."
        return Finding("soft", _ASKED, "undecided", told, "", "Points closer together would decide.")
    above = all(row["value"] - row["residual"] > 0 for row in points)
    below = all(row["value"] + row["residual"] < 0 for row in points)
    values = [row["value"] for row in points]
    told = f"It runs from {values[0]:.4g} to {values[-1]:.4g}"
    if above or below:
        return Finding("soft", _ASKED, "ruled out", f"{told} and stays {'above' if above else 'below'} zero.")
    return Finding("soft", _ASKED, "undecided", f"{told}; its residuals reach over zero.")
