"""The progress of a run in the terminal: a bar with rate and time left, and the figures so far."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from polariscope.runs import Ledger, Plan
from polariscope.runs import Progress as Done

_LINE_EVERY = 15.0
"""Seconds between lines where the output is no terminal."""


class Watch:
    """Shows a run as it goes on.

    Args:
        console: Where to.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._hits: dict[str, list[int]] = {}
        self._line = time.monotonic()
        self._bar = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            disable=console.quiet or not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("opening the model", total=None, rate="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Show one line of what takes a while."""
        self._bar.update(self._task, description=text)
        if not self._console.is_terminal:
            self._console.print(text, soft_wrap=True)

    def begin(self, plan: Plan, ledger: Ledger) -> None:
        """Start the bar, with what earlier sessions have finished.

        Args:
            plan: The run's plan.
            ledger: Holds the finished cells.
        """
        known = ledger.finished(cell.identity for cell in plan.cells)
        if known:
            self._console.print(f"{len(known)} of {len(plan.cells)} cells are in the ledger already")
        for reading in ledger.readings([cell for cell in plan.cells if cell.identity in known]):
            self._count(reading)
        self._bar.update(self._task, total=len(plan.cells), completed=len(known), description=self._figures())

    def cell(self, now: Done) -> None:
        """Show where the run stands after a cell."""
        for reading in now.readings:
            self._count(reading)
        rate = f"{60 * now.rate:.0f} cells/min"
        self._bar.update(self._task, completed=now.done, rate=rate, description=self._figures())
        due = time.monotonic() - self._line > _LINE_EVERY or now.done == now.total
        if due and not self._console.is_terminal:
            self._line = time.monotonic()
            left = f"{now.left:.0f} s left" if now.left is not None else ""
            self._console.print(f"{now.done}/{now.total} cells  {left}  {self._figures()}", soft_wrap=True)

    def _count(self, reading: Mapping[str, Any]) -> None:
        if reading.get("kind") == "prediction":
            hits = self._hits.setdefault(str(reading["condition"]), [0, 0])
            hits[0] += reading["answer"] == reading["position"]
            hits[1] += 1

    def _figures(self) -> str:
        return "  ".join(f"{name} {hit / count:.0%}" for name, (hit, count) in self._hits.items())
