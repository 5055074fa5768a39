"""Near zero frequency g(omega) is a power of omega: the exponent, measured, with an interval."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice.bands import eigenvalues_at, mesh
from polariscope.crystal.spectra.lattice.phonons import zero_tolerance
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_WINDOW = np.array([1.0, 0.5, 0.25])  # of the highest frequency that is counted


@final
@dataclass(frozen=True)
class LowFrequencyExponent:
    """g(omega) ~ omega^exponent as omega -> 0, with an interval.

    Args:
        exponent: d - 1 for a crystal with ordinary sound in d dimensions.
        low: Lower end of the interval.
        high: Upper end.
        level: Nominal coverage of the sampling error; what the extrapolation to zero moved is added to both sides.
        window: The frequencies that were counted, from and to.
        modes: How many modes were counted up to the window's end.
    """

    exponent: float
    low: float
    high: float
    level: float
    window: tuple[float, float]
    modes: int

    def allows(self, exponent: float) -> bool:
        """Tell whether an exponent lies within the interval.

        Args:
            exponent: Such as d - 1.

        Returns:
            Whether low <= exponent <= high.
        """
        return self.low <= exponent <= self.high


def low_frequency_exponent(
    lattice: Lattice,
    *,
    points: int = 32_768,
    meshes: int = 16,
    share: float = 0.05,
    level: float = 0.99,
    seed: int = 0,
) -> LowFrequencyExponent:
    """Slope of log N(omega) against log omega, less one, N counting modes on meshes of random offset.

    The slopes over [w/2, w] and [w/4, w/2] are extrapolated to zero by (4 s_2 - s_1) / 3, as the dispersion bends
    them by a term in w^2. The interval is a jackknife over the meshes, whose offsets are independent and make each
    count unbiased (Cranley and Patterson 1976), widened on both sides by the extrapolation's step.

    >>> from polariscope.crystal.operators.lattice.chains import cubic, monatomic_chain
    >>> low_frequency_exponent(monatomic_chain()).allows(0.0), low_frequency_exponent(cubic(1)).allows(2.0)
    (True, True)

    Args:
        lattice: Periodic and stable; the time grows with the modes of a cell cubed.
        points: Wave vectors a mesh, at most. Default: 32,768 = 32^3; with 16 meshes half a second for one mode a
            cell.
        meshes: Number of offsets, at least 4.
        share: Share of one branch that is counted, which sets w. Default: 0.05, where the simple cubic's slopes
            are within 6 % of their limit.
        level: Nominal coverage. Default: 0.99, as the interval is there to be asked whether d - 1 lies within, and
            at 0.95 one good crystal in twenty would be told no.
        seed: Of the offsets.

    Returns:
        The exponent of g and its interval.

    Raises:
        PolariscopeError: The lattice is free or unstable, has a branch of zero frequency, or there are too few
            points to count any mode at the lower end.
    """
    if meshes < 4 or points < 1 or not 0 < share <= 1 or not 0 < level < 1:
        found = f"{meshes}, {points}, {share} and {level}"
        rule = "four meshes or more, one point or more, a share and a level between 0 and 1"
        raise PolariscopeError("meshes, points, share, level", rule, found, "leave them out")
    each = max(1, int(points ** (1 / lattice.dimension) + 1e-9))
    offsets = np.random.default_rng(seed).random((meshes, lattice.dimension))
    squares = np.stack([eigenvalues_at(lattice, mesh(lattice.dimension, each, offset)) for offset in offsets])
    return _fitted(_sorted_modes(squares), share / len(lattice.masses), level)


def _sorted_modes(squares: _Floats) -> _Floats:
    _refuse_unfit(squares, zero_tolerance(squares.shape[-1], float(np.abs(squares).max())))
    found: _Floats = np.sort(np.sqrt(np.maximum(squares, 0.0).reshape(len(squares), -1)), axis=1)
    return found


def _refuse_unfit(squares: _Floats, limit: float) -> None:
    unstable, zero = np.count_nonzero(squares < -limit), np.count_nonzero(np.abs(squares) <= limit)
    # A single one may fall so close to q = 0 that rounding hides it; a branch of zero frequency hides them all.
    if unstable or zero > max(1, squares.size // squares.shape[-1] // 10):
        found = f"{unstable:,} unstable and {zero:,} zero among {squares.size:,} modes"
        rule = "frequencies above zero at almost all wave vectors"
        raise PolariscopeError("lattice", rule, found, "add stiffness where phonons(lattice) shows that it lacks")


def _fitted(frequencies: _Floats, share: float, level: float) -> LowFrequencyExponent:
    top = float(np.quantile(frequencies, share))
    counts = np.stack([np.searchsorted(row, top * _WINDOW, side="right") for row in frequencies])
    if counts[:, -1].sum() <= counts[:, -1].max():
        rule = "modes on two meshes or more at a quarter of the highest frequency that is counted"
        raise PolariscopeError(
            "points", rule, f"{counts[:, -1].sum()} modes", "give more points or a larger share"
        )
    value, step = _extrapolated(counts.sum(axis=0))
    left_out = np.array([_extrapolated(counts.sum(axis=0) - row)[0] for row in counts])
    meshes = len(counts)
    deviation = np.sqrt((meshes - 1) / meshes * ((left_out - left_out.mean()) ** 2).sum())
    half = float(stdtrit(meshes - 1, 0.5 + level / 2) * deviation + abs(step))
    window = (float(top * _WINDOW[-1]), top)
    return LowFrequencyExponent(value, value - half, value + half, level, window, int(counts[:, 0].sum()))


def _extrapolated(counts: NDArray[np.int64]) -> tuple[float, float]:
    outer, inner = np.log2(counts[:-1] / counts[1:])  # the window halves
    return float((4 * inner - outer) / 3 - 1), float((inner - outer) / 3)
