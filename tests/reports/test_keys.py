"""Names keep their order and distance, fit their place, and show what would hide."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.frames import canvas
from polariscope.reports.keys import (
    LINE,
    Sample,
    fitted,
    key,
    key_height,
    lines_of,
    name_axis,
    pushed,
    spread,
    width_of,
)
from polariscope.reports.svg import drawing, svg_text


def texts(svg: str) -> list[tuple[str, float, float]]:
    root = ElementTree.fromstring(svg)
    found = [element for element in root.iter() if element.tag.endswith("text")]
    return [(each.text or "", float(each.attrib["x"]), float(each.attrib["y"])) for each in found]


def drawn(samples: list[Sample], width: float, **axis: Any) -> str:
    with drawing(width + 16, 200) as figure:
        on = canvas(figure)
        key(on, samples, 8, 0, width)
        if axis:
            name_axis(on, width / 2, 200, **axis)
        return svg_text(figure, "t", "d")


@given(st.text(max_size=200), st.floats(20, 400))
def test_a_fitted_label_is_one_line_no_wider_than_its_room(label: str, room: float) -> None:
    text = fitted(label, room)
    assert width_of(text) <= room
    assert "\n" not in text


def test_a_wide_letter_counts_as_two_and_a_hidden_one_is_shown() -> None:
    assert width_of("言葉") > 1.5 * width_of("ab")
    assert "⟨U+202E⟩" in fitted("a\u202eb", 400)


@given(st.lists(st.floats(-500, 900), max_size=10), st.floats(1, 40))
def test_pushed_names_keep_order_and_distance_between_the_ends(wanted: list[float], least: float) -> None:
    places = pushed(spread(sorted(wanted), least), least, 0, 400)
    assert len(places) == len(wanted)
    assert all(b - a >= least - 1e-6 for a, b in pairwise(places))
    assert all(each <= 400 + 1e-6 for each in places)
    if least * (len(wanted) - 1) <= 400:
        assert all(each >= -1e-6 for each in places)


@given(st.lists(st.floats(-1000, 1000), max_size=8), st.floats(1, 50))
def test_names_are_spread_about_where_they_wanted_to_be(wanted: list[float], least: float) -> None:
    places = spread(sorted(wanted), least)
    assert all(b - a >= least - 1e-6 for a, b in pairwise(places))
    assert abs(sum(places) - sum(wanted)) < 1e-6 * max(1, len(wanted) * 1000)


def test_a_key_breaks_into_rows_within_its_room_and_its_height() -> None:
    samples = [Sample(f"entry number {k}", {"color": "#D55E00"}, "#0072B2") for k in range(7)]
    found = texts(drawn(samples, 300))
    assert [text for text, _, _ in found] == [sample.label for sample in samples]
    assert all(x + width_of(text) <= 308 + 1e-6 for text, x, _ in found)
    rows = sorted({y for _, _, y in found})
    assert len(rows) > 1
    assert key_height(samples, 300) == LINE * len(rows)
    assert max(rows) <= key_height(samples, 300)


def test_an_empty_key_takes_no_place() -> None:
    assert key_height([], 300) == 0


def test_a_label_of_a_key_that_is_longer_than_the_page_is_cut() -> None:
    (found,) = texts(drawn([Sample("long " * 100, {"color": "#D55E00"})], 300))
    assert found[0].endswith("…")


@pytest.mark.parametrize("linear", [None, 0.01])
def test_an_axis_says_what_kind_of_scale_it_has(linear: float | None) -> None:
    written = [text for text, _, _ in texts(drawn([], 300, label="x", room=300, linear=linear))]
    assert ("linear within about ±0.01, logarithmic beyond" in written) == (linear is not None)
    assert "x" in written


@given(st.text("ab \n", max_size=300), st.floats(100, 400))
def test_lines_hold_every_word_and_fit(text: str, room: float) -> None:
    lines = lines_of(text, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= room for line in lines)
