"""One mode at one point of a path: found again by its overlap with what it was at the point before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.spectra.krylov.extremes import Eigenpairs

_Floats = NDArray[np.float64]
Solve: TypeAlias = Callable[[float], Eigenpairs]

MAJORITY = 0.5
"""Squared overlap above which no other level can hold more of the vector."""
_DEGENERATE = 1e-9  # of the norm: levels nearer than that are one, and their vectors any basis of it
_TRUSTED = 100.0  # a gap of as many residuals fixes a vector to one part in as many (Davis and Kahan 1970)


@dataclass(frozen=True, eq=False)
class TrackedPoint:
    """The followed mode at one value of the parameter.

    Args:
        at: The parameter.
        value: v'A v.
        bound: An eigenvalue lies within it of the value.
        vector: v, (n,), of unit length, its sign such that it points as the one before does.
        overlap: Length of the vector before, projected onto the level that was chosen; 1 at the start.
        rank: How many listed eigenvalues lie below its level; 0 is the softest.
        together: Listed eigenvalues in its level: more than 1 where they are nearer than their vectors can tell.
        levels: The lowest eigenvalues, (k,), ascending.
        residuals: Theirs, (k,).
        parts: v in terms of the levels' vectors, (k,).
        transfer: Inner products of the levels' vectors at the point before with those here, (k, k); the identity
            at the start.
    """

    at: float
    value: float
    bound: float
    vector: _Floats
    overlap: float
    rank: int
    together: int
    levels: _Floats
    residuals: _Floats
    parts: _Floats = field(repr=False)
    transfer: _Floats = field(repr=False)

    @property
    def sign(self) -> int:
        """1 or -1 where the value's sign is certain, 0 where it lies within the bound of zero."""
        return 0 if abs(self.value) <= self.bound else int(np.sign(self.value))

    @property
    def found(self) -> bool:
        """Whether most of the vector before lies in the level that was chosen: no other level can claim it."""
        return self.overlap**2 > MAJORITY


def start_at(at: float, pairs: Eigenpairs, index: int) -> TrackedPoint:
    """Take the index-th lowest mode as the one to follow.

    Args:
        at: The parameter.
        pairs: The lowest eigenpairs there.
        index: Which.

    Returns:
        The first point of a path.
    """
    group = next(each for each in _levels(pairs) if index in each)
    parts = np.zeros(len(pairs.values))
    parts[index] = 1.0
    return _point(at, pairs, group, parts, 1.0, np.eye(len(parts)))


def found_again(at: float, pairs: Eigenpairs, vector: _Floats, before: _Floats | None = None) -> TrackedPoint:
    """Choose the level in which most of a vector lies, and project the vector onto it.

    Args:
        at: The parameter.
        pairs: The lowest eigenpairs there.
        vector: What the mode was, (n,), of unit length.
        before: The vectors of all levels at the point before, (n, k). Default: not known.

    Returns:
        The mode at this point.
    """
    overlaps = vector @ pairs.vectors
    shares = [float(np.linalg.norm(overlaps[group])) for group in _levels(pairs)]
    best = int(np.argmax(shares))
    group = _levels(pairs)[best]
    parts = np.zeros(len(overlaps))
    parts[group] = overlaps[group] / shares[best] if shares[best] else 1 / np.sqrt(len(group))
    transfer = np.eye(len(parts)) if before is None else before.T @ pairs.vectors
    return _point(at, pairs, group, parts, min(1.0, shares[best]), transfer)


def _point(
    at: float, pairs: Eigenpairs, group: range, parts: _Floats, overlap: float, transfer: _Floats
) -> TrackedPoint:
    values, residuals = pairs.values, pairs.residuals
    value = float(parts**2 @ values)
    spread = float(np.sqrt(parts**2 @ (values - value) ** 2))
    bound = spread + float(np.abs(parts) @ residuals)
    return TrackedPoint(
        at=at,
        value=value,
        bound=bound,
        vector=pairs.vectors @ parts,
        overlap=overlap,
        rank=group.start,
        together=len(group),
        levels=values,
        residuals=residuals,
        parts=parts,
        transfer=transfer,
    )


def _levels(pairs: Eigenpairs) -> list[range]:
    """Group eigenvalues whose distance does not fix their vectors."""
    apart = np.diff(pairs.values)
    near = np.maximum(_DEGENERATE * pairs.norm, _TRUSTED * (pairs.residuals[1:] + pairs.residuals[:-1]))
    cuts = [0, *(np.flatnonzero(apart > near) + 1).tolist(), len(pairs.values)]
    return [range(start, stop) for start, stop in pairwise(cuts)]
