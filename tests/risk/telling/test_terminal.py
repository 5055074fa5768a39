"""The screen of a system: what is open stands first, nothing is lost at any width, no colour is needed."""

import re

import pytest

from polariscope.risk.rules import Assessment
from polariscope.risk.telling import wording
from polariscope.risk.telling.terminal import assessment_screen
from risk_shown import HOSTILE, MINE, SHOWN, characters, printed

EVERY = pytest.mark.parametrize("found", SHOWN.values(), ids=SHOWN.keys())


@EVERY
def test_the_first_line_names_what_is_open_and_numbers_what_may_be(found: Assessment) -> None:
    first = printed(assessment_screen(found), 2000).splitlines()[0].rstrip()
    told, _, unknown = first.removeprefix("Open: ").partition(" Undetermined: ")
    opened = [wording.titled(each.family) for each in found.findings if each.state == "open"]
    assert told == f"{', '.join(opened) or 'none'}."
    numbers = [str(each.family.number) for each in found.findings if each.state == "undetermined"]
    assert re.findall(r"\d+", unknown) == numbers


@EVERY
@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_cut_or_lost_at_any_width(found: Assessment, width: int) -> None:
    text = printed(assessment_screen(found), width)
    assert max(map(len, text.splitlines())) <= width
    assert characters(text) == characters(printed(assessment_screen(found), 5000))


@EVERY
def test_every_family_has_a_line_in_the_group_of_its_state(found: Assessment) -> None:
    lines = printed(assessment_screen(found), 2000).splitlines()
    for each in found.findings:
        start = rf"{wording.SYMBOLS[each.state]} +{re.escape(wording.numbered(each.family))} "
        (line,) = [line for line in lines if re.match(start, line)]
        assert wording.plain(each.family.name) in line
        assert all(condition.text in line for condition in each.deciding)
    marks = [line[0] for line in lines if line[:1] in set(wording.SYMBOLS.values())]
    order = list(wording.SYMBOLS.values())
    assert marks == sorted(marks, key=order.index)
    assert len(marks) == len(found.findings)


@EVERY
def test_colour_only_repeats_what_symbols_and_words_say(found: Assessment) -> None:
    plain, coloured = (printed(assessment_screen(found), 100, colour) for colour in (False, True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_what_is_open_is_said_with_what_would_close_it() -> None:
    text = printed(assessment_screen(SHOWN["Tool-using agent"]), 2000)
    found = SHOWN["Tool-using agent"].finding("tool-use")
    assert found.state == "open"
    for change in found.to_close:
        assert all(move.text in text for move in change.moves)


def test_the_tag_is_explained_once_and_the_edition_with_its_changes_named() -> None:
    text = printed(assessment_screen(SHOWN["another edition"]), 2000)
    assert text.count(wording.STAR) == text.count(wording.LIMITS) == 1
    assert f"Edition {MINE.id}, digest {MINE.digest}." in text
    assert MINE.changes[0] in text


def test_runs_are_told_with_their_decision_and_their_note_at_its_family() -> None:
    lines = printed(assessment_screen(SHOWN["with runs"]), 2000).splitlines()
    assert any(line.startswith("Run 0123456789ab declined: It supports nothing.") for line in lines)
    assert "".join(lines).count("note: Steering-aware.") == 1
    assert "Not mine." not in "".join(lines)  # declined, perhaps since it is of another model
    begins = [index for index, line in enumerate(lines) if line[:1] in set(wording.SYMBOLS.values())]
    (at,) = [index for index in begins if " 6* " in lines[index]]
    assert "note: Steering-aware. (run feed)" in "".join(lines[at : min(i for i in begins if i > at)])


def test_examples_are_marked_as_ours_and_nothing_else_is() -> None:
    assert wording.MADE_BY in printed(assessment_screen(SHOWN["Spam filter"]), 2000)
    assert wording.MADE_BY not in printed(assessment_screen(SHOWN["unknown"]), 2000)


def test_hostile_text_is_shown_as_text() -> None:
    text = printed(assessment_screen(SHOWN["hostile"]), 5000)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "<script>alert(1)</script> [x](javascript:y)" in text
    assert HOSTILE not in text
