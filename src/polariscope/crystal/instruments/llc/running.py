"""From an experiment to its readings: find the subject, plan, measure, keep."""

import platform
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from polariscope.crystal.instruments.llc.experiment import Llc, make_llc
from polariscope.crystal.instruments.llc.outcome import LlcOutcome, read_llc
from polariscope.crystal.instruments.llc.planning import make_plan
from polariscope.crystal.instruments.llc.subject import Subject
from polariscope.crystal.instruments.llc.subjects import find_subject
from polariscope.runs import Ledger, Plan, Progress, execute, ledger_path


@dataclass(frozen=True, eq=False)
class PreparedLlc:
    """An experiment that has passed every check and is ready to be measured.

    Args:
        subject: What is examined.
        plan: The cells.
        environment: What a report says of the subject and the machine.
    """

    subject: Subject
    plan: Plan
    environment: Mapping[str, Any]


def prepare_llc(experiment: Llc, report: Callable[[str], None] = lambda _: None) -> PreparedLlc:
    """Find the subject, refuse what cannot be measured, and make the plan.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        The plan and what it is of.
    """
    subject = find_subject(experiment, report)
    environment = {
        "polariscope": version("polariscope"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "title": subject.title,
        "facts": [list(fact) for fact in subject.facts],
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "torch": version("torch"),
    }
    return PreparedLlc(subject, make_plan(experiment, subject), environment)


def measure_llc(
    prepared: PreparedLlc,
    ledger: Ledger,
    command: str,
    on_cell: Callable[[Progress], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> str:
    """Measure what is not yet in the ledger.

    Args:
        prepared: The plan.
        ledger: Keeps the readings.
        command: What the user typed, for the record.
        on_cell: Is told after each cell.
        say: Is told how far a cell has come.

    Returns:
        The run's id.
    """
    # Here and not above: a subject that is refused is refused before torch is loaded.
    from polariscope.crystal.instruments.llc.measuring.measurer import Measurer

    run = ledger.record_run(prepared.plan, command, prepared.environment)
    execute(prepared.plan, ledger, Measurer(prepared.subject, say), on_cell=on_cell)
    return run


def llc(ledger: Ledger | None = None, **fields: Any) -> LlcOutcome:
    """Estimate a local learning coefficient with its controls, and judge it.

    Args:
        ledger: Keeps the readings; default: the user's own.
        **fields: The experiment, as `Llc` has it.

    Returns:
        Numbers and verdict; the same call again measures nothing twice.
    """
    experiment = make_llc(**fields)
    with nullcontext(ledger) if ledger else Ledger.open(ledger_path()) as kept:
        run = measure_llc(prepare_llc(experiment), kept, f"polariscope.llc(**{fields!r})")
        return read_llc(kept, run)
