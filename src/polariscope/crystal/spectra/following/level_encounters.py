"""Two levels meet: do they cross, each keeping its vector, or avoid each other and exchange them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.spectra.following._tracking import TrackedPoint

_Floats = NDArray[np.float64]
_APART = 3.0  # times the least gap: there two levels hold their own vectors to (1/2) atan(1/sqrt(8)) = 10 degrees
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Encounter:
    """The followed level meets another.

    In a real symmetric family of one parameter, levels cross only where something forbids them to mix, such as a
    symmetry; otherwise they avoid each other (von Neumann and Wigner 1929).

    Args:
        between: Parameters before and after it along the path.
        kind: "crossing": the ranks change, and the vectors do not mix beyond what the residuals leave open;
            "avoided": the vectors mix. Where ``ranks`` are equal then, the level was followed and its vector is
            another one afterwards; where they differ, the points are too far apart to resolve it, and the vector
            was followed across.
        ranks: Of the followed mode, before and after.
        kept: Squared overlap of the mode's vector after with its own before.
        exchanged: Squared overlap of it with the other's before.
        gap: Least distance of the two levels: what was seen, where the level was followed; else what two levels
            that mix as these do would come to (at most, for a crossing).
    """

    between: tuple[float, float]
    kind: Literal["crossing", "avoided"]
    ranks: tuple[int, int]
    kept: float
    exchanged: float
    gap: float


def encounters(points: Sequence[TrackedPoint]) -> tuple[Encounter, ...]:
    """Find where the followed level meets another of the listed levels.

    Points at which more levels lie together than at others are passed over: their vectors are any basis.

    Args:
        points: The path of a mode.

    Returns:
        In the order of the path.
    """
    least = min(point.together for point in points)
    clear = [k for k, point in enumerate(points) if point.together == least]
    changes = [k for k in range(1, len(clear)) if points[clear[k]].rank != points[clear[k - 1]].rank]
    found = [(clear[k - 1], _passing(points, clear[k - 1], clear[k])) for k in changes]
    for start, stop in pairwise([0, *changes, len(clear)]):
        found += _repulsions(points, clear[start:stop])
    return tuple(encounter for _, encounter in sorted(found, key=lambda each: each[0]))


def _passing(points: Sequence[TrackedPoint], first: int, last: int) -> Encounter:
    """The ranks have changed from one point to the next."""
    before, after = points[first], points[last]
    up = after.rank > before.rank
    passed = np.arange(after.rank, before.rank)
    if up:
        passed = np.arange(before.rank, after.rank) + before.together
    then = passed - before.together if up else passed + before.together
    kept, exchanged = _mixing(points, first, last, passed)
    gaps = [float(np.abs(p.levels[at] - p.value).min()) for p, at in ((before, passed), (after, then))]
    error = sum(_angle(p, at, gap) for p, at, gap in zip((before, after), (passed, then), gaps, strict=True))
    mixes = exchanged**0.5 > error + _ROUNDING
    angle = asin(min(1.0, exchanged**0.5 + (0.0 if mixes else error)))
    # Two levels t and -t coupled by c have vectors turned by c / gap, far from t = 0, and come as near as 2 c.
    gap = 2 * angle / (1 / gaps[0] + 1 / gaps[1])
    kind: Literal["crossing", "avoided"] = "avoided" if mixes else "crossing"
    return Encounter((before.at, after.at), kind, (before.rank, after.rank), kept, exchanged, gap)


def _angle(point: TrackedPoint, others: NDArray[np.int_], gap: float) -> float:
    """How far the residuals leave the vectors open: ||residual|| / gap (Davis and Kahan 1970)."""
    return (point.bound + float(point.residuals[others].sum())) / gap


def _repulsions(points: Sequence[TrackedPoint], run: list[int]) -> list[tuple[int, Encounter]]:
    """The rank stays, but at a local minimum of the gap the vectors of two levels are exchanged."""
    found = []
    for side in (0, 1):
        gaps = np.array([_gap(points[k], side) for k in run])
        for at in range(1, len(run) - 1):
            if not gaps[at] < gaps[at - 1] or not gaps[at] <= gaps[at + 1]:
                continue
            first, last = _far_enough(gaps, at, -1), _far_enough(gaps, at, 1)
            before, after = points[run[first]], points[run[last]]
            other = before.rank + before.together if side else before.rank - 1
            kept, exchanged = _mixing(points, run[first], run[last], np.array([other]))
            if exchanged > kept:
                ranks, between = (before.rank, after.rank), (before.at, after.at)
                found.append((run[at], Encounter(between, "avoided", ranks, kept, exchanged, float(gaps[at]))))
    return found


def _gap(point: TrackedPoint, side: int) -> float:
    """Distance to the next listed level below (0) or above (1); nan where none is listed."""
    other = point.rank + point.together if side else point.rank - 1
    return abs(float(point.levels[other]) - point.value) if 0 <= other < len(point.levels) else float("nan")


def _far_enough(gaps: _Floats, at: int, step: int) -> int:
    """Go until the levels are apart again, or the path ends."""
    place = at
    while 0 <= place + step < len(gaps) and not np.isnan(gaps[place + step]) and gaps[place] < _APART * gaps[at]:
        place += step
    return place


def _mixing(
    points: Sequence[TrackedPoint], first: int, last: int, others: NDArray[np.int_]
) -> tuple[float, float]:
    """Squared overlaps of the vector after with the one before, and with the other levels before."""
    after = points[last].parts
    for point in reversed(points[first + 1 : last + 1]):
        after = point.transfer @ after
    return float(points[first].parts @ after) ** 2, float(np.linalg.norm(after[others])) ** 2
