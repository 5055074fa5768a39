"""What the browser tests open and compare: pages, and what Python says of thousands of random profiles."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError
from polariscope.risk.changes import Change
from polariscope.risk.edition import Edition, Variable
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.rules import Finding, assess
from polariscope.risk.spans import Span
from polariscope.risk.telling.export import export
from polariscope.web import render_risk_page

PROFILES = 3000
HOSTILE = "<img src=x onerror=alert(1)> \x1b[31m\x00\u202e</script><script>alert(2)</script> & \"q\" 'q'"


_RUN = Attached(
    "5" * 32, "localize", "metacognition", 2, "Above all controls.", "accepted", "deceptive-alignment", "!"
)
_DECLINED = replace(_RUN, run="6" * 32, facet="planning", decision="declined")
_NOTHING = replace(
    _RUN,
    run="8" * 32,
    facet="",
    at_least=0,
    decision="declined",
    sentence="It supports nothing: noise does as well.",
)
_ATTACK = replace(_RUN, run="7" * 32, sentence=HOSTILE, note=HOSTILE)


def pages() -> dict[str, tuple[SystemProfile, ...]]:
    """The page without a system, with two, and with one whose every text is an attack."""
    assistant = SystemProfile(
        "Helper", _spans(cognition=(4, 5), intelligence=(6, 6), tools=(2, 2)), "Answers mail."
    )
    known = _spans(cognition=(6, 6), intelligence=(7, 7), persistence=(3, 3))
    successor = SystemProfile("Helper 2", known, attached=(_RUN, _DECLINED, _NOTHING))
    attack = SystemProfile(HOSTILE, {"planning": Entry(Span(2, 2), (HOSTILE,))}, HOSTILE, (_ATTACK,))
    return {"default": (), "two": (assistant, successor), "hostile": (attack,)}


def write_pages(folder: Path, edition: Edition) -> None:
    """One file for each of the pages."""
    for name, systems in pages().items():
        (folder / f"{name}.html").write_text(render_risk_page(edition, systems), encoding="utf-8")


def write_files(folder: Path, edition: Edition) -> None:
    """An assessment as `polariscope risk export --format json` writes it."""
    _, successor = pages()["two"]
    (folder / "export.json").write_text(export(assess(successor, edition), "json"), encoding="utf-8")


def write_larger(folder: Path) -> None:
    """A page of a user's edition, with three families more than ours."""
    condition = {"kind": "driver", "of": "intelligence", "at_least": "high"}
    families = [
        {
            "id": f"extra-{number}",
            "number": number,
            "name": f"Extra {number}",
            "mechanism": "It pries.",
            "condition": [condition],
        }
        for number in (13, 14, 15)
    ]
    head = {"format": 1, "id": "lab", "over": "polariscope-1", "title": "Lab", "reason": ""}
    path = folder / "edition.json"
    path.write_text(json.dumps({**head, "family": families}), encoding="utf-8")
    (folder / "larger.html").write_text(render_risk_page(load_edition(path)), encoding="utf-8")


def write_expected(folder: Path, edition: Edition) -> None:
    """Random profiles, each with what `assess` says of it: the findings, or that it contradicts itself."""
    chance = random.Random(7)
    rows = [_row(random_profile(chance, edition), edition) for _ in range(PROFILES)]
    told = {"hostile": HOSTILE, "rows": rows, "cells": _cells(edition)}
    (folder / "expected.json").write_text(json.dumps(told), encoding="utf-8")


def _cells(edition: Edition) -> dict[str, dict[str, str]]:
    """Of each cell, the state of every family where only the three axes are known; by "1-1-1"."""
    found = {}
    for cell in product(*(axis.whole for axis in edition.axes)):
        entries = {axis.id: Entry(Span(level, level)) for axis, level in zip(edition.axes, cell, strict=True)}
        findings = assess(SystemProfile("cell", entries), edition).findings
        found["-".join(map(str, cell))] = {each.family.id: each.state for each in findings}
    return found


def random_profile(chance: random.Random, edition: Edition) -> SystemProfile:
    """Levels and spans at random; a third as they fall, which mostly contradicts, the rest under their axes."""
    silence, obedient = chance.choice([0.05, 0.3, 0.6, 0.9]), chance.random() < 2 / 3
    entries: dict[str, Entry] = {}
    for variable in edition.variables.values():
        if chance.random() >= silence:
            roof = _roof(variable, entries, edition) if obedient else len(variable.labels)
            entries[variable.id] = Entry(_random_span(chance, variable, roof))
    return SystemProfile("random", entries)


def _roof(variable: Variable, entries: dict[str, Entry], edition: Edition) -> int:
    if variable.axis is None or variable.axis not in entries:
        return len(variable.labels)
    return edition.variables[variable.axis].bands[entries[variable.axis].span.high - 1]


def _random_span(chance: random.Random, variable: Variable, roof: int) -> Span:
    low = chance.randint(1, roof)
    return Span(low, low if chance.random() < 0.6 else chance.randint(low, len(variable.labels)))


def _spans(**spans: tuple[int, int]) -> dict[str, Entry]:
    return {name: Entry(Span(*span)) for name, span in spans.items()}


def _row(profile: SystemProfile, edition: Edition) -> dict[str, Any]:
    entries = {name: [entry.span.low, entry.span.high] for name, entry in profile.entries.items()}
    try:
        found = assess(profile, edition)
    except PolariscopeError:
        return {"entries": entries, "findings": None}
    return {"entries": entries, "findings": {each.family.id: _finding(each) for each in found.findings}}


def _finding(found: Finding) -> dict[str, Any]:
    verdict = found.verdict
    return {
        "state": verdict.state,
        "conditions": "".join(verdict.truths),
        "decided": list(verdict.decided),
        "amplifiers": "".join(found.amplifiers),
        "toOpen": _changes(verdict.to_open),
        "toClose": _changes(verdict.to_close),
    }


def _changes(changes: Sequence[Change]) -> list[list[list[Any]]]:
    return [[[move.variable, move.span.low, move.span.high, move.text] for move in each.moves] for each in changes]
