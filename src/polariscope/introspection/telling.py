"""A localization run in the forms that every command knows."""

from polariscope.introspection.as_json import summary_json
from polariscope.introspection.outcome import read_outcome
from polariscope.introspection.report import render_report
from polariscope.introspection.terminal import terminal_table
from polariscope.runs import Ledger, Telling


def tell(ledger: Ledger, run_id: str) -> Telling:
    """Read a run and say how it is told.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        Its forms.
    """
    found = read_outcome(ledger, run_id)
    return Telling(
        found.run,
        lambda: terminal_table(found.summary, found.verdict),
        lambda: render_report(found.run, found.summary, found.verdicts, found.readings),
        lambda: summary_json(found.run, found.summary, found.verdicts),
    )
