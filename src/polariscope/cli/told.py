"""Any instrument's run, told: on the terminal, as JSON, as a report in its place."""

import tempfile
from importlib import import_module
from pathlib import Path
from typing import cast

from rich.console import Console

from polariscope.cli.output import print_json
from polariscope.errors import PolariscopeError
from polariscope.runs import Ledger, Telling, data_home, write_atomic

_REPORTS = "reports"
_TELLERS = {
    "localize": "polariscope.introspection.telling",
    "spectrum": "polariscope.crystal.instruments.spectrum.telling",
    "llc": "polariscope.crystal.instruments.llc.telling",
}
"""Where each instrument tells its runs; imported only for a run of its own."""


def tell_run(ledger: Ledger, run_id: str) -> Telling:
    """Find a run and the instrument that can tell it.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        Its forms.

    Raises:
        PolariscopeError: There is no such run, or this version does not know its instrument.
    """
    run = ledger.find_run(run_id)
    if run.instrument not in _TELLERS:
        rule = f"a run of {' or '.join(_TELLERS)}"
        raise PolariscopeError("RUN", rule, run.instrument, "use the version of Polariscope that made it")
    return cast(Telling, import_module(_TELLERS[run.instrument]).tell(ledger, run.id))


def finish(ledger: Ledger, run_id: str, report: Path | None, *, json: bool) -> None:
    """Write a run's report and print the run.

    Args:
        ledger: Where the run is.
        run_id: Its id.
        report: Where the page goes; None: the data folder.
        json: Whether JSON is printed and nothing else.
    """
    told = tell_run(ledger, run_id)
    page = report or data_home() / _REPORTS / f"{told.run.id}.html"
    page.parent.mkdir(exist_ok=True)
    write_atomic(page, told.page())
    if json:
        print_json(told.as_json() | {"report": str(page)})
        return
    console = Console(markup=False, highlight=False)
    console.print(told.terminal())
    run = told.run.id
    console.print(f"report  {page}\nrun     {run}    (polariscope runs show {run})", soft_wrap=True)


def check_place(report: Path | None) -> None:
    """Refuse a report's place that cannot be, before anything is read; nothing is left there.

    Args:
        report: Where the page is to go; None: the data folder.

    Raises:
        PolariscopeError: No file can be written there.
    """
    if report is None:
        folder = data_home() / _REPORTS
        if folder.exists() and not folder.is_dir():
            raise PolariscopeError("POLARISCOPE_HOME", "its reports are a folder", folder, "move that file away")
        return
    try:
        sound = report.is_file() or not report.exists()
        with tempfile.TemporaryFile(dir=report.resolve().parent):
            pass
    except OSError:
        sound = False
    if not sound:
        rule = "a file in a folder that can be written"
        raise PolariscopeError("--report", rule, report, "make the folder first, or name another file")
