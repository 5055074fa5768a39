"""An estimate over a sampler's setting: where it holds still, and where it cannot be used and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.chains import near_bulk
from polariscope.reports.crosses import LANE, draw_crosses, lettered, look_of_cross
from polariscope.reports.frames import canvas, finite, frame, in_px, make_room, name_axis, nothing, ticks
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height, lines_of, write_lines
from polariscope.reports.scales import significant, span, telling_digits
from polariscope.reports.scan_rows import ScanRow, ScanSeries, bars_of, lanes_of, row_of, usable_values
from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text

_WIDTH, _PLOT = 420.0, 200.0
_LEFT, _RIGHT = 44.0, 14.0
_ACROSS, _KEY = _WIDTH - _LEFT - _RIGHT, _WIDTH - 16
_BESIDE, _BEYOND = 4.0, 7.0
"""In px: distance of the marks of two series at one setting, and how far a plateau is drawn beyond its ends."""
_FAR = 2.0
"""How far bars may widen the frame, in units of the width of the values' bulk."""
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plateau:
    """Settings over which an estimate does not depend on the setting.

    Args:
        start: The least of them
        end: and the largest.
        value: The estimate there.
        error: Its standard error.
    """

    start: float
    end: float
    value: float
    error: float


_Known = tuple[Plateau | None, float | None, float | None]


def scan(
    x: ArrayLike,
    rows: Sequence[ScanSeries],
    *,
    plateau: Plateau | None = None,
    chosen: float | None = None,
    reference: float | None = None,
    reference_label: str = "exact",
    x_label: str,
    y_label: str,
    title: str,
) -> str:
    """Draw estimates with their errors over a logarithmic setting, and why some of them cannot be used.

    An estimate that cannot be used is a cross beyond the frame, with the letter of its reason: below where it is
    less than the median of those of its line that can, above else, also where it is no number.

    Args:
        x: The settings, ascending and above zero, shape ``(k,)``.
        rows: One or more lines, each of k estimates.
        plateau: Where the estimate holds still, if it does.
        chosen: The setting that is taken.
        reference: The exact value, where it is known.
        reference_label: What it is.
        x_label: What the setting is, with its unit.
        y_label: What the estimate is, with its unit.
        title: What the figure shows, for screen readers.

    Returns:
        An ``<svg>`` element.
    """
    at, known = np.asarray(x, float), (plateau, chosen, reference)
    reasons = lettered(reason for each in rows for reason in each.why() if reason)
    drawn = [row_of(each, place, reasons) for place, each in enumerate(rows)]
    above, below = (lanes_of(drawn, under=under) for under in (False, True))
    limits, samples = _limits(drawn, known), _samples(drawn, known, reference_label)
    notes = lines_of(" ".join(_notes(drawn, reasons, limits)), _KEY)
    keys = key_height(samples, _KEY)
    top = keys + LINE + 10 + LANE * len(above)
    foot = top + _PLOT + LANE * len(below) + 42
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        axes, on = frame(figure, _LEFT, top, _ACROSS, _PLOT), canvas(figure)
        span(axes, "y", limits, apart=0.09)
        make_room(axes)
        settings = finite([*at, *([plateau.start, plateau.end] if plateau else []), chosen or nan])
        span(axes, "x", settings if len(settings) else [1.0], log=True)
        axes.spines["bottom"].set_position(("outward", LANE * len(below)))
        _draw_known(axes, known)
        _draw_rows(axes, at, drawn)
        for name, lanes, start in (("above", above, top - 6 - LANE * len(above)), ("below", below, top + _PLOT)):
            _draw_lanes(axes, on, at, (name, lanes, len(drawn)), start)
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(y_label, _KEY), va="center", fontsize=SMALL)
        name_axis(on, _LEFT + _ACROSS / 2, foot, x_label, _ACROSS)
        write_lines(on, foot, notes)
        told = [_told_row(at, each, row) for each, row in zip(rows, drawn, strict=True)]
        return svg_text(figure, title, ". ".join((*told, *_told_known(known, reference_label))) + ".")


_PLATEAU: dict[str, Any] = {"color": INK, "linewidth": 1.4}
_CHOSEN: dict[str, Any] = {"color": INK, "linestyle": "none", "marker": "v", "markersize": 8}
_REFERENCE: dict[str, Any] = {"color": INK, "linewidth": 1.8, "dashes": (1, 1.5)}


def _look(place: int) -> dict[str, Any]:
    kind, again = place % len(CATEGORIES), place // len(CATEGORIES)
    return {
        "color": CATEGORIES[kind], "marker": MARKERS[kind], "markersize": 6, "linewidth": 1.4,
        "linestyle": _DASHES[again % len(_DASHES)],
    }  # fmt: skip


def _limits(rows: Sequence[ScanRow], known: _Known) -> _Floats:
    """Heights that must fit: what can be used, its errors unless these are far wider, and what is known."""
    (plateau, _, reference), values = known, usable_values(rows)
    ends = [plateau.value - plateau.error, plateau.value, plateau.value + plateau.error] if plateau else []
    bars = near_bulk(finite(bars_of(rows)), values, _FAR)
    return finite([*values, *bars, *_usual(rows), *ends, nan if reference is None else reference])


def _usual(rows: Sequence[ScanRow]) -> _Floats:
    """Ends of the bars that are no wider than the median one: where all are wide, agreement must look like it."""
    found = [_ends_of(row) for row in rows if row.usable.any()]
    return np.concatenate(found) if found else np.array([])


