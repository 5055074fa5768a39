"""The tour: the post's four claims, a short scene each."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from polariscope.risk.edition import Edition
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.otherwise import otherwise, reworked
from polariscope.risk.reading.schema import FileTable, Id, Line, Many, Text, checked
from polariscope.risk.reading.toml_file import parse_toml


@dataclass(frozen=True)
class Scene:
    """One claim of the post, and what to look at.

    Args:
        id: Its identifier.
        title: A few words.
        claim: The claim, in our words.
        look: What to look at.
        families: Ids of the families shown in the space.
        systems: Names of the worked examples shown.
        azimuth: Where the camera stands: degrees around the Beingness axis.
        elevation: Degrees above the floor.
    """

    id: str
    title: str
    claim: str
    look: str
    families: tuple[str, ...]
    systems: tuple[str, ...]
    azimuth: float
    elevation: float


class _SceneTable(FileTable):
    id: Id
    title: Line
    claim: Text
    look: Text
    families: Many[Line]
    systems: Many[Line] = ()
    azimuth: Annotated[float, Field(ge=-360, le=360)]
    elevation: Annotated[float, Field(ge=-90, le=90)]


class _TourFile(FileTable):
    scene: Many[_SceneTable]


def tour(edition: Edition) -> tuple[Scene, ...]:
    """Read the tour.

    >>> from polariscope.risk.reading.loading import our_edition
    >>> tour(our_edition())[0].id
    'not-intelligence-alone'

    Args:
        edition: Ours, or one laid over it.

    Returns:
        The scenes that are about families of the edition, without the families that it removed.
    """
    file = files("polariscope.risk") / "data" / "tour.toml"
    scenes = checked(_TourFile, parse_toml(file.read_text(encoding="utf-8"), file.name), file.name).scene
    kept = ((each, tuple(name for name in each.families if name in edition.families)) for each in scenes)
    return tuple(_scene(each, families, edition) for each, families in kept if families)


def _scene(table: _SceneTable, families: tuple[str, ...], edition: Edition) -> Scene:
    shown = [each for each in worked_examples(edition) if each.name in table.systems]
    rules = reworked(families, edition)
    other = f" (Under {edition.id} these have other conditions: {'; '.join(rules)}.)" if rules else ""
    told = table.look + other + otherwise(shown, edition, families)
    return Scene(**{**table.model_dump(), "families": families, "look": told})
