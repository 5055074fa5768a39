"""polariscope spectrum: eigenvalues of a lattice, a graph or a loss, each with what it is worth."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from polariscope.cli.late_ledger import LateLedger, typed
from polariscope.cli.progress import Watch
from polariscope.cli.told import check_place, finish
from polariscope.crystal.instruments.spectrum.experiment import Spectrum, make_spectrum

_Words = Annotated[tuple[str, ...] | None, Parameter(consume_multiple=True, negative="")]


def spectrum(
    subject: str | None = None,
    *,
    matrix: Literal[
        "auto", "dynamical", "combinatorial", "normalized", "random-walk", "hessian", "gauss-newton", "fisher"
    ]
    | None = None,
    top: int | None = None,
    bottom: int | None = None,
    probes: int | None = None,
    steps: int | None = None,
    rewired: int | None = None,
    relabelled: int | None = None,
    tolerance: float | None = None,
    parameters: _Words = None,
    batch: int | None = None,
    dtype: Literal["float32", "float64"] | None = None,
    seed: int | None = None,
    level: float | None = None,
    report: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Take the spectrum of a lattice, a graph or a network's loss, and say what it is worth.

    Prints the outermost eigenvalues with their residuals, what may have been missed, counts over the whole
    spectrum with their intervals, and a verdict that may be no; writes a report; keeps every reading.

    Parameters
    ----------
    subject
        A specimen: network (a small trained classifier, the default), transformer, training (a run whose soft
        mode is known); ring, diatomic, cubic, landau (a chain below its transition); sbm, random, cycle, path,
        hypercube. A graph file: an edge list (a b [weight]) or GraphML. Or module:function, your own function
        that returns (model, loss, data); it is imported from the current folder and run.
    matrix
        auto by default: a lattice's dynamical matrix, a graph's combinatorial Laplacian, a loss's Hessian.
    top
        How many of the largest eigenvalues; 5 by default.
    bottom
        How many of the smallest; 5 by default.
    probes
        Random vectors of the density; 8 by default.
    steps
        Lanczos steps a probe; 60 by default.
    rewired
        Graphs of the same degrees to compare communities with; 99 by default, 0 for none.
    relabelled
        Ask whether the Hessian is a Laplacian on its computation graph, against so many relabelled graphs; 0, not
        asked, by default. At most 3,000 parameters.
    tolerance
        Residual of a converged pair relative to the largest |eigenvalue|; by default as the arithmetic allows.
    parameters
        Patterns of the names of the parameters to examine, such as "blocks.0.*"; by default all.
    batch
        Examples in a minibatch, to save memory; the result is the same.
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
    given = {
        name: value for name, value in locals().items() if name in Spectrum.model_fields and value is not None
    }
    if "parameters" in given:
        given["parameters"] = tuple(",".join(given["parameters"]).split(","))
    _run(make_spectrum(**given), report, json)


def _run(experiment: Spectrum, report: Path | None, json: bool) -> None:
    console = Console(stderr=True, quiet=json, markup=False, highlight=False)
    check_place(report)
    with LateLedger() as late:
        with console.status("loading the libraries"):
            from polariscope.crystal.instruments.spectrum.running import measure_spectrum, prepare_spectrum
        with Watch(console) as watch:
            prepared = prepare_spectrum(experiment, watch.say)
            ledger = late.open()
            watch.begin(prepared.plan, ledger)
            run = measure_spectrum(prepared, ledger, typed(), watch.cell)
        finish(ledger, run, report, json=json)
