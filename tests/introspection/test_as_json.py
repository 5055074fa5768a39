"""JSON for programs: strict, and nothing lost that was not a number."""

import json
from collections.abc import Callable

import pytest

from polariscope.introspection.as_json import summary_json
from polariscope.introspection.outcome import Outcome

Planted = Callable[[str], Outcome]


def written(found: Outcome) -> dict:
    return json.loads(json.dumps(summary_json(found.run, found.summary, found.verdicts), allow_nan=False))


def pointed(value: object, pointer: str) -> object:
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]  # type: ignore[index]
    return value


@pytest.mark.parametrize("name", ["perfect", "failing", "sweep", "hostile"])
def test_it_is_strict_and_every_number_that_is_none_is_named(planted: Planted, name: str) -> None:
    told = written(planted(name))
    assert all(pointed(told, place) is None for place in told["not_finite"])
    assert set(told["not_finite"].values()) <= {"NaN", "Infinity", "-Infinity"}


def test_what_failed_is_named_and_what_was_not_measured_is_not(planted: Planted) -> None:
    told = written(planted("failing"))
    assert told["not_finite"]["/summary/settings/0/conditions/1/diagonal_p"] == "NaN"
    assert told["summary"]["sweep"] is None
    assert "/summary/sweep" not in told["not_finite"]


def test_it_holds_the_numbers_and_the_verdicts(planted: Planted) -> None:
    found = planted("sweep")
    told = written(found)
    assert told["summary"]["settings"][2]["conditions"][0]["accuracy"]["value"] == 1.0
    assert [verdict["answer"] for verdict in told["verdicts"]] == [v.answer for v in found.verdicts]
    assert found.summary.sweep is not None
    assert told["leading"] == found.summary.sweep.best
    assert (told["run"]["id"], told["complete"]) == (found.run.id, True)
    assert written(planted("incomplete"))["complete"] is False
    assert told["summary"]["chance"] == pytest.approx(1 / 3)


def test_places_with_slashes_are_escaped(planted: Planted) -> None:
    found = planted("perfect")
    found.run.experiment["frame"]["a/b~c"] = float("inf")
    try:
        told = written(found)
    finally:
        del found.run.experiment["frame"]["a/b~c"]
    assert told["not_finite"]["/run/experiment/frame/a~1b~0c"] == "Infinity"
