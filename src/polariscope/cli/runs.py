"""polariscope runs: what the ledger keeps, shown, reported and exported."""

import sys
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from polariscope.cli.output import print_json
from polariscope.cli.told import tell_run
from polariscope.errors import printable
from polariscope.runs import Ledger, Run, export_csv, export_jsonl, ledger_path, write_atomic

_Json = Annotated[bool, Parameter(negative="")]

runs = App(name="runs", help="List, show, report and export the runs in the ledger.")


@runs.default
@runs.command(name="list")
def list_runs(*, json: _Json = False) -> None:
    """List all runs, the newest last.

    Parameters
    ----------
    json
        Print JSON and nothing else.
    """
    with Ledger.open(ledger_path()) as ledger:
        found = ledger.runs()
    if json:
        print_json([_told(run) for run in found])
        return
    table = Table("run", "instrument", "model", "created", "cells", box=None, pad_edge=False)
    for run in found:
        model = Text(printable(run.experiment.get("model", "")))
        table.add_row(run.id, run.instrument, model, run.created_at, f"{run.finished}/{run.total}")
    Console(markup=False).print(table if found else "no runs yet; begin with: polariscope localize")


@runs.command
def show(run: str, *, json: _Json = False) -> None:
    """Show a run's numbers and verdict, from its readings alone.

    Parameters
    ----------
    run
        The run's id, or its beginning.
    json
        Print JSON and nothing else.
    """
    with Ledger.open(ledger_path()) as ledger:
        told = tell_run(ledger, run)
    if json:
        print_json(told.as_json())
    else:
        Console(markup=False).print(told.terminal())


@runs.command
def report(run: str, out: Path, *, json: _Json = False) -> None:
    """Write a run's HTML report again, from its readings alone.

    Parameters
    ----------
    run
        The run's id, or its beginning.
    out
        The file to write.
    json
        Print JSON and nothing else.
    """
    with Ledger.open(ledger_path()) as ledger:
        told = tell_run(ledger, run)
    write_atomic(out, told.page())
    if json:
        print_json({"run": told.run.id, "report": str(out)})


@runs.command
def export(run: str, *, format: Literal["csv", "jsonl"] = "csv", out: Path | None = None) -> None:  # noqa: A002
    """Write every reading of a run, one a line.

    Parameters
    ----------
    run
        The run's id, or its beginning.
    format
        csv for a spreadsheet, jsonl to keep every digit.
    out
        The file to write; by default standard output.
    """
    write = {"csv": export_csv, "jsonl": export_jsonl}[format]
    text = StringIO(newline="")
    with Ledger.open(ledger_path()) as ledger:
        write(ledger.readings(run), text)
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write_atomic(out, text.getvalue())


def _told(run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "instrument": run.instrument,
        "model": run.experiment.get("model"),
        "created": run.created_at,
        "finished": run.finished,
        "total": run.total,
        "command": run.command,
    }
