"""JSON for programs: strict, complete, and nothing lost that was not a number."""

import json

import pytest

from llc_runs import DISAGREE, LAYERS, calibration, control, estimate, outcome_of, refused, training, whole
from polariscope.crystal.instruments.llc.as_json import llc_json

ROWS = {"whole": [*whole(), *LAYERS[:2]], "training": [*training(), control()], "begun": [control()]}


def written(found):
    """As a program reads it: what Python's own JSON would let pass fails here."""
    return json.loads(json.dumps(llc_json(found), allow_nan=False))


@pytest.mark.parametrize("name", ROWS)
def test_it_holds_every_reading_of_the_run(name):
    found = outcome_of(ROWS[name])
    told = written(found)
    estimates = [row for row in ROWS[name] if row["kind"] == "estimate"]
    assert (told["run"]["id"], told["complete"], told["not_finite"]) == (found.run.id, True, {})
    assert told["verdict"]["headline"] == found.verdict.headline
    assert [each["key"] for each in told["verdict"]["findings"]] == [each.key for each in found.verdict.findings]
    for row, each in zip(estimates, told["estimates"], strict=True):
        assert each == {key: value for key, value in row.items() if key != "kind"}
    for kind, rows in told["own"].items():
        assert rows == [row for row in ROWS[name] if row["kind"] == kind]
    assert set(told["own"]) == {row["kind"] for row in ROWS[name]} - {"estimate"}


def test_the_main_estimate_is_the_one_of_the_verdict():
    assert written(outcome_of(ROWS["training"]))["main"]["value"] == 54.0
    assert written(outcome_of(ROWS["begun"]))["main"] is None


def test_what_is_not_finite_is_named_and_null():
    told = written(outcome_of([refused(DISAGREE), *calibration()], finished=2))
    assert told["not_finite"]["/main/value"] == "NaN"
    assert told["estimates"][0]["value"] is None
    assert told["estimates"][0]["reasons"] == [dict(zip(("code", "sentence", "cure"), DISAGREE, strict=True))]
    assert told["not_finite"]["/own/calibration/5/value"] == "NaN"
    assert told["complete"] is False


def test_doubts_are_told_with_their_codes():
    told = written(outcome_of([estimate(doubts=[DISAGREE])]))
    assert told["main"]["doubts"][0]["code"] == "disagree"
