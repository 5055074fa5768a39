"""The figures of a spectrum, from its numbers."""

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.instruments.spectrum.summary import End, Reading, Summary
from polariscope.crystal.instruments.spectrum.wording import QUANTITY
from polariscope.crystal.spectra.krylov.density import SpectralDensity
from polariscope.crystal.spectra.krylov.distribution import share_below, smoothed
from polariscope.reports import (
    DensityLine,
    ScreeEnd,
    Values,
    ZeroMark,
    axis_points,
    bands,
    cumulative,
    density,
    layout,
    linear_within,
    percent,
    scree,
    track,
)

_Floats = NDArray[np.float64]
_PLACES = 241
_BELL = 0.01
"""Width of the smoothing as a share of the drawn axis."""


def scree_figure(summary: Summary) -> str:
    """Draw both ends by rank.

    Args:
        summary: With at least one end.

    Returns:
        An ``<svg>`` element.
    """
    ends = [_scree_end(end) for end in summary.ends.values()]
    sure = {1 - end.miss_probability for end in summary.ends.values()}
    values = np.concatenate([np.asarray(end.values, np.float64) for end in ends])
    return scree(
        ends,
        axis=QUANTITY[summary.family],
        title="The outermost eigenvalues by rank",
        certainty=f"probability {percent(min(sure), 0)}" if min(sure) < 1 else "",
        linear=linear_within(values, bulk=0.5),
    )


def _scree_end(end: End) -> ScreeEnd:
    return ScreeEnd(
        "largest" if end.name == "largest" else "smallest",
        np.array([pair.value for pair in end.pairs]),
        np.array([pair.residual for pair in end.pairs]),
        np.array([pair.converged for pair in end.pairs]),
        end.unlisted_beyond,
    )


def cumulative_figure(summary: Summary) -> str:
    """Draw the share of eigenvalues below each value, between its bounds.

    Args:
        summary: With a density.

    Returns:
        An ``<svg>`` element.
    """
    found = _density(summary)
    linear = _linear(summary)
    places = axis_points(*_span(summary), _PLACES, linear)
    bounds = [share_below(found, float(at), summary.level) for at in places]
    return cumulative(
        places,
        np.array([each.low for each in bounds]),
        np.array([each.high for each in bounds]),
        label=f"{percent(summary.level, 0)} band at each value",
        known=_known(summary),
        axis=QUANTITY[summary.family],
        y_label="share of eigenvalues below",
        title="Cumulative share of eigenvalues",
        linear=linear,
    )


def density_figure(summary: Summary) -> str:
    """Draw the smoothed density, and the known eigenvalues smoothed alike.

    Args:
        summary: With a density.

    Returns:
        An ``<svg>`` element.
    """
    found = _density(summary)
    low, high = _span(summary)
    linear, width = _linear(summary), _BELL * (high - low)
    places = np.union1d(axis_points(low, high, _PLACES, linear), np.linspace(low, high, _PLACES))
    seen = smoothed(found, places, width)
    curves = [DensityLine("quadrature", seen.heights, seen.standard_errors)]
    if summary.exact is not None:
        curves.append(DensityLine("all eigenvalues, smoothed alike", _smooth(summary.exact, places, width)))
    outer = [end.outermost for end in summary.ends.values()]
    tops = [pair.value if abs(pair.value) > pair.residual else 0.0 for pair in outer]
    return density(
        places,
        curves,
        known=_known(summary),
        extremes=Values("outermost", np.array(tops)) if tops else None,
        axis=QUANTITY[summary.family],
        y_label=f"density per unit of {QUANTITY[summary.family]}",
        title="Smoothed spectral density",
        linear=linear,
        floor=None if linear is None else 0.1 / (summary.size * width * np.sqrt(2 * np.pi)),
    )


def bands_figure(summary: Summary) -> str | None:
    """Draw the branches of a lattice, with its density of states beside them.

    Args:
        summary: Of a lattice.

    Returns:
        An ``<svg>`` element; None where there are no branches.
    """
    branches, corners, states = summary.own.get("branch", ()), summary.one("corners"), summary.one("states")
    if not branches or corners is None:
        return None
    return bands(
        branches[0]["distances"],
        np.array([row["frequencies"] for row in branches]).T,
        corners=list(zip(corners["names"], corners["distances"], strict=True)),
        states=None if states is None else (states["edges"], states["density"]),
        axis="frequency ω",
        title="Phonon branches along a path",
    )


def layout_figure(places: Reading, fiedler: str) -> str:
    """Draw a graph by its slowest modes.

    Args:
        places: The layout's reading.
        fiedler: The Fiedler value, in words.

    Returns:
        An ``<svg>`` element.
    """
    return layout(
        places["x"],
        places["y"],
        edges=np.column_stack([places["first"], places["second"]]),
        axes=("slowest mode", "next mode"),
        groups=places["labels"],
        planted=places.get("groups"),
        note=f"Fiedler value {fiedler}",
        title="The graph, placed by the two slowest modes of a random walk",
    )


def track_figure(summary: Summary) -> str:
    """Draw the followed eigenvalue along its path.

    Args:
        summary: With a path.

    Returns:
        An ``<svg>`` element.
    """
    points, zeros = summary.own["point"], summary.own.get("crossing", ())
    at, values, residuals = (np.array([row[key] for row in points]) for key in ("at", "value", "residual"))
    return track(
        at,
        values,
        residuals,
        levels=np.array([row["levels"] for row in points]),
        zeros=[ZeroMark(row["at"], row["low"], row["high"]) for row in zeros],
        expected=zeros[0].get("expected") if zeros else None,
        lost=[row["at"] for row in points if row["lost"]],
        label="followed mode",
        x_label=points[0]["label"],
        y_label=QUANTITY[summary.family],
        title="The followed eigenvalue along the path",
    )


def _density(summary: Summary) -> SpectralDensity:
    if summary.density is None:
        raise ValueError("the figure needs a density")
    return summary.density


def _known(summary: Summary) -> Values | None:
    return None if summary.exact is None else Values("all eigenvalues", np.array(summary.exact))


def _span(summary: Summary) -> tuple[float, float]:
    seen = [*_density(summary).measure()[0], *(pair.value for end in summary.ends.values() for pair in end.pairs)]
    low, high = min(seen), max(seen)
    room = 0.03 * (high - low) or 0.5
    return low - room, high + room


def _linear(summary: Summary) -> float | None:
    """Where the axis turns logarithmic: nodes count with their weight, as eigenvalues do."""
    places, shares = _density(summary).measure()
    drawn = np.interp(np.linspace(0.0005, 0.9995, 2_000), np.cumsum(shares), places)
    tops = [pair.value for end in summary.ends.values() for pair in end.pairs]
    return linear_within([*drawn, *tops])


def _smooth(values: tuple[float, ...], places: _Floats, width: float) -> _Floats:
    apart = (places[:, None] - np.asarray(values)) / width
    bells: _Floats = np.exp(-(apart**2) / 2).mean(axis=1) / (width * np.sqrt(2 * np.pi))
    return bells
