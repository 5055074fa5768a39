"""Is it the same at other temperatures, and at other localisations?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from statistics import fmean

import numpy as np
from scipy.special import chdtri

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.findings.comparing import Ended, holds
from polariscope.crystal.instruments.llc.findings.number import cures
from polariscope.crystal.instruments.llc.summary import Reading, Summary, remarks
from polariscope.crystal.instruments.llc.wording import spelled, together
from polariscope.reports import percent, significant

MATTERS = 0.05
"""Of the mean: a difference below this matters to nobody."""
TAIL = 0.05
"""Beyond this quantile of chi-squared values are not one."""
_STEP = 4.0


@dataclass(frozen=True)
class _Axis:
    kind: str
    field: str
    symbol: str
    others: str
    """Where else it is asked for."""
    rising: str
    """What is said of one that rises."""

    @property
    def asked(self) -> str:
        """The question."""
        return f"Is it the same at {self.others}?"


_TEMPERATURE = _Axis(
    "temperature",
    "scale",
    "t",
    "other temperatures",
    " A coefficient that still grows is not yet the RLCT.",
)
_LOCALIZATION = _Axis("localization", "localization", "γ", "other localizations", "")


def temperature_finding(summary: Summary) -> Finding | None:
    """Compare the estimates at t/4, t and 4t.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where chi^2 about the weighted mean is within its 95 % quantile and no two differ by 5 % of the mean;
        ruled out where chi^2 is beyond it and two differ by more than 5 % and by more than their difference's
        interval; else undecided. None where it is not measured. A rate is told where the values are monotone. What
        closed forms say is told where they are known at every point; where all hold, a difference is no news, and
        has no headline.
    """
    return _finding(summary, _TEMPERATURE)


def localization_finding(summary: Summary) -> Finding | None:
    """Compare the estimates at gamma/4, gamma and 4 gamma, by the same rule.

    Args:
        summary: The run's numbers.

    Returns:
        The finding; None where it is not measured.
    """
    return _finding(summary, _LOCALIZATION)


def _finding(summary: Summary, axis: _Axis) -> Finding | None:
    rows = sorted(summary.own.get(axis.kind, ()), key=lambda row: float(row[axis.field]))
    if not rows:
        return None
    lost = [row for row in rows if row["reasons"]]
    if lost or len(rows) < 2:
        return _without(lost, axis)
    how, answer = _way(rows, axis)
    told = " ".join(filter(None, ("; ".join(_at(row, axis) for row in rows) + ".", how)))
    known, agreed = _closed_form(rows)
    one, widest = _one(rows), _widest(rows)
    if one and widest < MATTERS:
        return Finding(axis.kind, axis.asked, "shown", f"{told}{known}")
    if not one and _apart(rows):
        rising = axis.rising if rows[-1]["value"] > rows[0]["value"] else ""
        told += rising if _monotone(rows) else f" It is not the same: {_range(rows)}."
        return Finding(axis.kind, axis.asked, "ruled out", f"{told}{known}", "" if agreed else answer)
    more = "More --chains or more --draws would decide."
    return Finding(axis.kind, axis.asked, "undecided", f"{told}{known}", "", more)


def _without(lost: Sequence[Reading], axis: _Axis) -> Finding:
    reasons = [reason for row in lost for reason in remarks(row["reasons"])]
    places = ", ".join(f"{axis.symbol} = {significant(row[axis.field])}" for row in lost)
    told = f"No number at {places}: {reasons[0].sentence}" if lost else f"Only one {axis.kind} is measured."
    return Finding(axis.kind, axis.asked, "undecided", told, "", cures(reasons))


def _way(rows: Sequence[Reading], axis: _Axis) -> tuple[str, str]:
    """How the values go from one end to the other, and the same in short."""
    share = _widest(rows)
    if not _monotone(rows):
        return f"They differ by {percent(share)} at most.", f"It is not the same at {axis.others}: {_range(rows)}."
    each = f"{percent(share / _steps(rows, axis))} per factor 4 of {axis.symbol}"
    act = "grows" if rows[-1]["value"] > rows[0]["value"] else "falls"
    return f"From end to end it {act} by {percent(share)}: {each}.", f"It {act} by {each}."


def _monotone(rows: Sequence[Reading]) -> bool:
    values = [row["value"] for row in rows]
    return values[0] != values[-1] and values in (sorted(values), sorted(values, reverse=True))


def _widest(rows: Sequence[Reading]) -> float:
    values = [float(row["value"]) for row in rows]
    return (max(values) - min(values)) / abs(fmean(values))


def _range(rows: Sequence[Reading]) -> str:
    ends = (pick(rows, key=lambda row: float(row["value"])) for pick in (min, max))
    return " to ".join(spelled(row["value"], row["low"], row["high"])[0] for row in ends)


def _apart(rows: Sequence[Reading]) -> bool:
    """Whether any two differ by what matters and by more than the interval of their difference."""
    least = MATTERS * abs(fmean(row["value"] for row in rows))
    gaps = (a.less(b) for a, b in combinations([Ended(row["value"], row["low"], row["high"]) for row in rows], 2))
    return any(abs(gap.value) > least and not gap.low <= 0 <= gap.high for gap in gaps)


def _closed_form(rows: Sequence[Reading]) -> tuple[str, bool]:
    """What closed forms say, and whether every interval holds its own; nothing where one is not known."""
    exact = [float(row["exact"]) for row in rows if row.get("exact") is not None]
    if len(exact) < len(rows):
        return "", False
    said = f" The closed form says {', '.join(map(significant, exact))}"
    if not all(holds(row["low"], row["high"], row["exact"], row["exact_error"] or 0.0) for row in rows):
        return f"{said}, which not all of these hold.", False
    differs = (max(exact) - min(exact)) / abs(fmean(exact)) > MATTERS
    return f"{said}: it {'must differ' if differs else 'hardly differs'}.", True


def _one(rows: Sequence[Reading]) -> bool:
    """Whether sum (v - mean)^2/e^2, the mean weighted by 1/e^2, is small; not of chains without any spread."""
    values, errors = (np.array([row[key] for row in rows], np.float64) for key in ("value", "standard_error"))
    if not (errors > 0).all():
        return False
    weights = errors**-2
    mean = weights @ values / weights.sum()
    return float(weights @ (values - mean) ** 2) <= float(chdtri(len(rows) - 1, TAIL))


def _steps(rows: Sequence[Reading], axis: _Axis) -> float:
    return log(rows[-1][axis.field] / rows[0][axis.field]) / log(_STEP)


def _at(row: Reading, axis: _Axis) -> str:
    return f"{together(row['value'], row['low'], row['high'])} at {axis.symbol} = {significant(row[axis.field])}"
