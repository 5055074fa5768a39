"""Readings along a path: one eigenpair followed, and where it crosses zero."""

from collections.abc import Iterator

from polariscope.crystal.instruments.spectrum.subject import Path
from polariscope.crystal.spectra.following.soft_mode import follow
from polariscope.runs import Reading

_ROUNDED = 1e-9
_LEVELS = 12
"""Of the lowest eigenvalues: the followed one is lost when it rises above them."""


def path_readings(path: Path, seed: int) -> Iterator[Reading]:
    """Follow the mode that is softest where the path begins.

    Args:
        path: The operators and the parameter.
        seed: Of the eigenvalue searches.

    Yields:
        A reading a point, then one for each place where the followed value changes its sign.
    """
    levels = min(path.operators[0].size, _LEVELS)
    found = follow(path.operators, path.at, count=levels, seed=seed)
    lost = {each.between[1]: each.overlap for each in found.lost}
    for point in found.points:
        told: Reading = {"kind": "point", "label": path.label, "at": point.at, "value": point.value}
        told |= {"residual": point.bound, "overlap": point.overlap, "rank": point.rank}
        yield told | {"lost": int(point.at in lost), "levels": point.levels.tolist()}
    for zero in found.zeros:
        low, high = sorted(zero.between)
        # What rounding leaves of zero is zero.
        at = zero.at if abs(zero.at) > _ROUNDED * (high - low) else 0.0
        told = {"kind": "crossing", "at": at, "low": low, "high": high, "falling": int(zero.falling)}
        told |= {"found": int(zero.found)}
        yield told | ({"expected": path.expected} if path.expected is not None else {})
