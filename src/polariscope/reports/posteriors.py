"""What each chain of a sampling run says, one dot a chain, with the estimate they make and the exact value."""

from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.chains import chain_means, near_bulk
from polariscope.reports.dots import SMOOTHED, expected_dots, fitting, is_smoothed, smoothing, stacked
from polariscope.reports.frames import canvas, finite, frame, name_axis, nothing
from polariscope.reports.keys import LINE, Sample, key, key_height, lines_of, write_lines
from polariscope.reports.scales import significant, span, telling_digits
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted

_WIDTH, _PLOT, _LOW, _BAR = 420.0, 130.0, 48.0, 24.0
"""In px: width of all, height of dots with a line over them and without, and of the interval below."""
_SIDE, _FOOT = 16.0, 42.0
_ACROSS, _KEY = _WIDTH - 2 * _SIDE, _WIDTH - 16
_REACH, _TAIL = 3.0, 2.0
_AWAY = 1e6
"""Px from the frame at which nothing can be seen of a mean."""
_TOLD_EACH = 12
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Said:
    """An estimate with its interval, and the exact value; nan for what is not known."""

    label: str
    value: float
    low: float
    high: float
    exact_label: str
    exact: float

    def estimate(self) -> str:
        if not isfinite(self.value):
            return f"no {self.label}"
        if not (isfinite(self.low) and isfinite(self.high)):
            return f"{self.label} {self._short(self.value)}, interval not known"
        return f"{self.label} {self._short(self.value)} [{self._short(self.low)}, {self._short(self.high)}]"

    def reference(self) -> str:
        return f"{self.exact_label} {self._short(self.exact)}"

    def compared(self) -> str:
        if not (isfinite(self.low) and isfinite(self.high) and isfinite(self.exact)):
            return ""
        return ", within the interval" if self.low <= self.exact <= self.high else ", outside of the interval"

    def _short(self, value: float) -> str:
        width = self.high - self.low or abs(self.exact - self.value)
        return significant(value, telling_digits(value, width))


def posterior(
    samples_by_chain: ArrayLike,
    *,
    estimate: float,
    low: float,
    high: float,
    reference: float | None = None,
    reference_label: str = "exact",
    estimate_label: str = "estimate",
    x_label: str,
    title: str,
) -> str:
    """Draw the mean of each chain as a dot, their smoothed density, the estimate's interval and the exact value.

    Dots closer than their width w are stacked. Of n dots n w f(x) are expected at x, where f is the density of the
    means; the line is drawn at that height. It is drawn from 16 chains on, smoothed
    as of `polariscope.reports.dots.smoothing`.

    Args:
        samples_by_chain: Draws after burn-in, one row a chain, shape ``(c, k)``; a chain with a draw that is not
            finite has no mean: it is left out, and counted in words.
        estimate: What the chains together say; nan where they say nothing.
        low: Lower end of its interval; nan where it is not known.
        high: Upper end.
        reference: The exact value, where it is known.
        reference_label: What it is.
        estimate_label: What the estimate and its interval are.
        x_label: What is estimated, with its unit.
        title: What the figure shows, for screen readers.

    Returns:
        An ``<svg>`` element.
    """
    found = chain_means(samples_by_chain)
    means, exact = finite(found), nan if reference is None else reference
    said = _Said(estimate_label, estimate, low, high, reference_label, exact)
    limits, samples = _limits(means, said), _samples(means, said)
    remarks = _notes(found, limits, said)
    notes, keys = lines_of(" ".join(remarks), _KEY), key_height(samples, _KEY)
    tall = _PLOT if len(means) >= SMOOTHED else _LOW
    foot = keys + 10 + tall + _BAR + _FOOT
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        axes, on = frame(figure, _SIDE, keys + 10, _ACROSS, tall), canvas(figure)
        axes.spines["left"].set_visible(False)
        axes.set(ylim=(0, tall), yticks=[])
        span(axes, "x", limits)
        axes.spines["bottom"].set_position(("outward", _BAR))
        _draw_chains(axes, means)
        _draw_said(axes, said)
        key(on, samples, 8, 0, _KEY)
        name_axis(on, _WIDTH / 2, foot, x_label, _ACROSS)
        write_lines(on, foot, notes)
        return svg_text(figure, title, " ".join((_told(means, said), *remarks)))


_DOT: dict[str, Any] = {"color": CATEGORIES[1], "linestyle": "none", "marker": "o", "markeredgewidth": 0}
_LINE: dict[str, Any] = {"color": INK, "linewidth": 1.2}
_ESTIMATE: dict[str, Any] = {"color": CATEGORIES[0], "linewidth": 3.5}
_MARK: dict[str, Any] = {"color": CATEGORIES[0], "linestyle": "none", "marker": "D", "markersize": 8}
_EXACT: dict[str, Any] = {"color": INK, "linewidth": 1.8, "dashes": (1, 1.5)}


