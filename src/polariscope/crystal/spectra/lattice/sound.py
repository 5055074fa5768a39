"""Sound velocities: how fast the frequencies of a crystal's longest waves rise from zero, exactly and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.lattice.bloch import Bloch, bloch
from polariscope.crystal.operators.lattice.dynamical_matrix import norm_bound
from polariscope.crystal.operators.lattice.lattice import Lattice, checked_array
from polariscope.crystal.spectra.lattice.phonons import signed_frequencies, zero_tolerance
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_LINEAR = 1e-9  # of the largest D'(0) that such springs allow: what couples zero modes by less is rounding
_STEP = 0.01  # over the longest reach of a spring: fourth-order terms near 1e-9, rounding near 1e-12


@final
@dataclass(frozen=True, eq=False)
class SoundVelocities:
    """c of each branch that starts at zero frequency, along one direction, slowest first.

    Args:
        direction: Unit vector, Cartesian, (d,).
        velocities: sign(c^2) sqrt|c^2| in length x frequency, (z,): 0 is a branch without stiffness, negative
            stands for imaginary, a wave that grows.
        errors: What the exact formula differs from the slope found by extrapolation, and its rounding, (z,).
    """

    direction: _Floats
    velocities: _Floats
    errors: _Floats


def sound_velocities(lattice: Lattice, direction: Sequence[float]) -> SoundVelocities:
    """c^2 = eigenvalues of Z' (D''/2 - D' D^+ D') Z, with Z the modes of zero frequency at q = 0.

    Second-order perturbation theory in |q| along the direction; D^+ is the pseudo-inverse of D(0). As a check
    on it, c^2 is found again from omega^2 at q = h and h/2 by (4 c^2(h/2) - c^2(h)) / 3.

    >>> from polariscope.crystal.operators.lattice.chains import diatomic_cell, monatomic_chain
    >>> chain = sound_velocities(monatomic_chain(k=4.0, m=1.0, a=3.0), [1.0])  # a sqrt(k/m)
    >>> chain.velocities.round(9), bool(chain.errors.max() < 1e-6)
    (array([6.]), True)
    >>> pair = diatomic_cell(k=2.0, m1=1.0, m2=3.0, a=3.0)  # a sqrt(k / (2 (m1 + m2)))
    >>> sound_velocities(pair, [1.0]).velocities.round(9)
    array([1.5])

    Args:
        lattice: Periodic.
        direction: Of the wave vector, Cartesian, (d,); its length does not matter.

    Returns:
        A velocity for each zero mode of a cell: d for a crystal that holds together, 1 if it is scalar.

    Raises:
        PolariscopeError: The lattice is free, the direction is no vector of d finite numbers or has no length, or
            omega^2 rises linearly in q, as it can in an unstable lattice only.
    """
    along = checked_array("direction", direction)
    if along.shape != (lattice.dimension,) or not np.linalg.norm(along) > 0:
        rule = f"a vector of {lattice.dimension} coordinates that is not zero"
        raise PolariscopeError("direction", rule, along.tolist(), "give [1, 0, 0] in three dimensions")
    return along_unit(bloch(lattice), along / np.linalg.norm(along))


def along_unit(waves: Bloch, unit: _Floats) -> SoundVelocities:
    """Do what `sound_velocities` does, with D(q) and the direction ready.

    Args:
        waves: D(q).
        unit: Unit vector, (d,).

    Returns:
        The velocities.
    """
    squares, gap = _perturbed(waves, unit)
    rounding = zero_tolerance(waves.lattice.size, norm_bound(waves.lattice)) * waves.reach**2 / gap
    error = np.abs(squares - _extrapolated(waves, unit, len(squares), gap)) + rounding
    speed = np.sqrt(np.abs(squares))
    # sqrt(s + e) - sqrt(s) <= e / sqrt(s), and sqrt(e) where s is less than e
    floor = np.maximum(np.maximum(speed, np.sqrt(error)), np.finfo(np.float64).tiny)
    return SoundVelocities(unit, signed_frequencies(squares), error / floor)


def _perturbed(waves: Bloch, unit: _Floats) -> tuple[_Floats, float]:
    bound = norm_bound(waves.lattice)
    values, vectors = np.linalg.eigh(waves.derivative(unit, 0).real)
    moves = np.abs(values) > zero_tolerance(len(values), bound)
    still, rest, stiff = vectors[:, ~moves], vectors[:, moves], values[moves]
    slope, curvature = waves.derivative(unit, 1), waves.derivative(unit, 2).real
    _refuse_linear(still.T @ slope @ still, _LINEAR * bound * waves.reach)
    coupling = rest.T @ slope @ still
    second = still.T @ curvature @ still / 2 - (coupling.conj().T @ (coupling / stiff[:, None])).real
    gap = float(np.abs(stiff).min() / bound) if moves.any() else 1.0
    return np.asarray(np.linalg.eigvalsh(second), np.float64), gap


def _refuse_linear(split: NDArray[np.complex128], limit: float) -> None:
    if np.abs(split).max() > limit:
        rule = "squared frequencies that rise with the square of the wave vector"
        found = "modes of zero frequency that split linearly, half of them unstable"
        cure = "look at bands(lattice, path): negative stiffnesses leave no sound here"
        raise PolariscopeError("lattice", rule, found, cure)


def _extrapolated(waves: Bloch, unit: _Floats, branches: int, gap: float) -> _Floats:
    # Where the softest vibration lies at gap x the bound, higher terms come in powers of (q reach)^2 / gap.
    steps = _STEP * np.sqrt(gap) / waves.reach * np.array([1.0, 0.5])
    cell = np.asarray(waves.lattice.cell)
    values = np.linalg.eigvalsh(waves.at(steps[:, None] * (cell @ unit) / (2 * np.pi)))
    nearest = np.argsort(np.abs(values), axis=1)[:, :branches]
    squares = np.sort(np.take_along_axis(values, nearest, axis=1), axis=1) / steps[:, None] ** 2
    found: _Floats = (4 * squares[1] - squares[0]) / 3
    return found
