"""An edition of the risk map: its properties, its families and their conditions, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from polariscope.risk.conditions import Condition
from polariscope.risk.spans import Span

BANDS = ("low", "middle", "high")


@dataclass(frozen=True)
class Variable:
    """One property of a system: an axis, a facet of one, or a factor outside the axes.

    Args:
        id: Its identifier, such as "metacognition".
        kind: What it is.
        name: Its name for readers.
        labels: The name of each level, lowest first; an axis "1".."7", a facet the bands, a factor "no", "yes".
        bands: Of an axis or a facet: the band (1 low, 2 middle, 3 high) of each level. Of a factor: empty.
        axis: Of a facet: the axis that bounds it from above. Of others: None.
        question: What to ask of a system.
        anchors: Of a facet: what each band means. Of an axis: what each capability is called, "" where the
            author's name is not public.
    """

    id: str
    kind: Literal["axis", "facet", "factor"]
    name: str
    labels: tuple[str, ...]
    bands: tuple[int, ...]
    axis: str | None
    question: str
    anchors: tuple[str, ...] = ()

    @property
    def whole(self) -> Span:
        """The span of all levels: nothing is known."""
        return Span(1, len(self.labels))

    def band_span(self, band: int) -> Span:
        """The levels in a band.

        Args:
            band: 1 low, 2 middle, 3 high.

        Returns:
            Their span.
        """
        levels = [level for level, own in enumerate(self.bands, 1) if own == band]
        return Span(levels[0], levels[-1])


@dataclass(frozen=True)
class Work:
    """A publication.

    Args:
        id: Key within the edition.
        title: Its title.
        authors: As cited, "Hubinger et al.".
        year: Of publication.
        url: Where it is: made of the DOI or arXiv number where it has one.
        doi: Its DOI, or "".
        arxiv: Its arXiv number, or "".
        named_by: "post" where the source post names it, "ours", or the id of a user's edition.
    """

    id: str
    title: str
    authors: str
    year: int
    url: str
    doi: str
    arxiv: str
    named_by: str


@dataclass(frozen=True)
class Match:
    """A family's counterpart in another map.

    Args:
        scheme: The other map, such as "MIT AI Risk Repository".
        code: The entry there, such as "7.1".
        name: Its name there.
        predicate: SKOS relation: "closeMatch", "broadMatch", "narrowMatch" or "relatedMatch".
        confidence: 0 to 1, ours.
        reason: Why.
    """

    scheme: str
    code: str
    name: str
    predicate: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Family:
    """A family of alignment risk: it opens where every one of its conditions holds.

    Args:
        id: Its identifier, such as "deceptive-alignment".
        number: For reference; no rank.
        name: Its name.
        name_by: Whose name it is: "author", "ours", or an edition's id.
        external: Whether the author tags it `*` (its most severe form needs factors outside the axes): "yes",
            or "unknown".
        mechanism: How it fails.
        interplay: The row of the source that the conditions encode.
        takeaway: What would mitigate it.
        conditions: What must hold, all of it.
        amplifiers: What makes it worse and never decides.
        raised_by: Factors that raise its most severe form and never decide.
        tensions: What in the source does not fit, as notes.
        works: Ids of publications.
        matches: Counterparts in other maps.
        by: Whose family it is: "" for ours, which encodes the post; else the id of the user's edition that added
            or redefined it.
    """

    id: str
    number: int
    name: str
    name_by: str
    external: Literal["yes", "unknown"]
    mechanism: str
    interplay: str
    takeaway: str
    conditions: tuple[Condition, ...]
    amplifiers: tuple[Condition, ...]
    raised_by: tuple[str, ...]
    tensions: tuple[str, ...]
    works: tuple[str, ...]
    matches: tuple[Match, ...]
    by: str = ""


@dataclass(frozen=True)
class Edition:
    """All that a reading of the risk map depends on.

    Args:
        id: Its name; every export states it. With a user's edition laid over ours: "polariscope-1 + my-lab-3".
        title: One line.
        digest: SHA-256 of all its data, 16 hexadecimal digits; every export states it.
        source: Title and address of the post that it encodes.
        changes: What a user's edition changed, a sentence each; empty in ours.
        variables: Axes, then facets, then factors, by id, in the order of the data.
        families: By id, in order of number.
        works: By id.
        evidence: What a finished run of an instrument says of a facet; see `polariscope.risk.evidence`.
    """

    id: str
    title: str
    digest: str
    source: Mapping[str, str]
    changes: tuple[str, ...]
    variables: Mapping[str, Variable]
    families: Mapping[str, Family]
    works: Mapping[str, Work]
    evidence: "tuple[EvidenceRule, ...]" = ()

    @cached_property
    def axes(self) -> tuple[Variable, ...]:
        """Beingness, Cognition, Intelligence."""
        return tuple(each for each in self.variables.values() if each.kind == "axis")

    @cached_property
    def named(self) -> frozenset[str]:
        """Ids of the properties that can matter: of some family's conditions, amplifiers, or what raises it."""
        families = self.families.values()
        conditions = (each for family in families for each in (*family.conditions, *family.amplifiers))
        factors = (name for family in families for name in family.raised_by)
        return frozenset(name for each in conditions for name in each.variables).union(factors)

    def facets(self, axis: str) -> tuple[Variable, ...]:
        """The facets that an axis bounds.

        Args:
            axis: Its id.

        Returns:
            The facets in order.
        """
        return tuple(each for each in self.variables.values() if each.axis == axis)


@dataclass(frozen=True)
class EvidenceRule:
    """What a run of one instrument may say of a profile.

    Args:
        instrument: Its name, such as "localize".
        answer: The verdict it takes: "yes", "no" or "undecided".
        supports: Id of a facet, or "" where it supports nothing.
        at_least: The lowest band it supports (1 to 3), 0 where it supports nothing.
        sentence: What it says, in words.
        note_at: Id of a family whose reader should know, or "".
        note: What they should know.
    """

    instrument: str
    answer: Literal["yes", "no", "undecided"]
    supports: str
    at_least: int
    sentence: str
    note_at: str
    note: str
