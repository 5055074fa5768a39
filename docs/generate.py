"""Write docs/commands.md from the commands' own help, or check that it is up to date.

python docs/generate.py [--check]
"""

import io
import sys
from pathlib import Path

from rich.console import Console

from polariscope.cli import app

_PAGE = Path(__file__).with_name("commands.md")
_COMMANDS = (
    (),
    ("localize",),
    ("risk",),
    *(("risk", name) for name in ("show", "compare", "what-if", "export", "page", "examples")),
    ("spectrum",),
    ("llc",),
    ("runs",),
    ("runs", "list"),
    ("runs", "show"),
    ("runs", "report"),
    ("runs", "export"),
    ("models",),
    ("models", "list"),
    ("models", "fetch"),
)
_HEAD = "# Commands\n\nWritten by `python docs/generate.py` from `--help`; CI notices drift.\n"


def page() -> str:
    """Return the page as the code has it today."""
    return _HEAD + "".join(_section(command) for command in _COMMANDS)


def _section(command: tuple[str, ...]) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=100, color_system=None, force_terminal=False, legacy_windows=False)
    app.help_print([*command], console=console)
    lines = "\n".join(line.rstrip() for line in stream.getvalue().strip().splitlines())
    return f"\n## {' '.join(['polariscope', *command])}\n\n```\n{lines}\n```\n"


def main() -> None:
    """Write the page, or with --check say whether it is the one the code has."""
    if "--check" not in sys.argv[1:]:
        _PAGE.write_text(page(), "utf-8")
    elif not _PAGE.exists() or _PAGE.read_text("utf-8") != page():
        sys.exit("docs/commands.md is not what --help says; run: python docs/generate.py")


if __name__ == "__main__":
    main()
