"""An edition as its files say it, checked key by key and not yet put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any, Protocol, TypeVar

from polariscope.errors import PolariscopeError
from polariscope.risk.reading.edition_schema import (
    AxisFile,
    EditionFile,
    EvidenceFile,
    FactorTable,
    FamilyTable,
    OutsideFile,
    RuleTable,
    WorksFile,
    WorkTable,
)
from polariscope.risk.reading.schema import Checked, check_format, checked
from polariscope.risk.reading.toml_file import parse_toml
from polariscope.runs import digest

_AXES = ("beingness", "cognition", "intelligence")
_DIGITS = 16  # of the digest, 64 bits: enough to tell editions apart, short enough to be printed


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Record = TypeVar("_Record", bound=_Named)


@dataclass(frozen=True)
class Sheet:
    """The tables of an edition.

    Args:
        head: Its id, title, date and source.
        axes: By id, in order, each with its capabilities and facets.
        factors: By id.
        families: By id.
        works: By id.
        evidence: Rules of evidence.
        changes: What a user's edition changed, a sentence each.
        owners: For each family that a user's edition added or redefined, that edition's id.
    """

    head: EditionFile
    axes: Mapping[str, AxisFile]
    factors: Mapping[str, FactorTable]
    families: Mapping[str, FamilyTable]
    works: Mapping[str, WorkTable]
    evidence: tuple[RuleTable, ...]
    changes: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of all its data in canonical form, 16 hexadecimal digits; blanks and comments do not count."""
        tables = (self.axes, self.factors, self.families, self.works)
        data = [
            self.changes,
            _plain([self.head]),
            _plain(self.evidence),
            *(_plain(each.values()) for each in tables),
        ]
        return digest(data)[:_DIGITS]


def read_sheet(folder: Traversable) -> Sheet:
    """Read an edition's folder.

    Args:
        folder: Has edition.toml, axes/, outside.toml, families/, works.toml and evidence.toml.

    Returns:
        Its tables.

    Raises:
        PolariscopeError: A table breaks a rule of its format, or an id stands twice.
    """
    data = _parsed(folder / "edition.toml")
    check_format(data, "edition.toml")
    families = sorted((folder / "families").iterdir(), key=lambda file: file.name)
    return Sheet(
        head=checked(EditionFile, data, "edition.toml"),
        axes=by_id("axis", [_read(AxisFile, folder / "axes" / f"{name}.toml") for name in _AXES], "axes"),
        factors=by_id("factor", _read(OutsideFile, folder / "outside.toml").factor, "outside.toml"),
        families=by_id("family", [_read(FamilyTable, each) for each in families], "families"),
        works=by_id("work", _read(WorksFile, folder / "works.toml").work, "works.toml"),
        evidence=_read(EvidenceFile, folder / "evidence.toml").rule,
    )


def by_id(kind: str, records: Iterable[_Record], source: str) -> dict[str, _Record]:
    """Index records by their ids.

    Args:
        kind: What they are.
        records: In order.
        source: Where they stand, for refusals.

    Returns:
        The records by id, in order.

    Raises:
        PolariscopeError: An id stands twice.
    """
    indexed: dict[str, _Record] = {}
    for record in records:
        if record.id in indexed:
            cure = "rename or remove one of the two"
            raise PolariscopeError(source, f"each {kind} has an id of its own", f"{record.id} twice", cure)
        indexed[record.id] = record
    return indexed


def _read(model: type[Checked], file: Traversable) -> Checked:
    return checked(model, _parsed(file), file.name)


def _parsed(file: Traversable) -> dict[str, Any]:
    return parse_toml(file.read_text(encoding="utf-8"), file.name)


def _plain(tables: Iterable[Any]) -> list[Any]:
    return [table.model_dump(exclude_defaults=True) for table in tables]
