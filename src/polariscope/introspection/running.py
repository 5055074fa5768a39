"""From an experiment to its readings: check, plan, measure, keep."""

import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any

import torch

from polariscope.errors import PolariscopeError
from polariscope.introspection.checking import Checked, Report, check
from polariscope.introspection.experiment import Localize, make_experiment
from polariscope.introspection.measuring import Measurer
from polariscope.introspection.outcome import Outcome, read_outcome
from polariscope.introspection.path_check import PathChoice, choose_path
from polariscope.introspection.planning import Design, make_plan
from polariscope.runs import Ledger, Plan, Progress, execute, ledger_path


@dataclass(frozen=True, eq=False)
class Prepared:
    """An experiment that has passed every check and is ready to be measured.

    Args:
        experiment: What is asked for.
        plan: Its cells.
        measure: Measures one of them.
        environment: What a report says of the model, the machine and the choices made.
    """

    experiment: Localize
    plan: Plan
    measure: Measurer
    environment: Mapping[str, Any]


def prepare(
    experiment: Localize, ledger: Ledger, report: Report = lambda _: None, checked: Checked | None = None
) -> Prepared:
    """Check the experiment, choose the path, and make the plan.

    Args:
        experiment: What is asked for.
        ledger: Remembers which path a model can take.
        report: Is told in one line what takes a while.
        checked: What `check` found, where it was called before the ledger was opened.

    Returns:
        The plan and what measures it.
    """
    found = checked or check(experiment, report)
    with _enough_memory():
        choice = _path(found, ledger, report)
    design = replace(found.design, path=choice.path)
    for remark in _remarks(design):
        report(remark)
    measurer = Measurer(found.opened, found.builder, design.materials, design.blocks)
    return Prepared(experiment, make_plan(design), measurer, _environment(design, choice))


def measure(
    prepared: Prepared, ledger: Ledger, command: str, on_cell: Callable[[Progress], None] = lambda _: None
) -> str:
    """Measure what is not yet in the ledger.

    Args:
        prepared: The plan.
        ledger: Keeps the readings.
        command: What the user typed, for the record.
        on_cell: Is told after each cell.

    Returns:
        The run's id, by which the ledger gives its readings.
    """
    run = ledger.record_run(prepared.plan, command, prepared.environment)
    with _enough_memory():
        execute(prepared.plan, ledger, prepared.measure, on_cell=on_cell)
    return run


def localize(ledger: Ledger | None = None, **fields: Any) -> Outcome:
    """Inject a concept into each sentence in turn, ask where, and judge the answers against the controls.

    Args:
        ledger: Keeps the readings; default: the user's own.
        **fields: The experiment, as `Localize` has it.

    Returns:
        Numbers and verdicts; the readings stay in the ledger, and the same call again measures nothing twice.
    """
    experiment = make_experiment(**fields)
    with nullcontext(ledger) if ledger else Ledger.open(ledger_path()) as kept:
        run = measure(prepare(experiment, kept), kept, f"polariscope.localize(**{fields!r})")
        return read_outcome(kept, run)


@contextmanager
def _enough_memory() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        cure = "read fewer trials together (--pack 1), or use --dtype bfloat16; finished cells are safe"
        raise PolariscopeError("--pack", "a pack fits the device's memory", "one that does not", cure) from error


def _path(found: Checked, ledger: Ledger, report: Report) -> PathChoice:
    asked, design = found.design.experiment.path, found.design
    if asked != "auto":
        return PathChoice(asked, f"{asked} path: asked for")
    return choose_path(found.opened, found.prompts, design.shared, design.blocks, ledger, report)


def _remarks(design: Design) -> tuple[str, ...]:
    last = design.model.blocks - 1
    told = f"block {last} is the last: what is added there to a sentence cannot reach the answer"
    return (told,) if last in design.blocks else ()


def _environment(design: Design, choice: PathChoice) -> dict[str, Any]:
    return {
        "polariscope": version("polariscope"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "model": asdict(design.model),
        "path": choice.path,
        "path_reason": choice.reason,
        "deviations": [*design.frame.deviations, *_remarks(design)],
        "blocks": list(design.blocks),
        "pack": design.pack,
        "shared_tokens": design.shared,
    }
