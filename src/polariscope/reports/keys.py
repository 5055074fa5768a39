"""A key over a figure, and names that fit their place and keep their distance."""

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.patches import Rectangle

from polariscope.reports.text import visible

SMALL = 11.0
"""Size of small text, in px."""
LINE = 17.0
"""Height of a line of small text, in px."""
_WIDE = 0.54
"""Width of a usual letter, in units of its size; the page's font is not known, so somewhat more than most have."""
_SAMPLE = 22.0
_BETWEEN = 14.0


@dataclass(frozen=True)
class Sample:
    """An entry of a key: how a thing looks, and what it is.

    Args:
        label: What it is.
        line: Settings of matplotlib's line, drawn across; its marker stands in the middle.
        band: Colour of a band behind, none where empty.
    """

    label: str
    line: Mapping[str, Any] = field(default_factory=dict)
    band: str = ""


def fitted(label: str, room: float, size: float = SMALL) -> str:
    r"""Put a label on one line that fits into so many px, ending in an ellipsis where it is longer.

    >>> fitted("a short one", 100), fitted("a much longer\none", 60)
    ('a short one', 'a much lo…')

    Returns:
        The text, in which hidden characters are shown.
    """
    text = " ".join(visible(label[:500]).split())
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def width_of(text: str, size: float = SMALL) -> float:
    """About the width of a text, in px.

    Returns:
        The px, rather too many than too few.
    """
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else _WIDE for c in text) * size


def lines_of(text: str, room: float) -> list[str]:
    """Break small text into lines of so many px.

    Returns:
        The lines.
    """
    return textwrap.wrap(" ".join(visible(text).split()), max(int(room / (_WIDE * SMALL)), 8))


def write_lines(on: Any, top: float, lines: Sequence[str]) -> None:
    """Write lines of small text from a height down, on a canvas."""
    for place, line in enumerate(lines):
        on.text(8, top + LINE * (place + 0.4), line, va="center", fontsize=SMALL, alpha=0.75)


def key_height(samples: Sequence[Sample], room: float) -> float:
    """Height that `key` takes, in px.

    Returns:
        A multiple of `LINE`; 0 without samples.
    """
    return LINE * (1 + max((row for _, row, _ in _arranged(samples, room)), default=-1))


def key(on: Any, samples: Sequence[Sample], left: float, top: float, room: float) -> None:
    """Draw a key in rows of so many px, on a `canvas`."""
    for sample, (x, row, label) in zip(samples, _arranged(samples, room), strict=True):
        start, y = left + x, top + LINE * (row + 0.5)
        if sample.band:
            shape = Rectangle((start, y - 5), _SAMPLE - 6, 10, facecolor=sample.band, alpha=0.22, linewidth=0)
            on.add_patch(shape)
        if sample.line:
            style = dict(sample.line)
            if style.get("linestyle") == "none":
                on.plot(start + (_SAMPLE - 6) / 2, y, **style)
            else:
                on.plot((start, start + _SAMPLE - 6), (y, y), **style)
        on.text(start + _SAMPLE, y, label, va="center", ha="left", fontsize=SMALL)


def _arranged(samples: Sequence[Sample], room: float) -> list[tuple[float, int, str]]:
    """Left edge, row and label of each entry."""
    placed: list[tuple[float, int, str]] = []
    x, row = 0.0, 0
    for sample in samples:
        label = fitted(sample.label, room - _SAMPLE)
        wide = _SAMPLE + width_of(label)
        if x > 0 and x + wide > room:
            x, row = 0.0, row + 1
        placed.append((x, row, label))
        x += wide + _BETWEEN
    return placed


def spread(wanted: Sequence[float], least: float) -> list[float]:
    """Ascending places at least so far apart, each group about where its members wanted to be.

    >>> spread([0.0, 1.0, 50.0], 10.0)
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


def pushed(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places of `spread`, moved as little as it takes to lie between two ends; they keep their distance.

    >>> pushed([-4.5, 5.5, 50.0], 10.0, 0.0, 45.0)
    [0.0, 10.0, 45.0]

    Returns:
        As many places; beyond the lower end where they do not fit at all.
    """
    moved: list[float] = []
    for place in places:
        moved.append(max([place, low, *(moved[-1:] and [moved[-1] + least])]))
    for k in range(len(moved) - 1, -1, -1):
        moved[k] = min(moved[k], high if k == len(moved) - 1 else moved[k + 1] - least)
    return moved
