"""What a run in the ledger amounts to: numbers and verdicts, from its readings alone."""

from dataclasses import dataclass

from polariscope.errors import PolariscopeError
from polariscope.introspection.planning import INSTRUMENT
from polariscope.introspection.summary import Summary, summarize
from polariscope.introspection.verdict import Verdict, judge
from polariscope.runs import Claims, Ledger, Reading, Run


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run, read.

    Args:
        run: The run as the ledger records it.
        readings: Its readings so far.
        summary: The numbers.
        verdicts: One for each setting of the summary.
    """

    run: Run
    readings: tuple[Reading, ...]
    summary: Summary
    verdicts: tuple[Verdict, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict that stands first: of the only setting, or of the best on one half of the vectors."""
        return self.verdicts[self.summary.sweep.best if self.summary.sweep else 0]


def read_outcome(ledger: Ledger, run_id: str) -> Outcome:
    """Summarize and judge a run.

    Args:
        ledger: Where it is.
        run_id: Its id, or the beginning of it.

    Returns:
        The outcome, of the readings so far.

    Raises:
        PolariscopeError: There is no such run, it is another instrument's, or no trial of it is complete.
    """
    run = ledger.find_run(run_id)
    if run.instrument != INSTRUMENT:
        raise PolariscopeError(
            "RUN", f"a run of {INSTRUMENT}", run.instrument, "name another; see polariscope runs"
        )
    readings = tuple(ledger.readings(run.id))
    summary = summarize(readings, run.experiment["level"])
    if summary is None:
        cure = f"continue it with: {run.command}"
        raise PolariscopeError("RUN", "at least one complete trial", f"{run.finished} of {run.total} cells", cure)
    smallest = run.experiment["smallest_effect"]
    return Outcome(run, readings, summary, tuple(judge(summary, each, smallest) for each in summary.settings))


def claims(outcome: Outcome) -> Claims:
    """Say what a run claims, for instruments that know nothing of this one.

    Args:
        outcome: The run, read.

    Returns:
        The verdict that stands first, without its numbers.
    """
    run, verdict = outcome.run, outcome.verdict
    return Claims(
        run=run.id,
        instrument=run.instrument,
        model=str(run.experiment["model"]),
        answer=verdict.answer,
        headline=verdict.headline,
        finished=run.finished,
        total=run.total,
    )
