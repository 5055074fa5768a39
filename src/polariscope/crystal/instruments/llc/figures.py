"""The figures of a learning coefficient, from its numbers."""

from collections.abc import Sequence
from math import isclose, nan

import numpy as np

from polariscope.crystal.instruments.llc.summary import Estimate, Reading, Summary, remarks
from polariscope.crystal.instruments.llc.wording import briefly, figure
from polariscope.reports import (
    Mark,
    Plateau,
    Row,
    ScanSeries,
    Series,
    curve,
    intervals,
    posterior,
    scan,
    significant,
    traces,
)
from polariscope.reports.keys import fitted

_LABEL = 112.0
"""Room in px for a layer's name."""
_ESTIMATE = "λ̂ = t E[L − L*]"


def traces_figure(summary: Summary, main: Estimate) -> str | None:
    """Draw the main estimate's chains.

    Args:
        summary: The run's numbers.
        main: Its main estimate.

    Returns:
        An ``<svg>`` element; None where no trace is kept.
    """
    trace = summary.of_main("trace")
    if trace is None:
        return None
    return traces(
        trace["steps"],
        trace["values"],
        burn_in=trace["burn_in"] + 1,  # draws are counted from 1
        reference=exact_value(summary),
        estimate=main.value if main.given else None,
        y_label="t (L − L*)",
        x_label="draw",
        title="t (L − L*) of the chains over their draws",
    )


def posterior_figure(summary: Summary, main: Estimate) -> str | None:
    """Draw what each chain says.

    Args:
        summary: The run's numbers.
        main: Its main estimate.

    Returns:
        An ``<svg>`` element; None where the chains' means are not kept.
    """
    chains = summary.of_main("chains")
    if chains is None:
        return None
    return posterior(
        np.asarray(chains["means"], np.float64)[:, None],
        estimate=main.value,
        low=main.low,
        high=main.high,
        reference=exact_value(summary),
        x_label=f"{_ESTIMATE} of one chain",
        title="What each chain says the coefficient is",
    )


def layers_figure(parts: Sequence[Estimate]) -> str:
    """Draw the coefficient of the whole and of each layer, against 0.

    Zero is the one reference that all share, where no direction counts; d/2, where each counts fully, is another
    for each layer, and far beyond the frame for all of a deep network.

    Args:
        parts: The whole and its layers.

    Returns:
        An ``<svg>`` element.
    """
    rows = [
        Row(fitted(each.part, _LABEL), (Mark(each.value, each.low, each.high),), category=int(place > 0))
        for place, each in enumerate(parts)
    ]
    return intervals(
        rows,
        reference=0.0,
        reference_label="0",
        axis=_ESTIMATE,
        title="Learning coefficient by layer",
        shown=figure,
    )


def checkpoints_figure(kinds: Sequence[tuple[str, Sequence[Estimate]]]) -> str:
    """Draw the coefficient along training, with logits as they are and scaled to one training loss.

    Args:
        kinds: Names, and estimates by training step.

    Returns:
        An ``<svg>`` element.
    """
    places = sorted({each.at for _, along in kinds for each in along if each.at is not None})
    lines = [_line(name, along, places, kind) for kind, (name, along) in enumerate(kinds)]
    return curve(
        places,
        lines,
        reference=0.0,
        reference_label="0",
        x_label="training step",
        y_label="λ̂",
        title="Learning coefficient along training",
        shown=figure,
        log_x=places[0] > 0,
    )


def _line(name: str, along: Sequence[Estimate], places: Sequence[float], category: int) -> Series:
    found = {each.at: each for each in along}
    values, low, high = (
        tuple(float(getattr(found[place], key)) if place in found else nan for place in places)
        for key in ("value", "low", "high")
    )
    return Series(name, values, low, high, category, band=False)


def scan_figure(summary: Summary, kind: str) -> str | None:
    """Draw the estimates over t or gamma, and what is exact at each where that is known.

    Args:
        summary: The run's numbers.
        kind: "temperature" or "localization".

    Returns:
        An ``<svg>`` element; None where it is not measured.
    """
    field, label = _SCANNED[kind]
    rows = sorted(summary.own.get(kind, ()), key=lambda row: float(row[field]))
    if not rows:
        return None
    known = summary.one("known")
    return scan(
        [row[field] for row in rows],
        [_series("estimate", rows), *_exactly(rows)],
        reference=None if known is None else known["threshold"],
        reference_label="RLCT",
        x_label=label,
        y_label=_ESTIMATE,
        title=f"The estimate over the {kind}",
    )


_SCANNED = {
    "temperature": ("scale", "t = n/temperature"),
    "localization": ("localization", "γ, the localization"),
}


def _exactly(rows: Sequence[Reading]) -> tuple[ScanSeries, ...]:
    values = [float(row["exact"]) for row in rows if row.get("exact") is not None]
    count = len(rows)
    if len(values) < count:
        return ()
    return (ScanSeries("exact", values, [0.0] * count, [True] * count, [""] * count),)


def calibration_figures(summary: Summary, rows: Sequence[Reading]) -> tuple[str, ...]:
    """Draw the estimates over the sampler's step, a drawing for each temperature: each has steps of its own.

    Args:
        summary: The run's numbers.
        rows: The readings of the scan.

    Returns:
        ``<svg>`` elements, by t; the plateau and the exact value stand in that of the run's own temperature.
    """
    scales = sorted({float(row["scale"]) for row in rows})
    by_scale = ([row for row in rows if row["scale"] == scale] for scale in scales)
    return tuple(_steps(summary, sorted(own, key=lambda row: float(row["step"]))) for own in by_scale)


def _steps(summary: Summary, rows: Sequence[Reading]) -> str:
    own, found = isclose(rows[0]["temperature_factor"], 1.0), summary.one("plateau")
    flat = found if own and found is not None and found["found"] else None
    label = f"t = {significant(rows[0]['scale'])}"
    return scan(
        [row["step"] for row in rows],
        [_series(label, rows)],
        plateau=_plateau(flat) if flat else None,
        chosen=flat["chosen"] if flat else None,
        reference=exact_value(summary) if own else None,
        x_label="step",
        y_label=_ESTIMATE,
        title=f"The estimate over the sampler’s step, at {label}",
    )


def _plateau(found: Reading) -> Plateau:
    return Plateau(found["start"], found["stop"], found["value"], found["standard_error"])


def _series(label: str, rows: Sequence[Reading]) -> ScanSeries:
    reasons = [remarks(row["reasons"]) for row in rows]
    return ScanSeries(
        label,
        [row["value"] for row in rows],
        [row["standard_error"] for row in rows],
        [not each for each in reasons],
        [briefly(each[0]) if each else "" for each in reasons],
    )


def exact_value(summary: Summary) -> float | None:
    """What the main estimate should be, where that is known exactly.

    Args:
        summary: The run's numbers.

    Returns:
        t E[K] at its t and gamma; None where only the limit is known, or nothing.
    """
    known = summary.one("known")
    value = None if known is None else known["exact"]
    return None if value is None or np.isnan(value) else float(value)
