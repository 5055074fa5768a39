"""Reading a TOML or JSON file that may be anything: huge, endless, hostile, or not text at all."""

import json
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from polariscope.errors import PolariscopeError

_LARGEST = 1 << 20  # bytes; our largest file has 20 thousand
_DEEPEST = 32  # tables within tables; ours go to 3
_WIDEST = 1 << 63  # TOML's own range of whole numbers
_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
# tomllib takes the square of a dotted key's length: 500 000 parts, in one MiB, would take it hours.
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{2 * _DEEPEST}}}")
_REPEATED = ("Cannot overwrite", "Cannot declare", "Duplicate")  # tomllib's messages
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIZE_CURE = "a profile or an edition is a few kilobytes of text: check that this is the file you mean"


class _RepeatedKeyError(ValueError):
    """A key that stands twice in one JSON object."""


def read_table(path: Path) -> dict[str, Any]:
    """Read a .toml or .json file.

    Args:
        path: The file, of at most one MiB; a larger one is not opened.

    Returns:
        Its top-level table: strings, booleans, numbers, TOML's dates, and lists and dicts of these.

    Raises:
        PolariscopeError: There is no such file, it is no plain file, too large, not UTF-8, no TOML or JSON, its
            top level is no table, it is nested too deeply, or a key is repeated.
    """
    suffix = path.suffix.lower()
    if suffix not in {".toml", ".json"}:
        rule = "is a .toml or a .json file"
        raise PolariscopeError(str(path), rule, path.suffix or "no suffix", "write it as TOML and name it .toml")
    text = _text(path)
    return parse_toml(text, str(path)) if suffix == ".toml" else parse_json(text, str(path))


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Read TOML text.

    Args:
        text: The text.
        source: Its file, for refusals.

    Returns:
        Its top-level table.

    Raises:
        PolariscopeError: It is no TOML, nested too deeply, or has a number that TOML cannot hold.
    """
    if _LONG_KEY.search(text):
        _refuse_depth(source)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        _refuse_depth(source)
    except ValueError as error:  # also a number of thousands of digits
        rule = "a key stands once in a table" if str(error).startswith(_REPEATED) else "must be valid TOML"
        raise PolariscopeError(source, rule, error, "mend that place of the file") from None
    check_plain(data, source)
    return data


def parse_json(text: str, source: str) -> dict[str, Any]:
    """Read JSON text.

    Args:
        text: The text.
        source: Its file, for refusals.

    Returns:
        Its top-level object.

    Raises:
        PolariscopeError: It is no JSON, its top level is no object, a key is repeated, or it is nested too deeply.
    """
    try:
        data = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant)
    except RecursionError:
        _refuse_depth(source)
    except _RepeatedKeyError as error:
        raise PolariscopeError(source, "a key stands once in a table", error, "remove one of the two") from None
    except ValueError as error:
        raise PolariscopeError(source, "must be valid JSON", error, "mend that place of the file") from None
    if not isinstance(data, dict):
        raise PolariscopeError(source, "its top level must be an object", type(data).__name__, "write { ... }")
    check_plain(data, source)
    return data


def check_plain(data: object, source: str) -> None:
    """Refuse what no later step could handle: deep nesting, endless numbers, half a character.

    Args:
        data: Of a file, or from elsewhere.
        source: Where from, for refusals.

    Raises:
        PolariscopeError: Something of the kind is in it.
    """
    waiting: list[tuple[object, int]] = [(data, 0)]
    while waiting:  # no recursion: it is depth that is checked
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            _refuse_depth(source)
        if isinstance(value, Mapping):
            waiting += [(each, depth + 1) for pair in value.items() for each in pair]
        elif isinstance(value, list | tuple):
            waiting += [(each, depth + 1) for each in value]
        else:
            _check_scalar(value, source)


def _check_scalar(value: object, source: str) -> None:
    if isinstance(value, int) and not -_WIDEST <= value < _WIDEST:
        rule, cure = "a whole number has 64 bits", "write a level, such as 3"
        raise PolariscopeError(source, rule, f"one of {value.bit_length()} bits", cure)
    if isinstance(value, str) and _SURROGATE.search(value):
        rule, cure = "text must be Unicode", "write the character itself instead of its \\u escape"
        raise PolariscopeError(source, rule, f"half of a surrogate pair in {value!a}", cure)


def _text(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise PolariscopeError(str(path), "must be a file", "a folder, a device or a pipe", "give its file")
        if found.st_size > _LARGEST:
            raise _too_large(path, f"{found.st_size / _LARGEST:.1f} MiB")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)  # a file may have grown, and those of /proc claim no size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise PolariscopeError(str(path), "must be a file that can be read", why, "check its name") from None
    if len(content) > _LARGEST:
        raise _too_large(path, "more")
    try:
        return content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        value = f"a byte that is not, at {error.start}"
        raise PolariscopeError(str(path), "must be UTF-8 text", value, "save it as UTF-8") from None


def _too_large(path: Path, value: str) -> PolariscopeError:
    return PolariscopeError(str(path), "has at most 1 MiB", value, _SIZE_CURE)


def _refuse_depth(source: str) -> NoReturn:
    rule = f"tables and lists are nested at most {_DEEPEST} deep"
    raise PolariscopeError(source, rule, "deeper nesting", "write it flat, as the guide shows it") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _RepeatedKeyError(key)
    return table


def _no_constant(literal: str) -> NoReturn:
    raise ValueError(f"{literal} is no JSON")
