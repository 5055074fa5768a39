"""JSON for programs: strict, complete, and nothing lost that was not a number."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.as_json import spectrum_json
from polariscope.crystal.instruments.spectrum.counts import counts
from spectrum_runs import measured, outcome_of, rows, until

NAMES = ["ring", "landau", "sbm", "random", "training"]


def written(found):
    """As a program reads it: what Python's own JSON would let pass fails here."""
    return json.loads(json.dumps(spectrum_json(found), allow_nan=False))


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_every_number_of_the_run(name):
    found = measured(name)
    told, summary = written(found), found.summary
    assert (told["run"]["id"], told["complete"], told["size"]) == (found.run.id, True, summary.size)
    assert told["run"]["experiment"] == dict(found.run.experiment)
    assert told["verdict"]["answer"] == found.verdict.answer
    assert [each["key"] for each in told["verdict"]["findings"]] == [each.key for each in found.verdict.findings]
    for end, own in summary.ends.items():
        assert [pair["value"] for pair in told["ends"][end]["pairs"]] == [pair.value for pair in own.pairs]
        assert told["ends"][end]["miss_probability"] == own.miss_probability
    assert told["counts"] == [asdict(each) for each in counts(summary)]
    assert told["density"]["nodes"] == summary.density.nodes.tolist()
    assert told["density"]["weights"] == summary.density.weights.tolist()
    assert told["density"]["known"] == summary.density.known.tolist()
    assert told["exact"] == list(summary.exact)
    assert told["check"] == summary.check
    assert told["own"] == {kind: [dict(row) for row in own] for kind, own in summary.own.items()}
    assert told["not_finite"] == {}


@pytest.mark.parametrize("name", NAMES)
def test_with_the_readings_of_the_run_nothing_else_is_in_the_ledger(name):
    """Every reading stands somewhere in it."""
    told, seen = written(measured(name)), {row["kind"] for row in measured(name).readings}
    shared = {"check", "end", "pair", "known", "probe", "exact"}
    assert set(told["own"]) == seen - shared
    assert shared <= seen


def test_what_is_not_finite_is_named_and_nothing_else_is_null():
    ends = {"largest": {"unlisted_beyond": float("-inf")}, "smallest": {"unlisted_beyond": float("inf")}}
    told = written(outcome_of("graph", rows(np.linspace(0, 9, 30), ends=ends, check={"symmetry": float("nan")})))
    assert told["not_finite"] == {
        "/ends/largest/unlisted_beyond": "-Infinity",
        "/ends/smallest/unlisted_beyond": "Infinity",
        "/check/symmetry": "NaN",
    }
    assert told["ends"]["largest"]["unlisted_beyond"] is None
    assert (told["exact"], told["complete"]) == (None, True)


def test_what_is_not_measured_is_null():
    told = written(until(measured("landau"), ["check", "lattice"]))
    assert (told["complete"], told["density"], told["exact"], told["ends"], told["counts"]) == (
        False, None, None, {}, [],
    )  # fmt: skip
    assert list(told["own"]) == ["lattice"]
    assert told["not_finite"] == {}