def _ends_of(row: ScanRow) -> _Floats:
    values, errors = row.values[row.usable], row.errors[row.usable]
    narrow = errors <= np.nanmedian(errors) if np.isfinite(errors).any() else np.zeros(len(errors), bool)
    return np.concatenate([values[narrow] - errors[narrow], values[narrow] + errors[narrow]])


def _samples(rows: Sequence[ScanRow], known: _Known, reference_label: str) -> list[Sample]:
    plateau, chosen, reference = known
    samples = [Sample(row.label, {**_look(row.place), "markevery": [0]}) for row in rows]
    samples += [Sample("not usable", look_of_cross(INK))] if any(not row.usable.all() for row in rows) else []
    samples += [Sample(f"plateau {_with_error(plateau.value, plateau.error)}", _PLATEAU, INK)] if plateau else []
    samples += [Sample(f"chosen {significant(chosen)}", _CHOSEN)] if chosen is not None else []
    exact = "" if reference is None else f"{reference_label} {significant(reference)}"
    return samples + ([Sample(exact, _REFERENCE)] if exact else [])


def _with_error(value: float, error: float) -> str:
    known = f" ± {significant(error, 2)}" if isfinite(error) else ", error not known"
    return significant(value, telling_digits(value, error)) + known


def _draw_known(axes: Any, known: _Known) -> None:
    plateau, chosen, reference = known
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    if plateau is not None:
        ends = [float(_moved(axes, at, px)) for at, px in ((plateau.start, -_BEYOND), (plateau.end, _BEYOND))]
        low, high = np.clip(plateau.value + plateau.error * np.array([-1, 1]), bottom, top)
        axes.fill((*ends, *ends[::-1]), (low, low, high, high), color=INK, alpha=0.2, linewidth=0, gid="plateau")
        axes.plot(ends, (plateau.value, plateau.value), **_PLATEAU, gid="plateau-value")
    if reference is not None and isfinite(reference):
        axes.plot((left, right), (reference, reference), **_REFERENCE, gid="reference")
    if chosen is not None:
        axes.plot((chosen, chosen), (bottom, top), color=INK, linewidth=0.8, alpha=0.7)
        axes.plot(chosen, top, **_CHOSEN, gid="chosen")


def _moved(axes: Any, x: ArrayLike, px: float) -> _Floats:
    """Places moved to the right on a logarithmic axis."""
    left, right = np.log10(axes.get_xlim())
    return np.asarray(np.asarray(x, float) * 10 ** (px * (right - left) / (axes.get_position().width * _WIDTH)))


def _beside(axes: Any, x: _Floats, place: int, count: int) -> _Floats:
    return _moved(axes, x, (place - (count - 1) / 2) * _BESIDE)


def _draw_rows(axes: Any, x: _Floats, rows: Sequence[ScanRow]) -> None:
    if not len(usable_values(rows)):
        nothing(axes)
    for row in rows:
        at, values, look = _beside(axes, x, row.place, len(rows)), row.values, _look(row.place)
        low, high = (np.clip(values + side * row.errors, *axes.get_ylim()) for side in (-1, 1))
        ticks(axes, at, low, high, color=look["color"], linewidth=1.4, alpha=0.75, gid=f"errors-{row.place}")
        axes.plot(at, values, **look, gid=f"series-{row.place}")


def _draw_lanes(
    axes: Any, on: Any, x: _Floats, side: tuple[str, list[tuple[ScanRow, NDArray[np.intp]]], int], start: float
) -> None:
    name, lanes, count = side
    for lane, (row, places) in enumerate(lanes):
        at = _beside(axes, x[places], row.place, count)
        across = in_px(axes, at, np.full(len(at), axes.get_ylim()[0]))[0]
        letters = [row.letters[place] for place in places]
        colour = CATEGORIES[row.place % len(CATEGORIES)]
        draw_crosses(on, across, start + LANE * (lane + 0.5), letters, colour, f"{name}-{row.place}")


def _notes(rows: Sequence[ScanRow], reasons: dict[str, str], limits: _Floats) -> list[str]:
    crosses = "; ".join(f"{letter}: {reason}" for reason, letter in reasons.items())
    said = [f"Not usable, above or below their line's median: {crosses}."] if crosses else []
    bars = bars_of(rows)
    far = len(limits) and ((bars < limits[0]) | (bars > limits[-1])).any()
    return said + (["Bars reach beyond the frame."] if far else [])


def _told_row(x: _Floats, series: ScanSeries, row: ScanRow) -> str:
    why = series.why()
    used, lost = np.flatnonzero(row.usable), np.flatnonzero(~row.usable)
    good = (f"{_with_error(row.found[k], row.errors[k])} at {significant(x[k])}" for k in used)
    bad = (f"{significant(row.found[k])} at {significant(x[k])} ({why[k]})" for k in lost)
    said = f"{row.label}: {', '.join(good) or 'no number to draw'}"
    return said + (f"; not usable: {', '.join(bad)}" if len(lost) else "")


def _told_known(known: _Known, reference_label: str) -> list[str]:
    plateau, chosen, reference = known
    said = [] if reference is None else [f"{reference_label} {significant(reference)}"]
    said += [] if chosen is None else [f"Chosen: {significant(chosen)}"]
    if plateau is None:
        return ["No plateau", *said]
    ends = f"from {significant(plateau.start)} to {significant(plateau.end)}"
    return [f"Plateau {ends}: {_with_error(plateau.value, plateau.error)}", *said]
