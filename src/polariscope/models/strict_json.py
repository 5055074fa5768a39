"""JSON that came with a model: bounded in size and depth, an object, on request without a repeated key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError

_CURE = "download the file again"

Pairs = list[tuple[str, Any]]


def unique_object(pairs: Pairs) -> dict[str, Any]:
    """The object that JSON pairs make, refused where a key stands twice (json itself keeps the last).

    Args:
        pairs: Keys and values in order.

    Returns:
        The object.

    Raises:
        ValueError: A key stands twice.

    >>> json.loads('{"a": 1, "b": 2}', object_pairs_hook=unique_object)
    {'a': 1, 'b': 2}
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice")
    return made


def parse_object(
    data: bytes, path: Path, hook: Callable[[Pairs], dict[str, Any]] = unique_object
) -> dict[str, Any]:
    """``data`` as one JSON object.

    Args:
        data: UTF-8.
        path: The file it is from, for the error.
        hook: Makes every object of its pairs.

    Returns:
        The object.

    Raises:
        PolariscopeError: Not UTF-8, not JSON, too deep, no object, or refused by ``hook``.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=hook)
    except (ValueError, RecursionError) as error:
        raise PolariscopeError(str(path), "it is JSON", error, _CURE) from error
    if not isinstance(value, dict):
        raise PolariscopeError(str(path), "it is a JSON object", type(value).__name__, _CURE)
    return value


def read_object(path: Path, most: int, hook: Callable[[Pairs], dict[str, Any]] = dict) -> dict[str, Any]:
    """The JSON object in a file.

    Args:
        path: The file.
        most: Its largest size in bytes.
        hook: Makes every object of its pairs. Default: as json does, because published configs repeat keys.

    Returns:
        The object.

    Raises:
        PolariscopeError: It cannot be read, is too large, or is no JSON object.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise PolariscopeError(str(path), "the file can be read", error.strerror, _CURE) from error
    if len(data) > most:
        raise PolariscopeError(str(path), f"it has at most {most} bytes", "more", _CURE)
    return parse_object(data, path, hook)
