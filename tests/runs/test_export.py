"""Exports: CSV that is safe to open, JSON lines that are exact."""

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.runs import Cell, Ledger, Reading, export_csv, export_jsonl, parse_canonical

TEXT = st.text() | st.text("\ud800\udbff\udc00\udfffa=\n")  # surrogates too, alone and in pairs


def as_csv(readings: list[Reading]) -> list[list[str]]:
    stream = io.StringIO(newline="")
    export_csv(readings, stream)
    return list(csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x")'])
def test_text_that_looks_like_a_formula_is_disarmed(text: str) -> None:
    header, row = as_csv([{text: text}])
    assert header == row == ["'" + text]


@given(TEXT)
def test_any_text_stays_one_harmless_field(text: str) -> None:
    stream = io.StringIO(newline="")
    export_csv([{"a": text, "b": 1}], stream)
    stream.getvalue().encode("utf-8")
    _, row = csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    assert row[1] == "1"
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    if text.isprintable() and not text.startswith(("=", "+", "-", "@")):
        assert row[0] == text


@given(st.floats())
def test_numbers_are_untouched(value: float) -> None:
    _, row = as_csv([{"x": value, "n": -3}])
    assert float(row[0]) == value or (math.isnan(value) and row[0] == "nan")
    assert row[1] == "-3"


def test_lists_missing_values_and_late_columns() -> None:
    rows = as_csv([{"a": [1, 2.0, math.nan], "b": None}, {"b": True, "c": 'x,"y"\nz'}])
    assert rows[0] == ["a", "b", "c"]
    assert json.loads(rows[1][0]) == [1, 2.0, {"$float": "NaN"}]
    assert rows[1][1:] == ["", ""]
    assert rows[2] == ["", "true", 'x,"y"\nz']


def test_nothing_to_export_is_an_empty_table() -> None:
    stream = io.StringIO()
    export_jsonl([], stream)
    assert stream.getvalue() == ""
    export_csv([], stream)
    assert stream.getvalue().strip() == ""


SCALARS = st.none() | st.integers() | st.floats(allow_nan=False) | TEXT


@given(st.lists(st.dictionaries(st.text(), SCALARS | st.lists(SCALARS))))
def test_json_lines_are_exact(readings: list[dict[str, Any]]) -> None:
    stream = io.StringIO()
    export_jsonl(readings, stream)
    assert [parse_canonical(line) for line in stream.getvalue().splitlines()] == readings


def test_nan_stays_nan_through_store_csv_and_json_lines(tmp_path: Path) -> None:
    cell = Cell("demo", 1, {})
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        ledger.store(cell, [{"x": math.nan, "l": [-math.inf]}], 0.0)
        readings = list(ledger.readings([cell]))
    assert math.isnan(readings[0]["x"])
    header, row = as_csv(readings)
    assert row[header.index("x")] == "nan"
    stream = io.StringIO()
    export_jsonl(readings, stream)
    back = parse_canonical(stream.getvalue())
    assert math.isnan(back["x"])
    assert back["l"] == [-math.inf]
