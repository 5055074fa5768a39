"""Executing a plan: each unfinished cell once, each kept before the next begins."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polariscope.runs.cells import Cell, Plan, Reading
from polariscope.runs.ledger import Ledger


@dataclass(frozen=True)
class Progress:
    """Where an execution stands after a cell.

    >>> from polariscope.runs.cells import Cell
    >>> now = Progress(done=60, total=100, reused=20, seconds=8.0, cell=Cell("demo", 1, {}), readings=())
    >>> now.rate, now.left
    (5.0, 8.0)

    Args:
        done: Cells finished, those of earlier sessions included.
        total: Cells planned.
        reused: Cells finished by an earlier session or another process, and not measured here.
        seconds: Time since this session began.
        cell: The cell measured last.
        readings: Its readings, as the ledger keeps them.
    """

    done: int
    total: int
    reused: int
    seconds: float
    cell: Cell
    readings: Sequence[Reading]

    @property
    def rate(self) -> float:
        """Cells per second, of this session's own cells only."""
        return (self.done - self.reused) / max(self.seconds, 1e-9)

    @property
    def left(self) -> float:
        """Seconds left if the rate stays and no other process helps."""
        return (self.total - self.done) / self.rate


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during an execution: finished cells are kept, the cell in hand is not.

    Like KeyboardInterrupt itself it is no ``Exception``, so that no broad ``except`` hides it.

    >>> print(Interrupted(finished=3, total=10))
    stopped after 3 of 10 cells; the same command continues

    Args:
        finished: Cells of the plan finished by now.
        total: Cells planned.
    """

    def __init__(self, finished: int, total: int) -> None:
        self.finished, self.total = finished, total
        super().__init__(finished, total)

    def __str__(self) -> str:
        return f"stopped after {self.finished} of {self.total} cells; the same command continues"


def execute(
    plan: Plan,
    ledger: Ledger,
    measure: Callable[[Cell], Sequence[Reading]],
    *,
    on_cell: Callable[[Progress], None] | None = None,
) -> None:
    """Measure the plan's unfinished cells in order, and keep each in one transaction before the next begins.

    A process killed at any moment loses at most the cell in hand; executing the same plan again continues
    after the last finished cell, and cells that another process finished meanwhile are not measured again.
    What ``measure`` raises passes through, and the cell in hand stays unwritten.

    Args:
        plan: The plan, recorded or not.
        ledger: Where finished cells are found and kept.
        measure: Takes a cell, gives its readings; the readings may depend on the cell alone.
        on_cell: Called after each cell measured here.

    Raises:
        Interrupted: On Ctrl-C; cells finished so far are kept.
    """
    try:
        _execute(plan, ledger, measure, on_cell or (lambda _: None))
    except KeyboardInterrupt as error:
        finished = ledger.finished(cell.identity for cell in plan.cells)
        raise Interrupted(len(finished), len(plan.cells)) from error


def _execute(
    plan: Plan,
    ledger: Ledger,
    measure: Callable[[Cell], Sequence[Reading]],
    on_cell: Callable[[Progress], None],
) -> None:
    began = time.perf_counter()
    known = ledger.finished(cell.identity for cell in plan.cells)
    done = reused = len(known)
    for cell in plan.cells:
        if cell.identity in known:
            continue
        done += 1
        # Asked again: another process may work on the same plan.
        if ledger.finished([cell.identity]):
            reused += 1
            continue
        readings = _measure_and_store(cell, ledger, measure)
        on_cell(Progress(done, len(plan.cells), reused, time.perf_counter() - began, cell, readings))


def _measure_and_store(
    cell: Cell, ledger: Ledger, measure: Callable[[Cell], Sequence[Reading]]
) -> Sequence[Reading]:
    began = time.perf_counter()
    readings = measure(cell)
    kept = ledger.store(cell, readings, time.perf_counter() - began)
    return readings if kept else list(ledger.readings([cell]))
