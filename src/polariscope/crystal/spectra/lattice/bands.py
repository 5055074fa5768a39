"""omega(q): the frequencies of waves through a crystal, along a path or on a mesh of wave vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.operators.lattice.bloch import bloch, wave_vectors
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice.phonons import signed_frequencies
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_ENTRIES = 2**22  # of D(q) held at a time, 64 MiB


@final
@dataclass(frozen=True, eq=False)
class Bands:
    """Branches along a path through the Brillouin zone.

    Args:
        fractions: Wave vectors in units of the reciprocal vectors, (P, d).
        distances: Length of the path so far, Cartesian, in 1/length, (P,).
        eigenvalues: omega^2, ascending in each row, (P, n).
        corners: Names of the path's corners and their place among the P points.
    """

    fractions: _Floats
    distances: _Floats
    eigenvalues: _Floats
    corners: tuple[tuple[str, int], ...]

    @property
    def frequencies(self) -> _Floats:
        """sign(omega^2) sqrt|omega^2|, (P, n): negative stands for imaginary, a wave that grows."""
        return signed_frequencies(self.eigenvalues)


def bands(lattice: Lattice, path: Sequence[tuple[str, Sequence[float]]], points: int = 60) -> Bands:
    """The square roots of the eigenvalues of D(q), along straight legs from corner to corner.

    >>> from polariscope.crystal.operators.lattice.chains import monatomic_chain
    >>> found = bands(monatomic_chain(k=1.0, m=1.0), [("Γ", [0.0]), ("X", [0.5])], points=2)
    >>> (found.frequencies[:, 0] ** 2).round(9) + 0.0, found.corners  # 4 sin^2(q a / 2)
    (array([0., 2., 4.]), (('Γ', 0), ('X', 2)))

    Args:
        lattice: Periodic; the smallest cell that repeats gives the fewest branches.
        path: Two or more corners, each a name and q in units of the reciprocal vectors (a_i . b_j =
            2 pi delta_ij); in one dimension the unit is 2 pi / a, and the zone ends at 1/2.
        points: Steps a leg. Default: 60, a smooth line at the width of a page.

    Returns:
        The branches at (legs x points + 1) wave vectors.

    Raises:
        PolariscopeError: The lattice is free, the path has fewer than two corners or wrong ones, or points < 1.
    """
    if len(path) < 2 or points < 1:
        found = f"{len(path)} corners and {points} points"
        cure = 'give [("Γ", [0.0]), ("X", [0.5])] for a chain'
        raise PolariscopeError("path", "two corners or more, and one step a leg or more", found, cure)
    operator = bloch(lattice)
    ends = wave_vectors([list(where) for _, where in path], lattice.dimension)
    step = np.arange(points)[:, None] / points
    legs = [start + step * (end - start) for start, end in pairwise(ends)]
    fractions = np.concatenate([*legs, ends[-1:]])
    walked = np.linalg.norm(np.diff(fractions, axis=0) @ _reciprocal(lattice), axis=1)
    distances = np.concatenate([[0.0], np.cumsum(walked)])
    corners = tuple((name, points * at) for at, (name, _) in enumerate(path))
    return Bands(fractions, distances, eigenvalues_at(operator.lattice, fractions), corners)


def eigenvalues_at(lattice: Lattice, fractions: ArrayLike) -> _Floats:
    """omega^2 at wave vectors.

    Args:
        lattice: Periodic.
        fractions: q in units of the reciprocal vectors, (Q, d).

    Returns:
        Ascending in each row, (Q, n).

    Raises:
        PolariscopeError: The lattice is free, or the wave vectors are not finite numbers of that shape.
    """
    operator = bloch(lattice)
    asked = wave_vectors(fractions, lattice.dimension)
    found = np.empty((len(asked), lattice.size))
    step = max(1, _ENTRIES // max(lattice.size**2, len(operator.shifts)))
    for start in range(0, len(asked), step):
        found[start : start + step] = np.linalg.eigvalsh(operator.at(asked[start : start + step]))
    return found


def mesh(dimension: int, points: int | Sequence[int], offset: ArrayLike = 0.0) -> _Floats:
    """q_j = (j + offset) / points, j = 0..points-1, along each reciprocal vector.

    Without an offset these are the waves that fit into a crystal of that many cells (Born and von Karman), so
    their frequencies are those of the crystal taken as one cell.

    >>> mesh(1, 4)[:, 0]
    array([0.  , 0.25, 0.5 , 0.75])

    Args:
        dimension: d.
        points: Of each direction, or one number for all.
        offset: In steps of the mesh; one number, or one for each direction.

    Returns:
        Wave vectors in units of the reciprocal vectors, (Q, d) with Q the product of the points.

    Raises:
        PolariscopeError: Not d whole numbers of 1 or more.
    """
    counts = np.full(dimension, points) if np.ndim(points) == 0 else np.asarray(points)
    if counts.shape != (dimension,) or counts.dtype.kind != "i" or counts.min() < 1:
        rule = f"one whole number of points, or {dimension} of them, each 1 or more"
        raise PolariscopeError("mesh", rule, points, "give an int such as 24")
    steps = np.stack(np.meshgrid(*(np.arange(count) for count in counts), indexing="ij"), axis=-1)
    fractions: _Floats = (steps.reshape(-1, dimension) + np.asarray(offset, np.float64)) / counts
    return fractions


def _reciprocal(lattice: Lattice) -> _Floats:
    rows: _Floats = 2 * np.pi * np.linalg.inv(np.asarray(lattice.cell)).T
    return rows
