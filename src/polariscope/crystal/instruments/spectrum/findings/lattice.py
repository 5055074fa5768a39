"""Is the lattice stable? No mode may lie below zero."""

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.findings.signs import signs
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import counted, significant

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
        rate = abs(found.lowest) ** 0.5
        least = "" if found.exactly else "at least "
        told = (
            f"{least.capitalize()}{counted(found.negative, 'mode')} with ω² below zero by more than the residual. "
            f"The softest grows as exp({significant(rate)} t)."
        )
        headline = f"Unstable: {least}{counted(found.negative, 'imaginary mode')}."
        return Finding("stable", _ASKED, "ruled out", told, headline)
    if found.none_below:
        lowest = found.lowest if abs(found.lowest) > found.resolution else 0.0
        near = f"told from zero beyond {significant(found.resolution, 1)}"
        told = f"The lowest ω² is {significant(lowest)}, {near}; {found.how_sure}."
        return Finding("stable", _ASKED, "shown", told, "Stable: no mode lies below zero.")
    told = f"No eigenvalue is certainly below zero, but one may lie below {significant(found.unlisted)} unlisted."
    return Finding("stable", _ASKED, "undecided", told, "Whether the lattice is stable is undecided.")
