"""One text for one value: JSON that can be hashed, compared byte for byte, and read back exactly.

Plain JSON has no word for NaN and the infinities, and joins two surrogates into one character on reading.
Both are written tagged, ``{"$float": "NaN"}`` and ``{"$text": "<hex of the UTF-8, surrogates passed>"}``; a
key of the caller's that begins with ``$`` gets a second ``$``, so no caller's value can be taken for a tag.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

_SURROGATE = re.compile("[\ud800-\udfff]")
_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def canonical_json(value: object) -> str:
    r"""Write a value as the one ASCII text that stands for it; undone by `parse_canonical`.

    Keys are sorted, there are no blanks, ``1`` and ``1.0`` stay distinct, ``-0.0`` keeps its sign, tuples
    become lists.

    >>> canonical_json({"b": 1, "a": [1.0, -0.0, float("nan")]})
    '{"a":[1.0,-0.0,{"$float":"NaN"}],"b":1}'

    Args:
        value: None, bool, int, float, str, and lists, tuples and string-keyed mappings of these.

    Returns:
        The text: ASCII, without line breaks.

    Raises:
        TypeError: The value holds something else, such as an array, or a key that is not a string free of
            surrogates.
    """
    return json.dumps(_encode(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def parse_canonical(text: str) -> Any:
    """Read back what `canonical_json` wrote, exactly.

    >>> parse_canonical('{"a":[1.0,{"$float":"-Infinity"}],"b":1}')
    {'a': [1.0, -inf], 'b': 1}

    Args:
        text: Text of `canonical_json`.

    Returns:
        The value, with lists for tuples and dicts for mappings.

    Raises:
        ValueError: The text is not of that form.
    """
    try:
        return json.loads(text, object_hook=_decode, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply for canonical JSON") from error


def digest(value: object) -> str:
    """SHA-256 of `canonical_json` of a value, as 64 hex digits.

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    >>> digest(1) == digest(1.0)
    False

    Args:
        value: What `canonical_json` takes.

    Returns:
        The hex digits.
    """
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def _encode(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": _name(value)}
    if isinstance(value, str):
        return {"$text": value.encode("utf-8", "surrogatepass").hex()} if _SURROGATE.search(value) else value
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {_encode_key(key): _encode(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(inner) for inner in value]
    raise TypeError(f"canonical JSON holds no {type(value).__name__}")


def _encode_key(key: object) -> str:
    if not isinstance(key, str) or _SURROGATE.search(key):
        raise TypeError(f"a key of canonical JSON is a string without surrogates, not {key!r}")
    return "$" + key if key.startswith("$") else key


def _name(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _decode(pairs: dict[str, Any]) -> Any:
    match pairs:
        case {"$float": str(name), **rest} if not rest and name in _FLOATS:
            return _FLOATS[name]
        case {"$text": str(code), **rest} if not rest:
            return bytes.fromhex(code).decode("utf-8", "surrogatepass")
    if any(key.startswith("$") and not key.startswith("$$") for key in pairs):
        raise ValueError(f"unknown tag in canonical JSON: {sorted(pairs)}")
    return {key.removeprefix("$"): value for key, value in pairs.items()}


def _refuse(literal: str) -> NoReturn:
    raise ValueError(f"canonical JSON has no literal {literal}")
