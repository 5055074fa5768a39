"""Values as strict JSON: what is not finite is named beside, for JSON has no word for it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any


def strict_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """Write a mapping as values of strict JSON, and name every number in it that is not finite.

    Such a number is written null, and ``not_finite`` names its place (RFC 6901) with what it was. A null that is
    not named there was not measured.

    >>> strict_json({"gap": float("nan"), "ends": (1.0, float("-inf"))})
    {'gap': None, 'ends': [1.0, None], 'not_finite': {'/gap': 'NaN', '/ends/1': '-Infinity'}}

    Args:
        told: Strings, numbers, booleans, None, and lists, tuples and mappings of these.

    Returns:
        The same with ``not_finite`` added.
    """
    written: dict[str, Any] = _strict(told)
    return written | {"not_finite": dict(_not_finite(told, ""))}


def _strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _strict(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(each) for each in value]
    return None if _lost(value) else value


def _not_finite(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every place of a number that is not finite, as a JSON pointer (RFC 6901)."""
    if _lost(value):
        yield place, _NAMES[str(value)]
    members: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, Mapping):
        members = iter(value.items())
    elif isinstance(value, list | tuple):
        members = iter(enumerate(value))
    for key, each in members:
        yield from _not_finite(each, f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}")


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _lost(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
