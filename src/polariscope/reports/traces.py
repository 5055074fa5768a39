"""Chains of a sampling run over their steps: how they spread, and the one that keeps apart from the others."""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.chains import SINGLE, ChainEnd, Chains, chains_of
from polariscope.reports.frames import (
    band,
    canvas,
    finite,
    frame,
    in_px,
    line,
    make_room,
    name_axis,
    nothing,
    thinned,
)
from polariscope.reports.keys import LINE, SMALL, Sample, fitted, key, key_height, lines_of, write_lines
from polariscope.reports.scales import significant, span
from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import counted
from polariscope.reports.thinning import cells, cut, evenly

_WIDTH, _PLOT = 420.0, 210.0
_LEFT, _RIGHT = 44.0, 14.0
_ACROSS, _KEY = _WIDTH - _LEFT - _RIGHT, _WIDTH - 16
_COARSE = 4 * _ACROSS / 300
"""Columns in px in which a line has at most four points: 300 in all."""
_ROOM, _STEEP = 0.04, 1e3
_TOLD_AT = 7
_Levels = tuple[tuple[str, float | None], tuple[str, float | None]]
_Shown = Callable[[float], str]


def traces(
    steps: ArrayLike,
    values: ArrayLike,
    *,
    burn_in: float,
    reference: float | None = None,
    reference_label: str = "exact",
    estimate: float | None = None,
    estimate_label: str = "estimate",
    y_label: str,
    x_label: str,
    title: str,
    shown: _Shown = significant,
) -> str:
    """Draw quantiles across chains over their steps, and up to four single chains of evenly spaced rank.

    Chains are ranked by their mean after burn-in, and the lowest and the highest are always drawn; so the chain
    whose mean is farthest from the others' is among them, and is pointed out. Chains are counted from 1. Four or
    fewer are all drawn singly, without quantiles.

    Args:
        steps: Ascending, shape ``(k,)``.
        values: One row a chain, shape ``(c, k)``; where one is not finite the chain's line ends with a cross.
        burn_in: Steps below this one were left out of the estimate; their values may reach beyond the frame.
        reference: The exact value, where it is known.
        reference_label: What it is.
        estimate: What was estimated from the steps after burn-in.
        estimate_label: What it is.
        y_label: What the values are, with their unit.
        x_label: What the steps are.
        title: What the figure shows, for screen readers.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    chains = chains_of(steps, values, burn_in)
    levels: _Levels = (estimate_label, estimate), (reference_label, reference)
    limits, samples = _limits(chains, levels), _samples(chains, levels, shown)
    said = _notes(chains, limits, shown)
    notes, keys = lines_of(" ".join(said), _KEY), key_height(samples, _KEY)
    top = keys + LINE + 8
    foot = top + _PLOT + 42
    with drawing(_WIDTH, foot + LINE * len(notes)) as figure:
        axes, on = frame(figure, _LEFT, top, _ACROSS, _PLOT), canvas(figure)
        span(axes, "y", limits, room=0.0, apart=0.09)
        make_room(axes)
        span(axes, "x", chains.steps, room=0.0)
        _draw(axes, chains, levels)
        key(on, samples, 8, 0, _KEY)
        on.text(8, keys + LINE / 2, fitted(y_label, _KEY), va="center", fontsize=SMALL)
        name_axis(on, _LEFT + _ACROSS / 2, foot, x_label, _ACROSS)
        write_lines(on, foot, notes)
        return svg_text(figure, title, " ".join((_told(chains, levels, shown), *said)))


_FAN: dict[str, Any] = {"color": CATEGORIES[1], "linewidth": 1.8}
_ALIKE: dict[str, Any] = {"color": INK, "linewidth": 0.7, "alpha": 0.5}
_FAR: dict[str, Any] = {"color": CATEGORIES[0], "linewidth": 1.0}
_LEVELS: tuple[dict[str, Any], ...] = (
    {"color": INK, "linewidth": 1.8, "dashes": (3, 1.5)},
    {"color": INK, "linewidth": 1.8, "dashes": (1, 1.5)},
)
_ENDED: dict[str, Any] = {
    "color": INK, "linestyle": "none", "marker": "x", "markersize": 7, "markeredgewidth": 1.8,
}  # fmt: skip


def _look(chains: Chains, chain: int) -> dict[str, Any]:
    if len(chains.values) <= SINGLE:
        return {"color": CATEGORIES[chain % len(CATEGORIES)], "linewidth": 1.0}
    return _FAR if chain == chains.farthest else _ALIKE


def _samples(chains: Chains, levels: _Levels, shown: _Shown) -> list[Sample]:
    far, ended = chains.farthest, len(chains.ends)
    if len(chains.values) <= SINGLE:
        samples = [Sample(f"chain {chain + 1}", _look(chains, chain)) for chain in chains.singles]
    else:
        bands = Sample(f"middle half and 90 % of {len(chains.values):,} chains", {}, CATEGORIES[1])
        others = Sample(counted(len(chains.singles) - (far is not None), "chain"), _ALIKE)
        samples = [Sample("median", _FAN), bands, others]
    samples += [Sample(f"chain {far + 1}, farthest from the others", _FAR)] if far is not None else []
    samples += [Sample(f"no number after: {counted(ended, 'chain')}", _ENDED)] if ended else []
    for (label, value), look in zip(levels, _LEVELS, strict=True):
        samples += [Sample(f"{label} {shown(value)}", look)] if value is not None else []
    return samples + ([] if chains.after.all() else [Sample("burn-in", {}, INK)])


def _limits(chains: Chains, levels: _Levels) -> NDArray[np.float64]:
    """Both ends of the height."""
    ends = finite([*chains.limits(), *(np.nan if value is None else value for _, value in levels)])
    return np.array([ends[0], ends[-1]]) + _ROOM * (ends[-1] - ends[0]) * np.array([-1, 1]) if len(ends) else ends


def _draw(axes: Any, chains: Chains, levels: _Levels) -> None:
    if not np.isfinite(chains.values).any():
        nothing(axes)
    _draw_burn_in(axes, chains)
    if len(chains.values) > SINGLE:
        _draw_fan(axes, chains)
    for chain in chains.singles:
        values = _within_sight(axes, chains.values[chain])
        kept = thinned(axes, chains.steps, values, step=_COARSE)
        drawn = cut(chains.steps[kept], values[kept], *axes.get_ylim())
        line(axes, *drawn, **_look(chains, chain), gid=f"chain-{chain + 1}")
    _draw_levels(axes, chains.burn_in, levels)
    _draw_ends(axes, chains.ends)


def _draw_burn_in(axes: Any, chains: Chains) -> None:
    if chains.after.all():
        return
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    around = np.clip([left, chains.burn_in, chains.burn_in, left], left, right), (bottom, bottom, top, top)
    axes.fill(*around, color=INK, alpha=0.13, linewidth=0, gid="burn-in")


def _draw_fan(axes: Any, chains: Chains) -> None:
    at, quantiles = chains.fan()
    inside = np.clip(quantiles, *axes.get_ylim())
    band(axes, at, inside[0], inside[4], CATEGORIES[1], "outer")
    band(axes, at, inside[1], inside[3], CATEGORIES[1], "inner")
    line(axes, *cut(at, _within_sight(axes, quantiles[2]), *axes.get_ylim()), **_FAN, gid="median", zorder=2.5)


def _within_sight(axes: Any, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values no farther from the frame than they need to be to leave it steeply: a float holds their products."""
    bottom, top = axes.get_ylim()
    far = _STEEP * (top - bottom)
    return np.clip(values, bottom - far, top + far)


