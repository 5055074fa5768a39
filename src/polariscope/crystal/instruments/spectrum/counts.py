"""What all eigenvalues together amount to: trace, norm, negative and flat directions, each an interval."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.crystal.spectra.krylov.density import SpectralDensity
from polariscope.crystal.spectra.krylov.distribution import moment, near_zero_share, negative_share
from polariscope.crystal.spectra.krylov.estimates import Estimate
from polariscope.crystal.spectra.krylov.rank import participation_ratio, stable_rank

_NEAR = 1e-3
"""Of the largest |eigenvalue|: what counts as flat. A choice of ours; the width is told with every count."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """A number with its interval, and the exact one where all eigenvalues are known.

    Args:
        name: What it is.
        value: The estimate.
        low: Lower end.
        high: Upper end.
        exact: The truth; None where unknown.
        note: What it counts.
    """

    name: str
    value: float
    low: float
    high: float
    exact: float | None
    note: str

    @property
    def held(self) -> bool:
        """Whether the truth, where it is known, lies within the interval, rounding apart."""
        slack = 1e-6 * max(abs(self.low), abs(self.high), abs(self.exact or 0.0))
        return self.exact is None or self.low - slack <= self.exact <= self.high + slack


def counts(summary: Summary) -> tuple[Counted, ...]:
    """Estimate from the density what all eigenvalues together amount to.

    Args:
        summary: The run's numbers.

    Returns:
        Trace, squared norm, effective ranks, negative and near-zero directions; none where there is no density.
    """
    if summary.density is None:
        return ()
    width = _NEAR * max((end.norm for end in summary.ends.values()), default=summary.density.largest)
    parts = (
        _sums(summary, summary.density),
        _ranks(summary, summary.density),
        _shares(summary, summary.density, width),
    )
    return tuple(each for part in parts for each in part)


def _sums(summary: Summary, density: SpectralDensity) -> Iterator[Counted]:
    functions: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
        ("trace", np.asarray, "sum of all eigenvalues"),
        ("squared norm", np.square, "sum of their squares"),
    )
    for name, function, note in functions:
        found = moment(density, function).times(summary.size)
        half = float(ndtri(0.5 + summary.level / 2)) * found.standard_error
        exact = None if summary.exact is None else float(function(np.asarray(summary.exact)).sum())
        yield Counted(name, found.value, found.value - half, found.value + half, exact, note)


def _ranks(summary: Summary, density: SpectralDensity) -> Iterator[Counted]:
    if not density.largest > 0:
        return
    norm = max((end.norm for end in summary.ends.values()), default=density.largest)
    ranks: tuple[tuple[str, Callable[[Any], Estimate], str], ...] = (
        ("stable rank", partial(stable_rank, norm=norm), "sum of squares / largest square"),
        ("participation", participation_ratio, "(sum)² / sum of squares"),
    )
    for name, rank, note in ranks:
        found = rank(density)
        half = float(ndtri(0.5 + summary.level / 2)) * found.standard_error
        exact = None if summary.exact is None else rank(summary.exact).value
        yield Counted(name, found.value, found.value - half, found.value + half, exact, note)


def _shares(summary: Summary, density: SpectralDensity, width: float) -> Iterator[Counted]:
    level, size = summary.level, summary.size
    below = negative_share(density, width, level).times(size)
    exact = _exactly(summary, lambda values: np.count_nonzero(values < -width))
    yield Counted("negative", below.value, below.low, below.high, exact, f"below −{width:.2g}")
    flat = near_zero_share(density, width, level).times(size)
    exact = _exactly(summary, lambda values: np.count_nonzero(np.abs(values) <= width))
    yield Counted("flat", flat.value, flat.low, flat.high, exact, f"within {width:.2g} of zero")


def _exactly(summary: Summary, function: Callable[[_Floats], Any]) -> float | None:
    return None if summary.exact is None else float(function(np.asarray(summary.exact)))
