"""Keys fit their room, and names keep their distance."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drawn_svg import outside, texts
from polariscope.reports.frames import canvas
from polariscope.reports.keys import (
    LINE,
    Sample,
    fitted,
    key,
    key_height,
    lines_of,
    pushed,
    spread,
    width_of,
    write_lines,
)
from polariscope.reports.svg import drawing, svg_text

PLACES = st.lists(st.floats(-1000, 1000), max_size=8).map(sorted)


@given(PLACES, st.floats(1, 50))
def test_spread_places_keep_their_order_and_their_distance(wanted: list[float], least: float) -> None:
    places = spread(wanted, least)
    assert len(places) == len(wanted)
    assert all(b - a >= least - 1e-6 for a, b in pairwise(places))


@given(PLACES, st.floats(1, 20))
def test_pushed_places_lie_within_where_they_fit(wanted: list[float], least: float) -> None:
    places = pushed(spread(wanted, least), least, -100, 100)
    assert all(b - a >= least - 1e-6 for a, b in pairwise(places))
    assert all(-100 - 1e-6 <= place <= 100 + 1e-6 for place in places)


def test_places_that_fit_already_stay() -> None:
    assert pushed([10.0, 30.0, 70.0], 15, 0, 100) == [10.0, 30.0, 70.0]


@given(st.text(st.characters(exclude_categories=["Cn"]), max_size=200), st.floats(40, 300))
def test_a_fitted_label_fits_on_one_line(label: str, room: float) -> None:
    text = fitted(label, room)
    assert "\n" not in text
    assert width_of(text) <= room
    text.encode()


def test_only_what_is_too_long_is_shortened() -> None:
    assert fitted("short", 100) == "short"
    assert fitted("言葉" * 20, 100).endswith("…")
    assert width_of("言葉") > width_of("ab")


def test_a_key_names_all_its_samples_within_its_height() -> None:
    samples = [Sample(f"a thing of number {k}", {"color": "#000001"}, "#000002") for k in range(7)]
    samples.append(Sample("x" * 300, {"marker": "o", "linestyle": "none"}))
    height = key_height(samples, 300)
    with drawing(316, height) as figure:
        key(canvas(figure), samples, 8, 0, 300)
        svg = svg_text(figure, "t", "d")
    assert {sample.label for sample in samples[:7]} <= set(texts(svg))
    assert outside(svg) == []
    assert height % LINE == 0
    assert key_height([], 300) == 0


def test_notes_are_written_whole() -> None:
    lines = lines_of("a note that is longer than the room it has", 120)
    assert " ".join(lines) == "a note that is longer than the room it has"
    with drawing(300, 100) as figure:
        write_lines(canvas(figure), 0, lines[:2])
        svg = svg_text(figure, "t", "d")
    assert set(lines[:2]) <= set(texts(svg))
