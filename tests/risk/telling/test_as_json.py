"""JSON of families and comparisons: strict, canonical, and nothing that the screens say is missing."""

import json

import pytest

from polariscope.risk.comparison import compare
from polariscope.risk.telling.as_json import changes_json, comparison_json, edition_json, family_json
from polariscope.runs import canonical_json, parse_canonical
from risk_shown import EDITION, MINE, SHOWN


def test_an_edition_is_named_with_its_digest_its_source_and_its_changes() -> None:
    told = edition_json(MINE)
    assert (told["id"], told["digest"], told["changes"]) == (MINE.id, MINE.digest, list(MINE.changes))
    assert told["source"]["url"].startswith("https://")


@pytest.mark.parametrize("family", EDITION.families.values(), ids=EDITION.families.keys())
def test_a_family_is_written_whole(family) -> None:
    told = family_json(family, EDITION, "Possible in all.")
    assert json.loads(json.dumps(told, allow_nan=False)) == told == parse_canonical(canonical_json(told))
    assert (told["id"], told["mechanism"], told["region"]) == (family.id, family.mechanism, "Possible in all.")
    assert [each["text"] for each in told["conditions"]] == [each.text for each in family.conditions]
    assert not any("holds" in each for each in told["conditions"])
    assert [each["title"] for each in told["works"]] == [EDITION.works[name].title for name in family.works]
    assert [each["confidence"] for each in told["matches"]] == [each.confidence for each in family.matches]
    assert (told["tensions"], told["raised_by"]) == (list(family.tensions), list(family.raised_by))


def test_a_comparison_holds_each_family_once_and_both_assessments() -> None:
    a, b = SHOWN["Base language model"], SHOWN["Chat assistant"]
    told = comparison_json(compare(a, b), a, b)
    groups = changes_json(compare(a, b))
    assert {name: told[name] for name in groups} == groups
    assert sorted(id_ for ids in groups.values() for id_ in ids) == sorted(EDITION.families)
    assert told["a"]["profile"]["name"] == "Base language model"
    assert told["b"]["profile"]["name"] == "Chat assistant"
    states = {each["id"]: each["state"] for each in told["b"]["families"]}
    assert all(states[name] == "open" for name in groups["opened"])
