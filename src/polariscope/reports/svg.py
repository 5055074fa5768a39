"""A matplotlib figure as SVG text that may stand inside a page: same bytes each time, light and dark alike."""

import hashlib
import io
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import matplotlib.style
from matplotlib.figure import Figure

from polariscope.reports.text import visible

INK = "#010203"
"""Stands for the colour of the text around the figure; it is written as ``currentColor``."""

CATEGORIES = ("#D55E00", "#0072B2", "#009E73", "#CC79A7")
"""Those of Okabe and Ito's colours that keep a contrast of 3 to 1 on a white page and on a dark one."""

MARKERS = ("o", "s", "^", "D")
"""A shape for each category, so that colour is never the only carrier."""

_STYLE = {
    "font.size": 12.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "polariscope",
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "none",
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_POINTS_PER_INCH = 72
_SHOWN_AT = 1.2
"""Drawn small, so that its text can still be read at the width of a phone; shown larger where there is room."""

# matplotlib keeps its settings in one place for all threads.
_LOCK = threading.Lock()


@contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """Hand out an empty figure under the house's settings; the caller's own settings come back afterwards.

    Args:
        width: In px of a page at its natural size.
        height: The same.

    Yields:
        A figure without pyplot; write it with `svg_text` inside the block.
    """
    with _LOCK, warnings.catch_warnings(), matplotlib.style.context(["default", _STYLE]):
        # Text stays text, so a glyph that matplotlib's own font lacks is drawn by the reader's.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH))


def svg_text(figure: Figure, title: str, description: str) -> str:
    """Write a figure as one ``<svg>`` element without prologue, with a name and a description for screen readers.

    Identifiers begin with a hash of the content, so that several figures can share a page.

    Args:
        figure: A figure of `drawing`.
        title: What it shows, in a few words.
        description: What it says, with the numbers.

    Returns:
        The element.
    """
    body, names = _drawn(figure), (escape(visible(title)), escape(visible(description)))
    prefix = "f" + hashlib.sha256("\0".join((*names, body)).encode()).hexdigest()[:10]
    body = re.sub(r"<[^>]*>", lambda tag: _adapted(tag.group(), prefix), body)
    width, height = (size * _POINTS_PER_INCH for size in figure.get_size_inches())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * _SHOWN_AT:g}" height="{height * _SHOWN_AT:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        f'font-family="system-ui, sans-serif" stroke-linejoin="round" stroke-linecap="butt">'
        f'<title id="{prefix}-title">{names[0]}</title><desc id="{prefix}-desc">{names[1]}</desc>{body}</svg>\n'
    )


def _drawn(figure: Figure) -> str:
    """What matplotlib puts within its ``<svg>``."""
    for artist in figure.findobj():
        artist.set_clip_on(False)  # what lies on an axis is drawn whole, and nothing needs a clipping path
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA)
    drawn = buffer.getvalue()
    body = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
    # Its one style rule would reach the whole page; the root element says the same.
    return re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL).strip()


def _adapted(tag: str, prefix: str) -> str:
    """A tag, never the text between tags: that is the caller's and stays."""
    tag = tag.replace(INK, "currentColor").replace("xlink:href", "href")
    tag = re.sub(r'(\sid="|href="#)', rf"\g<1>{prefix}-", tag)
    # The page's own font instead of the one that matplotlib measured with, which is wider than most.
    tag = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", tag)  # as matplotlib 3.9 says it
    return re.sub(r"font-family: [^;\"]*;? ?", "", tag)
