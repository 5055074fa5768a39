"""The verdict: the number first, and no answer from a sampler that misses a known one."""

import pytest

from llc_runs import (
    COLD,
    DISAGREE,
    FALLEN,
    LEFT,
    SADDLE,
    control,
    estimate,
    known,
    outcome_of,
    refused,
    start,
    summary_of,
    temperatures,
    training,
    whole,
)
from polariscope.crystal.instruments.llc.verdict import judge


def judged(*rows):
    return judge(summary_of(rows))


def keys(verdict):
    return [finding.key for finding in verdict.findings]


def test_the_questions_come_in_order():
    told = judged(*training(), known(), control(), *temperatures())
    assert keys(told) == ["number", "control", "exact", "minimum", "temperature", "training"]
    assert keys(judged(estimate())) == ["number", "control"]


@pytest.mark.parametrize(
    ("row", "answer"),
    [(estimate(), "yes"), (estimate(doubts=[COLD]), "undecided"), (refused(DISAGREE), "no")],
)
def test_the_answer_is_whether_there_is_a_number_to_believe(row, answer):
    assert judged(row, control()).answer == answer


def test_a_sampler_that_misses_a_known_value_is_trusted_with_nothing():
    rows = [*training(), known(), control(7.0, 0.1), *temperatures()]
    told = judged(*rows)
    assert (told.answer, told.headline) == (
        "undecided",
        "No reading: the sampler misses a value that is known exactly.",
    )
    assert keys(told) == keys(judged(*rows[:-4], control(), *rows[-3:]))
    for finding in told.findings:
        if finding.key == "control":
            assert finding.outcome == "ruled out"
        else:
            assert (finding.outcome, finding.headline, finding.would_decide) == ("undecided", "", "")
            assert finding.sentence == "Not answered: the sampler misses a value that is known exactly."


def test_a_number_whose_control_is_missing_or_gave_none_is_marked():
    nothing = control(reasons=[DISAGREE])
    assert judged(estimate(), nothing).headline.endswith("γ = 1. The sampler’s control gave no number.")
    assert judged(estimate()).headline.endswith("γ = 1. The control is not measured yet.")
    assert judged(estimate(), nothing).answer == "yes"


def test_the_first_line_says_what_matters_and_no_more():
    assert judged(*whole()).headline == "λ̂ = 6.03 [5.97, 6.09] at t = 145, γ = 1. Exact there: 6.038."
    told = judged(start(), control(), estimate(doubts=[SADDLE]), *temperatures((5.7, 6.0, 6.3)))
    assert told.headline == (
        "λ̂ = 6.03 [5.97, 6.09] at t = 145, γ = 1. The start is no minimum of the loss. "
        "It grows by 5.0% per factor 4 of t."
    )


@pytest.mark.parametrize("row", [refused(LEFT), refused(DISAGREE, LEFT), estimate(doubts=[FALLEN])])
def test_chains_that_found_a_lower_loss_and_a_minimum_cannot_stand_together(row):
    told = judged(start(largest=2.0, smallest=0.5), control(), row)
    outcomes = {finding.key: finding.outcome for finding in told.findings}
    assert outcomes["minimum"] == "ruled out"
    assert told.answer == ("undecided" if row["doubts"] else "no")
    assert told.headline.count("is no minimum") == 1


@pytest.mark.parametrize("cut", range(1, 9))
def test_every_headline_is_one_line_and_every_finding_says_something(cut):
    told = outcome_of(whole()[:cut]).verdict
    assert told.headline
    assert "\n" not in told.headline
    assert all(finding.sentence.endswith(".") and finding.asked.endswith("?") for finding in told.findings)
