"""What commands print: results on standard output, progress and refusals on standard error."""

import codecs
import json
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from polariscope.errors import PolariscopeError

_REFUSED = 2


def accept_any_encoding() -> None:
    """Let the streams escape what their encoding does not have, where they would end in a traceback.

    A terminal may be set to ASCII or Latin-1, and a pipe may hold bytes that are no text.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: Any) -> None:
    """Print one JSON document, and nothing else, on standard output.

    Args:
        value: JSON values without NaN.
    """
    ascii_only = not _is_utf8()  # JSON is UTF-8; plain ASCII is, in every encoding
    sys.stdout.write(json.dumps(value, allow_nan=False, ensure_ascii=ascii_only, indent=2) + "\n")


def print_file(text: str) -> None:
    """Print what would otherwise be written to a file: the same bytes, UTF-8 whatever the terminal's encoding.

    Args:
        text: The file's content.
    """
    if isinstance(sys.stdout, TextIOWrapper) and not _is_utf8():
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def fail(error: PolariscopeError, words: Sequence[str] = ()) -> NoReturn:
    """Print a refusal and exit with 2.

    Args:
        error: The refusal.
        words: The command line; with ``--json`` in it the refusal is JSON on standard output.
    """
    if "--json" in words:
        parts = {"argument": error.argument, "rule": error.rule, "value": error.value, "cure": error.cure}
        print_json({"error": parts})
    sys.stderr.write(f"polariscope: {error}\n")
    sys.exit(_REFUSED)


def _is_utf8() -> bool:
    return codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
