"""From an experiment to its readings: open, check, plan, measure, keep."""

import platform
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from polariscope.errors import PolariscopeError
from polariscope.introspection.experiment import Localize, make_experiment
from polariscope.introspection.materials import Materials, load_materials
from polariscope.introspection.measuring import Measurer
from polariscope.introspection.outcome import Outcome, read_outcome
from polariscope.introspection.path_check import PathChoice, choose_path
from polariscope.introspection.planning import Design, make_plan
from polariscope.introspection.presets import find_preset
from polariscope.introspection.prompt import Prompt, PromptBuilder, make_builder
from polariscope.introspection.trials import Trial, draw_trials
from polariscope.introspection.vectors import refuse_lines
from polariscope.models import OpenModel, open_model
from polariscope.runs import Ledger, Plan, Progress, execute, ledger_path

Report = Callable[[str], None]


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


def prepare(experiment: Localize, ledger: Ledger, report: Report = lambda _: None) -> Prepared:
    """Open the model and make the plan; whatever the user can mend is refused here, before the first cell.

    Args:
        experiment: What is asked for.
        ledger: Remembers which path a model can take.
        report: Is told in one line what takes a while.

    Returns:
        The plan and what measures it.
    """
    materials = load_materials(experiment.sentence_file, experiment.pair_file, experiment.pairs)
    trials = draw_trials(materials, experiment.trials, experiment.sentences, experiment.seed)
    opened = open_model(
        experiment.model,
        revision=experiment.revision,
        dtype=experiment.dtype,
        device=experiment.device,
        report=report,
    )
    return _prepared(experiment, opened, materials, trials, ledger, report)


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
    execute(prepared.plan, ledger, prepared.measure, on_cell=on_cell)
    return run


def _prepared(
    experiment: Localize,
    opened: OpenModel,
    materials: Materials,
    trials: tuple[Trial, ...],
    ledger: Ledger,
    report: Report,
) -> Prepared:
    preset = find_preset(experiment.preset)
    builder = make_builder(opened.tokenizer, opened.identity.source, preset, experiment.span)
    prompts = _all_prompts(builder, materials, trials, experiment)
    _refuse_long(prompts, opened)
    refuse_lines(opened.tokenizer, materials.pairs, _room(opened))
    shared = _shared_tokens(prompts)
    design = Design(experiment, opened.identity, materials, trials, builder.frame, shared, "fast")
    choice = _path(experiment, opened, prompts, design, ledger, report)
    design = Design(experiment, opened.identity, materials, trials, builder.frame, shared, choice.path)
    measurer = Measurer(opened, builder, materials, design.blocks)
    return Prepared(experiment, make_plan(design), measurer, _environment(design, choice))


def _all_prompts(
    builder: PromptBuilder, materials: Materials, trials: tuple[Trial, ...], experiment: Localize
) -> list[Prompt]:
    """Every prompt of the run, built once before it begins, so that one that cannot be built is refused now."""
    questions = ("introspection", "abstract") if "abstract" in experiment.conditions else ("introspection",)
    return [
        builder.build([materials.sentences[s] for s in trial.sentences], question)
        for question in questions
        for trial in trials
    ]


def _shared_tokens(prompts: list[Prompt]) -> int:
    """Tokens before the first sentence; fewer only where a tokenizer joins them to what follows."""
    first = prompts[0].tokens[: min(prompts[0].spans[0])]
    for prompt in prompts:
        end = min(prompt.spans[0])
        first = first[:end]
        while first != prompt.tokens[: len(first)]:
            first = first[:-1]
    return len(first)


def _refuse_long(prompts: list[Prompt], opened: OpenModel) -> None:
    room = _room(opened)
    longest = max(len(prompt.tokens) for prompt in prompts)
    if room is not None and longest > room:
        raise PolariscopeError(
            "--sentences",
            f"the prompt fits the model's {room} positions",
            f"{longest} tokens",
            "list fewer sentences",
        )


def _room(opened: OpenModel) -> int | None:
    return getattr(opened.model.config.get_text_config(), "max_position_embeddings", None)


def _path(
    experiment: Localize,
    opened: OpenModel,
    prompts: list[Prompt],
    design: Design,
    ledger: Ledger,
    report: Report,
) -> PathChoice:
    if experiment.path != "auto":
        return PathChoice(experiment.path, f"{experiment.path} path: asked for")
    return choose_path(opened, prompts, design.shared, design.blocks, ledger, report)


def _environment(design: Design, choice: PathChoice) -> dict[str, Any]:
    return {
        "polariscope": version("polariscope"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "model": asdict(design.model),
        "path": choice.path,
        "path_reason": choice.reason,
        "deviations": list(design.frame.deviations),
        "blocks": list(design.blocks),
        "pack": design.pack,
        "shared_tokens": design.shared,
    }


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
