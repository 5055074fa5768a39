"""The tables of an edition's files, as they are written."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from polariscope.risk.edition import BANDS
from polariscope.risk.reading.condition_schema import Amplifier, ConditionTable
from polariscope.risk.reading.schema import (
    Few,
    FileTable,
    Id,
    Line,
    Many,
    NoUrl,
    Text,
    Url,
    among,
    broken,
    matching,
)


class MatchTable(FileTable):
    """A family's counterpart in another map."""

    scheme: Line
    code: Line
    name: Line
    predicate: Literal["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]
    confidence: float = Field(ge=0, le=1)
    reason: Text = ""


class FamilyTable(FileTable):
    """A family's file."""

    number: int = Field(ge=1, le=9_999)
    id: Id
    name: Line
    name_by: Annotated[str, AfterValidator(among("author", "ours"))] = "ours"
    external: Literal["yes", "unknown"] = "unknown"
    mechanism: Text
    interplay: Text = ""
    takeaway: Text = ""
    raised_by: Many[Line] = ()
    tensions: Many[Text] = ()
    works: Many[Line] = ()
    condition: Few[ConditionTable] = ()
    amplifier: Few[Amplifier] = ()
    match: Many[MatchTable] = ()


class Capability(FileTable):
    """One level of an axis."""

    id: Id
    band: Literal["low", "middle", "high"]
    name: Annotated[str, Field(max_length=200)] = ""


class FacetTable(FileTable):
    """A facet: its question, and what each band means."""

    id: Id
    name: Line
    question: Text
    low: Text
    middle: Text
    high: Text


class AxisFile(FileTable):
    """An axis' file."""

    id: Id
    name: Line
    question: Text
    capability: Many[Capability]
    facet: Many[FacetTable] = ()

    @model_validator(mode="after")
    def _three_bands_in_order(self) -> Self:
        bands = [BANDS.index(each.band) for each in self.capability]
        if bands != sorted(bands) or set(bands) != {0, 1, 2}:
            rule = "low capabilities stand first, then middle, then high, and each band has one"
            raise broken(rule, ", ".join(each.band for each in self.capability), "sort them", "capability")
        return self


class FactorTable(FileTable):
    """A factor outside the axes."""

    id: Id
    name: Line
    question: Text


class OutsideFile(FileTable):
    """The factors' file."""

    factor: Many[FactorTable] = ()


_Doi = Annotated[str, AfterValidator(matching(r"|10\.\d{4,9}/[^\s\"'<>]+", "a DOI begins with 10.", "look it up"))]
_Arxiv = Annotated[
    str,
    AfterValidator(matching(r"|\d{4}\.\d{4,5}|[a-z-]+/\d{7}", "an arXiv number is like 2401.05566", "look it up")),
]


class WorkTable(FileTable):
    """A publication."""

    id: Id
    title: Text
    authors: Line
    year: int = Field(ge=1900, le=2100)
    doi: _Doi = ""
    arxiv: _Arxiv = ""
    url: NoUrl = ""
    named_by: Annotated[str, AfterValidator(among("post", "ours"))] = "ours"

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.doi or self.arxiv or self.url):
            raise broken("a work has a doi, an arxiv number or a url", "none of them", "add one")
        return self


class WorksFile(FileTable):
    """The publications' file."""

    work: Many[WorkTable] = ()


class RuleTable(FileTable):
    """What a run of one instrument may say of a profile."""

    instrument: Line
    answer: Literal["yes", "no", "undecided"]
    supports: Annotated[str, Field(max_length=64)] = ""
    at_least: Literal["", "low", "middle", "high"] = ""
    sentence: Text
    note_at: Annotated[str, Field(max_length=64)] = ""
    note: Text = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.supports) != bool(self.at_least):
            raise broken(
                "a rule that supports a facet says at least which band", self.at_least, "give both or none"
            )
        return self


class EvidenceFile(FileTable):
    """The rules of evidence."""

    rule: Many[RuleTable] = ()


class SourceTable(FileTable):
    """What an edition encodes."""

    title: Line
    url: Url


class EditionFile(FileTable):
    """The edition's own file."""

    format: int
    id: Id
    title: Line
    date: Line
    source: SourceTable
