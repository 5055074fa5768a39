"""A user's edition laid over ours: what it sets bears its name, and every change is told in a sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from polariscope.errors import PolariscopeError
from polariscope.risk.naming import find
from polariscope.risk.reading.edition_schema import AxisFile, FacetTable, FactorTable, WorkTable
from polariscope.risk.reading.overlay_families import lay_families
from polariscope.risk.reading.overlay_schema import OverlayFile
from polariscope.risk.reading.schema import check_format, checked
from polariscope.risk.reading.sheet import Sheet, by_id
from polariscope.risk.reading.toml_file import read_table

_Record = TypeVar("_Record", FactorTable, WorkTable)


def read_overlay(path: Path) -> OverlayFile:
    """Read a user's edition.

    Args:
        path: A .toml or .json file.

    Returns:
        Its tables, checked each by itself.

    Raises:
        PolariscopeError: The file cannot be read, is of a newer format, or breaks a rule of it.
    """
    data = read_table(path)
    check_format(data, str(path))
    return checked(OverlayFile, data, str(path))


def lay_over(sheet: Sheet, overlay: OverlayFile, source: str) -> Sheet:
    """Lay a user's edition over another.

    Args:
        sheet: Ours.
        overlay: The user's.
        source: The user's file, for refusals.

    Returns:
        New tables with an id of both and the changes.

    Raises:
        PolariscopeError: It lies over another edition, changes what there is not, or contradicts itself.
    """
    if overlay.over != sheet.head.id:
        rule = f"lies over {sheet.head.id}, the edition of this Polariscope"
        cure = f'check it against that edition, then write over = "{sheet.head.id}"'
        raise PolariscopeError(f"{source}: over", rule, overlay.over, cure)
    axes, facets_told = _lay_facets(sheet.axes, overlay, source)
    axes, names_told = _name_capabilities(axes, overlay, source)
    factors, factors_told = _lay_records(sheet.factors, overlay.factor, "factor", source)
    own_works = [each.model_copy(update={"named_by": overlay.id}) for each in overlay.work]
    works, works_told = _lay_records(sheet.works, own_works, "work", source)
    told = [*_reason(overlay), *facets_told, *names_told, *factors_told, *works_told]
    ids = {"id": f"{sheet.head.id} + {overlay.id}", "title": f"{sheet.head.title}, with {overlay.title}"}
    head = sheet.head.model_copy(update=ids)
    laid = Sheet(head, axes, factors, sheet.families, works, sheet.evidence, tuple(told))
    return lay_families(laid, overlay, source)


def _reason(overlay: OverlayFile) -> list[str]:
    return [f"{overlay.id}: {overlay.reason}"] if overlay.reason else []


def _lay_records(
    ours: Mapping[str, _Record], records: Sequence[_Record], kind: str, source: str
) -> tuple[dict[str, _Record], list[str]]:
    own = by_id(kind, records, source)
    return {**ours, **own}, [f"{kind} {name} is {_verb(name in ours)}" for name in own]


def _lay_facets(
    ours: Mapping[str, AxisFile], overlay: OverlayFile, source: str
) -> tuple[dict[str, AxisFile], list[str]]:
    axes, told = dict(ours), []
    homes = {facet.id: axis.id for axis in ours.values() for facet in axis.facet}
    for name, table in by_id("facet", overlay.facet, source).items():
        where = f"{source}: facet {name}"
        axis = axes[find("axis", table.axis, axes, where)]
        if homes.get(name, axis.id) != axis.id:
            rule = f"{name} is a facet of {homes[name]}"
            raise PolariscopeError(where, rule, axis.id, "give yours another id, or that axis")
        facet = FacetTable(**table.model_dump(exclude={"axis"}))
        facets = by_id("facet", axis.facet, source) | {name: facet}
        axes[axis.id] = axis.model_copy(update={"facet": tuple(facets.values())})
        told.append(f"facet {name} of {axis.id} is {_verb(name in homes)}")
    return axes, told


def _name_capabilities(
    ours: Mapping[str, AxisFile], overlay: OverlayFile, source: str
) -> tuple[dict[str, AxisFile], list[str]]:
    known = {each.id: each.name for axis in ours.values() for each in axis.capability}
    names = {each.id: each.name for each in by_id("capability", overlay.capability, source).values()}
    for name in names:
        find("capability", name, known, f"{source}: capability")
    told = [f"capability {each} is named '{name}'{_before(known[each])}" for each, name in names.items()]
    return {axis.id: _named(axis, {**known, **names}) for axis in ours.values()}, told


def _named(axis: AxisFile, names: Mapping[str, str]) -> AxisFile:
    levels = tuple(each.model_copy(update={"name": names[each.id]}) for each in axis.capability)
    return axis.model_copy(update={"capability": levels})


def _before(name: str) -> str:
    return f", before '{name}'" if name else ""


def _verb(known: bool) -> str:
    return "redefined" if known else "added"
