"""Are the values what they say? Controls first, then convergence."""

from collections.abc import Iterator

import numpy as np

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.summary import End, Summary
from polariscope.reports import significant

_ASKED = "Are the eigenvalues what they say?"
_SLACK = 100.0
"""Times the unit roundoff: what an exact product may differ by, from another way of computing the same."""
_DIFFERENCES = 1e-3
"""Relative: a difference of gradients has errors of its own, of truncation and of rounding; see the check."""


def values_finding(summary: Summary) -> Finding:
    """Compare the matrix with what it must be, and every value with its bound.

    Args:
        summary: The run's numbers.

    Returns:
        Ruled out where a control failed; shown where all pairs converged.
    """
    failed = tuple(_failed(summary))
    if failed:
        told = " ".join(failed)
        return Finding("values", _ASKED, "ruled out", told, "No reading: a control of the values has failed.")
    loose = [f"{_open(end)} of the {len(end.pairs)} {end.name}" for end in summary.ends.values() if _open(end)]
    if loose or len(summary.ends) < 2:
        told = f"{' and '.join(loose)} did not converge." if loose else "The ends are not measured yet."
        cure = "A larger --tolerance, or fewer values, would decide." if loose else ""
        return Finding("values", _ASKED, "undecided", told, f"Not all values converged: {told}", cure)
    return Finding("values", _ASKED, "shown", f"{_converged(summary)} {_controls(summary)}")


def _open(end: End) -> int:
    return sum(not pair.converged for pair in end.pairs)


def _converged(summary: Summary) -> str:
    worst = max(pair.residual for end in summary.ends.values() for pair in end.pairs)
    return f"All pairs converged, with residuals of at most {worst:.2g}."


def _controls(summary: Summary) -> str:
    check = summary.check or {}
    told = [f"u′Av and v′Au differ by {check['symmetry']:.1g} of ‖A‖"]
    if "differences" in check:
        told.append(f"Hv and the difference of two gradients by {check['differences']:.1g}")
    if "translations" in check:
        told.append(f"{check['translations']} of {check['translations_expected']} translations are zero modes")
    if summary.exact is not None:
        told.append(f"the values and those of the whole matrix by {_off(summary):.1g} of ‖A‖")
    if "closed_form" in check and summary.exact is not None:
        told.append(f"those and the closed form by {_off_formula(summary):.1g}")
    return "Controls: " + "; ".join(told) + "."


def _failed(summary: Summary) -> Iterator[str]:
    check = summary.check or {}
    rounding = float(check.get("rounding", np.finfo(float).eps))
    if not check.get("symmetry", 0.0) <= _SLACK * rounding:
        yield f"The products are not those of a symmetric matrix: u′Av and v′Au differ by {check['symmetry']:.2g}."
    if not check.get("differences", 0.0) <= _DIFFERENCES:
        yield f"Hv and the difference of two gradients differ by {check['differences']:.2g} of ‖Hv‖."
    if check.get("translations", 0) < check.get("translations_expected", 0):
        yield (
            f"{check['translations_expected']} translations must be zero modes, and "
            f"{check['translations']} are: masses, springs or periodicity are wrong."
        )
    allowed = _SLACK * rounding + max((end.tolerance for end in summary.ends.values()), default=0.0)
    if summary.exact is not None and summary.ends and all(end.converged for end in summary.ends.values()):
        if not _off(summary) <= allowed:
            yield f"Converged values and those of the whole matrix differ by {_off(summary):.2g} of the largest."
        yield from _unlisted(summary)
        if not _off_formula(summary) <= allowed:
            yield f"The whole matrix’s eigenvalues and the closed form differ by {_off_formula(summary):.2g}."


def _unlisted(summary: Summary) -> Iterator[str]:
    """What the ends say of eigenvalues that they do not list, against all of them."""
    exact = np.asarray(summary.exact)
    for name, end in summary.ends.items():
        slack = end.tolerance * end.norm
        beyond = exact > end.unlisted_beyond + slack
        if name == "smallest":
            beyond = exact < end.unlisted_beyond - slack
        if np.count_nonzero(beyond) > len(end.pairs):
            far = significant(end.unlisted_beyond)
            yield f"{np.count_nonzero(beyond)} eigenvalues lie beyond {far}; at most {len(end.pairs)} should."


def _off(summary: Summary) -> float:
    """The largest difference of a value and the exact one of its rank, relative to the largest |eigenvalue|."""
    exact = np.asarray(summary.exact)
    worst = 0.0
    for name, end in summary.ends.items():
        ranked = exact[::-1] if name == "largest" else exact
        values = np.array([pair.value for pair in end.pairs])
        worst = max(worst, float(np.abs(ranked[: len(values)] - values).max(initial=0.0)))
    return worst / (float(np.abs(exact).max()) or 1.0)


def _off_formula(summary: Summary) -> float:
    formula = (summary.check or {}).get("closed_form")
    if formula is None:
        return 0.0
    exact = np.asarray(summary.exact)
    return float(np.abs(exact - np.asarray(formula)).max()) / (float(np.abs(exact).max()) or 1.0)
