"""A rule over the properties it names: true, false, or unknown because two fillings disagree."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, product
from typing import Literal

from polariscope.risk.conditions import Above, AtLeast, AtMost, Condition
from polariscope.risk.edition import Edition, Variable
from polariscope.risk.spans import Span

Truth = Literal["y", "n", "?"]
"""Holds under every filling; under none; under some."""

Range = tuple[int, int]
"""The first and the last cell of a property that a span touches."""


class Rule:
    """All of some conditions, over the properties that they name.

    Each property's levels are cut into *cells* at the conditions' thresholds: within a cell no condition can
    tell two levels apart. So a filling is a cell for each property, and a rule is a table of 2 to 81 rows,
    whatever else a profile says. Where a rule names an axis and one of its facets, both are cut at the bands
    as well, and fillings in which the facet is above the axis do not exist.

    Args:
        conditions: What must hold, all of it.
        edition: Whose properties.
    """

    def __init__(self, conditions: Sequence[Condition], edition: Edition) -> None:
        self.conditions = tuple(conditions)
        names = dict.fromkeys(name for each in self.conditions for name in each.variables)
        self.variables: tuple[Variable, ...] = tuple(edition.variables[name] for name in names)
        self._bounds = tuple(
            (axis_index, facet_index)
            for axis_index, axis in enumerate(self.variables)
            for facet_index, facet in enumerate(self.variables)
            if facet.axis == axis.id
        )
        self.cells: tuple[tuple[Span, ...], ...] = tuple(self._cut(index) for index in range(len(self.variables)))
        self._known: dict[tuple[Range, ...], Truth | None] = {}

    def ranges(self, spans: Mapping[str, Span]) -> tuple[Range, ...]:
        """The cells that spans touch.

        Args:
            spans: A settled span for each property that the rule names.

        Returns:
            First and last cell for each property, in the order of `variables`.
        """
        return tuple(
            self._touched(cells, spans[variable.id])
            for variable, cells in zip(self.variables, self.cells, strict=True)
        )

    def truth(self, ranges: tuple[Range, ...]) -> Truth | None:
        """Whether the rule holds.

        Args:
            ranges: First and last cell for each property.

        Returns:
            "y" where every filling meets it, "n" where none does, "?" where two disagree; None where there is
            no filling at all, because a facet is above its axis.
        """
        if ranges not in self._known:
            seen = {self._holds[filling] for filling in self._fillings(ranges)}
            self._known[ranges] = None if not seen else "?" if len(seen) == 2 else "y" if seen == {True} else "n"
        return self._known[ranges]

    def span(self, index: int, cells: Range) -> Span:
        """The levels of a range of cells.

        Args:
            index: Of the property, in `variables`.
            cells: First and last cell.

        Returns:
            From the lowest level of the first to the highest of the last.
        """
        return Span(self.cells[index][cells[0]].low, self.cells[index][cells[1]].high)

    def give_way(self, ranges: tuple[Range, ...], moved: Sequence[int]) -> tuple[Range, ...] | None:
        """Let what was not moved follow what was: an axis rises with its facet, a facet sinks with its axis.

        Args:
            ranges: After the moves.
            moved: Indexes of the properties that were moved; these stay.

        Returns:
            The ranges, each other one changed as little as possible; None where the moves contradict each other.
        """
        settled = list(ranges)
        for axis, facet in self._bounds:
            roof, floor = self._band(axis, settled[axis][1]), self._band(facet, settled[facet][0])
            if floor <= roof:
                continue
            if axis not in moved:
                rise = next(cell for cell in range(len(self.cells[axis])) if self._band(axis, cell) >= floor)
                settled[axis] = (rise, rise)
            elif facet not in moved:
                sink = max(cell for cell in range(len(self.cells[facet])) if self._band(facet, cell) <= roof)
                settled[facet] = (sink, sink)
            else:
                return None
        return tuple(settled)

    @cached_property
    def _holds(self) -> Mapping[tuple[int, ...], bool]:
        bands = {variable.id: variable.bands for variable in self.variables}
        names = [variable.id for variable in self.variables]
        rows = {}
        for filling in product(*(range(len(cells)) for cells in self.cells)):
            lows = (cells[cell].low for cells, cell in zip(self.cells, filling, strict=True))
            levels = dict(zip(names, lows, strict=True))
            rows[filling] = all(condition.holds(levels, bands) for condition in self.conditions)
        return rows

    def _fillings(self, ranges: tuple[Range, ...]) -> Iterator[tuple[int, ...]]:
        for filling in product(*(range(first, last + 1) for first, last in ranges)):
            if all(self._band(f, filling[f]) <= self._band(a, filling[a]) for a, f in self._bounds):
                yield filling

    def _cut(self, index: int) -> tuple[Span, ...]:
        variable = self.variables[index]
        starts = {1}
        for atom in (atom for condition in self.conditions for atom in condition.atoms):
            if isinstance(atom, AtLeast) and atom.variable == variable.id:
                starts.add(atom.level)
            elif isinstance(atom, AtMost) and atom.variable == variable.id:
                starts.add(atom.level + 1)
            elif isinstance(atom, Above) and variable.id in atom.variables:
                starts |= _band_starts(variable)
        if any(index in pair for pair in self._bounds):
            starts |= _band_starts(variable)
        last = len(variable.labels) + 1
        ends = [*sorted(start for start in starts if start < last), last]
        return tuple(Span(low, after - 1) for low, after in pairwise(ends))

    def _band(self, index: int, cell: int) -> int:
        return self.variables[index].bands[self.cells[index][cell].low - 1]

    @staticmethod
    def _touched(cells: Sequence[Span], span: Span) -> Range:
        touched = [index for index, cell in enumerate(cells) if cell.meet(span)]
        return touched[0], touched[-1]


def _band_starts(variable: Variable) -> set[int]:
    return {variable.band_span(band).low for band in variable.bands}
