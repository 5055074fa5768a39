"""polariscope localize: does a model know where a thought was injected, and is that more than noise?"""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.console import Console

from polariscope.cli.late_ledger import LateLedger, typed
from polariscope.cli.progress import Watch
from polariscope.cli.told import check_place, finish
from polariscope.introspection.experiment import Localize, make_experiment, read_experiment
from polariscope.introspection.trials import read_and_draw

_Words = Annotated[tuple[str, ...] | None, Parameter(consume_multiple=True, negative="")]


def localize(
    model: str | None = None,
    *,
    layer: _Words = None,
    scale: _Words = None,
    unit: Literal["vector", "raw", "relative"] | None = None,
    trials: int | None = None,
    sentences: int | None = None,
    pairs: int | None = None,
    controls: _Words = None,
    sign: Literal["toward", "away"] | None = None,
    span: Literal["sentence", "with-label", "first-token", "last-token"] | None = None,
    preset: str | None = None,
    seed: int | None = None,
    sentence_file: Path | None = None,
    pair_file: Path | None = None,
    revision: str | None = None,
    dtype: Literal["float32", "bfloat16", "float16"] | None = None,
    device: str | None = None,
    path: Literal["auto", "fast", "plain"] | None = None,
    pack: int | None = None,
    smallest_effect: float | None = None,
    level: float | None = None,
    config: Path | None = None,
    report: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Inject a concept into each of several sentences in turn, and ask the model where.

    Prints accuracy against chance with its interval, the same for every control, and a verdict that may be no;
    writes a report; keeps every trial. The same command continues a stopped run and repeats nothing.

    Parameters
    ----------
    model
        The embedded model (smollm2, the default), a Hub id such as Qwen/Qwen2.5-7B-Instruct, a folder, or a .gguf
        file.
    layer
        Where to inject: a fraction of the depth (0.25, the default), a block's index (8), several, or "all".
    scale
        The dose, one or several; 10 by default.
    unit
        Of the dose. vector: times the concept vector (the default, as published); raw: the norm added; relative:
        times the median norm of the residual stream at the injected tokens.
    trials
        Vectors and sets of sentences; 100 by default. Each gives one prediction a sentence and condition.
    sentences
        Sentences in a prompt; 5 by default.
    pairs
        Use only so many pairs of the file.
    controls
        Conditions beside "concept": noise, mismatched, opposite, abstract, sham (all by default), or "none".
    sign
        Toward the concept or away from it; by default as the preset says.
    span
        Which tokens of a sentence are injected; "sentence" by default.
    preset
        godet-2025 (the post, the default) or godet-2025-code (the author's script).
    seed
        Of all draws; 0 by default.
    sentence_file
        Your own sentences, one a line.
    pair_file
        Your own pairs: the line with the concept, then its generic twin.
    revision
        Branch, tag or commit of a Hub model.
    dtype
        float32 on a CPU by default, the checkpoint's own on an accelerator.
    device
        cpu, cuda or mps.
    path
        auto by default: the fast path where it agrees with the plain one on this model.
    pack
        Trials read together; by default 4 on a CPU, 16 on an accelerator.
    smallest_effect
        The smallest difference of accuracies of interest; 0.05 by default.
    level
        Confidence of the intervals; 0.95 by default.
    config
        A TOML file with these options (underscores for hyphens, layers and scales as lists); options given here
        prevail.
    report
        Where to write the HTML report; by default in Polariscope's data folder.
    json
        Print JSON and nothing else.
    """
    given = {name: value for name, value in locals().items() if name in _PLAIN and value is not None}
    fields = (read_experiment(config) if config else {}) | given | _lists(layer, scale, controls)
    _run(make_experiment(**fields), report, json)


_PLAIN = frozenset(Localize.model_fields) - {"layers", "scales", "controls"}


def _lists(
    layer: tuple[str, ...] | None, scale: tuple[str, ...] | None, controls: tuple[str, ...] | None
) -> dict[str, Any]:
    named = {"layers": layer, "scales": scale, "controls": controls}
    lists = {name: tuple(",".join(words).split(",")) for name, words in named.items() if words is not None}
    if lists.get("controls") == ("none",):
        lists["controls"] = ()
    return lists


def _run(experiment: Localize, report: Path | None, json: bool) -> None:
    console = Console(stderr=True, quiet=json, markup=False, highlight=False)
    read_and_draw(experiment)
    check_place(report)
    with LateLedger() as late:
        with console.status("loading the libraries"):
            from polariscope.introspection.checking import check  # late: torch takes seconds
            from polariscope.introspection.running import measure, prepare
        with Watch(console) as watch:
            checked = check(experiment, watch.say)
            ledger = late.open()
            prepared = prepare(experiment, ledger, watch.say, checked)
            watch.begin(prepared.plan, ledger)
            run = measure(prepared, ledger, typed(), watch.cell)
        finish(ledger, run, report, json=json)
