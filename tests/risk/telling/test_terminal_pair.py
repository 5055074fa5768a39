"""The screen of two systems: what opens and closes stands first, every family once, nothing is lost."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from polariscope.risk.comparison import compare
from polariscope.risk.evidence import Proposal
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.rules import Assessment, assess
from polariscope.risk.spans import Span
from polariscope.risk.telling.terminal_pair import changes_line, comparison_screen, proposal_screen, what_if_screen
from polariscope.risk.telling.wording import LIMITS, numbered, plain, reasons, titled
from polariscope.risk.what_if import what_if
from risk_shown import EDITION, SHOWN, characters, printed

PAIRS = [pair for pair in pairwise(SHOWN.values()) if pair[0].edition.digest == pair[1].edition.digest]
PROPOSAL = Proposal(
    "0a1b", "localize", "tiny", "metacognition", 2, "It located them.", "deceptive-alignment", "N.", ""
)
NOTHING = "no family changes"
EVERY = pytest.mark.parametrize(
    ("a", "b"), PAIRS, ids=[f"{a.profile.name[:9]}-{b.profile.name[:9]}" for a, b in PAIRS]
)


@EVERY
def test_the_first_line_says_every_family_that_changes_and_no_other(a: Assessment, b: Assessment) -> None:
    found = compare(a, b)
    line = changes_line(found)
    told = {
        "opens ": [titled(after.family) for _, after in found.opened],
        "closes ": [titled(after.family) for _, after in found.closed],
        "now decided: ": [f"{numbered(after.family)} {after.state}" for _, after in found.became_known],
        "now undetermined: ": [numbered(after.family) for _, after in found.became_unknown],
    }
    assert line == ("; ".join(f"{verb}{', '.join(each)}" for verb, each in told.items() if each) or NOTHING)
    assert (line == NOTHING) is (len(found.same) == len(a.findings))
    assert printed(comparison_screen(found, a, b), 2000).splitlines()[0].rstrip().endswith(line)


@EVERY
@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_cut_or_lost_at_any_width(a: Assessment, b: Assessment, width: int) -> None:
    screen = comparison_screen(compare(a, b), a, b)
    text = printed(screen, width)
    assert max(map(len, text.splitlines())) <= width
    assert characters(text) == characters(printed(screen, 5000))


@EVERY
def test_every_family_has_one_row_with_both_states(a: Assessment, b: Assessment) -> None:
    lines = printed(comparison_screen(compare(a, b), a, b), 2000).splitlines()
    for before, after in zip(a.findings, b.findings, strict=True):
        number = re.escape(numbered(after.family))
        (row,) = [line for line in lines if re.match(rf" *{number} +{re.escape(plain(after.family.name))} ", line)]
        assert before.state in row
        assert after.state in row
    assert LIMITS in "\n".join(lines)


def test_why_tells_exactly_the_conditions_that_differ() -> None:
    a = SHOWN["Chat assistant"]
    b = assess(what_if(a.profile, EDITION, ["tools=yes"]), EDITION)
    lines = printed(what_if_screen(compare(a, b), b, ["tools=yes"]), 2000).splitlines()
    assert lines[0].rstrip() == "Chat assistant with tools=yes: opens 7 Agentic and tool-use hazards"
    (row,) = [line for line in lines if "●" in line and "○" in line]
    assert row.rstrip().endswith("not met → met: tool access: yes")
    assert "before" in lines[2]
    assert "after" in lines[2]


def test_the_properties_that_differ_are_told_and_no_others() -> None:
    a = assess(SystemProfile("a", {"cognition": Entry(Span(1, 1)), "tools": Entry(Span(2, 2))}), EDITION)
    b = assess(
        SystemProfile(
            "b", {"cognition": Entry(Span(1, 1)), "coupling": Entry(Span(1, 1)), "users": Entry(Span(1, 1))}
        ),
        EDITION,
    )
    lines = [" ".join(line.split()) for line in printed(comparison_screen(compare(a, b), a, b), 2000).splitlines()]
    first = lines.index("differs a b")
    assert lines[first + 1 : lines.index("", first)] == ["Tool access yes unknown", "Coupling unknown no"]
    assert "differs" not in printed(comparison_screen(compare(a, a), a, a))


def test_alike_for_opposite_reasons_shows_both() -> None:
    a, b = SHOWN["Spam filter"], SHOWN["Chat assistant"]
    lines = printed(comparison_screen(compare(a, b), a, b), 2000).splitlines()
    [index] = [number for number, line in enumerate(lines) if re.match(r" *7 ", line)]
    for found, line in zip((a, b), lines[index:], strict=False):
        why = "; ".join(reasons(found.finding("tool-use"), EDITION))
        assert line.rstrip().endswith(f"{found.profile.name}: {why}")
    same = printed(comparison_screen(compare(a, a), a, a), 2000)
    assert "Spam filter: " not in same.partition("Alike in state")[2]


def test_without_a_change_it_says_so() -> None:
    a = SHOWN["Spam filter"]
    lines = printed(comparison_screen(compare(a, a), a, a), 2000).splitlines()
    assert lines[0].rstrip() == "From Spam filter to Spam filter: no family changes"
    assert "Alike" in "\n".join(lines)


def test_a_proposal_says_what_it_supports_on_what_grounds_and_what_accepting_changes() -> None:
    before = assess(SystemProfile("mine"), EDITION)
    after = assess(SystemProfile("mine", attached=(PROPOSAL.decide("accepted"),)), EDITION)
    text = printed(proposal_screen(PROPOSAL, EDITION, compare(before, after)), 2000)
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[0] == "Proposed: metacognitive regulation at least middle"
    assert lines[1] == "It located them."
    assert "Whether tiny is this system is for you to say." in lines
    assert "Note at 6* Deceptive alignment: N." in lines
    assert lines[-1] == f"If accepted: {changes_line(compare(before, after))}."


def test_a_proposal_of_nothing_or_against_the_profile_says_that() -> None:
    nothing = replace(PROPOSAL, facet="", at_least=0, note_at="", note="", unfinished="Not finished.")
    same = compare(SHOWN["unknown"], SHOWN["unknown"])
    text = printed(proposal_screen(nothing, EDITION, same), 2000)
    assert text.splitlines()[0].rstrip() == "Proposed: nothing"
    assert "Not finished." in text
    assert "If accepted" not in text
    assert "Note at" not in text
    assert "It contradicts the profile" in printed(proposal_screen(PROPOSAL, EDITION, None), 2000)
