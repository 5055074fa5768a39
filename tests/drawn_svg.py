"""What an SVG shows, read back from its text: parts by name, points and marks, and what leaves the picture."""

import re
from xml.etree import ElementTree

import pytest

Point = tuple[float, float]
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_NARROW = 0.48
"""Of a text's size: what a letter is wide on average in the fonts that pages have."""


def texts(svg: str) -> list[str]:
    return [
        "".join(element.itertext()) for element in ElementTree.fromstring(svg).iter() if _kind(element) == "text"
    ]


def told(svg: str) -> str:
    """Its description for screen readers."""
    return next(element.text or "" for element in ElementTree.fromstring(svg).iter() if _kind(element) == "desc")


def part(svg: str, name: str) -> ElementTree.Element | None:
    found = (e for e in ElementTree.fromstring(svg).iter() if re.fullmatch(f"f\\w{{10}}-{name}", e.get("id", "")))
    return next(found, None)


def lines(svg: str, name: str) -> list[list[Point]]:
    """The strokes of a part, each a list of points in px from the upper left."""
    found = part(svg, name)
    if found is None:
        return []
    paths = [e.get("d", "") for e in found.iter() if _kind(e) == "path" and e.get("id") is None]
    strokes = [stroke for path in paths for stroke in path.split("M")[1:]]
    return [_points(stroke) for stroke in strokes]


def marks(svg: str, name: str) -> list[Point]:
    found = part(svg, name)
    uses = [] if found is None else [e for e in found.iter() if _kind(e) == "use"]
    return [(float(e.get("x", "0")), float(e.get("y", "0"))) for e in uses]


def assert_straight(values: list[float], places: list[float]) -> None:
    """Places are a linear function of values."""
    first, last = values.index(min(values)), values.index(max(values))
    slope = (places[last] - places[first]) / (values[last] - values[first])
    assert places == [pytest.approx(places[first] + slope * (value - values[first]), abs=0.05) for value in values]


def outside(svg: str) -> list[str]:
    """All that leaves the picture, in words."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    relative = {e for defs in root.iter() if _kind(defs) == "defs" for e in defs.iter()}
    found = []
    for element in root.iter():
        if element in relative:
            continue
        for x, y in _places(element):
            if not (-0.01 <= x <= width + 0.01 and -0.01 <= y <= height + 0.01):
                found.append(
                    f"{_kind(element)} {element.text or ''} at {x:.1f}, {y:.1f} of {width:g} x {height:g}"
                )
    return found


def _places(element: ElementTree.Element) -> list[Point]:
    if _kind(element) == "path":
        return _points(element.get("d", ""))
    if _kind(element) == "use":
        return [(float(element.get("x", "0")), float(element.get("y", "0")))]
    return _ends(element) if _kind(element) == "text" else []


def _ends(text: ElementTree.Element) -> list[Point]:
    """Both ends of a line of text that is not turned, and one of a line that is."""
    style, transform = text.get("style", ""), text.get("transform", "")
    placed = [float(each) for each in re.findall(_NUMBER, transform)] or [0.0, 0.0, 0.0]
    x, y = float(text.get("x", placed[0])), float(text.get("y", placed[1]))
    if "rotate(-90)" in transform:
        return [(x, y)]
    size = float(re.search(r"font-size: ([\d.]+)px", style).group(1))
    wide = _NARROW * size * len(text.text or "")
    anchor = re.search(r"text-anchor: (\w+)", style)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor.group(1) if anchor else "start"]
    return [(x - shift * wide, y - 0.5 * size), (x + (1 - shift) * wide, y)]


def _points(path: str) -> list[Point]:
    numbers = [float(each) for each in re.findall(_NUMBER, path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _kind(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
