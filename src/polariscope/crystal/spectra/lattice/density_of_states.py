"""g(omega): how many modes a cell has at each frequency, from all modes or from a mesh of wave vectors."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.operators.lattice.dynamical_matrix import norm_bound
from polariscope.crystal.operators.lattice.force_constants import ForceConstants
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice.bands import eigenvalues_at, mesh
from polariscope.crystal.spectra.lattice.phonons import phonons, signed_frequencies, zero_tolerance
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class DensityOfStates:
    """A histogram of frequencies, scaled so that its integral is the number of modes a cell.

    Args:
        edges: Of the bins, in frequency, (bins + 1,); negative stands for imaginary.
        density: g in each bin, modes a cell per frequency, (bins,).
        error: Half the difference between two meshes, the second one half a step beside the first, (bins,): what
            the mesh leaves open, no bound. None where all modes were at hand.
    """

    edges: _Floats
    density: _Floats
    error: _Floats | None

    @property
    def counts(self) -> _Floats:
        """Modes a cell in each bin, (bins,)."""
        counts: _Floats = self.density * np.diff(self.edges)
        return counts

    @property
    def cumulative(self) -> _Floats:
        """Modes a cell up to each edge, (bins + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.counts)])


def density_of_states(
    lattice: Lattice | ForceConstants | ArrayLike, *, points: int | tuple[int, ...] | None = None, bins: int = 64
) -> DensityOfStates:
    """g(omega) = sum over modes of delta(omega - omega_j) / cells, averaged over bins.

    >>> from polariscope.crystal.operators.lattice.chains import monatomic_chain
    >>> found = density_of_states(monatomic_chain(), points=1200, bins=2)  # cumulative (2/pi) arcsin(omega/2)
    >>> found.cumulative.round(2)
    array([0.  , 0.33, 1.  ])

    Args:
        lattice: A lattice, force constants, or eigenvalues omega^2: (n,), or (Q, n) for Q wave vectors.
        points: Wave vectors along each reciprocal vector, for a periodic lattice given by its cell. Default:
            none, the modes at wave vector 0 only, which are all there are in a cluster or a crystal given whole.
        bins: Of equal width, from the lowest frequency (at most 0) to the highest. Default: 64.

    Returns:
        The histogram.

    Raises:
        PolariscopeError: No bin, points for what is no lattice, no frequency but zero, or as `phonons` raises.
    """
    if bins < 1:
        raise PolariscopeError("bins", "one bin or more", bins, "give 64")
    if points is not None:
        return _from_meshes(lattice, points, bins)
    found = phonons(lattice).frequencies
    whole = isinstance(lattice, Lattice | ForceConstants)
    cells = 1 if whole else len(np.atleast_2d(np.asarray(lattice, np.float64)))
    edges = _edges(found, bins)
    return DensityOfStates(edges, _histogram(found, cells, edges), None)


def _from_meshes(
    lattice: Lattice | ForceConstants | ArrayLike, points: int | tuple[int, ...], bins: int
) -> DensityOfStates:
    if not isinstance(lattice, Lattice):
        cure = "leave points out, or give the lattice by its springs"
        raise PolariscopeError(
            "points", "wave vectors need a lattice with a cell", "eigenvalues or a matrix", cure
        )
    grids = (mesh(lattice.dimension, points, offset) for offset in (0.0, 0.5))
    squares = np.stack([eigenvalues_at(lattice, grid) for grid in grids])
    zero = np.abs(squares) <= zero_tolerance(lattice.size, norm_bound(lattice))
    two = signed_frequencies(np.where(zero, 0.0, squares))
    edges = _edges(two, bins)
    first, second = (_histogram(part, len(part), edges) for part in two)
    return DensityOfStates(edges, (first + second) / 2, np.abs(first - second) / 2)


def _edges(frequencies: _Floats, bins: int) -> _Floats:
    low, high = min(0.0, float(frequencies.min())), float(frequencies.max())
    if not high > low:
        cure = "join the atoms by springs"
        raise PolariscopeError("lattice", "a frequency that is not zero", "none", cure)
    return np.linspace(low, high, bins + 1)


def _histogram(frequencies: _Floats, cells: int, edges: _Floats) -> _Floats:
    density: _Floats = np.histogram(frequencies, edges)[0] / (cells * np.diff(edges))
    return density
