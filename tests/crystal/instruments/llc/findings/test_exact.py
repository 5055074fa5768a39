"""Where it is known what must come out, that is asked, and the RLCT is told beside it."""

import pytest

from llc_runs import DISAGREE, estimate, known, refused, summary_of
from polariscope.crystal.instruments.llc.findings.exact import exact_finding

LIMIT = {"exact": None, "exact_error": None, "threshold": 8.5, "multiplicity": 1}


def finding(*rows):
    return exact_finding(summary_of(rows))


@pytest.mark.parametrize(
    ("exact", "half", "outcome"),
    [
        (6.0, 0.01, "shown"),
        (6.0 / 1.0199, 0.0, "shown"),
        (6.0 / 1.0201, 0.0, "ruled out"),
        (6.0 / 0.9799, 0.0, "ruled out"),
        (6.0, 1.51, "undecided"),
    ],
)
def test_the_interval_with_two_percent_more_holds_the_exact_value(exact, half, outcome):
    told = finding(estimate(6.0, half), known(exact=exact))
    assert (told.asked, told.outcome) == ("Is it the exact value at this temperature?", outcome)


def test_the_rlct_and_how_it_is_approached_is_told_in_the_same_breath():
    told = finding(estimate(), known())
    assert told.headline == "Exact there: 6.038."
    assert "The RLCT is 6.5, of multiplicity 2: what t E[K] approaches only like 1/log t." in told.sentence
    assert "The exact value lies 0.46 below it." in told.sentence
    assert "only like 2/log t" in finding(estimate(), known(multiplicity=3)).sentence
    assert "log t" not in finding(estimate(), known(multiplicity=1)).sentence


@pytest.mark.parametrize("nothing", [None, float("nan")])
@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (8.6, "shown"),
        (8.4, "shown"),
        (8.8, "undecided"),
        (9.54, "undecided"),
        (9.56, "ruled out"),
        (7.4, "ruled out"),
    ],
)
def test_where_only_the_rlct_is_known_a_tenth_is_left_to_the_temperature(nothing, value, outcome):
    told = finding(estimate(value, 0.2), known(**{**LIMIT, "exact": nothing}))
    assert (told.asked, told.outcome) == ("Is it consistent with the RLCT?", outcome)
    assert "The RLCT is 8.5" in told.sentence
    assert bool(told.headline) == (outcome != "undecided")


def test_an_interval_too_wide_to_miss_the_rlct_is_no_agreement():
    half = 0.25 * 8.5
    assert finding(estimate(8.5, half), known(**LIMIT)).outcome == "shown"
    told = finding(estimate(8.5, half + 1e-6), known(**LIMIT))
    assert (told.outcome, told.headline) == ("undecided", "")
    assert "it could hold anything" in told.sentence
    assert told.would_decide == "More --chains or more --draws would decide."


def test_an_estimate_at_a_finite_temperature_is_said_to_agree_with_the_rlct_and_not_to_be_it():
    assert finding(estimate(8.4, 0.2), known(**LIMIT)).headline == "Consistent with the RLCT, 8.5."


def test_without_a_number_nothing_is_compared():
    for row in (known(), known(**LIMIT)):
        told = finding(refused(DISAGREE), row)
        assert told.outcome == "undecided"
        assert told.sentence.startswith("There is no number to compare. The RLCT is")


def test_where_nothing_is_known_nothing_is_asked():
    assert finding(estimate()) is None
    assert finding(known()) is None
