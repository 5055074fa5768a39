"""Is the lattice stable? No mode may lie below zero."""

from polariscope.crystal.instruments.spectrum.findings.finding import Finding
from polariscope.crystal.instruments.spectrum.findings.signs import signs
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import counted

_ASKED = "Is the lattice stable?"


def stability_finding(summary: Summary) -> Finding | None:
    """Look for modes below zero.

    Args:
        summary: The run's numbers.

    Returns:
        Ruled out where an eigenvalue lies below zero with its whole residual; shown where none does and none was
        missed; None where the lower end is not measured.
    """
    found = signs(summary)
    if found is None:
        return None
    if found.negative:
        lowest = abs(found.lowest) ** 0.5
        told = (
            f"{counted(found.negative, 'mode')} with ω² below zero by more than the residual. "
            f"The softest grows as exp({lowest:.4g} t)."
        )
        headline = f"Unstable: {counted(found.negative, 'imaginary mode')}."
        return Finding("stable", _ASKED, "ruled out", told, headline)
    if found.none_below:
        told = f"The lowest ω² is {found.lowest:.3g}, zero within {found.resolution:.1g}; {found.how_sure}."
        return Finding("stable", _ASKED, "shown", told, "Stable: no mode lies below zero.")
    told = f"No eigenvalue is certainly below zero, but one may lie below {found.unlisted:.3g} unlisted."
    return Finding("stable", _ASKED, "undecided", told, "Whether the lattice is stable is undecided.")
