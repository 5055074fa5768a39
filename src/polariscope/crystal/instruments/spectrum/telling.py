"""A spectrum in the forms that every command knows."""

from polariscope.crystal.instruments.spectrum.as_json import spectrum_json
from polariscope.crystal.instruments.spectrum.outcome import read_spectrum
from polariscope.crystal.instruments.spectrum.report import render_spectrum
from polariscope.crystal.instruments.spectrum.terminal import terminal_summary
from polariscope.runs import Ledger, Telling


def tell(ledger: Ledger, run_id: str) -> Telling:
    """Read a run and say how it is told.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        Its forms.
    """
    found = read_spectrum(ledger, run_id)
    return Telling(
        found.run,
        lambda: terminal_summary(found),
        lambda: render_spectrum(found),
        lambda: spectrum_json(found),
    )
