from dataclasses import replace

import pytest

from polariscope.errors import PolariscopeError
from polariscope.risk.page_data import page_data
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.spans import Span

RUN = Attached("f" * 40, "localize", "metacognition", 2, "It noticed.", "accepted")
UNDER = SystemProfile("x", {"cognition": Entry(Span(4, 4))}, attached=(RUN,))


def told(profile: SystemProfile) -> dict:
    return page_data(our_edition(), [profile])["systems"][0]["entries"]


def test_accepted_evidence_is_worked_in_and_an_axis_is_not() -> None:
    entry = told(UNDER)["metacognition"]
    assert entry["span"] == [2, 3]  # not [2, 2], which cognition 4 leaves: a what-if may raise cognition
    assert entry["said"] is None
    assert entry["evidence"] == ["run ffffffffffff: It noticed."]


def test_what_the_profile_itself_says_stands_beside_it() -> None:
    both = replace(UNDER, entries={"metacognition": Entry(Span(1, 2), ("a test",))})
    assert told(both)["metacognition"] == {
        "span": [2, 2], "said": [1, 2], "evidence": ["a test", "run ffffffffffff: It noticed."]
    }  # fmt: skip


def test_declined_evidence_changes_nothing() -> None:
    assert "metacognition" not in told(replace(UNDER, attached=(replace(RUN, decision="declined"),)))


def test_a_contradiction_is_refused() -> None:
    with pytest.raises(PolariscopeError, match="accepted"):
        told(replace(UNDER, entries={"metacognition": Entry(Span(1, 1))}))
