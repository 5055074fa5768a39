"""The commands, and what happens around every one of them."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from cyclopts import App, CycloptsError

from polariscope import __version__
from polariscope.cli.output import accept_any_encoding, fail
from polariscope.errors import PolariscopeError

_INTERRUPTED = 130

app = App(
    name="polariscope",
    help="Readings of neural networks, with the controls that could kill them and verdicts that may be no.",
    version=__version__,
    help_on_error=False,
    suppress_keyboard_interrupt=False,
)
# Given by name, so that a command's module, and torch behind it, is imported only when it is called.
for _name, _help in {
    "localize": "Does a model know where a thought was injected, and is that more than noise?",
    "risk": "Which alignment-risk families are open for a system, why, and what would close them?",
    "spectrum": "What are the eigenvalues of a lattice, a graph or a loss, and what are they worth?",
    "llc": "What is a loss's local learning coefficient, and what is the number worth?",
    "runs": "List, show, report and export the runs in the ledger.",
    "models": "List models, and fetch one for later.",
}.items():
    app.command(f"polariscope.cli.{_name}:{_name}", name=_name, help=_help)


def main(tokens: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 when done, 2 for what the user can mend, 130 for Ctrl-C.

    Args:
        tokens: The words after ``polariscope``; default: the process's own.
    """
    accept_any_encoding()
    words = list(sys.argv[1:] if tokens is None else tokens)
    try:
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        fail(PolariscopeError(*_told(error)), words)
    except PolariscopeError as error:
        fail(error, words)
    except KeyboardInterrupt as stop:
        sys.stderr.write(f"\n{str(stop) or 'stopped'}\n")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader has enough (| head); Python's own flush at exit must find somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.filename is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        cure = "make room, or mend its rights; finished cells are safe, the same command continues"
        place = "standard output" if error.filename is None else str(error.filename)
        fail(PolariscopeError(place, "it can be read or written", error.strerror, cure))
    sys.exit(0)


def _told(error: CycloptsError) -> tuple[str, str, str, str]:
    """The parser's own message, in the form of every other refusal."""
    argument = error.argument.name if error.argument else "the command line"
    message = " ".join(str(error).split()).rstrip(".")
    command = " ".join(["polariscope", *(error.command_chain or ()), "--help"])
    given = " ".join(error.root_input_tokens or ()) or "nothing"
    return argument, message[:1].lower() + message[1:], given, f"see {command}"
