"""A fall along training counts where logits are matched, and from where the data is fitted."""

from math import nan

import pytest

from llc_runs import COLD, DISAGREE, FALLEN, NOISY, SADDLE, SLOPE, SLOW, estimate, summary_of, training
from polariscope.crystal.instruments.llc.findings.training import training_finding


def finding(*args, **changes):
    return training_finding(summary_of(training(*args, **changes)))


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (106.0, "shown"),
        (334.0, "shown"),
        (335.0, "undecided"),
        (357.0, "undecided"),
        (358.0, "ruled out"),
        (400.0, "ruled out"),
    ],
)
def test_the_matched_fall_s_interval_decides(last, outcome):
    """Halves of 8 make one of 11.3."""
    told = finding(matched=(140.0, 346.0, 260.0, 150.0, last))
    assert told.outcome == outcome
    assert bool(told.would_decide) == (outcome == "undecided")
    assert bool(told.headline) == (outcome != "undecided")


def test_raw_and_matched_are_both_told_from_the_first_fitted_checkpoint_on():
    told = finding()
    assert told.headline == "Along training it falls from 346 to 106, confidence matched."
    assert told.sentence.startswith(
        "Logits as they are: 348 [340, 356] at step 200, 54 [46, 62] at step 2,500; a fall of 294 [283, 305]. "
        "Matched: 346 [338, 354] at step 200, 106 [98, 114] at step 2,500; a fall of 240 [229, 251]."
    )


def test_a_fall_of_raw_logits_alone_is_not_enough():
    told = finding(matched=(140.0, 346.0, 260.0, 150.0, 346.0))
    assert told.outcome == "undecided"
    told = finding(matched=None)
    assert (told.outcome, told.headline, told.would_decide) == ("undecided", "", "--matched would decide.")
    assert "a fall of 294" in told.sentence


def test_fitted_is_a_tenth_of_the_highest_training_loss():
    losses = (1.0, 0.101, 0.099, 1e-3, 1e-4)
    assert "Matched: 260 [252, 268] at step 450" in finding(losses=losses).sentence
    flat = (1.0, 0.9, 0.8, 0.7, 0.6)
    assert "Matched: 140 [132, 148] at step 100" in finding(losses=flat).sentence


def test_a_checkpoint_without_a_number_is_passed_over():
    rows = training()
    lost = [
        row | {"value": nan, "low": nan, "high": nan, "reasons": [DISAGREE]}
        if row.get("matched") and row["point"] in {"step 200", "step 2500"}
        else row
        for row in rows
    ]
    told = training_finding(summary_of(lost))
    assert told.headline == "Along training it falls from 260 to 150, confidence matched."
    none = [row | {"reasons": [DISAGREE]} if row.get("matched") else row for row in rows]
    told = training_finding(summary_of(none))
    assert told.outcome == "undecided"
    assert "Fewer than two fitted checkpoints have a number, logits matched." in told.sentence


NAMES = {
    "cold": "chains have not filled their room",
    "noisy": "minibatches add noise",
    "fallen": "lower losses nearby",
    "slope": "start on a slope",
    "saddle": "start on a saddle",
}


def doubted(step, *doubts, fall=nan):
    rows = training()
    return training_finding(
        summary_of([
            row | {"doubts": doubts, "fall": fall}
            if row.get("matched") and row["point"] == f"step {step}"
            else row
            for row in rows
        ])
    )


@pytest.mark.parametrize("step", [200, 2500])
@pytest.mark.parametrize("doubt", [COLD, NOISY, FALLEN, SLOPE, SADDLE])
def test_a_doubt_at_an_end_leaves_it_open_and_is_named(step, doubt):
    told = doubted(step, SLOW, doubt)
    assert (told.outcome, told.headline) == ("undecided", "")
    assert f"In doubt at an end: {NAMES[doubt[0]]}." in told.sentence
    assert "a fall of 240 [229, 251]" in told.sentence


def test_each_doubt_is_named_once_and_a_cure_of_the_training_is_none_of_a_scaled_checkpoint():
    told = doubted(200, COLD, SLOPE, SADDLE)
    assert f"{NAMES['cold']}, {NAMES['slope']}, {NAMES['saddle']}." in told.sentence
    assert told.would_decide == f"To try: {COLD[2]}; {SADDLE[2]}."
    assert not doubted(200, SLOPE).would_decide


@pytest.mark.parametrize("doubt", [SLOPE, SADDLE])
def test_a_start_from_which_the_loss_was_seen_not_to_fall_leaves_the_answer(doubt):
    assert doubted(200, doubt, fall=0.2).outcome == "shown"
    assert doubted(200, FALLEN, fall=20.0).outcome == "undecided"


def test_a_scaled_checkpoint_is_said_to_be_no_minimum():
    assert "scaled to another loss is no minimum of it by construction" in finding().sentence
    assert "by construction" not in finding(matched=None).sentence


@pytest.mark.parametrize("told", [doubted(200, SLOW), doubted(450, SLOPE, COLD), doubted(100, SADDLE)])
def test_other_doubts_and_other_checkpoints_leave_the_answer(told):
    assert told.outcome == "shown"
    assert "In doubt" not in told.sentence


def test_without_two_checkpoints_it_is_not_asked():
    assert training_finding(summary_of([estimate()])) is None
    assert training_finding(summary_of([estimate(at=5.0)])) is None
