"""Crosses for what cannot be used, each with the letter of its reason."""

from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polariscope.reports.keys import SMALL

LANE = 14.0
"""Height of a row of crosses, in px."""
_WITH_LETTER = 15.0
"""What a cross and its letter take, in px."""


def lettered(reasons: Iterable[str]) -> dict[str, str]:
    """A letter for each reason, in order of appearance; a number follows where the alphabet ends.

    >>> lettered(["diverged", "too few draws", "diverged"])
    {'diverged': 'a', 'too few draws': 'b'}

    Args:
        reasons: Any of them as often as they occur.

    Returns:
        Each reason once, with its letter.
    """
    count = len(ascii_lowercase)
    numbered = enumerate(dict.fromkeys(reasons))
    return {reason: ascii_lowercase[k % count] + (str(k // count) if k >= count else "") for k, reason in numbered}


def look_of_cross(colour: str) -> dict[str, Any]:
    """An open cross.

    Returns:
        Settings of matplotlib's line.
    """
    return {
        "linestyle": "none", "marker": "X", "markersize": 8, "markerfacecolor": "none", "markeredgewidth": 1.4,
        "markeredgecolor": colour,
    }  # fmt: skip


def draw_crosses(on: Any, x: ArrayLike, y: float, letters: Sequence[str], colour: str, name: str) -> None:
    """Draw a row of crosses; a letter that has no room before the next cross is left out.

    Args:
        on: A `canvas`.
        x: Places in px, ascending, shape ``(k,)``.
        y: Height in px.
        letters: k of them.
        colour: Of the crosses.
        name: Of the row within the drawing.
    """
    at = np.asarray(x, float)
    on.plot(at, np.full(len(at), y), **look_of_cross(colour), gid=name)
    for place, letter, room in zip(at, letters, np.append(np.diff(at), np.inf), strict=True):
        if room >= _WITH_LETTER:
            on.text(place + 6, y, letter, va="center", ha="left", fontsize=SMALL)
