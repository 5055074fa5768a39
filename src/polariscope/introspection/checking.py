"""Everything the user can mend is refused here: before the ledger is written to, before the first cell."""

from collections.abc import Callable
from dataclasses import dataclass

from polariscope.errors import PolariscopeError
from polariscope.introspection.experiment import Localize
from polariscope.introspection.materials import Materials
from polariscope.introspection.planning import Design
from polariscope.introspection.presets import find_preset
from polariscope.introspection.prompt import Prompt, PromptBuilder, make_builder
from polariscope.introspection.trials import Trial, read_and_draw
from polariscope.introspection.vectors import refuse_lines
from polariscope.models import OpenModel, open_model

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Checked:
    """An experiment whose every part has been looked at.

    Args:
        design: What fixes its cells; the path is still the one hoped for.
        opened: The model.
        builder: Builds its prompts.
        prompts: Every prompt of the run.
    """

    design: Design
    opened: OpenModel
    builder: PromptBuilder
    prompts: tuple[Prompt, ...]


def check(experiment: Localize, report: Report = lambda _: None) -> Checked:
    """Read the files, open the model, build every prompt, find every block; write nothing.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        What was found.

    Raises:
        PolariscopeError: Anything that the user can mend.
    """
    materials, trials = read_and_draw(experiment)
    opened = open_model(
        experiment.model,
        revision=experiment.revision,
        dtype=experiment.dtype,
        device=experiment.device,
        report=report,
    )
    preset = find_preset(experiment.preset)
    builder = make_builder(opened.tokenizer, opened.identity.source, preset, experiment.span)
    prompts = _all_prompts(builder, materials, trials, experiment)
    _refuse_long(prompts, opened)
    refuse_lines(opened.tokenizer, materials.pairs, _room(opened))
    # Over all sentences and not only those drawn, so that it is the same however many trials are asked for.
    openings = [builder.build((sentence, sentence)) for sentence in materials.sentences]
    shared = _shared_tokens([*prompts, *openings])
    design = Design(experiment, opened.identity, materials, trials, builder.frame, shared, "fast")
    measurable = Checked(design, opened, builder, tuple(prompts))
    measurable.design.blocks  # noqa: B018 -- refuses a block that the model does not have
    return measurable


def _all_prompts(
    builder: PromptBuilder, materials: Materials, trials: tuple[Trial, ...], experiment: Localize
) -> list[Prompt]:
    """Every prompt of the run, so that one that cannot be built is refused now."""
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
