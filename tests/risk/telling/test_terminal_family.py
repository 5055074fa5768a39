"""The screen of a family: how it fails and when it opens, each threshold with whose it is, nothing lost."""

from dataclasses import replace

import pytest

from polariscope.risk.edition import Family
from polariscope.risk.telling.terminal_family import family_screen
from polariscope.risk.telling.wording import STAR, titled
from risk_shown import EDITION, HOSTILE, MINE, characters, printed

EVERY = pytest.mark.parametrize("family", EDITION.families.values(), ids=EDITION.families.keys())


@EVERY
def test_it_says_all_that_the_edition_has_of_it(family: Family) -> None:
    text = printed(family_screen(family, EDITION, "Possible in 9 of 392 cells."), 5000)
    conditions = (*family.conditions, *family.amplifiers)
    told = [family.mechanism, family.interplay, family.takeaway, *family.tensions]
    told += [part for each in conditions for part in (each.text, each.encodes, each.reason)]
    told += [EDITION.works[name].title for name in family.works]
    told += [part for each in family.matches for part in (each.name, each.reason)]
    told += [EDITION.variables[name].name for name in family.raised_by]
    assert [part for part in told if " ".join(part.split()) not in text] == []
    assert text.splitlines()[0].rstrip() == titled(family)
    assert "Possible in 9 of 392 cells." in text
    assert (STAR in text) is (family.external == "yes")
    assert f"Edition {EDITION.id}, digest {EDITION.digest}." in text


@EVERY
@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_is_cut_or_lost_at_any_width(family: Family, width: int) -> None:
    screen = family_screen(family, EDITION, "")
    text = printed(screen, width)
    assert max(map(len, text.splitlines())) <= width
    assert characters(text) == characters(printed(screen, 5000))


@EVERY
def test_whose_name_and_whose_thresholds_is_always_said(family: Family) -> None:
    text = printed(family_screen(family, EDITION, ""), 5000)
    whose = {"author": "the post's name for it", "ours": "our name for it"}[family.name_by]
    assert text.splitlines()[1].startswith(whose)
    conditions = (*family.conditions, *family.amplifiers)
    assert text.count("; threshold ours") == sum(each.threshold == "ours" for each in conditions)
    assert text.count("; stated") == sum(each.threshold == "stated" for each in conditions)


def test_what_a_users_edition_says_is_marked_as_its_own() -> None:
    family = EDITION.families["misuse"]
    moved = tuple(replace(each, threshold="mine", reason="Because.") for each in family.conditions)
    text = printed(family_screen(replace(family, conditions=moved, name_by="mine"), MINE, ""), 5000)
    assert "named by edition mine" in text
    assert text.count("threshold of edition mine: Because.") == len(moved)
    assert f"Changed by this edition: {MINE.changes[0]}" in text


def test_hostile_text_is_shown_as_text() -> None:
    family = replace(EDITION.families["misuse"], name=HOSTILE, mechanism=HOSTILE, tensions=(HOSTILE,))
    text = printed(family_screen(family, EDITION, ""), 5000)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.count("<script>") == 3
