"""The tables of conditions, as they are written in a family's file."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator

from polariscope.risk.edition import BANDS
from polariscope.risk.naming import advice
from polariscope.risk.reading.schema import FileTable, Line, Names, Text, among, broken

_LEVEL_WORDS = (*BANDS, "top")


def _level(value: Any) -> str | int:
    if isinstance(value, str) and value in _LEVEL_WORDS:
        return value
    if type(value) is int and value >= 1:
        return value
    rule = f"a level is {', '.join(_LEVEL_WORDS)} or, of an axis, a whole number from 1"
    raise broken(rule, value, advice(value, _LEVEL_WORDS) if isinstance(value, str) else "write a band in quotes")


Level = Annotated[str | int, PlainValidator(_level)]
"""A band, "top" (an axis' last level), or an axis' level by number."""


class Ground(FileTable):
    """What every condition has: the source's words, and where its threshold is from."""

    encodes: Text = ""
    threshold: Annotated[str, AfterValidator(among("stated", "ours"))] = "ours"
    reason: Text = ""


class Driver(Ground):
    """Any one of these is at least at a level."""

    kind: Literal["driver"]
    of: Names
    at_least: Level


class Deficit(Ground):
    """Any one of these is at most at a level."""

    kind: Literal["deficit"]
    of: Names
    at_most: Level


class Gap(Ground):
    """One is above another, by band."""

    kind: Literal["gap"]
    upper: Line
    lower: Line


class Switch(Ground):
    """Any one of these factors is there."""

    kind: Literal["switch"]
    of: Names


class BuildsOn(FileTable):
    """All conditions of another family."""

    kind: Literal["family"]
    of: Line


class Amplifier(Ground):
    """What makes a family worse and never decides."""

    of: Names
    at_least: Level


Plain = Driver | Deficit | Gap | Switch
ConditionTable = Annotated[Plain | BuildsOn, Field(discriminator="kind")]
