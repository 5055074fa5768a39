"""Units of work: a cell is one measurement with an identity, a plan the cells of one experiment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from polariscope.runs.canonical import canonical_json, digest, parse_canonical

Reading: TypeAlias = dict[str, Any]
"""One row of what was measured: a flat dict of ints, floats (NaN included), strings and lists of these."""

_SHORT = 12  # hex digits of a run's id: 48 bits, so that even a million runs are unlikely to share one


@dataclass(frozen=True, eq=False)
class Cell:
    """One unit of work; two cells are equal where their identities are.

    ``identity = sha256(canonical_json({instrument, measure_version, parameters}))``

    >>> one = Cell("demo", 1, {"seed": 0, "layer": 7})
    >>> one == Cell("demo", 1, {"layer": 7, "seed": 0}), one == Cell("demo", 2, {"seed": 0, "layer": 7})
    (True, False)

    Args:
        instrument: The instrument's name.
        measure_version: Version of the measuring code, raised by hand when outcomes can change.
        parameters: Everything else that can change the outcome, as values of canonical JSON; copied.
    """

    instrument: str
    measure_version: int
    parameters: Mapping[str, Any]
    identity: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        own = _frozen_copy(self.parameters)
        object.__setattr__(self, "parameters", own)
        named = {"instrument": self.instrument, "measure_version": self.measure_version, "parameters": own}
        object.__setattr__(self, "identity", digest(named))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __reduce__(self) -> tuple[type["Cell"], tuple[str, int, dict[str, Any]]]:
        # A mapping proxy does not pickle, and cells travel to other processes.
        return Cell, (self.instrument, self.measure_version, dict(self.parameters))


@dataclass(frozen=True, eq=False)
class Plan:
    """The cells of one experiment, in the order in which they are measured and read.

    ``identity = first 12 hex digits of sha256(canonical_json({instrument, experiment, cells}))``

    The same command therefore names the same run, and a command whose outcome can differ (other model bytes,
    another measure version) names a new one: a recorded run never changes its cells.

    >>> cells = (Cell("demo", 1, {"seed": 0}), Cell("demo", 1, {"seed": 1}))
    >>> plan = Plan({"seeds": 2}, cells)
    >>> plan.instrument, len(plan.identity), plan.identity == Plan({"seeds": 2}, cells).identity
    ('demo', 12, True)

    Args:
        experiment: The experiment as asked for, as values of canonical JSON; copied.
        cells: At least one cell, all of one instrument, none twice.

    Raises:
        ValueError: The cells are not so.
    """

    experiment: Mapping[str, Any]
    cells: tuple[Cell, ...]
    identity: str = field(init=False)

    def __post_init__(self) -> None:
        if len({cell.instrument for cell in self.cells}) != 1:
            raise ValueError("a plan has one or more cells, all of one instrument")
        if len(set(self.cells)) != len(self.cells):
            raise ValueError("a plan holds each cell once")
        own = _frozen_copy(self.experiment)
        object.__setattr__(self, "experiment", own)
        named = {"instrument": self.instrument, "experiment": own, "cells": [c.identity for c in self.cells]}
        object.__setattr__(self, "identity", digest(named)[:_SHORT])

    @property
    def instrument(self) -> str:
        """The one instrument of all cells."""
        return self.cells[0].instrument

    def __reduce__(self) -> tuple[type["Plan"], tuple[dict[str, Any], tuple[Cell, ...]]]:
        return Plan, (dict(self.experiment), self.cells)


def _frozen_copy(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(parse_canonical(canonical_json(mapping)))
