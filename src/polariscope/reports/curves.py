"""Lines with bands over a swept setting, each named where it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polariscope.reports.keys import spread as _spread
from polariscope.reports.scales import round_numbers, significant
from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text
from polariscope.reports.text import percent
from polariscope.reports.thinning import evenly

_WIDTH, _HEIGHT = 460.0, 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 122.0, 14.0, 46.0
_LINE = 15.0
"""Least distance of two names, in px."""
_APART = 4.0
"""Distance of two lines' marks at one place, in px."""
_MARKS = 9
"""Places at which a smooth line has a mark, and is told."""
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))


@dataclass(frozen=True)
class Series:
    """One line.

    Args:
        label: Its name, written where it ends.
        values: One for each place; nan leaves a gap.
        low: Lower ends of the intervals.
        high: Upper ends.
        category: Which of ``CATEGORIES`` colours it; beyond those the dashes differ.
        band: Whether the intervals are filled, or only drawn as whiskers.
    """

    label: str
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    category: int = 0
    band: bool = True


def curve(
    x: Sequence[float],
    series: Sequence[Series],
    *,
    reference: float,
    reference_label: str,
    x_label: str,
    y_label: str,
    title: str,
    shown: Callable[[float], str] = percent,
    smooth: bool = False,
    log_x: bool = False,
) -> str:
    """Draw lines over a swept setting against a reference.

    Args:
        x: The places, ascending; shape ``(k,)``.
        series: The lines, each of k values.
        reference: Where a dashed line stands.
        reference_label: Its name.
        x_label: What is swept, with its unit.
        y_label: What is measured, with its unit.
        title: What the figure shows, for screen readers.
        shown: Writes a value.
        smooth: Whether the places sample functions of x: their lines are not set beside each other, and only a few
            places have marks and are told.
        log_x: Whether x is logarithmic; then the places are above zero.

    Returns:
        An ``<svg>`` element.
    """
    places = [float(np.log10(place)) for place in x] if log_x else x
    marked = evenly(len(x), _MARKS if smooth else len(x)).tolist()
    with drawing(_WIDTH, _HEIGHT) as figure:
        axes = _axes(figure, places, x_label, y_label, shown)
        if log_x:
            _power_ticks(axes, x)
        axes.axhline(reference, color=INK, linewidth=1, dashes=(4, 3))
        for place, each in enumerate(series):
            steps = 0.0 if smooth else place - (len(series) - 1) / 2
            _draw(axes, _beside(axes, places, steps), each, marked)
        _name(axes, series, reference, reference_label)
        return svg_text(figure, title, _told(x, series, marked, x_label, shown))


def _axes(figure: Any, x: Sequence[float], x_label: str, y_label: str, shown: Callable[[float], str]) -> Any:
    box = (
        _LEFT / _WIDTH, _BOTTOM / _HEIGHT, 1 - (_LEFT + _RIGHT) / _WIDTH, 1 - (_TOP + _BOTTOM) / _HEIGHT
    )  # fmt: skip
    axes = figure.add_axes(box)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    few = 12
    if len(x) <= few:
        axes.set_xticks(x, [f"{place:g}" for place in x])
    room = 0.05 * (max(x) - min(x)) or 0.5
    axes.set_xlim(min(x) - room, max(x) + room)
    axes.yaxis.set_major_formatter(lambda value, _: shown(value).replace(".0%", "%"))
    axes.spines["left"].set_visible(True)
    axes.tick_params(length=4, labelsize=11)
    axes.locator_params(axis="y", nbins=6)
    return axes


def _beside(axes: Any, x: Sequence[float], steps: float) -> list[float]:
    """The places moved by a few px, so that whiskers of several lines stand beside each other."""
    left, right = axes.get_xlim()
    return [place + steps * _APART * (right - left) / (_WIDTH - _LEFT - _RIGHT) for place in x]


def _power_ticks(axes: Any, x: Sequence[float]) -> None:
    """Round numbers on an axis that holds the logarithms of places."""
    ticks = round_numbers(min(x), max(x))
    axes.set_xticks([float(np.log10(tick)) for tick in ticks], [significant(tick) for tick in ticks])


def _draw(axes: Any, x: Sequence[float], series: Series, marked: list[int]) -> None:
    colour, marker, dashes = _look(series)
    if series.band:
        axes.fill_between(x, series.low, series.high, color=colour, alpha=0.18, linewidth=0)
    else:
        axes.vlines(x, series.low, series.high, color=colour, linewidth=1.2, alpha=0.6)
    axes.plot(
        x, series.values, color=colour, linewidth=2, linestyle=dashes, marker=marker, markersize=6,
        markevery=marked,
    )  # fmt: skip


def _look(series: Series) -> tuple[str, str, Any]:
    kind, round_ = series.category % len(CATEGORIES), series.category // len(CATEGORIES)
    return CATEGORIES[kind], MARKERS[kind], _DASHES[round_ % len(_DASHES)]


def _name(axes: Any, series: Sequence[Series], reference: float, reference_label: str) -> None:
    """Write each line's name beside its last value, pushed apart where two would touch."""
    bottom, top = axes.get_ylim()
    per_px, right = (top - bottom) / (_HEIGHT - _TOP - _BOTTOM), axes.get_xlim()[1]
    ends: list[tuple[float, str, Series | None]] = [(reference, reference_label, None)]
    ends += [(_last(each), each.label, each) for each in series if np.isfinite(each.values).any()]
    ends.sort(key=lambda end: end[0])
    for (_, label, each), y in zip(ends, _spread([end[0] / per_px for end in ends], _LINE), strict=True):
        if each is not None:
            colour, marker, _ = _look(each)
            x = _beside(axes, [right], 12 / _APART)
            axes.plot(x, y * per_px, marker=marker, markersize=6, color=colour)
        axes.annotate(label, (right, y * per_px), (20 if each else 8, 0), textcoords="offset points", va="center",
                      fontsize=11, annotation_clip=False)  # fmt: skip


def _last(series: Series) -> float:
    return [value for value in series.values if np.isfinite(value)][-1]


def _told(
    x: Sequence[float], series: Sequence[Series], marked: list[int], x_label: str, shown: Callable[[float], str]
) -> str:
    lines = (
        f"{each.label}: " + ", ".join(f"{shown(each.values[k])} at {x[k]:g}" for k in marked) for each in series
    )
    return f"Over {x_label}. " + ". ".join(lines) + "."
