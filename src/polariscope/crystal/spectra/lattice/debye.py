"""The Debye frequency: where the spectrum would end if sound were all there is."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma

from polariscope.crystal.operators.lattice.bloch import Bloch, bloch
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice.sound import along_unit
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Debye:
    """The spectrum that sound alone would have.

    Args:
        frequency: omega_D; with hbar = k_B = 1 it is the Debye temperature too.
        error: How much it moves when the directions are taken half as dense, and by the errors of the velocities.
        velocity: The mean of the velocities that matters, (mean of c^-d)^(-1/d).
    """

    frequency: float
    error: float
    velocity: float


def debye(lattice: Lattice, *, directions: int = 32) -> Debye:
    """omega_D = 2 pi c (d N / (S_d V))^(1/d), with S_d the unit sphere's surface (2, 2 pi, 4 pi) and c a mean.

    c^-d is averaged over directions and branches. N is the modes of a cell, of volume V, for each branch of sound,
    which is the number of its atoms in a crystal that holds together. In three dimensions omega_D is
    c (6 pi^2 N / V)^(1/3).

    >>> from polariscope.crystal.operators.lattice.chains import cubic, monatomic_chain
    >>> round(debye(monatomic_chain(k=4.0)).frequency / np.pi, 6)  # pi c / a
    2.0
    >>> round(debye(cubic(1, k=4.0)).frequency / (6 * np.pi**2) ** (1 / 3), 6)
    2.0

    Args:
        lattice: Periodic and stiff in all directions.
        directions: Polar angles; in three dimensions twice as many azimuths to each. Default: 32.

    Returns:
        The Debye frequency, with an error.

    Raises:
        PolariscopeError: The lattice is free, fewer than four directions are asked for, or a branch has no real
            velocity along one.
    """
    if directions < 4:
        raise PolariscopeError("directions", "four or more", directions, "give 32")
    waves, d = bloch(lattice), lattice.dimension
    fine, slack, branches = _mean_velocity(waves, directions)
    coarse, _, _ = _mean_velocity(waves, directions // 2)
    volume = abs(float(np.linalg.det(np.asarray(lattice.cell))))
    surface = 2 * np.pi ** (d / 2) / float(gamma(d / 2))
    per_velocity = 2 * np.pi * (d * lattice.size / branches / (surface * volume)) ** (1 / d)
    error = (abs(fine - coarse) + fine * slack) * per_velocity
    return Debye(float(fine * per_velocity), float(error), float(fine))


def _mean_velocity(waves: Bloch, directions: int) -> tuple[float, float, int]:
    d = waves.lattice.dimension
    units, weights = _sphere(d, directions)
    found = [along_unit(waves, unit) for unit in units]
    velocities = np.array([sound.velocities for sound in found])
    errors = np.array([sound.errors for sound in found])
    if (velocities <= errors).any():
        rule = "a real velocity of sound for each branch in each direction"
        cure = "look at sound_velocities(lattice, direction): it lacks stiffness, or is unstable"
        raise PolariscopeError("lattice", rule, "a branch whose velocity is zero or imaginary", cure)
    mean = float(weights @ (velocities ** (-d)).mean(axis=1))
    return mean ** (-1 / d), float((errors / velocities).max()), velocities.shape[1]


def _sphere(dimension: int, directions: int) -> tuple[_Floats, _Floats]:
    # Both rules converge faster than any power for the smooth function that c^-d is.
    if dimension == 1:
        return np.ones((1, 1)), np.ones(1)
    around = 2 * np.pi * np.arange(2 * directions) / (2 * directions)
    if dimension == 2:
        return np.stack([np.cos(around), np.sin(around)], axis=1), np.full(len(around), 1 / len(around))
    height, weight = np.polynomial.legendre.leggauss(directions)
    radius = np.sqrt(1 - height**2)
    units = [(r * np.cos(at), r * np.sin(at), z) for r, z in zip(radius, height, strict=True) for at in around]
    return np.array(units), np.repeat(weight / 2, len(around)) / len(around)
