"""Lines with bands over a swept setting, each named where it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text
from polariscope.reports.text import percent

_WIDTH, _HEIGHT = 460.0, 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 122.0, 14.0, 46.0
_LINE = 15.0
"""Least distance of two names, in px."""
_APART = 4.0
"""Distance of two lines' marks at one place, in px."""
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

    Returns:
        An ``<svg>`` element.
    """
    with drawing(_WIDTH, _HEIGHT) as figure:
        axes = _axes(figure, x, x_label, y_label, shown)
        axes.axhline(reference, color=INK, linewidth=1, dashes=(4, 3))
        for place, each in enumerate(series):
            _draw(axes, _beside(axes, x, place - (len(series) - 1) / 2), each)
        _name(axes, series, reference, reference_label)
        return svg_text(figure, title, _told(x, series, x_label, shown))


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


def _draw(axes: Any, x: Sequence[float], series: Series) -> None:
    colour, marker, dashes = _look(series)
    if series.band:
        axes.fill_between(x, series.low, series.high, color=colour, alpha=0.18, linewidth=0)
    else:
        axes.vlines(x, series.low, series.high, color=colour, linewidth=1.2, alpha=0.6)
    axes.plot(
        x, series.values, color=colour, linewidth=2, linestyle=dashes, marker=marker, markersize=6
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


def _spread(wanted: Sequence[float], least: float) -> list[float]:
    """Ascending places at least so far apart, each group about where its members wanted to be.

    >>> _spread([0.0, 1.0, 50.0], 10.0)
    [-4.5, 5.5, 50.0]

    Returns:
        As many places as wanted.
    """
    groups: list[list[float]] = []
    for place in wanted:
        groups.append([place])
        while len(groups) > 1 and _low(groups[-1], least) - _high(groups[-2], least) < least:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_low(group, least) + least * k for group in groups for k in range(len(group))]


def _low(group: Sequence[float], least: float) -> float:
    return sum(group) / len(group) - least * (len(group) - 1) / 2


def _high(group: Sequence[float], least: float) -> float:
    return sum(group) / len(group) + least * (len(group) - 1) / 2


def _told(x: Sequence[float], series: Sequence[Series], x_label: str, shown: Callable[[float], str]) -> str:
    lines = (
        f"{each.label}: " + ", ".join(f"{shown(v)} at {p:g}" for p, v in zip(x, each.values, strict=True))
        for each in series
    )
    return f"Over {x_label}. " + ". ".join(lines) + "."
