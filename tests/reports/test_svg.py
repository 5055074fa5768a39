"""Figures as SVG: same bytes, no request, no clash, readable on light and dark."""

import re
from importlib.resources import files
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from polariscope.reports.svg import CATEGORIES, INK, MARKERS, drawing, svg_text


def draw(label: str = "a", title: str = "t") -> str:
    with drawing(200, 100) as figure:
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.plot([0, 1], [0, 1], "o", color=CATEGORIES[0])
        axes.text(0.5, 0.5, label)
        return svg_text(figure, title, "d")


def identifiers(svg: str) -> list[str]:
    return [e.attrib["id"] for e in ElementTree.fromstring(svg).iter() if "id" in e.attrib]


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert draw() == draw()


def test_two_figures_share_no_identifier_and_each_finds_its_own() -> None:
    one, two = draw("a"), draw("b")
    assert len(set(identifiers(one))) == len(identifiers(one))
    assert not set(identifiers(one)) & set(identifiers(two))
    for svg in (one, two):
        assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(identifiers(svg))
        assert "href=" in svg


def test_it_is_named_for_screen_readers_and_asks_nothing_of_anyone() -> None:
    svg = draw(title="<One> & two\u202e")
    root = ElementTree.fromstring(svg)
    named = {element.attrib["id"]: element.text for element in root.iter() if "id" in element.attrib}
    told = [named[key] for key in root.attrib["aria-labelledby"].split()]
    assert (root.attrib["role"], told) == ("img", ["<One> & two⟨U+202E⟩", "d"])
    # The namespace is a name, not an address that is asked for.
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"<(script|style|image|metadata)|@import", svg)


def test_labels_stay_letter_by_letter_whatever_they_hold() -> None:
    label = f'{INK} id="x" $\\frac$ <b> &amp; font: 9px serif'
    texts = [
        element.text for element in ElementTree.fromstring(draw(label)).iter() if element.tag.endswith("text")
    ]
    assert label in texts


def test_a_glyph_that_the_font_lacks_is_no_error() -> None:
    assert "言葉" in draw("言葉")


def test_ink_takes_the_colour_of_the_page() -> None:
    svg = draw()
    assert "currentColor" in svg
    assert INK not in svg
    assert "#000000" not in svg


def test_the_callers_settings_come_back_also_after_an_error() -> None:
    before = dict(mpl.rcParams)
    draw()
    with pytest.raises(RuntimeError), drawing(10, 10):
        raise RuntimeError
    assert dict(mpl.rcParams) == before
    draw()  # and the lock is free again


def test_the_callers_settings_do_not_change_a_figure() -> None:
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "text.color": "red"}):
        other = draw()
    assert other == draw()


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_keep_their_contrast_on_the_light_page_and_on_the_dark_one() -> None:
    css = (files("polariscope.reports") / "templates" / "report.css").read_text()
    pages = re.findall(r"--page: (#\w{6})", css)
    assert len(pages) == 2
    assert len(CATEGORIES) == len(MARKERS)
    assert all(contrast(colour, page) >= 2.9 for colour in CATEGORIES for page in pages)
    for name in ("ink", "soft", "link", "good", "bad", "open", "absent", "warning"):
        colours = re.findall(rf"--{name}: (#\w{{6}})", css)
        assert [contrast(c, p) >= 4.5 for c, p in zip(colours, pages, strict=True)] == [True, True], name