def _limits(means: _Floats, said: _Said) -> _Floats:
    """What must fit: all that does not lie far off the means, the tails of the line, and the exact value."""
    near = near_bulk(finite([*means, said.value, said.low, said.high]), means, _REACH)
    tail = _TAIL * smoothing(means) if is_smoothed(means) else 0.0
    return finite([*(near[[0, -1]] + tail * np.array([-1, 1]) if len(near) else []), said.exact])


def _samples(means: _Floats, said: _Said) -> list[Sample]:
    samples = [Sample("mean of a chain", {**_DOT, "markersize": 8})] if len(means) else []
    samples += [Sample("smoothed", _LINE)] if is_smoothed(means) else []
    samples += [Sample(said.estimate(), _MARK if isfinite(said.value) else {})]
    return samples + ([Sample(said.reference(), _EXACT)] if isfinite(said.exact) else [])


def _draw_chains(axes: Any, means: _Floats) -> None:
    """Dots and the line over them; arrows at the ends of the frame for those beyond."""
    if not len(means):
        nothing(axes)
        return
    left, right = axes.get_xlim()
    px = (right - left) / _ACROSS
    inside = means[(means >= left) & (means <= right)]
    places, density = _expected(means, left, px)
    size, step = fitting((inside - left) / px, float(density.max(initial=0)), axes.get_ylim()[1])
    at, level = stacked((inside - left) / px, size)
    axes.plot(left + at * px, (level + 0.5) * step, **_DOT, markersize=0.88 * size, gid="chains")
    axes.plot(left + places * px, density * size * step, **_LINE, gid="smoothed")
    for end, marker, name, beyond in ((left, "<", "below", means < left), (right, ">", "above", means > right)):
        if beyond.any():
            axes.plot(end, 6.0, **{**_DOT, "marker": marker}, markersize=9, gid=name)


def _expected(means: _Floats, left: float, px: float) -> tuple[_Floats, _Floats]:
    if not is_smoothed(means):
        return np.array([]), np.array([])
    with np.errstate(over="ignore"):  # what is too far to be drawn is so however far it is
        return expected_dots(np.clip((means - left) / px, -_AWAY, _AWAY), _ACROSS)


def _draw_said(axes: Any, said: _Said) -> None:
    """The interval below the dots, and the exact value through all."""
    if isfinite(said.low) and isfinite(said.high):
        ends = np.clip([said.low, said.high], *axes.get_xlim())
        axes.plot(ends, (-_BAR / 2, -_BAR / 2), **_ESTIMATE, gid="interval")
    left, right = axes.get_xlim()
    if left <= said.value <= right:
        axes.plot(said.value, -_BAR / 2, **_MARK, gid="estimate")
    if isfinite(said.exact):
        axes.plot((said.exact, said.exact), (-_BAR, axes.get_ylim()[1]), **_EXACT, gid="reference")


def _notes(found: _Floats, limits: _Floats, said: _Said) -> list[str]:
    means, lost = finite(found), len(found) - len(finite(found))
    notes = (
        [f"{counted(lost, 'chain')} of {len(found):,} left out, with a draw that is no number."] if lost else []
    )
    if not len(limits):
        return notes
    for beyond, where, end in ((means < limits[0], "below", 0), (means > limits[-1], "above", -1)):
        if beyond.any():
            count = counted(int(beyond.sum()), "chain")
            notes.append(f"{count} {where} the frame, as far as {significant(means[end])}.")
    if said.value < limits[0] or said.value > limits[-1]:
        return [*notes, "The estimate lies beyond the frame."]
    wide = said.low < limits[0] or said.high > limits[-1]
    return notes + (["The interval reaches beyond the frame."] if wide else [])


def _told(means: _Floats, said: _Said) -> str:
    told = [_told_means(means), said.estimate()]
    told += [said.reference() + said.compared()] if isfinite(said.exact) else []
    return ". ".join(told) + "."


def _told_means(means: _Floats) -> str:
    if not len(means):
        return "No number to draw"
    if len(means) <= _TOLD_EACH:
        return f"Means of {counted(len(means), 'chain')}: {', '.join(map(significant, means))}"
    first, middle, third = (significant(each) for each in np.quantile(means, (0.25, 0.5, 0.75)).tolist())
    ends = f"{significant(means[0])} to {significant(means[-1])}"
    return f"Means of {len(means):,} chains: {ends}, median {middle}, half of them from {first} to {third}"
