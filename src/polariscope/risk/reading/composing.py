"""From tables to an edition: properties, conditions with their words, families with all that they build on."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from polariscope.errors import PolariscopeError
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import BANDS, Edition, EvidenceRule, Family, Match, Variable, Work
from polariscope.risk.naming import find
from polariscope.risk.reading.condition_schema import BuildsOn
from polariscope.risk.reading.edition_schema import AxisFile, FamilyTable, RuleTable, WorkTable
from polariscope.risk.reading.phrases import compose_condition
from polariscope.risk.reading.schema import FEW
from polariscope.risk.reading.sheet import Sheet, by_id

Variables = Mapping[str, Variable]


def compose(sheet: Sheet, source: str) -> Edition:
    """Put an edition together.

    Args:
        sheet: Its tables.
        source: Where they are from, for refusals.

    Returns:
        The edition; whether its rules can be met is for `polariscope.risk.reading.checking`.

    Raises:
        PolariscopeError: An id is unknown or stands twice, a level is none of its property, or families build on
            each other in a circle.
    """
    variables = compose_variables(sheet, source)
    families = sorted(sheet.families.values(), key=lambda family: family.number)
    conditions = _all_conditions(sheet, variables, source)
    return Edition(
        id=sheet.head.id,
        title=sheet.head.title,
        digest=sheet.digest,
        source=sheet.head.source.model_dump(),
        changes=sheet.changes,
        variables=variables,
        families={each.id: _family(each, conditions[each.id], variables, sheet, source) for each in families},
        works={name: _work(work) for name, work in sheet.works.items()},
        evidence=tuple(_rule(each, sheet, variables, source) for each in sheet.evidence),
    )


def compose_variables(sheet: Sheet, source: str) -> Variables:
    """Put the properties together.

    Args:
        sheet: Has axes, facets and factors.
        source: Where they are from, for refusals.

    Returns:
        Axes, then facets, then factors, by id.

    Raises:
        PolariscopeError: An id stands twice.
    """
    axes = [_axis(axis) for axis in sheet.axes.values()]
    facets = [facet for axis in sheet.axes.values() for facet in _facets(axis)]
    factors = [
        Variable(each.id, "factor", each.name, ("no", "yes"), (), None, each.question)
        for each in sheet.factors.values()
    ]
    return by_id("axis, facet and factor", [*axes, *facets, *factors], source)


def _axis(axis: AxisFile) -> Variable:
    return Variable(
        id=axis.id,
        kind="axis",
        name=axis.name,
        labels=tuple(str(level) for level, _ in enumerate(axis.capability, 1)),
        bands=tuple(BANDS.index(each.band) + 1 for each in axis.capability),
        axis=None,
        question=axis.question,
        anchors=tuple(each.name for each in axis.capability),
    )


def _facets(axis: AxisFile) -> Iterator[Variable]:
    for each in axis.facet:
        anchors = (each.low, each.middle, each.high)
        yield Variable(each.id, "facet", each.name, BANDS, (1, 2, 3), axis.id, each.question, anchors)


def _family(
    table: FamilyTable, conditions: tuple[Condition, ...], variables: Variables, sheet: Sheet, source: str
) -> Family:
    where = f"{source}: family {table.id}"
    factors = [each.id for each in variables.values() if each.kind == "factor"]
    return Family(
        id=table.id,
        number=table.number,
        name=table.name,
        name_by=table.name_by,
        external=table.external,
        mechanism=table.mechanism,
        interplay=table.interplay,
        takeaway=table.takeaway,
        conditions=conditions,
        amplifiers=tuple(compose_condition(each, variables, f"{where}: amplifier") for each in table.amplifier),
        raised_by=tuple(find("factor", each, factors, f"{where}: raised_by") for each in table.raised_by),
        tensions=table.tensions,
        works=tuple(find("work", each, sheet.works, f"{where}: works") for each in table.works),
        matches=tuple(Match(**each.model_dump()) for each in table.match),
        by=sheet.owners.get(table.id, ""),
    )


def _all_conditions(sheet: Sheet, variables: Variables, source: str) -> Mapping[str, tuple[Condition, ...]]:
    """Each family's conditions, with those of a family that it builds on in that one's place."""
    found: dict[str, tuple[Condition, ...]] = {}
    for name in _bases_first(sheet, source):
        where = f"{source}: family {name}"
        own: dict[Condition, None] = {}
        for number, each in enumerate(sheet.families[name].condition, 1):
            if isinstance(each, BuildsOn):
                own |= dict.fromkeys(found[each.of])
            else:
                own[compose_condition(each, variables, f"{where}: condition no. {number}")] = None
        if len(own) > FEW:
            cure = "make two families of it"
            raise PolariscopeError(where, f"has at most {FEW} conditions, with those it builds on", len(own), cure)
        found[name] = tuple(own)
    return found


def _bases_first(sheet: Sheet, source: str) -> Iterable[str]:
    """The families' ids, each after those that it builds on."""
    graph = {
        name: [
            find("family", each.of, sheet.families, f"{source}: family {name}: condition no. {number}")
            for number, each in enumerate(table.condition, 1)
            if isinstance(each, BuildsOn)
        ]
        for name, table in sheet.families.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        rule, cure = "families do not build on each other in a circle", "write the conditions out in one of them"
        raise PolariscopeError(f"{source}: family {error.args[1][-1]}", rule, circle, cure) from None


def _work(table: WorkTable) -> Work:
    address = table.url
    if table.doi:
        address = f"https://doi.org/{table.doi}"
    elif table.arxiv:
        address = f"https://arxiv.org/abs/{table.arxiv}"
    return Work(**{**table.model_dump(), "url": address})


def _rule(table: RuleTable, sheet: Sheet, variables: Variables, source: str) -> EvidenceRule:
    where = f"{source}: evidence of {table.instrument}"
    facets = [each.id for each in variables.values() if each.kind == "facet"]
    if table.supports:
        find("facet", table.supports, facets, where)
    if table.note_at:
        find("family", table.note_at, sheet.families, where)
    at_least = BANDS.index(table.at_least) + 1 if table.at_least else 0
    return EvidenceRule(**{**table.model_dump(), "at_least": at_least})
