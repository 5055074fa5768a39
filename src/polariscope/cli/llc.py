"""polariscope llc: the local learning coefficient of a loss, with what it is worth."""

import re
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from polariscope.cli.late_ledger import LateLedger, typed
from polariscope.cli.progress import Watch
from polariscope.cli.told import check_place, finish
from polariscope.crystal.instruments.llc.experiment import Llc, make_llc

_Words = Annotated[tuple[str, ...] | None, Parameter(consume_multiple=True, negative="")]
_BETWEEN = re.compile(r",(?![^\[]*\])")
"""Commas, but for those of a slice."""
_Flag = Annotated[bool | None, Parameter(negative="")]


def llc(
    subject: str | None = None,
    *,
    sampler: Literal["hmc", "sgld"] | None = None,
    chains: int | None = None,
    draws: int | None = None,
    burn_in: int | None = None,
    step: float | None = None,
    leapfrog: int | None = None,
    acceptance: float | None = None,
    temperature: float | None = None,
    localization: float | None = None,
    prior: float | None = None,
    batch: int | None = None,
    preconditioned: _Flag = None,
    parameters: _Words = None,
    by: Literal["whole", "layer"] | None = None,
    matched: _Flag = None,
    calibrate: _Flag = None,
    memory: int | None = None,
    dtype: Literal["float32", "float64"] | None = None,
    seed: int | None = None,
    level: float | None = None,
    report: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Estimate the local learning coefficient of a network's loss, and say what the number is worth.

    Prints the estimate with its interval, the sampler's answer where the exact one is known, and a verdict that
    may be no number at all; writes a report; keeps every reading.

    Parameters
    ----------
    subject
        A specimen: reduced-rank (the default; reduced-rank:inputs,outputs,hidden), monomial (monomial:1,2 for its
        powers), superposition (superposition:5, 5+ or 6), modular-addition (checkpoints of a training run),
        network. Or module:function, your own function that returns (model, loss, data): a torch module, a
        function of (outputs, targets) that gives the mean over examples, and (inputs, targets). It is imported
        from the current folder and run.
    sampler
        hmc by default: exact but for its chains' length, all data at each step. sgld: minibatches, for size.
    chains
        Independent chains; 32 by default, 16 by sgld, or as a specimen recommends, and so are all below.
    draws
        Kept draws a chain; 200 by default, 1,000 by sgld.
    burn_in
        Draws before them, in which the step is adapted; by default as many.
    step
        Of the sampler; by default adapted to the acceptance.
    leapfrog
        Mean leapfrog steps a draw of hmc; 8 by default.
    acceptance
        Wanted; 0.9 by default, 0.95 by sgld.
    temperature
        1/beta; log n by default, n being the number of examples.
    localization
        Precision of the Gaussian that holds the chains near the start; 1 by default.
    prior
        Precision of a Gaussian prior at 0; 0 by default.
    batch
        sgld: examples in a minibatch, 256 by default. hmc: how many at a time, to save memory.
    preconditioned
        sgld: scale each parameter's step by its gradients.
    parameters
        Patterns of the names of the parameters that move, such as "blocks.0.*", with a slice where a part does,
        such as "attend.weight[0:8]"; by default all.
    by
        layer: also each layer alone, the others staying.
    matched
        Also scale every checkpoint's logits to one training loss; for modular-addition.
    calibrate
        Also scan steps and temperatures for where the answer depends on neither.
    memory
        MiB that chains save at a time for the backward pass; 256 by default.
    dtype
        float32 or float64; by default as the parameters are.
    seed
        Of all draws; 0 by default.
    level
        Confidence of the intervals; 0.95 by default.
    report
        Where to write the HTML report; by default in Polariscope's data folder.
    json
        Print JSON and nothing else.
    """
    given = {name: value for name, value in locals().items() if name in Llc.model_fields and value is not None}
    if "parameters" in given:
        given["parameters"] = tuple(_BETWEEN.split(",".join(given["parameters"])))
    _run(make_llc(**given), report, json)


def _run(experiment: Llc, report: Path | None, json: bool) -> None:
    console = Console(stderr=True, quiet=json, markup=False, highlight=False)
    check_place(report)
    with LateLedger() as late:
        with console.status("loading the libraries"):
            from polariscope.crystal.instruments.llc.running import measure_llc, prepare_llc
        with Watch(console) as watch:
            prepared = prepare_llc(experiment, watch.say)
            ledger = late.open()
            watch.begin(prepared.plan, ledger)
            # Draw by draw on a terminal, where a line is written over; else only cell by cell.
            say = watch.say if console.is_terminal else lambda _: None
            run = measure_llc(prepared, ledger, typed(), watch.cell, say)
        finish(ledger, run, report, json=json)
