"""The section of the whole spectrum: its density, its cumulative shares, and what they add up to."""

import numpy as np

from polariscope.crystal.instruments.spectrum.counts import Counted, counts
from polariscope.crystal.instruments.spectrum.figures import cumulative_figure, density_figure
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.crystal.spectra.krylov.density import SpectralDensity
from polariscope.crystal.spectra.krylov.distribution import wasserstein
from polariscope.reports import Block, Cell, Paragraph, Picture, Section, Table, percent, significant


def whole_section(summary: Summary) -> Section | None:
    """Show the density with its errors, against all eigenvalues where they are known.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where no density is measured.
    """
    if summary.density is None:
        return None
    found = counts(summary)
    probes, steps = summary.density.nodes.shape
    made = f"{probes} probes of {steps} steps"
    blocks: list[Block] = [
        Picture(
            (cumulative_figure(summary),),
            f"Share of eigenvalues below each value, from {made}. The band holds the true share with probability "
            f"{percent(summary.level, 0)} at each value: it counts what the quadrature leaves open, which is "
            "bounded for every spectrum, and the randomness of the probes.",
        ),
        Picture(
            (density_figure(summary),),
            f"A picture of the density, from {made}, smoothed; the band is one standard error. The smoothing is a "
            "choice; the shares above need none.",
        ),
        _table(summary, found),
    ]
    if summary.exact is not None:
        blocks.append(Paragraph(_against_truth(summary.density, summary.exact, found)))
    return Section("whole", "The whole spectrum", tuple(blocks))


def _against_truth(density: SpectralDensity, exact: tuple[float, ...], found: tuple[Counted, ...]) -> str:
    held = sum(each.held for each in found)
    distance = wasserstein(density, exact)
    spread = float(np.ptp(exact)) or 1.0
    return (
        f"The matrix was written out and all its {density.size:,} eigenvalues computed. The density’s "
        f"Wasserstein-1 distance to them is {distance:.2g}, {percent(distance / spread, 2)} of their spread; "
        f"{held} of the {len(found)} intervals above hold the exact number."
    )


def _table(summary: Summary, found: tuple[Counted, ...]) -> Table:
    exact = (Cell("exact"),) if summary.exact is not None else ()
    columns = (Cell("of all eigenvalues"), Cell("estimate"), *exact, Cell("what it is"))
    rows = []
    for each in found:
        ends = f"[{significant(each.low, 4)}, {significant(each.high, 4)}]"
        truth = (Cell(significant(each.exact, 4)),) if exact and each.exact is not None else ()
        rows.append((Cell(each.name), Cell(significant(each.value, 4), ends), *truth, Cell(each.note)))
    return Table(f"Estimates with {percent(summary.level, 0)} intervals.", columns, tuple(rows))
