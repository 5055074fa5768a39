"""What commands print: results on standard output, progress and refusals on standard error."""

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from polariscope.errors import PolariscopeError

_REFUSED = 2


def print_json(value: Any) -> None:
    """Print one JSON document, and nothing else, on standard output.

    Args:
        value: JSON values without NaN.
    """
    sys.stdout.write(json.dumps(value, allow_nan=False, ensure_ascii=False, indent=2) + "\n")


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
