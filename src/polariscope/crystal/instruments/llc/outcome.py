"""What a run in the ledger amounts to: numbers and a verdict, from its readings alone."""

from dataclasses import dataclass

from polariscope.crystal.instruments.llc.planning import INSTRUMENT
from polariscope.crystal.instruments.llc.summary import Summary, summarize
from polariscope.crystal.instruments.llc.verdict import Verdict, judge
from polariscope.errors import PolariscopeError
from polariscope.runs import Ledger, Reading, Run


@dataclass(frozen=True, eq=False)
class LlcOutcome:
    """A run, read.

    Args:
        run: The run as the ledger records it.
        readings: Its readings so far.
        summary: The numbers.
        verdict: What they amount to.
    """

    run: Run
    readings: tuple[Reading, ...]
    summary: Summary
    verdict: Verdict


def read_llc(ledger: Ledger, run_id: str) -> LlcOutcome:
    """Summarize and judge a run.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        The outcome, of the readings so far.

    Raises:
        PolariscopeError: There is no such run, it is another instrument's, or nothing of it is measured.
    """
    run = ledger.find_run(run_id)
    if run.instrument != INSTRUMENT:
        cure = "name another; see polariscope runs"
        raise PolariscopeError("RUN", f"a run of {INSTRUMENT}", run.instrument, cure)
    readings = tuple(ledger.readings(run.id))
    summary = summarize(readings, run.experiment)
    if summary is None:
        cure = f"continue it with: {run.command}"
        raise PolariscopeError("RUN", "at least one cell", f"{run.finished} of {run.total} cells", cure)
    return LlcOutcome(run, readings, summary, judge(summary))
