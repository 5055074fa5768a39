"""Do eigenvalues stand out of the bulk?"""

import numpy as np

from polariscope.crystal.instruments.finding import Finding, Outcome
from polariscope.crystal.instruments.spectrum.summary import End, Summary
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs
from polariscope.crystal.spectra.loss.bulk import Tail, bulk_and_outliers, bulk_and_outliers_from_ends
from polariscope.reports import counted, p_value

_ASKED = "Do the largest eigenvalues stand out of the bulk?"
_LEVEL = 0.01
_HALF = 0.5


def outliers_finding(summary: Summary) -> Finding | None:
    """Test the gaps between the largest eigenvalues against the tail behind them.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where a gap is wider than the tail makes likely, at 1 % for all gaps together; ruled out where one as
        wide comes up at least every other time; None where too little is measured.
    """
    tail = upper_tail(summary)
    if tail is None:
        return None
    if not tail.looked:
        told = "Too few eigenvalues are listed for a bulk to compare with."
        more = "" if summary.exact is not None else "--top 30 would decide."
        return Finding("outliers", _ASKED, "undecided", told, "", more)
    count = len(tail.outliers)
    told = f"{counted(tail.looked, 'gap')} tested against the tail behind, p {p_value(tail.p_value)}."
    if not count:
        told = f"No gap is wider than the tail behind makes likely: {told}"
    if count:
        last = f"down to {tail.outliers[-1]:.4g}; the bulk begins at {tail.edge:.4g}"
        told = f"{counted(count, 'eigenvalue')} {'stands' if count == 1 else 'stand'} out, {last}. {told}"
    outcome: Outcome = "shown" if count else "ruled out" if tail.p_value >= _HALF else "undecided"
    headline = f"{counted(count, 'outlier')} above the bulk." if count else ""
    return Finding("outliers", _ASKED, outcome, told, headline)


def upper_tail(summary: Summary) -> Tail | None:
    """Separate the largest eigenvalues from the bulk.

    Args:
        summary: The run's numbers.

    Returns:
        The upper tail, of all eigenvalues where they are known, else of those listed; None where neither is there.
    """
    if summary.exact is not None:
        return bulk_and_outliers(summary.exact, level=_LEVEL).above
    if summary.density is None or len(summary.ends) < 2:
        return None
    smallest, largest = (_pairs(summary.ends[name], summary.size) for name in ("smallest", "largest"))
    return bulk_and_outliers_from_ends(smallest, largest, summary.density, level=_LEVEL).above


def _pairs(end: End, size: int) -> Eigenpairs:
    """An end as it was measured, without the vectors, which the ledger does not keep."""
    values, residuals = (np.array([getattr(pair, name) for pair in end.pairs]) for name in ("value", "residual"))
    return Eigenpairs(
        values, np.empty((size, 0)), residuals, np.array([pair.converged for pair in end.pairs]),
        "largest" if end.name == "largest" else "smallest", end.norm, end.tolerance, end.unlisted_beyond,
        end.miss_probability, end.products,
    )  # fmt: skip
