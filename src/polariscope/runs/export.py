"""Readings for other programs: CSV for spreadsheets and data frames, JSON lines for an exact copy."""

import csv
from collections.abc import Iterable
from typing import TextIO

from polariscope.runs.canonical import canonical_json
from polariscope.runs.cells import Reading

# A spreadsheet takes text that begins with one of these for a formula; see OWASP, "CSV Injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def export_csv(readings: Iterable[Reading], stream: TextIO) -> None:
    r"""Write readings as CSV after RFC 4180: a header, one row a reading, a column for every key.

    Floats are written with all their digits, ``nan``, ``inf`` and ``-inf`` included; lists as canonical JSON;
    missing values and None as nothing; text that a spreadsheet would take for a formula with a ``'`` before
    it. Text is therefore not exactly recoverable; `export_jsonl` is exact.

    >>> import io
    >>> stream = io.StringIO()
    >>> export_csv([{"gap": float("nan"), "said": "=1+1", "n": -1}, {"z": [1, 2]}], stream)
    >>> stream.getvalue()
    'gap,said,n,z\r\nnan,\'=1+1,-1,\r\n,,,"[1,2]"\r\n'

    Args:
        readings: The readings.
        stream: A text stream, opened with ``newline=""``.
    """
    rows = list(readings)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.writer(stream)
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_field(row.get(column)) for column in columns] for row in rows)


def export_jsonl(readings: Iterable[Reading], stream: TextIO) -> None:
    r"""Write readings as JSON lines, each the canonical JSON of one reading: sorted keys, ASCII, exact.

    NaN and the infinities stand as ``{"$float": "NaN"}``, ``{"$float": "Infinity"}`` and
    ``{"$float": "-Infinity"}``, since JSON has no number for them; `parse_canonical` reads a line back.

    >>> import io
    >>> stream = io.StringIO()
    >>> export_jsonl([{"gap": float("nan"), "n": 1}], stream)
    >>> stream.getvalue()
    '{"gap":{"$float":"NaN"},"n":1}\n'

    Args:
        readings: The readings.
        stream: A text stream.
    """
    for reading in readings:
        stream.write(canonical_json(reading) + "\n")


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return _harmless(value)
        case float():
            return float.__repr__(value)
    return canonical_json(value)


def _harmless(text: str) -> str:
    # A lone surrogate has no UTF-8, and would end the export in the middle.
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "'" + shown if shown.startswith(_FORMULA) else shown
