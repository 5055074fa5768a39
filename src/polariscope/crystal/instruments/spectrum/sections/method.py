"""The sections that say how the numbers were made, and of what."""

from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import Bullets, Facts, Section, counted
from polariscope.runs import Run

_MEASURED = (
    "Single eigenvalues: Rayleigh-Ritz in a block Krylov space with full reorthogonalisation; every pair’s "
    "residual is measured by a product of its own. Then another search starts from a random vector orthogonal "
    "to all found, for a Krylov space sees only as many copies of a repeated eigenvalue as it has starting "
    "vectors.",
    "What may be missing: with the stated probability over the random start, a vector that lies beyond the given "
    "value would have shown itself by the residual polynomial of the last search.",
    "The whole spectrum: stochastic Lanczos quadrature. Each probe’s nodes and weights bound its cumulative "
    "share for every spectrum with the same moments (Chebyshev, Markov, Stieltjes); intervals add the "
    "randomness of the probes. Converged pairs are counted, and the probes see the rest.",
)
_DECIDED = (
    "Are the values what they say: ruled out where a control fails (the products are not symmetric; H v is not "
    "the difference of two gradients, to 0.1 %; a translation is no zero mode; converged values are not those "
    "of the whole matrix or of the closed form, or the whole has more beyond the bound than were said to be); "
    "shown where all pairs converged.",
    "Stable, minimum: ruled out where an eigenvalue lies below zero by more than the tolerance; shown where "
    "none does and none can have been missed. A minimum also needs a gradient that promises less than 0.1 % of "
    "the loss.",
    "Communities: modularity of the cut in two against graphs of the same degrees, rewired; shown at p ≤ 0.05, "
    "ruled out at p ≥ 0.5. Outliers: the innermost gap against the 20 behind it, at 1 % for all gaps together.",
    "A mode crosses zero where its value changes sign with its residual on both sides. A Laplacian explains "
    "more than a relabelled graph where both nulls stay below it at p ≤ 0.05.",
)
_NOT_RUN = {
    "lattice": ("anharmonic terms: everything here is to second order",),
    "graph": ("other nulls than rewiring: geometric or bipartite graphs need their own",),
    "loss": (
        "reparametrisation: eigenvalues change when layers are rescaled, though the function stays",
        "other data: the loss of a fresh sample has another Hessian",
        "label shuffling: whether outliers come from the classes is not tested",
    ),
}


def method_section(summary: Summary) -> Section:
    """Say how it is measured and decided, and which controls were not run.

    Args:
        summary: The run's numbers.

    Returns:
        The section.
    """
    return Section(
        "method",
        "Method",
        (
            Bullets(_MEASURED, "How it is measured"),
            Bullets(_DECIDED, "How it is decided"),
            Bullets(_NOT_RUN[summary.family], "Controls not run"),
        ),
    )


def provenance_section(run: Run) -> Section:
    """Say what was measured, with what, and how to do it again.

    Args:
        run: As the ledger records it.

    Returns:
        The section.
    """
    told = run.environment
    facts = tuple((str(term), str(text)) for term, text in told["facts"])
    machine = f"Polariscope {told['polariscope']}, Python {told['python']}, {told['machine']}"
    more = (
        ("Software", f"{machine}, numpy {told['numpy']}, scipy {told['scipy']}"),
        ("Seed", str(run.experiment["seed"])),
        ("Command", run.command),
        ("Run", f"{run.id}, {run.finished} of {counted(run.total, 'cell')}, first recorded {run.created_at}"),
    )
    return Section("provenance", "Provenance", (Facts((*facts, *more)),))
