"""The section of a path: the followed eigenvalue and where it crosses zero."""

from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import Picture, Section, ZeroMark, track


def path_section(summary: Summary) -> Section | None:
    """Draw the followed mode.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where there is no path.
    """
    points, crossings = summary.own.get("point", ()), summary.own.get("crossing", ())
    if not points:
        return None
    drawn = track(
        [row["at"] for row in points],
        [row["value"] for row in points],
        [row["residual"] for row in points],
        levels=[row["levels"] for row in points],
        zeros=[ZeroMark(row["at"], row["low"], row["high"]) for row in crossings],
        expected=crossings[0].get("expected") if crossings else None,
        lost=[row["at"] for row in points if row["lost"]],
        x_label=points[0]["label"],
        y_label="eigenvalue",
        title="The followed eigenvalue along the path",
    )
    least = min(row["overlap"] for row in points)
    caption = (
        f"The mode that is softest at the start, followed by the overlap of its vectors (at least {least:.2f} "
        "from point to point); behind it the lowest eigenvalues at each point. Between points the crossing is "
        "interpolated; its interval is that of the two points around it."
    )
    return Section("path", "The soft mode", (Picture((drawn,), caption),))
