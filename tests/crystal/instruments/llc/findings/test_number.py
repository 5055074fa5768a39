"""A number where chains agree, none where a reason forbids it, and a doubtful one between."""

import pytest

from llc_runs import (
    COLD,
    DISAGREE,
    FALLEN,
    LAYERS,
    NOISY,
    SADDLE,
    SLOPE,
    SLOW,
    STIFF,
    STUCK,
    control,
    estimate,
    refused,
    summary_of,
    training,
)
from polariscope.crystal.instruments.llc.findings.number import number_finding


def number(*rows):
    return number_finding(summary_of(rows))


def test_a_number_is_written_as_the_field_does():
    told = number(estimate(6.03, 0.06))
    assert (told.outcome, told.headline) == ("shown", "λ̂ = 6.03 [5.97, 6.09] at t = 145, γ = 1.")
    assert told.sentence == (
        "32 chains of 200 draws agree: split R-hat 1.003, 4,100 effective draws of t (L − L*), "
        "virial 1.005 ± 0.006."
    )
    assert not told.would_decide


def test_a_reason_forbids_it_and_every_cure_is_told_once():
    told = number(refused(STUCK, DISAGREE, [*STUCK[:1], "Others too.", STUCK[2]]))
    assert told.outcome == "ruled out"
    assert told.headline == "No number: 2 of 32 chains stood still, or accepted under 10% of their draws."
    assert told.sentence == f"{STUCK[1]} {DISAGREE[1]} Others too."
    assert told.would_decide == "To try: take a smaller step; draw more, after a longer burn-in."
    assert "nan" not in told.headline + told.sentence
    assert number(refused(DISAGREE)).headline == "No number: the chains disagree: split R-hat 1.3 exceeds 1.1."


@pytest.mark.parametrize("doubt", [COLD, NOISY, FALLEN])
def test_a_number_of_its_time_or_of_minibatches_or_above_a_loss_that_is_not_the_lowest_is_in_doubt(doubt):
    told = number(estimate(doubts=[SLOW, doubt]))
    assert told.outcome == "undecided"
    assert told.headline.startswith("λ̂ = 6.03 [5.97, 6.09] at t = 145, γ = 1, in doubt: ")
    assert doubt[1] in told.sentence
    assert told.would_decide == f"To try: {doubt[2]}."


@pytest.mark.parametrize("doubt", [SLOW, STIFF, SLOPE, SADDLE])
def test_other_doubts_are_said_beside_it(doubt):
    told = number(estimate(doubts=[doubt]))
    assert told.outcome == "shown"
    assert doubt[1] in told.sentence


def test_it_is_of_the_whole_at_the_last_checkpoint_with_logits_as_they_are():
    assert number(*LAYERS, estimate()).headline.startswith("λ̂ = 6.03 ")
    assert number(*reversed(training())).headline.startswith("λ̂ = 54 [46, 62] at ")


def test_how_many_others_have_none_is_told():
    assert number(estimate(), *LAYERS).sentence.endswith("Of the 3 other estimates 1 has none.")
    assert "other estimates" not in number(estimate(), *LAYERS[:2]).sentence


def test_before_any_estimate_nothing_is_decided():
    told = number(control())
    assert (told.outcome, told.headline) == ("undecided", "No estimate is measured yet.")
