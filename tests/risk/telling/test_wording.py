"""Reasons are the conditions that decided; ways are counted honestly; text stays on its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.risk.changes import Change, Move
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.rules import Assessment
from polariscope.risk.spans import Span
from polariscope.risk.telling import wording
from risk_shown import EDITION, SHOWN

LEADS = {"open": "met: ", "undetermined": "unknown: ", "closed": "not met: "}


@pytest.mark.parametrize("found", SHOWN.values(), ids=SHOWN.keys())
def test_the_first_reason_is_what_decided(found: Assessment) -> None:
    for each in found.findings:
        first, *more = wording.reasons(each, found.edition)
        lead = LEADS[each.state]
        assert first == lead + "; ".join(condition.text for condition in each.deciding)
        assert more == [] or each.state != "closed"


def test_what_makes_it_worse_is_said_and_what_may_is_said_to_be_perhaps() -> None:
    found = SHOWN["Tool-using agent"]
    for each in found.findings:
        text = "\n".join(wording.reasons(each, found.edition)[1:])
        for amplifier, truth in zip(each.family.amplifiers, each.amplifiers, strict=True):
            lead = {"y": "\namplified by", "?": "\nperhaps amplified by", "n": None}[truth]
            said = lead is not None and f"{lead} {amplifier.text}" in f"\n{text}"
            assert said is (lead is not None and each.state != "closed")
        raised = [name for name, truth in zip(each.family.raised_by, each.raised, strict=True) if truth == "y"]
        assert ("its most severe form" in text) is (bool(raised) and each.state != "closed")


def test_an_entry_that_says_unknown_is_not_known() -> None:
    entries = {"cognition": Entry(Span(3, 3)), "planning": Entry(Span(1, 3), ("nobody looked",))}
    assert wording.known(SystemProfile("x", entries), EDITION) == ("cognition 3",)


@given(st.integers(0, 6), st.integers(1, 4))
def test_ways_are_written_out_or_counted(count: int, shown: int) -> None:
    changes = [Change((Move("x", Span(1, 1), f"to {index}."),)) for index in range(count)]
    text = wording.ways(changes, shown)
    assert [f"to {index}." in text for index in range(count)] == [index < shown for index in range(count)]
    more = count - min(count, shown)
    assert ("one more way" in text) is (more == 1)
    assert (f"{more} more ways" in text) is (more > 1)


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    assert wording.plain(text).isprintable()
    words = text.split()
    if all(word.isprintable() for word in words):
        assert wording.plain(text) == " ".join(words)
