"""A mode followed along a parameter or a training run, to where it softens, and through zero."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.following._tracking import Solve, TrackedPoint, found_again, start_at
from polariscope.crystal.spectra.following.level_encounters import Encounter, encounters
from polariscope.crystal.spectra.following.zero_crossings import ZeroCrossing, zero_crossings
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs
from polariscope.crystal.spectra.krylov.lowest import lowest_eigenpairs
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_COUNT = 4
_ROUNDINGS = 4  # of a product, relative to the norm: what a residual can hide, and the sign of an exact zero
_HALVINGS = 6  # of a step in which the mode is lost, where the operator is known in between


@dataclass(frozen=True)
class Lost:
    """A step in which less than half of the vector went into any one of the listed levels.

    Args:
        between: Parameters before and after the step.
        overlap: Length of the vector's projection onto the level that holds most of it. What is followed
            afterwards may be another mode.
    """

    between: tuple[float, float]
    overlap: float


@dataclass(frozen=True, eq=False)
class SoftMode:
    """One eigenpair along a path.

    Args:
        points: The mode at each point, in order; more than were given where a step had to be halved.
        zeros: Where its value passes through zero; empty where it does not.
        undecided: Points whose value is zero as far as its bound can tell, with no change of sign.
        encounters: Where its level meets another.
        lost: Steps in which it could not be recognised.
    """

    points: tuple[TrackedPoint, ...]
    zeros: tuple[ZeroCrossing, ...]
    undecided: tuple[float, ...]
    encounters: tuple[Encounter, ...]
    lost: tuple[Lost, ...]

    @property
    def at(self) -> _Floats:
        """The parameter, (T,)."""
        return np.array([point.at for point in self.points])

    @property
    def values(self) -> _Floats:
        """The followed eigenvalue, (T,)."""
        return np.array([point.value for point in self.points])

    @property
    def bounds(self) -> _Floats:
        """An eigenvalue lies within this of the value, (T,)."""
        return np.array([point.bound for point in self.points])

    @property
    def overlaps(self) -> _Floats:
        """Overlap with the vector before, (T,); 1 at the start."""
        return np.array([point.overlap for point in self.points])

    @property
    def ranks(self) -> NDArray[np.int_]:
        """Listed eigenvalues below it, (T,): where this is not 0, another mode is softer."""
        return np.array([point.rank for point in self.points])

    @property
    def levels(self) -> _Floats:
        """The lowest eigenvalues at each point, (T, k)."""
        return np.array([point.levels for point in self.points])


def follow(
    operators: Sequence[SymmetricOperator] | Callable[[float], SymmetricOperator],
    at: ArrayLike,
    *,
    count: int | None = None,
    start: Literal["softest"] | int | ArrayLike = "softest",
    tolerance: float | None = None,
    seed: int = 0,
) -> SoftMode:
    """Follow an eigenpair by its overlap, vector with next vector, through crossings, and through zero.

    The two-layer scalar linear network L = (a b - y)^2 / 2 + (lam / 2)(a^2 + b^2) has the Hessian
    [[lam, -y], [-y, lam]] at the origin, whose soft mode lam - |y| passes through zero at lam = |y|:

    >>> import numpy as np
    >>> from polariscope.crystal.operators.symmetric import from_matrix
    >>> mode = follow(lambda lam: from_matrix([[lam, -0.7], [-0.7, lam]]), [0.1, 1.3])
    >>> round(mode.zeros[0].at, 9), mode.zeros[0].falling, np.abs(mode.zeros[0].direction).round(6)
    (0.7, False, array([0.707107, 0.707107]))

    Each point costs one search for its lowest eigenpairs. Where the operator is known at any parameter, a step in
    which the mode is lost is halved up to 6 times, and a zero is searched by Brent's method; where only points are
    given, a zero is interpolated. Memory: 8 n (T + 2 k) bytes.

    Args:
        operators: One operator a point, of one size n; or a function from the parameter to the operator.
        at: The parameter at each point, (T,), two or more, in one direction: temperature, training step.
        count: Eigenpairs listed at each point, k. A mode that rises above them is lost. Default: 4, or n.
        start: The mode to follow from the first point: the softest, the index of a listed one, or a vector, (n,),
            whose nearest level is taken.
        tolerance: Of the residuals; see `lowest_eigenpairs`, and its default.
        seed: Of the searches.

    Returns:
        The mode.

    Raises:
        PolariscopeError: The points are not in order or too few, the operators do not fit them or each other, or
            the start is none of the listed modes.
    """
    places = _places(at)
    solve = _solver(operators, places, count, tolerance, seed)
    known = callable(operators) and not isinstance(operators, Sequence)
    points = _walk(places, solve, start, _HALVINGS if known else 0)
    zeros, undecided = zero_crossings(points, solve if known else None)
    steps = pairwise(points)
    lost = tuple(Lost((one.at, two.at), two.overlap) for one, two in steps if not two.found)
    return SoftMode(tuple(points), zeros, undecided, encounters(points), lost)


def _places(at: ArrayLike) -> list[float]:
    places = np.asarray(at, np.float64)
    rule = "two finite numbers or more, each larger than the one before (or each smaller)"
    if places.ndim != 1 or len(places) < 2 or not np.isfinite(places).all():
        raise PolariscopeError("at", rule, places, "give the parameter of every point")
    if not ((steps := np.diff(places)) > 0).all() and not (steps < 0).all():
        raise PolariscopeError("at", rule, places, "sort the points, and leave out what comes twice")
    return [float(place) for place in places]


def _solver(operators: Any, places: list[float], count: int | None, tolerance: float | None, seed: int) -> Solve:
    """Make the function that gives the lowest eigenpairs at a parameter, all of one size."""
    if isinstance(operators, SymmetricOperator) or not (callable(operators) or isinstance(operators, Sequence)):
        cure = "give a list of operators, or a function of the parameter"
        raise PolariscopeError("operators", "one a point, or a function", type(operators).__name__, cure)
    listed = None if callable(operators) else list(operators)
    if listed is not None and len(listed) != len(places):
        raise PolariscopeError("operators", f"one for each of {len(places)} points", len(listed), "give as many")
    sizes: set[int] = set()

    def solve(place: float) -> Eigenpairs:
        operator = operators(place) if listed is None else listed[places.index(place)]
        if not isinstance(operator, SymmetricOperator):
            cure = "wrap a matrix by from_matrix"
            raise PolariscopeError("operators", "symmetric operators", type(operator).__name__, cure)
        sizes.add(operator.size)
        if len(sizes) > 1:
            cure = "follow the same parameters or atoms throughout"
            raise PolariscopeError("operators", "operators of one size", sorted(sizes), cure)
        wanted = min(_COUNT, operator.size) if count is None else count
        pairs = lowest_eigenpairs(operator, wanted, tolerance=tolerance, seed=seed)
        return replace(pairs, residuals=pairs.residuals + _ROUNDINGS * operator.rounding * pairs.norm)

    return solve


def _walk(places: list[float], solve: Solve, start: Any, halvings: int) -> list[TrackedPoint]:
    pairs = solve(places[0])
    points = [_start(places[0], pairs, start)]
    for place in places[1:]:
        for point, found in _steps(points[-1], pairs, place, solve, halvings):
            points.append(point)
            pairs = found
    return points


def _start(place: float, pairs: Eigenpairs, start: Any) -> TrackedPoint:
    size, listed = pairs.vectors.shape
    if isinstance(start, str) or np.ndim(start) == 0:
        index = 0 if isinstance(start, str) and start == "softest" else start
        if not isinstance(index, (int, np.integer)) or isinstance(index, bool) or not 0 <= index < listed:
            cure = f'give "softest", an index below {listed}, or a vector'
            raise PolariscopeError("start", "one of the listed modes", start, cure)
        return start_at(place, pairs, int(index))
    vector = np.asarray(start, np.float64)
    length = float(np.linalg.norm(vector))
    if vector.shape != (size,) or not np.isfinite(length) or length == 0:
        cure = f"give {size:,} finite numbers that are not all 0"
        raise PolariscopeError("start", "a vector of the operator's size", f"shape {vector.shape}", cure)
    point = found_again(place, pairs, vector / length)
    if not point.found:
        cure = "list more by count=, or start from one of them by its index"
        rule = "a vector more than half of which, squared, lies in one listed level"
        raise PolariscopeError("start", rule, f"at most {point.overlap**2:.3g}", cure)
    return point


def _steps(
    point: TrackedPoint, pairs: Eigenpairs, place: float, solve: Solve, halvings: int
) -> Iterator[tuple[TrackedPoint, Eigenpairs]]:
    """Go on to a place, in halves where the mode is lost on the way."""
    there = solve(place)
    reached = found_again(place, there, point.vector, pairs.vectors)
    if reached.found or not halvings:
        yield reached, there
        return
    for step, found in _steps(point, pairs, (point.at + place) / 2, solve, halvings - 1):
        last, last_pairs = step, found
        yield step, found
    yield from _steps(last, last_pairs, place, solve, halvings - 1)
