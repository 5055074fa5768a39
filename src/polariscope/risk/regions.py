"""Where in the space of the axes a family is possible, and where it is certain."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from polariscope.risk.edition import Edition, Family, Variable
from polariscope.risk.logic import Rule, Truth
from polariscope.risk.spans import Span


@dataclass(frozen=True, eq=False)
class Region:
    """The cells of the space where a family may open.

    Args:
        possible: Some filling of facets and factors opens it there. Shape: levels of each axis, (7, 7, 8).
        certain: All fillings do. Same shape; a part of ``possible``.
    """

    possible: NDArray[np.bool_]
    certain: NDArray[np.bool_]


def regions(edition: Edition) -> Mapping[str, Region]:
    """Compute every family's region, from its rule.

    In a cell the axes are known, each facet may have any band up to its axis' band, and factors are unknown.

    Args:
        edition: Axes and families.

    Returns:
        A region for each family, by id.
    """
    return {name: _region(family, edition) for name, family in edition.families.items()}


def _region(family: Family, edition: Edition) -> Region:
    rule = Rule(family.conditions, edition)
    shape = tuple(len(axis.labels) for axis in edition.axes)
    cells = product(*(range(1, size + 1) for size in shape))
    truths = np.array([_truth(rule, cell, edition) for cell in cells]).reshape(shape)
    return Region(truths != "n", truths == "y")


def _truth(rule: Rule, cell: tuple[int, ...], edition: Edition) -> Truth | None:
    place = {axis.id: level for axis, level in zip(edition.axes, cell, strict=True)}
    return rule.truth(rule.ranges({each.id: _span(each, place, edition) for each in rule.variables}))


def _span(variable: Variable, place: Mapping[str, int], edition: Edition) -> Span:
    if variable.kind == "axis":
        return Span(place[variable.id], place[variable.id])
    if variable.axis is None:
        return variable.whole
    return Span(1, edition.variables[variable.axis].bands[place[variable.axis] - 1])


def describe_region(region: Region, edition: Edition) -> str:
    """A region in words.

    Args:
        region: Of a family.
        edition: Whose axes.

    Returns:
        How many cells, and the levels of each axis that they span; "exactly" where they are all of that box.
    """
    total = region.possible.size
    possible = f"Possible in {_cells(region.possible, total)}{_where(region.possible, edition)}"
    if not region.certain.any():
        return f"{possible}; certain in none: its facets or factors decide."
    return f"{possible}; certain in {_cells(region.certain, total)}{_where(region.certain, edition)}."


def _cells(mask: NDArray[np.bool_], total: int) -> str:
    return f"{int(mask.sum())} of {total} cells"


def _where(mask: NDArray[np.bool_], edition: Edition) -> str:
    if not mask.any() or mask.all():
        return ""
    spans, box = [], 1
    for dimension, axis in enumerate(edition.axes):
        others = tuple(each for each in range(mask.ndim) if each != dimension)
        levels = np.flatnonzero(mask.any(axis=others)) + 1
        box *= len(levels)
        if len(levels) < len(axis.labels):
            first, last = levels[0], levels[-1]
            spans.append(f"{axis.name} {first}" if first == last else f"{axis.name} {first} to {last}")
    if not spans:
        return ""
    return f" ({'' if box == mask.sum() else 'not all of '}{', '.join(spans)})"
