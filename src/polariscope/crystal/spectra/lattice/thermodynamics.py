"""Heat capacity, entropy, energy and free energy of harmonic vibrations, in units where hbar = k_B = 1."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.operators.lattice.lattice import checked_array
from polariscope.crystal.spectra.lattice.phonons import Modes
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_SMALLEST, _LARGEST = 1e-300, 800.0  # of omega/T: beyond these exp(-x) or x^2 leave the doubles
_LN2 = float(np.log(2.0))  # ln(1 - e^-x) loses digits on either side of it, in either form (Maechler 2012)


@final
@dataclass(frozen=True, eq=False)
class Thermodynamics:
    """What a lattice's vibrations store and hide at each temperature; for all modes given, not for one cell.

    Args:
        temperature: T, in units of frequency, (t,).
        heat_capacity: C at constant volume, (t,); the number of modes at high T (Dulong and Petit).
        entropy: S, (t,).
        energy: U, with omega/2 a mode at rest, in units of frequency, (t,).
        free_energy: F = U - T S, (t,).
        modes: Vibrations that were counted.
        excluded: Modes of zero frequency, which are not vibrations and were left out.
    """

    temperature: _Floats
    heat_capacity: _Floats
    entropy: _Floats
    energy: _Floats
    free_energy: _Floats
    modes: int
    excluded: int


def thermodynamics(modes: Modes, temperatures: ArrayLike) -> Thermodynamics:
    """Sums over modes, x = omega/T: C = x^2 e^x/(e^x - 1)^2, S = x/(e^x - 1) - ln(1 - e^-x), U = omega/2 + ....

    U = sum of omega (1/2 + 1/(e^x - 1)), F = sum of omega/2 + T ln(1 - e^-x). All are exact to rounding for every
    T above zero, without overflow.

    >>> from polariscope.crystal.spectra.lattice.phonons import phonons
    >>> one = thermodynamics(phonons([4.0]), [1.0, 1e6])  # omega = 2: C = 1 / sinh^2(1) at T = 1
    >>> (one.heat_capacity - [1 / np.sinh(1) ** 2, 1]).round(9) + 0.0
    array([0., 0.])

    Args:
        modes: From `phonons`. From a mesh of Q wave vectors they are those of Q cells: divide by Q for one.
        temperatures: T > 0, (t,).

    Returns:
        The four functions of T.

    Raises:
        PolariscopeError: A mode is unstable, none vibrates, or a temperature is not positive and finite.
    """
    _refuse_unstable(modes)
    kelvin = np.atleast_1d(checked_array("temperatures", temperatures))
    if kelvin.ndim != 1 or not len(kelvin) or not (kelvin > 0).all():
        found = f"{kelvin.min():g} at the lowest" if kelvin.size else "none"
        raise PolariscopeError("temperatures", "a list of temperatures above zero", found, "start above 0")
    omega = modes.vibrations
    heat, entropy, energy, free = np.array([_sums(omega, float(warmth)) for warmth in kelvin]).T
    return Thermodynamics(kelvin, heat, entropy, energy, free, len(omega), modes.zero)


def _sums(omega: _Floats, temperature: float) -> tuple[float, float, float, float]:
    with np.errstate(over="ignore", under="ignore"):  # the clip mends both
        x = np.clip(omega / temperature, _SMALLEST, _LARGEST)
    gone = -np.expm1(-x)  # 1 - e^-x
    left = np.exp(-x)
    logarithm = np.where(x < _LN2, np.log(gone), np.log1p(-np.minimum(left, 0.5)))
    heat = (x / gone) ** 2 * left
    occupied = x * left / gone  # x / (e^x - 1)
    rest = float(omega.sum()) / 2
    energy, free = rest + temperature * occupied.sum(), rest + temperature * logarithm.sum()
    return float(heat.sum()), float((occupied - logarithm).sum()), float(energy), float(free)


def _refuse_unstable(modes: Modes) -> None:
    if modes.unstable:
        worst = modes.unstable[0]
        rule = "a lattice at rest in a minimum, as one that falls apart has no thermal equilibrium to expand about"
        found = f"{len(modes.unstable)} unstable modes, the worst of omega^2 = {worst.eigenvalue:.3g}"
        cure = "follow the worst mode's displacement to a structure that is stable"
        raise PolariscopeError("modes", rule, found, cure)
    if not len(modes.vibrations):
        raise PolariscopeError("modes", "at least one vibration", "zero modes only", "join the atoms by springs")
