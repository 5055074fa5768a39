"""A profile's file, TOML or JSON, read into a profile and written back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from polariscope.errors import PolariscopeError, printable
from polariscope.risk.bounds import settle
from polariscope.risk.edition import BANDS, Edition, Variable
from polariscope.risk.evidence import evidence_table
from polariscope.risk.naming import find
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.levels import UNKNOWN, read_span, write_span
from polariscope.risk.reading.schema import FORMAT, FileTable, Line, Many, Text, check_format, checked
from polariscope.risk.reading.toml_file import check_plain, read_table

_FROM_EXAMPLE = "from our example "
_Properties = dict[str, Any]  # what each may be depends on the property
_TABLES = {"axis": "axes", "facet": "facets", "factor": "outside"}


class _AttachedTable(FileTable):
    run: Line
    instrument: Line
    facet: Text = ""
    proposed: Literal["", "low", "middle", "high"] = ""
    sentence: Text
    decision: Literal["accepted", "declined"]
    note_at: Text = ""
    note: Text = ""


class _EntryTable(FileTable):
    evidence: Many[Text] = ()


class _ProfileTable(FileTable):
    format: int
    name: Line
    description: Text = ""
    edition: Text = ""
    edition_digest: Text = ""
    from_example: Text = ""
    axes: _Properties = Field(default_factory=dict)
    facets: _Properties = Field(default_factory=dict)
    outside: _Properties = Field(default_factory=dict)
    evidence: Many[_AttachedTable] = ()


def read_profile(path: Path, edition: Edition) -> SystemProfile:
    """Read a profile.

    Args:
        path: A .toml or .json file.
        edition: Whose properties it speaks of.

    Returns:
        The profile.

    Raises:
        PolariscopeError: The file cannot be read, or as for `profile_from`.
    """
    return profile_from(read_table(path), edition, str(path))


def profile_from(data: Mapping[str, Any], edition: Edition, source: str) -> SystemProfile:
    """Read a profile from data; undone by `profile_json`.

    Args:
        data: With the keys of a profile's file.
        edition: Whose properties it speaks of.
        source: Where the data is from, for refusals.

    Returns:
        The profile; what it calls unknown, without evidence, has no entry.

    Raises:
        PolariscopeError: The data is of a newer format, has an unknown key, property or level, a property in the
            wrong table, or contradicts itself.
    """
    check_plain(data, source)
    check_format(data, source)
    table = checked(_ProfileTable, dict(data), source)
    entries = {
        name: entry
        for kind, values in (("axis", table.axes), ("facet", table.facets), ("factor", table.outside))
        for name, entry in _entries(kind, values, edition, source)
    }
    attached = tuple(
        _attached(each, edition, f"{source}: evidence no. {number}")
        for number, each in enumerate(table.evidence, 1)
    )
    _check_once(attached, source)
    made_by = f"{_FROM_EXAMPLE}{table.from_example}" if table.from_example else ""
    made_under = _made_under(table, edition)
    profile = SystemProfile(table.name, entries, table.description, attached, made_by, made_under)
    _check_bounds(profile, edition, source)
    return profile


def profile_json(profile: SystemProfile, edition: Edition) -> dict[str, Any]:
    """Write a profile with the keys of its file; undone by `profile_from`, but for what it was made under before.

    Args:
        profile: The system.
        edition: Whose properties it speaks of; its id and digest are written.

    Returns:
        JSON values; tables that would be empty are left out.
    """
    tables: dict[str, dict[str, Any]] = {name: {} for name in _TABLES.values()}
    for name, variable in edition.variables.items():
        if name in profile.entries:
            tables[_TABLES[variable.kind]][name] = _said(variable, profile.entries[name])
    whole = {
        "format": FORMAT,
        "name": profile.name,
        "description": profile.description,
        "edition": edition.id,
        "edition_digest": edition.digest,
        "from_example": _example(profile),
        **tables,
        "evidence": [evidence_table(each) for each in profile.attached],
    }
    return {key: value for key, value in whole.items() if value not in ("", {}, [])}


def edition_note(profile: SystemProfile, edition: Edition) -> str:
    """Say that a profile was described under another edition than it is read with.

    Args:
        profile: The system.
        edition: It is read with.

    Returns:
        A sentence; "" where its file names the same edition, or none.
    """
    if not profile.made_under:
        return ""
    other, name = printable(profile.made_under), printable(profile.name)
    return f"{name} was described under {other}; here it is read by {printable(edition.id)}, {edition.digest}."


def edited(profile: SystemProfile) -> SystemProfile:
    """Say of a profile that a user has changed it.

    Args:
        profile: After the change.

    Returns:
        The profile; one of ours is now "edited from our example NAME".
    """
    example = _example(profile)
    return replace(profile, made_by=f"edited {_FROM_EXAMPLE}{example}" if example else "")


def _example(profile: SystemProfile) -> str:
    """The worked example that a profile is, or is made of; "" where it is a user's own."""
    return profile.name if profile.made_by == "ours" else profile.made_by.partition(_FROM_EXAMPLE)[2]


