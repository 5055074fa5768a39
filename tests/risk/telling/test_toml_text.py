"""Written TOML is read back as what was written, whatever the text."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.risk.telling.toml_text import toml_block, toml_document, toml_value

HOSTILE = st.text() | st.text("\x00\x1b\x7f\x85\u202e\ufeff\"\\'\n\r\t#[]=\U0001f600", max_size=12)
SCALARS = HOSTILE | st.booleans() | st.integers(-(2**63), 2**63 - 1)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(HOSTILE, SCALARS, max_size=3)
DOCUMENTS = st.dictionaries(HOSTILE, VALUES | st.lists(st.dictionaries(HOSTILE, VALUES, max_size=3), max_size=3))


@given(DOCUMENTS)
def test_a_document_is_read_back_as_it_was(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml_document(data)) == data


@given(HOSTILE)
def test_a_string_stands_on_one_line_and_hides_nothing(text: str) -> None:
    written = toml_value(text)
    assert written.isprintable()
    assert tomllib.loads(f"x = {written}") == {"x": text}


def test_half_a_character_becomes_its_escape_in_letters() -> None:
    written = toml_value("a\ud800b")
    assert tomllib.loads(f"x = {written}") == {"x": "a\\ud800b"}


def test_blocks_follow_one_another() -> None:
    both = toml_block("evidence", {"run": "a"}) + toml_block("evidence", {"run": "b"})
    assert tomllib.loads(both) == {"evidence": [{"run": "a"}, {"run": "b"}]}


@pytest.mark.parametrize("value", [None, 1.5, object()])
def test_what_it_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="this TOML holds no"):
        toml_value(value)
