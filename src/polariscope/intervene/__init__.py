"""Changing activations at chosen tokens and reading the answer, exactly and fast.

`last_logits` is the one general call. `PlainPath` and `FastPath` are its two ways, with one meaning;
hold one of them to reuse the work that many calls share.
"""

from polariscope.intervene.agreement import Agreement, compare, near_tie_band, tolerance
from polariscope.intervene.edits import Edit, Row
from polariscope.intervene.fast import FastPath
from polariscope.intervene.plain import PlainPath
from polariscope.intervene.reading import last_logits, open_path
from polariscope.intervene.segments import UnsupportedModelError

__all__ = [
    "Agreement",
    "Edit",
    "FastPath",
    "PlainPath",
    "Row",
    "UnsupportedModelError",
    "compare",
    "last_logits",
    "near_tie_band",
    "open_path",
    "tolerance",
]
