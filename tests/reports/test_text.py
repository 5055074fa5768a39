"""Words for numbers, and foreign text made harmless."""

import math
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from polariscope.reports.text import number, p_value, percent, points, visible


@given(st.text(st.characters(codec=None)))
def test_visible_text_holds_nothing_that_hides_and_can_be_written(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    hidden = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert all(c in "\n\t" or unicodedata.category(c) not in hidden for c in shown)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_text_that_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_what_ends_a_line_or_turns_it_is_shown_by_its_code() -> None:
    assert visible("a\r\u2028\u202e\ud800b") == "a⟨U+000D⟩⟨U+2028⟩⟨U+202E⟩⟨U+D800⟩b"


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_number_reads_back_within_its_digits(value: float, digits: int) -> None:
    read = float(number(value, digits).replace("−", "-"))
    assert abs(read - value) <= 0.5001 * 10**-digits
    assert number(value, digits).startswith("−") == (value < 0), "an end of an interval keeps its side of zero"


def test_no_number_is_called_so_everywhere() -> None:
    assert {told(math.nan) for told in (number, percent, points, p_value)} == {"not a number"}
