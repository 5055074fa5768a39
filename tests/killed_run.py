"""A program that measures in forked children and kills each in the middle; its functions serve without killing.

``python killed_run.py MODEL_FOLDER HOME`` leaves in HOME, for each dtype, a ledger and the log of calls.
"""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from polariscope.introspection import make_experiment, running
from polariscope.runs import Cell, Ledger, Reading

KILLS = 4
DTYPES = ("float32", "bfloat16")
FEW = {"trials": 6, "pairs": 5, "sentences": 3, "layers": (1,), "pack": 2, "device": "cpu"}


def prepare(folder: Path, ledger: Ledger, **fields: object) -> running.Prepared:
    """Prepare a small experiment on a model's folder."""
    return running.prepare(make_experiment(model=str(folder), **FEW | fields), ledger)


def measure(folder: Path, path: Path, log: Path | None = None, **fields: object) -> list[str]:
    """Measure what a ledger does not hold; return the cells called, each also logged before its call."""
    called: list[str] = []
    with Ledger.open(path) as ledger:
        prepared = prepare(folder, ledger, **fields)

        def watched(cell: Cell) -> list[Reading]:
            called.append(cell.identity)
            if log is not None:
                with log.open("a") as file:
                    file.write(cell.identity + "\n")
            return prepared.measure(cell)

        running.measure(replace(prepared, measure=watched), ledger, "a test")  # type: ignore[arg-type]
    return called


def _kill_and_resume(folder: Path, home: Path, dtype: str) -> list[int]:
    path, log = home / f"{dtype}.sqlite", home / f"{dtype}.calls"
    exits = []
    for number in range(KILLS + 1):
        before, child = _lines(log), os.fork()
        if child == 0:
            measure(folder, path, log, dtype=dtype)
            os._exit(0)
        if number < KILLS:
            while _lines(log) < before + 2:
                time.sleep(0.0005)
            time.sleep(0.002 * number)  # not always at the same place within a cell
            os.kill(child, signal.SIGKILL)
        exits.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return exits


def _lines(log: Path) -> int:
    return log.read_text().count("\n") if log.exists() else 0


if __name__ == "__main__":
    for each in DTYPES:
        print(*_kill_and_resume(Path(sys.argv[1]), Path(sys.argv[2]), each))  # noqa: T201
