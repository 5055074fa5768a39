"""The section of a path: the followed eigenvalue and where it crosses zero."""

from polariscope.crystal.instruments.spectrum.figures import track_figure
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import Picture, Section


def path_section(summary: Summary) -> Section | None:
    """Draw the followed mode.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where there is no path.
    """
    points = summary.own.get("point", ())
    if not points:
        return None
    least = min(row["overlap"] for row in points)
    caption = (
        f"The mode that is softest at the start, followed by the overlap of its vectors (at least {least:.2f} "
        "from point to point); behind it the lowest eigenvalues at each point. Between points the crossing is "
        "interpolated; its interval is that of the two points around it."
    )
    return Section("path", "The soft mode", (Picture((track_figure(summary),), caption),))
