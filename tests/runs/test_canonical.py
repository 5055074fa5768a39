"""Canonical JSON: one text for one value, and the value back exactly."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.runs import canonical_json, digest, parse_canonical

TEXT = st.text() | st.text("\ud800\udbff\udc00\udfffa=\n")  # surrogates too, alone and in pairs
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
KEYS = st.text() | st.sampled_from(["$float", "$text", "$$float", "$"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)


def exactly(value: Any) -> Any:
    """A form in which equality means: same types, same bits, every NaN alike."""
    if isinstance(value, float):
        return ("nan",) if math.isnan(value) else ("float", struct.pack(">d", value))
    if isinstance(value, dict):
        return {key: exactly(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [exactly(inner) for inner in value]
    return (type(value).__name__, value)


@given(VALUES)
def test_round_trip_is_exact_and_stable(value: Any) -> None:
    text = canonical_json(value)
    back = parse_canonical(text)
    assert exactly(back) == exactly(value)
    assert canonical_json(back) == text
    assert text.isascii()
    assert "\n" not in text


@given(st.dictionaries(KEYS, SCALARS, min_size=2))
def test_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


@given(VALUES, VALUES)
def test_different_values_have_different_texts(one: Any, other: Any) -> None:
    assert (canonical_json(one) == canonical_json(other)) == (exactly(one) == exactly(other))


def test_what_plain_json_would_lose() -> None:
    assert canonical_json(-0.0) != canonical_json(0.0)
    assert canonical_json(True) != canonical_json(1)
    assert parse_canonical(canonical_json("\ud800\udc00")) == "\ud800\udc00"
    assert parse_canonical(canonical_json({"$float": "NaN"})) == {"$float": "NaN"}
    assert canonical_json((1, 2)) == canonical_json([1, 2])


@pytest.mark.parametrize("value", [{1}, b"x", {1: 2}, {"\ud800": 1}, [object()]])
def test_what_has_no_canonical_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical JSON"):
        canonical_json(value)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"$float":"x"}', '{"$other":1}', "{", "[" * 100_000])
def test_what_is_not_canonical_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_canonical(text)
