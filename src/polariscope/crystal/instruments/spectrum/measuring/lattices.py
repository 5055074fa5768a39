"""Readings that only a lattice has: modes, bands, density of states, sound, heat."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.specimens.lattices import LatticeSpecimen
from polariscope.crystal.spectra.lattice.bands import Bands, bands
from polariscope.crystal.spectra.lattice.debye import debye
from polariscope.crystal.spectra.lattice.density_of_states import density_of_states
from polariscope.crystal.spectra.lattice.low_frequency import low_frequency_exponent
from polariscope.crystal.spectra.lattice.phonons import Modes, phonons
from polariscope.crystal.spectra.lattice.sound import sound_velocities
from polariscope.crystal.spectra.lattice.thermodynamics import thermodynamics
from polariscope.runs import Reading

_MOVERS = 5
_TEMPERATURES = 20
_WAVES = 32_768
"""Wave vectors of the density of states: 32 along each direction in three dimensions."""


def lattice_readings(specimen: LatticeSpecimen) -> Iterator[Reading]:
    """Read a lattice: what moves for nothing, what falls apart, how waves travel, what heat does.

    Args:
        specimen: The lattice, and the smallest cell that repeats to it, where there is one.

    Yields:
        Its own reading first; branches, density of states and heat where they are defined.
    """
    modes = phonons(specimen.lattice)
    own: Reading = {"kind": "lattice", "modes": len(modes.eigenvalues), "zero": modes.zero}
    own |= {"unstable": len(modes.unstable), "rates": [mode.rate for mode in modes.unstable[:_MOVERS]]}
    own |= {"movers": list(modes.unstable[0].movers) if modes.unstable else []}
    cell = specimen.cell
    if cell is not None and not modes.unstable:
        own |= _long_waves(cell)
    yield own
    if cell is not None and specimen.path:
        yield from _branches(bands(cell, specimen.path))
        states = density_of_states(cell, points=round(_WAVES ** (1 / cell.dimension)))
        yield {"kind": "states", "edges": states.edges.tolist(), "density": states.density.tolist()}
    if not modes.unstable and len(modes.vibrations):
        yield _heat(modes)


def translations(lattice: Any) -> dict[str, int]:
    """Count the motions of the whole that cost nothing, and those that must.

    Args:
        lattice: A `Lattice`, whose springs act on differences only; or force constants, of which nothing is known.

    Returns:
        Two entries of the controls' reading, or none.
    """
    if not isinstance(lattice, Lattice):
        return {}
    found = phonons(lattice).translations
    return {"translations": int(found or 0), "translations_expected": lattice.components}


def _long_waves(cell: Lattice) -> Reading:
    direction = [1.0] + [0.0] * (cell.dimension - 1)
    sound, limit, power = sound_velocities(cell, direction), debye(cell), low_frequency_exponent(cell)
    return {
        "sound": sound.velocities.tolist(),
        "sound_errors": sound.errors.tolist(),
        "debye": limit.frequency,
        "debye_error": limit.error,
        "exponent": power.exponent,
        "exponent_low": power.low,
        "exponent_high": power.high,
        "dimension": cell.dimension,
    }


def _branches(found: Bands) -> Iterator[Reading]:
    names, at = zip(*found.corners, strict=True)
    yield {"kind": "corners", "names": list(names), "distances": found.distances[list(at)].tolist()}
    for index, frequencies in enumerate(found.frequencies.T):
        told: Reading = {"kind": "branch", "index": index, "distances": found.distances.tolist()}
        yield told | {"frequencies": frequencies.tolist()}


def _heat(modes: Modes) -> Reading:
    top = float(modes.vibrations.max())
    found = thermodynamics(modes, np.linspace(0, 2 * top, _TEMPERATURES + 1)[1:])
    told: Reading = {"kind": "heat", "modes": found.modes, "excluded": found.excluded}
    told |= {"temperature": found.temperature.tolist(), "heat_capacity": found.heat_capacity.tolist()}
    return told | {"entropy": found.entropy.tolist()}
