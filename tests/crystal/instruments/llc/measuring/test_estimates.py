"""An estimate's readings are those of its chains; a refused one has reasons and no number."""

from dataclasses import asdict, replace
from math import isnan

import numpy as np
import pytest

from llc_small import FEW
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.measuring.estimates import (
    MOST_CHAINS,
    MOST_DRAWS,
    Sampled,
    estimate_readings,
)
from polariscope.crystal.specimens.degenerate import reduced_rank
from polariscope.runs import canonical_json, parse_canonical

ASKED = {"part": "whole", "point": "here", "at": 7.0, "target": None, "level": 0.95, "trace": True}


def sampled(**fields):
    settings = make_settings(**{**FEW, **fields})
    local = open_local(*reduced_rank(4, 3, 2, 30))
    start, scale = local.start(), settings.scale(local.examples)
    return Sampled(local, start, local.sample(settings), scale, settings)


def test_all_is_told_and_survives_the_ledger():
    made = sampled()
    estimate, chains, trace = estimate_readings(made, ASKED)
    assert canonical_json(parse_canonical(canonical_json([estimate, trace]))) == canonical_json([estimate, trace])
    own = asdict(made.settings)
    assert {name: estimate[name] for name in ("chains", "draws", "burn_in", "prior", "sampler")} == {
        name: own[name] for name in ("chains", "draws", "burn_in", "prior", "sampler")
    }
    assert (estimate["free"], estimate["examples"], estimate["at"], estimate["matched"]) == (14, 30, 7.0, 0)
    assert estimate["scale"] == pytest.approx(30 / np.log(30))
    assert estimate["temperature"] == pytest.approx(np.log(30))
    assert estimate["gradients"] == made.chains.gradients
    assert estimate["step"] == np.median(made.chains.step)
    assert chains["means"] == made.chains.excess[:, 12:].mean(1).tolist()
    assert chains["acceptance"] == made.chains.acceptance[:, 12:].mean(1).tolist()


def test_the_value_is_the_mean_of_the_chains_means():
    estimate, chains, _ = estimate_readings(sampled(draws=200, burn_in=100, leapfrog=8), ASKED)
    assert estimate["reasons"] == []
    assert estimate["value"] == pytest.approx(np.mean(chains["means"]))
    assert estimate["low"] < estimate["value"] < estimate["high"]


def test_chains_that_run_away_give_reasons_with_cures_and_no_number():
    estimate, *_ = estimate_readings(sampled(step=50.0), ASKED)
    assert isnan(estimate["value"])
    assert isnan(estimate["high"])
    assert all(len(each) == 3 and all(each) for each in estimate["reasons"])
    assert estimate["reasons"]


def test_a_trace_is_thinned_evenly_and_left_out_where_it_is_not_asked_for():
    made = sampled(chains=MOST_CHAINS + 2, draws=450, burn_in=51, leapfrog=1, step=0.05)
    *_, trace = estimate_readings(made, ASKED)
    steps = np.array(trace["steps"])
    assert len(steps) <= MOST_DRAWS
    assert (steps[0], set(np.diff(steps))) == (1, {3})
    assert np.shape(trace["values"]) == (MOST_CHAINS, len(steps))
    assert trace["values"][5][4] == made.chains.excess[5, steps[4] - 1]
    assert trace["burn_in"] == 51
    assert [row["kind"] for row in estimate_readings(made, ASKED | {"trace": False})] == ["estimate", "chains"]


def test_the_fall_is_the_deepest_of_the_chains_that_were_looked_at():
    made = sampled(chains=3)
    falls = {(0.0, 0.7, 0.2): 0.7, (0.1, np.nan, 0.0): 0.1}
    for fall, deepest in falls.items():
        own = replace(made, chains=replace(made.chains, fall=np.array(fall)))
        assert next(estimate_readings(own, ASKED))["fall"] == deepest
    blind = replace(made, chains=replace(made.chains, fall=np.full(3, np.nan)))
    assert isnan(next(estimate_readings(blind, ASKED))["fall"])


def test_a_target_makes_it_a_matched_one():
    told = list(estimate_readings(sampled(), ASKED | {"target": 0.3}))
    assert {row["matched"] for row in told} == {1}
