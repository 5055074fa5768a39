"""The sampler must find a value that is known."""

from math import nan

import pytest

from llc_runs import DISAGREE, control, estimate, summary_of
from polariscope.crystal.instruments.llc.findings.control import control_finding

EXACT = 6.0384


def finding(*rows):
    return control_finding(summary_of([estimate(), *rows]))


@pytest.mark.parametrize(
    ("value", "half", "outcome"),
    [
        (EXACT, 0.01, "shown"),
        (EXACT * 1.0199 + 0.05, 0.05, "shown"),
        (EXACT * 1.0201 + 0.05, 0.05, "ruled out"),
        (EXACT * 0.9801 - 0.05, 0.05, "shown"),
        (EXACT * 0.9799 - 0.05, 0.05, "ruled out"),
        (EXACT, 0.2499 * EXACT, "shown"),
        (EXACT, 0.2501 * EXACT, "undecided"),
        (2 * EXACT, 0.9 * EXACT, "ruled out"),
    ],
)
def test_its_interval_with_two_percent_more_holds_the_exact_value_and_is_a_test(value, half, outcome):
    told = finding(control(value, half))
    assert told.outcome == outcome
    assert "exactly it is 6.0384" in told.sentence
    assert bool(told.headline) == bool(told.would_decide) == (outcome != "shown")


def test_the_exact_value_s_own_error_counts():
    assert finding(control(EXACT * 1.1, 0.05)).outcome == "ruled out"
    assert finding(control(EXACT * 1.1, 0.05, exact_error=0.45)).outcome == "shown"


def test_no_number_leaves_it_open():
    """A refusal is the rules at work, not a wrong number."""
    told = finding(control(nan, nan, reasons=[DISAGREE]))
    assert told.outcome == "undecided"
    assert told.headline == "The sampler’s control gave no number."
    assert DISAGREE[1] in told.sentence
    assert DISAGREE[2] in told.would_decide


def test_without_the_control_it_is_said():
    assert (finding().outcome, finding().headline) == ("undecided", "The control is not measured yet.")
