"""Lines of a scan: estimates apart in those that can be used and those that cannot, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.frames import finite

_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ScanSeries:
    """The estimates of one line of a scan, such as those of one temperature.

    Args:
        label: What they have in common.
        values: One for each setting, shape ``(k,)``; what is not finite cannot be used, whatever is said.
        errors: Standard errors, shape ``(k,)``; a negative one is taken as unknown.
        usable: Which of them are to be believed, shape ``(k,)``.
        reasons: Why each of the others is not, k texts; one of a usable value is not shown.
    """

    label: str
    values: ArrayLike
    errors: ArrayLike
    usable: ArrayLike
    reasons: Sequence[str]

    def why(self) -> list[str]:
        """For each value why it cannot be used.

        Returns:
            k texts; empty where it can.
        """
        known = np.isfinite(np.asarray(self.values, float))
        good = np.asarray(self.usable, bool) & known
        silent = np.where(known, "not usable", "no number").tolist()
        return [
            "" if use else reason.strip() or default
            for use, reason, default in zip(good.tolist(), self.reasons, silent, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class ScanRow:
    """A series as it is drawn.

    Args:
        label: Its name.
        place: Its place among all series.
        found: All values, shape ``(k,)``.
        errors: Their errors, shape ``(k,)``; nan where not known.
        usable: Which values can be used, shape ``(k,)``.
        letters: Why each of the others cannot, k letters; empty where it can.
    """

    label: str
    place: int
    found: _Floats
    errors: _Floats
    usable: NDArray[np.bool_]
    letters: tuple[str, ...]

    @property
    def values(self) -> _Floats:
        """What can be used, with nan for all else, shape ``(k,)``."""
        return np.where(self.usable, self.found, nan)


def row_of(series: ScanSeries, place: int, reasons: dict[str, str]) -> ScanRow:
    """A series with the letters of its reasons.

    Args:
        series: What was given.
        place: Its place among all series.
        reasons: The letter of each reason.

    Returns:
        The row.
    """
    why, errors = series.why(), np.asarray(series.errors, float)
    return ScanRow(
        series.label, place, np.asarray(series.values, float), np.where(errors >= 0, errors, nan),
        np.array([not each for each in why], bool), tuple(reasons.get(each, "") for each in why),
    )  # fmt: skip


def usable_values(rows: Sequence[ScanRow]) -> _Floats:
    """All that can be used.

    Returns:
        Ascending, shape ``(n,)``.
    """
    return finite(np.concatenate([[], *(row.values for row in rows)]))


def bars_of(rows: Sequence[ScanRow]) -> _Floats:
    """Both ends of all error bars of what can be used.

    Returns:
        Shape ``(2 n k,)`` of n rows, in no order, with nan where there is no bar.
    """
    return np.concatenate([[], *(row.values + side * row.errors for row in rows for side in (-1, 1))])


def lanes_of(rows: Sequence[ScanRow], *, under: bool) -> list[tuple[ScanRow, NDArray[np.intp]]]:
    """Rows that have something unusable on one side of the median of what they have that is usable.

    Args:
        rows: All rows; one without anything usable is compared with all of them.
        under: Below it; or above, where also stands what is no number, and all where nothing is usable.

    Returns:
        These rows, with the indices of these values.
    """
    found = [(row, np.flatnonzero(~row.usable & ((row.found < _level(row, rows)) == under))) for row in rows]
    return [(row, places) for row, places in found if len(places)]


def _level(row: ScanRow, rows: Sequence[ScanRow]) -> float:
    own, every = finite(row.values), usable_values(rows)
    values = own if len(own) else every
    return float(np.median(values)) if len(values) else -inf
