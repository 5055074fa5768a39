"""Chains of a sampling run as figures show them: which are drawn singly, where one ends, how they spread."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import finite, numbers
from polariscope.reports.thinning import evenly

SINGLE = 4
"""Chains drawn one by one at most: more noisy lines cannot be told apart."""
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of a fan."""
_WINDOWS = 120
"""Places of a fan at most, some 3 px apart: closer ones would be drawn as noise."""
_REACH = 2.0
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChainEnd:
    """A chain that has no number somewhere.

    Args:
        chain: Its index.
        step: The last step before the first without a number; the first step where there is none before.
        value: The value there; nan where there is none before.
    """

    chain: int
    step: float
    value: float


@dataclass(frozen=True, eq=False)
class Chains:
    """All chains of a run.

    Args:
        steps: Ascending, shape ``(k,)``.
        values: One row a chain, shape ``(c, k)``, with nan for each that is not finite.
        burn_in: Steps below this one are burn-in.
    """

    steps: _Floats
    values: _Floats
    burn_in: float

    @cached_property
    def after(self) -> NDArray[np.bool_]:
        """Which steps are after burn-in, shape ``(k,)``."""
        return self.steps >= self.burn_in

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Which chains have a number at every step, shape ``(c,)``."""
        return np.asarray(np.isfinite(self.values).all(axis=1))

    @cached_property
    def means(self) -> _Floats:
        """Of each chain after burn-in, shape ``(c,)``; nan where the chain is not whole or nothing is left."""
        return np.where(self.whole, chain_means(self.values[:, self.after]), np.nan)

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """Chains that have a mean, in its order."""
        return np.argsort(self.means, kind="stable")[: int(np.isfinite(self.means).sum())]

    @cached_property
    def ends(self) -> tuple[ChainEnd, ...]:
        """Of each chain that has no number somewhere."""
        return tuple(self._end(chain) for chain in np.flatnonzero(~self.whole).tolist())

    @cached_property
    def farthest(self) -> int | None:
        """The chain whose mean is farthest from the median of all means; None where these are few, or equal."""
        if len(self.ranked) <= SINGLE:
            return None
        low, high = self.ranked[[0, -1]].tolist()
        middle = float(np.median(self.means[self.ranked]))
        below, above = middle - self.means[low], self.means[high] - middle
        return None if below == above == 0 else (low if below > above else high)

    @cached_property
    def singles(self) -> tuple[int, ...]:
        """Up to four: all, or evenly spaced by rank, lowest and highest among them, and one of those that end."""
        if len(self.values) <= SINGLE:
            return tuple(range(len(self.values)))
        if not len(self.ranked):
            return tuple(evenly(len(self.values), SINGLE).tolist())
        first = [end.chain for end in sorted(self.ends, key=lambda end: end.step)[:1]]
        return (*self.ranked[evenly(len(self.ranked), SINGLE - len(first))].tolist(), *first)

    def limits(self) -> _Floats:
        """Values after burn-in that a frame should hold: a chain that ends may leave it on its way.

        Returns:
            Shape ``(n,)``; of all steps where none is after burn-in.
        """
        after = self.after if self.after.any() else np.ones(len(self.steps), bool)
        kept = finite(self.values[self.whole][:, after])
        kept = kept if len(kept) else finite(self.values[:, after])
        return near_bulk(kept, kept)

    def fan(self) -> tuple[_Floats, _Floats]:
        """Quantiles across chains at each step; where there are more than 120 steps, of several steps together.

        Returns:
            Places, shape ``(w,)``, and the quantiles of `SHARES`, shape ``(5, w)``; nan where there is no number.
        """
        windows = list(self._windows())
        draws = [finite(self.values[:, window]) for window in windows]
        found = [np.quantile(each, SHARES) if len(each) else np.full(len(SHARES), np.nan) for each in draws]
        at = np.array([self.steps[window].mean() for window in windows])
        return at, np.array(found).reshape(-1, len(SHARES)).T

    @property
    def together(self) -> int:
        """Steps that stand together at one place of the fan."""
        return max(-(-len(self.steps) // _WINDOWS), 1)

    def _windows(self) -> Iterator[NDArray[np.intp]]:
        """None is part burn-in, part not."""
        for part in (np.flatnonzero(~self.after), np.flatnonzero(self.after)):
            yield from (part[start : start + self.together] for start in range(0, len(part), self.together))

    def _end(self, chain: int) -> ChainEnd:
        lost = int(np.isfinite(self.values[chain]).argmin())
        if lost == 0:
            return ChainEnd(chain, float(self.steps[0]), float("nan"))
        return ChainEnd(chain, float(self.steps[lost - 1]), float(self.values[chain, lost - 1]))


def chains_of(steps: ArrayLike, values: ArrayLike, burn_in: float) -> Chains:
    """Chains of numbers, with nan for what is not finite.

    Args:
        steps: Ascending, shape ``(k,)``.
        values: Shape ``(c, k)``; not changed.
        burn_in: Steps below this one are burn-in.

    Returns:
        The chains.
    """
    return Chains(np.asarray(steps, float), np.atleast_2d(numbers(values)), burn_in)


def chain_means(values: ArrayLike) -> _Floats:
    """(1/k) sum_i values_ci, with nan for a chain that has no draws, or one that is not finite.

    >>> chain_means([[1.0, 3.0], [2.0, np.inf]]).tolist()
    [2.0, nan]

    Args:
        values: One row a chain, shape ``(c, k)``.

    Returns:
        Shape ``(c,)``.
    """
    array = np.atleast_2d(np.asarray(values, float))
    if not array.size:
        return np.full(len(array), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        return numbers(array.mean(axis=1))


def near_bulk(values: ArrayLike, bulk: ArrayLike, reach: float = _REACH) -> _Floats:
    """Values of which those far from a bulk are moved to where a frame should end.

    >>> near_bulk([-1e9, 0.5, 7.0], np.linspace(0, 1, 101), reach=2.0).round(2).tolist()
    [-1.75, 0.5, 2.75]

    Args:
        values: Finite, shape ``(n,)``.
        bulk: Finite values, shape ``(m,)``, of which the middle nine tenths are the bulk.
        reach: How far beyond it a frame goes at most, in units of its width.

    Returns:
        Shape ``(n,)``; as they are where the bulk has no width.
    """
    array, around = np.asarray(values, float), np.asarray(bulk, float)
    if not len(around):
        return array
    low, high = np.quantile(around, (SHARES[0], SHARES[-1]))
    room = reach * (high - low) or np.inf
    return np.asarray(np.clip(array, low - room, high + room), float)
