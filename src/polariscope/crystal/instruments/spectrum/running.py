"""From an experiment to its readings: find the subject, plan, measure, keep."""

import platform
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from polariscope.crystal.instruments.spectrum.experiment import Spectrum, make_spectrum
from polariscope.crystal.instruments.spectrum.measuring.measurer import Measurer
from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome, read_spectrum
from polariscope.crystal.instruments.spectrum.planning import make_plan
from polariscope.crystal.instruments.spectrum.subject import Subject
from polariscope.crystal.instruments.spectrum.subjects import find_subject
from polariscope.errors import PolariscopeError
from polariscope.runs import Ledger, Plan, Progress, execute, ledger_path


@dataclass(frozen=True, eq=False)
class PreparedSpectrum:
    """An experiment that has passed every check and is ready to be measured.

    Args:
        subject: What is examined.
        plan: The cells.
        environment: What a report says of the subject and the machine.
    """

    subject: Subject
    plan: Plan
    environment: Mapping[str, Any]


def prepare_spectrum(experiment: Spectrum, report: Callable[[str], None] = lambda _: None) -> PreparedSpectrum:
    """Find the subject, refuse what cannot be measured, and make the plan.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        The plan and what it is of.

    Raises:
        PolariscopeError: More eigenvalues are asked for than there are, or the subject is refused.
    """
    subject = find_subject(experiment, report)
    size = subject.operator.size
    for name in ("top", "bottom"):
        asked = getattr(experiment, name)
        # The default is five of each; a smaller matrix then gives all it has.
        if asked > size and name in experiment.model_fields_set:
            rule = f"at most {size} eigenvalues, as many as the matrix has rows"
            raise PolariscopeError(f"--{name}", rule, asked, f"give {size} or fewer")
    environment = {
        "polariscope": version("polariscope"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "title": subject.title,
        "matrix": subject.matrix,
        "facts": [list(fact) for fact in subject.facts],
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }
    return PreparedSpectrum(subject, make_plan(experiment, subject), environment)


def measure_spectrum(
    prepared: PreparedSpectrum,
    ledger: Ledger,
    command: str,
    on_cell: Callable[[Progress], None] = lambda _: None,
) -> str:
    """Measure what is not yet in the ledger.

    Args:
        prepared: The plan.
        ledger: Keeps the readings.
        command: What the user typed, for the record.
        on_cell: Is told after each cell.

    Returns:
        The run's id.
    """
    run = ledger.record_run(prepared.plan, command, prepared.environment)
    execute(prepared.plan, ledger, Measurer(prepared.subject), on_cell=on_cell)
    return run


def spectrum(ledger: Ledger | None = None, **fields: Any) -> SpectrumOutcome:
    """Take a spectrum with its controls, and judge it.

    Args:
        ledger: Keeps the readings; default: the user's own.
        **fields: The experiment, as `Spectrum` has it.

    Returns:
        Numbers and verdict; the same call again measures nothing twice.
    """
    experiment = make_spectrum(**fields)
    with nullcontext(ledger) if ledger else Ledger.open(ledger_path()) as kept:
        run = measure_spectrum(prepare_spectrum(experiment), kept, f"polariscope.spectrum(**{fields!r})")
        return read_spectrum(kept, run)
