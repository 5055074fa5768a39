"""A loss's spectrum as a bulk and what stands apart from it; or a bulk alone."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.crystal.spectra.krylov.density import SpectralDensity
from polariscope.crystal.spectra.krylov.distribution import share_below
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs
from polariscope.crystal.spectra.loss._gap_rule import widest_gaps
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_LEVEL = 0.01
_SAME = 1e-9  # of the largest distance from the centre: nearer values are one level
_QUARTILES = (0.25, 0.5, 0.75)
_FENCE = 3.0  # quartile ranges beyond a quartile (Tukey 1977, "far out")


@dataclass(frozen=True, eq=False)
class Tail:
    """One end of a spectrum.

    Args:
        outliers: Eigenvalues that a gap separates from the bulk, (k,), outermost first; often none.
        edge: The outermost eigenvalue of the bulk; nan where nothing is listed.
        p_value: Chance that a tail without outliers shows such a gap at any of those looked at: of the gap behind
            the last outlier, or the least where there are none. nan where nothing was looked at.
        looked: Gaps tested. 0: too few eigenvalues are known for a bulk to compare with, and no outliers means
            nothing.
        exponent: b, in gaps that widen as rank^b towards the bulk: near 0 a tail as heavy as a power law's, 2/3
            an edge as the Marchenko-Pastur law's.
        by_edge: Outliers if the bulk were taken to end as the Marchenko-Pastur law or the semicircle do; more
            than there are where its tail is heavier.
        by_fences: Known eigenvalues more than 3 quartile ranges beyond the quartiles: what a rule made for normal
            tails would call outliers.
        counted: Lowest and highest number of eigenvalues beyond the middle of the gap, by the spectrum's density,
            at 95 %; none where all were given or there is no gap.
    """

    outliers: _Floats
    edge: float
    p_value: float
    looked: int
    exponent: float
    by_edge: int
    by_fences: int
    counted: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class BulkAndOutliers:
    """A spectrum's two tails.

    Args:
        centre: The median eigenvalue, from which distances are taken.
        below: The end of the smallest eigenvalues.
        above: The end of the largest.
        level: Of each end's test.
    """

    centre: float
    below: Tail
    above: Tail
    level: float


def bulk_and_outliers(eigenvalues: ArrayLike, *, level: float = _LEVEL) -> BulkAndOutliers:
    """Separate outliers by the innermost gap that is wider than the tail behind it makes likely; or find none.

    The gap between distances x_k > x_{k+1} from the median counts as s_k = k log(x_k / x_{k+1}), and is compared
    with the 20 behind it: in a tail as a power law's, all are exponential with one mean, and towards an edge they
    shrink in a known way (see `Tail.exponent`). Each of the outermost 20 gaps is tested, Bonferroni's correction
    made, and what lies outside of the innermost that fails is called outliers. Shift, scale and sign of the matrix
    do not matter; eigenvalues that coincide count as one level.

    Of 300 simulated spectra of each kind without outliers (semicircle, Marchenko-Pastur, power law, exponential,
    Student and others) 0 to 1.7 % were said to have some, at the default level. An eigenvalue at 1.45 times the
    edge of a semicircle of 300 rows was found in 80 %, at 1.67 times in all of 60.

    >>> import numpy as np
    >>> bulk = np.cos(np.pi * np.arange(0.5, 200) / 200)
    >>> found = bulk_and_outliers([*bulk, 3.0, 2.5])
    >>> found.above.outliers, found.below.outliers
    (array([3. , 2.5]), array([], dtype=float64))

    Args:
        eigenvalues: All of them, (n,).
        level: Chance of calling any gap an outlier's at an end where there are none. Default: 0.01.

    Returns:
        Both tails.

    Raises:
        PolariscopeError: An eigenvalue is not finite, there is none, or the level is no probability.
    """
    values = np.sort(np.asarray(eigenvalues, np.float64).ravel())
    if not len(values) or not np.isfinite(values).all():
        cure = "give all eigenvalues of the matrix"
        raise PolariscopeError("eigenvalues", "one finite number or more", eigenvalues, cure)
    _check_level(level)
    middle = _Middle(np.quantile(values, _QUARTILES), len(values))
    exact = np.zeros(len(values))
    below = _tail(values, exact, -1, middle, level)
    above = _tail(values[::-1], exact, 1, middle, level)
    return BulkAndOutliers(middle.median, below, above, level)


def bulk_and_outliers_from_ends(
    smallest: Eigenpairs, largest: Eigenpairs, density: SpectralDensity, *, level: float = _LEVEL
) -> BulkAndOutliers:
    """Separate outliers where only the ends of a spectrum are known one by one, and the rest as a density.

    As `bulk_and_outliers`: the density gives the median and the quartiles, and counts what lies beyond the gap.
    Gaps are taken as narrow as the residuals allow. A gap needs 8 more behind it: of k pairs, k - 9 are tested.

    Args:
        smallest: Pairs of the lower end; 30 are plenty.
        largest: Pairs of the upper end.
        density: Of the same operator.
        level: See there.

    Returns:
        Both tails. An end whose pairs have not converged, or may have gaps in their list, is not looked at.

    Raises:
        PolariscopeError: The ends are exchanged or of another operator than the density, or the level is no
            probability.
    """
    _check_level(level)
    for name, pairs, end in (("smallest", smallest, "smallest"), ("largest", largest, "largest")):
        if pairs.end != end or len(pairs.vectors) != density.size:
            got = f"the {pairs.end} of {len(pairs.vectors):,} rows, with a density of {density.size:,}"
            cure = "take both ends and the density of one operator"
            raise PolariscopeError(name, f"pairs of the {end} end of the density's operator", got, cure)
    middle = _Middle(_quantiles(density, _QUARTILES), density.size)
    tails = []
    for pairs, side in ((smallest, -1), (largest, 1)):
        known = slice(_listed(pairs))
        tails.append(_counted(_tail(pairs.values[known], pairs.residuals[known], side, middle, level), density))
    return BulkAndOutliers(middle.median, tails[0], tails[1], level)


class _Middle(NamedTuple):
    """Quartiles and number of all eigenvalues."""

    quartiles: _Floats
    rows: int

    @property
    def median(self) -> float:
        return float(self.quartiles[1])


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise PolariscopeError("level", "a probability between 0 and 1", level, "give 0.01")


def _listed(pairs: Eigenpairs) -> int:
    """How many of the pairs, from the outermost, are certainly the outermost eigenvalues: all or none."""
    sign = 1.0 if pairs.end == "largest" else -1.0
    slack = pairs.tolerance * pairs.norm
    complete = sign * pairs.unlisted_beyond <= sign * pairs.values[-1] + slack
    return len(pairs.values) if complete and pairs.converged.all() else 0


def _tail(values: _Floats, errors: _Floats, side: int, middle: _Middle, level: float) -> Tail:
    """Look at one end: values outermost first, with their errors."""
    if not len(values):
        return Tail(values, float("nan"), float("nan"), 0, float("nan"), 0, 0, None)
    distances = side * (values - middle.median)
    lower, median, upper = side * middle.quartiles[::side]
    beyond = int((distances > upper - median + _FENCE * (upper - lower)).sum())
    starts = _levels(distances[: middle.rows // 2])
    x, e = distances[starts], errors[starts]
    gap = widest_gaps(x, (x[:-1] - e[:-1]) / (x[1:] + e[1:]), middle.rows, level)
    count, by_edge = ([*starts.tolist(), 0][each] for each in (gap.outside, gap.by_edge))
    edge = float(values[count])
    return Tail(values[:count], edge, gap.p_value, gap.looked, gap.exponent[0], by_edge, beyond, None)


def _levels(distances: _Floats) -> NDArray[np.intp]:
    """Where each level of a descending list begins; what lies at the centre is none."""
    if not len(distances) or distances[0] <= 0:
        return np.zeros(0, np.intp)
    scale = _SAME * distances[0]
    starts: NDArray[np.intp] = np.flatnonzero(np.append(True, -np.diff(distances) > scale))
    apart: NDArray[np.intp] = starts[distances[starts] > scale]
    return apart


def _quantiles(density: SpectralDensity, at: tuple[float, ...]) -> _Floats:
    places, shares = density.measure()
    below = np.cumsum(shares)
    quantiles: _Floats = places[np.searchsorted(below, np.array(at) * below[-1])]
    return quantiles


def _counted(tail: Tail, density: SpectralDensity) -> Tail:
    if not len(tail.outliers):
        return tail
    middle = (float(tail.outliers[-1]) + tail.edge) / 2
    share = share_below(density, middle).times(density.size)
    above = tail.outliers[-1] > tail.edge
    counted = (density.size - share.high, density.size - share.low) if above else (share.low, share.high)
    return replace(tail, counted=counted)
