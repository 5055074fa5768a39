"""Where a followed mode passes through zero: bracketed by certain signs, then found, or interpolated."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from polariscope.crystal.spectra.following._tracking import MAJORITY, Solve, TrackedPoint, found_again

_Floats = NDArray[np.float64]
_WIDTH = 1e-10  # of the bracket: where the search for the zero ends, unless the value's own bound ends it before
_WIDER = 4.0


@dataclass(frozen=True, eq=False)
class ZeroCrossing:
    """A place where the followed eigenvalue changes its sign.

    Args:
        at: The parameter there.
        between: Parameters on both sides of it, lower first, at which the signs are certain and opposite.
        falling: Whether the value goes from positive to negative along the path: the mode softens there.
        direction: The mode's vector there, (n,), of unit length.
        found: Whether the mode was never lost between those, and its vector is one on both sides; otherwise two
            modes may have been taken for one whose value jumps over zero, as at an avoided crossing.
        interpolated: Whether the place and the direction are interpolated, linearly, between points that were
            given; then only ``between`` is certain.
    """

    at: float
    between: tuple[float, float]
    falling: bool
    direction: _Floats
    found: bool
    interpolated: bool


def zero_crossings(
    points: Sequence[TrackedPoint], solve: Solve | None = None
) -> tuple[tuple[ZeroCrossing, ...], tuple[float, ...]]:
    """Find every change of a certain sign along a path.

    Args:
        points: The path.
        solve: Gives the lowest eigenpairs at any parameter. Default: only the points are known.

    Returns:
        The crossings, and the parameters of points whose value is within its bound of 0 though no sign changes
        there: a mode that touches zero, or stays there.
    """
    certain = [k for k, point in enumerate(points) if point.sign]
    found, explained = [], set()
    for left, right in pairwise(certain):
        if points[left].sign != points[right].sign:
            bracket = points[left : right + 1]
            found.append(_interpolated(bracket) if solve is None else _searched(bracket, solve))
            explained |= set(range(left, right))
    undecided = (point.at for k, point in enumerate(points) if not point.sign and k not in explained)
    return tuple(found), tuple(undecided)


def _interpolated(bracket: Sequence[TrackedPoint]) -> ZeroCrossing:
    first = bracket[0]
    after = next(k for k, point in enumerate(bracket) if point.value * first.sign <= 0)
    left, right = bracket[after - 1], bracket[after]
    share = left.value / (left.value - right.value)
    direction = (1 - share) * left.vector + share * right.vector
    return ZeroCrossing(
        at=left.at + share * (right.at - left.at),
        between=_ordered(first.at, bracket[-1].at),
        falling=first.sign > 0,
        direction=direction / np.linalg.norm(direction),
        found=all(point.found for point in bracket[1:]),
        interpolated=True,
    )


def _searched(bracket: Sequence[TrackedPoint], solve: Solve) -> ZeroCrossing:
    """Brent's method on the followed value, then steps outward from the zero until both signs are certain."""
    probe = _Probe(bracket, solve)
    first, last = bracket[0], bracket[-1]
    width = abs(last.at - first.at)
    low, high = _ordered(first.at, last.at)
    middle = probe.point(float(brentq(probe.value, low, high, xtol=_WIDTH * width)))
    stride = width * (_WIDTH + 2 * middle.bound / abs(first.value - last.value))
    before, after = (probe.outward(middle, end, stride) for end in (first, last))
    same = abs(float(before.vector @ after.vector)) ** 2 > MAJORITY
    return ZeroCrossing(
        at=middle.at,
        between=_ordered(before.at, after.at),
        falling=first.sign > 0,
        direction=middle.vector,
        found=same and all(each.found for each in probe.known[1:]),
        interpolated=False,
    )


class _Probe:
    """The followed mode at any parameter of a bracket, recognised by the nearest point that is known."""

    def __init__(self, bracket: Sequence[TrackedPoint], solve: Solve) -> None:
        self.known = list(bracket)
        self._solve = solve

    def point(self, at: float) -> TrackedPoint:
        nearest = min(self.known, key=lambda each: abs(each.at - at))
        if nearest.at == at:
            return nearest
        self.known.append(found_again(at, self._solve(at), nearest.vector))
        return self.known[-1]

    def value(self, at: float) -> float:
        """Give the value, and 0 where its sign is not certain: nearer than that no search comes."""
        here = self.point(at)
        return here.value if here.sign else 0.0

    def outward(self, middle: TrackedPoint, end: TrackedPoint, stride: float) -> TrackedPoint:
        """Go from the zero towards an end, in growing steps, to a point whose sign is certainly the end's."""
        toward = 1.0 if end.at > middle.at else -1.0
        while stride < abs(end.at - middle.at):
            here = self.point(middle.at + toward * stride)
            if here.sign == end.sign:
                return here
            stride *= _WIDER
        return end


def _ordered(one: float, other: float) -> tuple[float, float]:
    return min(one, other), max(one, other)
