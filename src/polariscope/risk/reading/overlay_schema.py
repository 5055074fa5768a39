"""The tables of a user's edition, as they are written."""

from typing import Self

from pydantic import model_validator

from polariscope.risk.reading.condition_schema import Level
from polariscope.risk.reading.edition_schema import FacetTable, FactorTable, FamilyTable, WorkTable
from polariscope.risk.reading.schema import Few, FileTable, Id, Line, Many, Text, broken


class ThresholdTable(FileTable):
    """Another threshold in a family."""

    family: Line
    of: Line
    at_least: Level | None = None
    at_most: Level | None = None
    reason: Line

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            value = "neither" if self.at_least is None else "both"
            raise broken("a threshold gives at_least or at_most", value, "give one of the two")
        return self


class UserFacet(FacetTable):
    """A facet of a user's edition, with its axis."""

    axis: Line


class UserCapability(FileTable):
    """A name for a level of an axis."""

    id: Line
    name: Line


_RESERVED = ("ours", "stated", "author", "post")


class OverlayFile(FileTable):
    """A user's edition, to be laid over ours."""

    format: int
    id: Id
    over: Line
    title: Line
    reason: Text = ""
    threshold: Many[ThresholdTable] = ()
    family: Few[FamilyTable] = ()
    facet: Many[UserFacet] = ()
    factor: Many[FactorTable] = ()
    work: Many[WorkTable] = ()
    capability: Many[UserCapability] = ()
    remove: Many[Line] = ()

    @model_validator(mode="after")
    def _own_name(self) -> Self:
        if self.id in (*_RESERVED, self.over):
            raise broken("an edition has a name of its own", self.id, "call it after your group, my-lab-1", "id")
        return self
