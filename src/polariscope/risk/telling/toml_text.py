"""Values as TOML text: the standard library reads TOML and does not write it."""

import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def toml_document(data: Mapping[str, Any]) -> str:
    r"""Write a mapping as a TOML document: plain keys first, then tables, then arrays of tables.

    >>> print(toml_document({"name": "a\x1bb", "axes": {"beingness": [2, 4]}, "evidence": [{"run": "0a"}]}))
    name = "a\u001Bb"
    <BLANKLINE>
    [axes]
    beingness = [2, 4]
    <BLANKLINE>
    [[evidence]]
    run = "0a"
    <BLANKLINE>

    Args:
        data: Strings, booleans, whole numbers, lists and mappings of these.

    Returns:
        The text, read back by `tomllib` as the same data.
    """
    blocks = [_lines({key: each for key, each in data.items() if not (_is_table(each) or _is_tables(each))})]
    blocks += [f"[{_key(key)}]\n{_lines(each)}" for key, each in data.items() if _is_table(each)]
    blocks += [toml_block(key, each) for key, many in data.items() if _is_tables(many) for each in many]
    return "\n".join(block for block in blocks if block)


def toml_block(name: str, data: Mapping[str, Any]) -> str:
    """Write one table of an array of tables, ``[[name]]`` and its keys.

    Args:
        name: The array's key.
        data: The table.

    Returns:
        Lines, the last one ended.
    """
    return f"[[{_key(name)}]]\n{_lines(data)}"


def toml_value(value: Any) -> str:
    r"""Write one value on one line.

    Every character that does not print stands escaped; a lone surrogate, for which TOML has no word, becomes its
    Python escape in plain letters.

    >>> print(toml_value('say "hi"\n'), toml_value([1, True]), toml_value({"is": "low"}))
    "say \"hi\"\n" [1, true] { is = "low" }

    Args:
        value: A string, boolean or whole number, or a list or mapping of these.

    Returns:
        TOML.

    Raises:
        TypeError: The value is something else.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(map(_character, value.encode("utf-8", "backslashreplace").decode("utf-8"))) + '"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
    raise TypeError(f"this TOML holds no {type(value).__name__}")


def _lines(data: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {toml_value(each)}\n" for key, each in data.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml_value(key)


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_table, value))
