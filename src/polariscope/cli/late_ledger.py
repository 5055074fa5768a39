"""The user's ledger, made only when nothing can be refused any more."""

import shlex
import sys
from contextlib import ExitStack
from typing import final

from polariscope.runs import Ledger, ledger_path


@final
class LateLedger:
    """Opens a ledger that is there at once, so that a newer version's is refused before anything takes time.

    One that is not there is made by `open`, when nothing can be refused any more: a mistake leaves nothing behind.
    """

    def __enter__(self) -> "LateLedger":
        self._stack = ExitStack()
        place = ledger_path()
        self._ledger = self._stack.enter_context(Ledger.open(place)) if place.exists() else None
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def open(self) -> Ledger:
        """Give the ledger, and make it first where there is none.

        Returns:
            The ledger; it is closed at the end of the block.
        """
        if self._ledger is None:
            self._ledger = self._stack.enter_context(Ledger.open(ledger_path()))
        return self._ledger


def typed() -> str:
    """Give the command as the user typed it, for the record.

    Returns:
        A line for a shell.
    """
    return shlex.join(["polariscope", *sys.argv[1:]])
