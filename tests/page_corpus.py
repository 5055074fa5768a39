"""Odd profile files, which the page's reader must take or refuse exactly as `read_profile` does."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.edition import Edition
from polariscope.risk.reading.profile_file import read_profile

_RUN = {"run": "r", "instrument": "localize", "sentence": "It says.", "decision": "accepted"}


def _profile(**tables: Any) -> bytes:
    """A profile's file; a table that is None is left out."""
    whole = {"format": 1, "name": "x", **tables}
    return json.dumps({key: value for key, value in whole.items() if value is not None}).encode()


def _run(**fields: Any) -> bytes:
    """A profile with one run; a field that is None is left out."""
    return _profile(evidence=[{key: value for key, value in (_RUN | fields).items() if value is not None}])


def _null(key: str) -> bytes:
    return json.dumps({"format": 1, "name": "x", key: None}).encode()


_TEXTS = {
    "the smallest": _profile(),
    "empty tables": _profile(axes={}, facets={}, outside={}, evidence=[], description="", edition=""),
    "a byte order mark": b"\xef\xbb\xbf" + _profile(),
    "not UTF-8": b'{"format": 1, "name": "\xff"}',
    "no JSON": b"format = 1",
    "nothing": b"",
    "a list": b"[]",
    "NaN": b'{"format": 1, "name": "x", "axes": {"cognition": NaN}}',
    "nested": b'{"format": 1, "name": "x", "axes": ' + b"[" * 40 + b"]" * 40 + b"}",
    "a key twice": b'{"format": 1, "name": "x", "name": "y"}',
    "a property twice": b'{"format": 1, "name": "x", "facets": {"planning": "low", "planning": "high"}}',
    "a key twice, once escaped": b'{"format": 1, "name": "x", "n\\u0061me": "y"}',
    "a key twice, far apart": b'{"name": "x", "axes": {"cognition": [2, 3]}, "format": 1, "name": "x"}',
    "the same key in two tables": b'{"format": 1, "name": "x", "axes": {}, "facets": {"planning": {"is": "low"}}}',
    "a text that looks like keys": _profile(description='{"name": 1, "name": 4.0}', name='"a\\", "name": 2e5'),
    "a table twice the same property's": _profile(facets={"planning": {"is": "low", "evidence": ["is", "is"]}}),
    "half a character": b'{"format": 1, "name": "\\ud800"}',
    "half a character in the edition": b'{"format": 1, "name": "x", "edition": "\\ud800"}',
    "a whole one of two halves": b'{"format": 1, "name": "\\ud83d\\ude00"}',
}
_HEADS = {
    "no format": _profile(format=None),
    "format 0": _profile(format=0),
    "format 2": _profile(format=2),
    "format 1.0": _profile(format=1.0),
    "format true": _profile(format=True),
    "format as text": _profile(format="1"),
    "no name": _profile(name=None),
    "an empty name": _profile(name=""),
    "a number as name": _profile(name=5),
    "200 characters of two units": _profile(name="\N{GRINNING FACE}" * 200),
    "a name of 201": _profile(name="n" * 201),
    "a description of 8000": _profile(description="d" * 8000),
    "a description of 8001": _profile(description="d" * 8001),
    "an edition as number": _profile(edition=1),
    "a digest and an example": _profile(edition_digest="0" * 16, from_example="Chat assistant"),
    "a digest as number": _profile(edition_digest=1),
    "an example of 8001": _profile(from_example="d" * 8001),
    "an edition of 8001": _profile(edition="d" * 8001),
    "an unknown key": _profile(colour="red"),
    "a prototype": b'{"format": 1, "name": "x", "__proto__": {}}',
    **{f"{key} null": _null(key) for key in ("name", "description", "edition", "axes", "facets", "evidence")},
    "axes as a list": _profile(axes=[]),
}
_LEVELS = {
    **{
        f"cognition {value!r}": _profile(axes={"cognition": value})
        for value in (
            *(1, 7, 0, 8, -1, 4.0, 4.5, 1e1, 10**19, True, None, "4", "low", "top", "Low", "unknown", "yes", ""),
            *([2, 4], [4, 2], [4, 4], ["low", 5], ["high", "middle"], [5, "middle"], ["low", "top"], [1], []),
            *([1, 2, 3], [1, 4.0], ["unknown", 3], [[1, 2], 3], {"is": 3}, {"is": None}, {}, {"is": 3, "was": 2}),
        )
    },
    **{
        f"planning {value!r}": _profile(facets={"planning": value})
        for value in (
            1,
            "low",
            "top",
            "unknown",
            ["low", "middle"],
            ["high", "low"],
            {"is": "low", "evidence": None},
        )
    },
    **{
        f"tools {value!r}": _profile(outside={"tools": value})
        for value in (
            True,
            False,
            "yes",
            "no",
            "unknown",
            1,
            "true",
            ["no", "yes"],
            {"is": True, "evidence": [""]},
        )
    },
    "evidence alone": _profile(facets={"planning": {"evidence": ["why"]}}),
    "evidence as text": _profile(facets={"planning": {"is": "low", "evidence": "why"}}),
    "a number as evidence": _profile(facets={"planning": {"is": "low", "evidence": [1]}}),
    "1000 grounds": _profile(facets={"planning": {"is": "low", "evidence": ["g"] * 1000}}),
    "1001 grounds": _profile(facets={"planning": {"is": "low", "evidence": ["g"] * 1001}}),
    "a ground of 8001": _profile(facets={"planning": {"is": "low", "evidence": ["g" * 8001]}}),
    "an unknown facet": _profile(facets={"metacognision": "low"}),
    "a facet among the axes": _profile(axes={"planning": "low"}),
    "a facet above its axis": _profile(axes={"cognition": "low"}, facets={"planning": "high"}),
    "a facet at most above its axis": _profile(axes={"cognition": "low"}, facets={"planning": ["low", "high"]}),
    "a facet that lifts its axis": _profile(axes={"cognition": [1, 7]}, facets={"planning": "high"}),
}
_RUNS = {
    "a run": _run(),
    **{f"a run without {key}": _run(**{key: None}) for key in _RUN},
    "a run that is a text": _profile(evidence=["r"]),
    "evidence as a table": _profile(evidence=_RUN),
    "an empty run": _run(run=""),
    "a run of 201": _run(run="r" * 201),
    "an empty instrument": _run(instrument=""),
    "an instrument of 201": _run(instrument="i" * 201),
    "an empty sentence": _run(sentence=""),
    "a sentence of 8001": _run(sentence="s" * 8001),
    "a note of 8001": _run(note="s" * 8001),
    "a null note": json.dumps({"format": 1, "name": "x", "evidence": [_RUN | {"note": None}]}).encode(),
    "an unknown field": _run(weight=2),
    "an unknown decision": _run(decision="maybe"),
    "an unknown note_at": _run(note_at="tools"),
    "a note at a family": _run(note_at="tool-use", note="Look."),
    "an unknown facet of a run": _run(facet="tools"),
    "a band of no facet": _run(proposed="middle"),
    "an unknown band of no facet": _run(proposed="huge"),
    "an unknown band": _run(facet="planning", proposed="top"),
    "a band": _run(facet="planning", proposed="middle"),
    "a facet without a band": _run(facet="planning"),
    "a run twice": _profile(evidence=[_RUN, _RUN]),
    "1000 runs": _profile(evidence=[_RUN | {"run": str(number)} for number in range(1000)]),
    "1001 runs": _profile(evidence=[_RUN | {"run": str(number)} for number in range(1001)]),
    "a run that contradicts": _profile(
        facets={"planning": "low"}, evidence=[_RUN | {"facet": "planning", "proposed": "high"}]
    ),
    "a declined run that would contradict": _profile(
        facets={"planning": "low"},
        evidence=[_RUN | {"facet": "planning", "proposed": "high", "decision": "declined"}],
    ),
    "a run above its axis": _profile(
        axes={"cognition": 2}, evidence=[_RUN | {"facet": "planning", "proposed": "middle"}]
    ),
}
CORPUS: Mapping[str, bytes] = {**_TEXTS, **_HEADS, **_LEVELS, **_RUNS}


def write_corpus(folder: Path, edition: Edition) -> None:
    """Every file of the corpus, with the spans that Python reads in it, or None where it refuses the file."""
    told = []
    for name, content in CORPUS.items():
        path = folder / "odd.json"
        path.write_bytes(content)
        told.append({"name": name, "bytes": base64.b64encode(content).decode(), "spans": _read(path, edition)})
        path.unlink()
    (folder / "corpus.json").write_text(json.dumps(told), encoding="utf-8")


def _read(path: Path, edition: Edition) -> dict[str, list[int]] | None:
    try:
        spans = settle(read_profile(path, edition), edition)
    except PolariscopeError:
        return None
    return {name: [span.low, span.high] for name, span in spans.items()}