def _draw_levels(axes: Any, burn_in: float, levels: _Levels) -> None:
    """The estimate over the steps it is made of, the exact value over all."""
    left, right = axes.get_xlim()
    starts = float(np.clip(burn_in, left, right)), left
    names = ("estimate", "reference")
    for (_, value), start, look, name in zip(levels, starts, _LEVELS, names, strict=True):
        if value is not None and isfinite(value):
            axes.plot((start, right), (value, value), **look, gid=name, zorder=3)


def _draw_ends(axes: Any, ends: Sequence[ChainEnd]) -> None:
    if not ends:
        return
    bottom, top = axes.get_ylim()
    x = np.array([end.step for end in ends])
    y = np.clip([end.value if isfinite(end.value) else top for end in ends], bottom, top)
    few = cells(*in_px(axes, x, y), step=3.0)
    axes.plot(x[few], y[few], **_ENDED, gid="ends", zorder=4)


def _notes(chains: Chains, limits: NDArray[np.float64], shown: _Shown) -> list[str]:
    fan, together = len(chains.values) > SINGLE, chains.together
    said = [f"Median and bands: {together:,} steps together."] if fan and together > 1 else []
    for name, part in (("Burn-in reaches", ~chains.after), ("After burn-in, values reach", chains.after)):
        found = finite(chains.values[:, part])
        if len(found) and (found[0] < limits[0] or found[-1] > limits[1]):
            said.append(f"{name} beyond the frame, from {shown(found[0])} to {shown(found[-1])}.")
    return said if chains.after.any() else [*said, "No step is after burn-in."]


def _told(chains: Chains, levels: _Levels, shown: _Shown) -> str:
    sizes = counted(len(chains.values), "chain"), counted(len(chains.steps), "step")
    said = [f"{', '.join(sizes)}, {int((~chains.after).sum()):,} of them burn-in", _told_fan(chains, shown)]
    said += [_told_means(chains, shown)]
    said += [f"{label} {shown(value)}" for label, value in levels if value is not None]
    ended = f"{counted(len(chains.ends), 'chain')} with no number somewhere: {_told_ends(chains.ends, shown)}"
    return ". ".join([*said, *([ended] if chains.ends else [])]) + "."


def _told_fan(chains: Chains, shown: _Shown) -> str:
    at, quantiles = chains.fan()
    known = np.flatnonzero(np.isfinite(quantiles[2]))
    if not len(known):
        return "No number to draw"
    told = (
        f"{shown(quantiles[2, k])} [{shown(quantiles[0, k])}, {shown(quantiles[4, k])}] at {significant(at[k])}"
        for k in known[evenly(len(known), _TOLD_AT)]
    )
    return f"Median and middle 90 % of {counted(chains.together, 'step')} together: {', '.join(told)}"


def _told_means(chains: Chains, shown: _Shown) -> str:
    means, far = finite(chains.means), chains.farthest
    if not len(means):
        return "No chain has a mean after burn-in"
    ends = f"{shown(means[0])} to {shown(means[-1])}, median {shown(float(np.median(means)))}"
    apart = "" if far is None else f"; farthest from the others: chain {far + 1}, {shown(chains.means[far])}"
    return f"Means of chains after burn-in: {ends}{apart}"


def _told_ends(ends: Sequence[ChainEnd], shown: _Shown) -> str:
    few = [ends[k] for k in evenly(len(ends), _TOLD_AT)] if ends else []
    told = [
        f"chain {end.chain + 1} after {shown(end.value)} at {significant(end.step)}" if isfinite(end.value) else
        f"chain {end.chain + 1} from the start"
        for end in few
    ]  # fmt: skip
    return ", ".join(told) + (" and others" if len(few) < len(ends) else "")