def _made_under(table: _ProfileTable, edition: Edition) -> str:
    same_digest = table.edition_digest in {"", edition.digest}
    if not table.edition or (table.edition == edition.id and same_digest):
        return ""
    return ", ".join(part for part in (table.edition, table.edition_digest) if part)


def _check_bounds(profile: SystemProfile, edition: Edition, source: str) -> None:
    """Refuse what contradicts itself, with its file: of two that are compared, one is at fault."""
    try:
        settle(profile, edition)
    except PolariscopeError as error:
        where = f"{source}: {error.argument}"
        raise PolariscopeError(where, error.rule, error.value, error.cure) from None


def _said(variable: Variable, entry: Entry) -> Any:
    value = write_span(variable, entry.span)
    return {"is": value, "evidence": list(entry.evidence)} if entry.evidence else value


def _entries(kind: str, values: Mapping[str, Any], edition: Edition, source: str) -> Iterator[tuple[str, Entry]]:
    for name, value in values.items():
        variable = _variable(kind, name, edition, f"{source}: {_TABLES[kind]}")
        where = f"{source}: {_TABLES[kind]}, {name}"
        entry = _entry(variable, value, where)
        if entry.evidence or entry.span != variable.whole:
            yield name, entry


def _variable(kind: str, name: str, edition: Edition, where: str) -> Variable:
    found = edition.variables.get(name)
    if found is not None and found.kind != kind:
        plural = "axes" if kind == "axis" else f"{kind}s"
        value, cure = f"{name} ({found.kind})", f"write it under [{_TABLES[found.kind]}]"
        raise PolariscopeError(where, f"only {plural} stand here", value, cure)
    known = [each.id for each in edition.variables.values() if each.kind == kind]
    return edition.variables[find(kind, name, known, where)]


def _entry(variable: Variable, value: Any, where: str) -> Entry:
    if not isinstance(value, Mapping):
        return Entry(read_span(variable, value, where))
    rest = {key: each for key, each in value.items() if key != "is"}
    evidence = checked(_EntryTable, rest, where).evidence
    if "is" not in value:
        cure = f'write is = "{UNKNOWN}", or what it is'
        raise PolariscopeError(where, "a table says what the property is", "evidence alone", cure)
    return Entry(read_span(variable, value["is"], where), evidence)


def _attached(table: _AttachedTable, edition: Edition, where: str) -> Attached:
    facets = [each.id for each in edition.variables.values() if each.kind == "facet"]
    if table.facet:
        find("facet", table.facet, facets, where)
    if table.note_at:
        find("family", table.note_at, edition.families, where)
    if table.proposed and not table.facet:
        rule, cure = "what is proposed is proposed of a facet", 'name the facet, or write proposed = ""'
        raise PolariscopeError(where, rule, "no facet", cure)
    at_least = BANDS.index(table.proposed) + 1 if table.proposed else 0
    fields = table.model_dump(exclude={"proposed"})
    return Attached(**fields, at_least=at_least)


def _check_once(attached: tuple[Attached, ...], source: str) -> None:
    runs = set()
    for number, each in enumerate(attached, 1):
        if each.run in runs:
            cure = "remove one of the two"
            raise PolariscopeError(f"{source}: evidence no. {number}", "a run is attached once", each.run, cure)
        runs.add(each.run)
