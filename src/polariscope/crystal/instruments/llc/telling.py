"""A learning coefficient in the forms that every command knows."""

from polariscope.crystal.instruments.llc.as_json import llc_json
from polariscope.crystal.instruments.llc.outcome import read_llc
from polariscope.crystal.instruments.llc.report import render_llc
from polariscope.crystal.instruments.llc.terminal import terminal_summary
from polariscope.runs import Ledger, Telling


def tell(ledger: Ledger, run_id: str) -> Telling:
    """Read a run and say how it is told.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        Its forms.
    """
    found = read_llc(ledger, run_id)
    return Telling(
        found.run,
        lambda: terminal_summary(found),
        lambda: render_llc(found),
        lambda: llc_json(found),
    )
