"""Every reason has one letter, and a letter is left out rather than written over a cross."""

from hypothesis import given
from hypothesis import strategies as st

from drawn_svg import marks, texts
from polariscope.reports.crosses import draw_crosses, lettered
from polariscope.reports.frames import canvas
from polariscope.reports.svg import drawing, svg_text


@given(st.lists(st.text(max_size=3), max_size=120))
def test_letters_tell_reasons_apart_in_their_order(reasons: list[str]) -> None:
    letters = lettered(reasons)
    assert list(letters) == list(dict.fromkeys(reasons))
    assert len(set(letters.values())) == len(letters)


def test_a_letter_without_room_is_left_out_and_its_cross_stays() -> None:
    with drawing(200, 50) as figure:
        draw_crosses(canvas(figure), [10, 40, 48, 120], 20, "abcd", "#000000", "row")
        svg = svg_text(figure, "t", "d")
    assert texts(svg) == ["a", "c", "d"]
    assert [round(x) for x, _ in marks(svg, "row")] == [10, 40, 48, 120]
