"""No minimum is said, not hidden."""

from math import nan

import pytest

from llc_runs import COLD, DISAGREE, FALLEN, LEFT, SADDLE, SLOPE, estimate, refused, start, summary_of
from polariscope.crystal.degeneracy import coefficient
from polariscope.crystal.instruments.llc.findings.minimum import FALLS, HIDDEN, minimum_finding

BENT = {"largest": 2.0, "smallest": 0.5}


def finding(*rows):
    return minimum_finding(summary_of(rows))


def test_level_and_nowhere_down_is_a_minimum():
    told = finding(estimate(doubts=[COLD]), start(loss=0.25, gradient=1e-9, largest=2.0, smallest=0.5))
    assert (told.outcome, told.headline) == ("shown", "")
    assert told.sentence == (
        "To second order. Loss 0.25, |∇L| 10⁻⁹, curvatures from 0.5 to 2, each within 0. From where the chains "
        "ended the loss falls no lower."
    )


@pytest.mark.parametrize("doubts", [[SLOPE], [SADDLE], [FALLEN], [SLOPE, SADDLE], [SLOPE, SADDLE, FALLEN]])
def test_a_slope_or_a_way_down_is_none_and_the_first_line_says_so(doubts):
    told = finding(estimate(doubts=doubts), start())
    assert (told.outcome, told.headline) == ("ruled out", "The start is no minimum of the loss.")
    assert all(doubt[1] in told.sentence for doubt in doubts)
    assert told.would_decide == f"To try: {doubts[-1][2]}."


def test_chains_that_left_downhill_say_that_it_is_none_and_the_first_line_says_it_once():
    told = finding(refused(LEFT, DISAGREE), start(**BENT))
    assert (told.outcome, told.headline) == ("ruled out", "")
    assert LEFT[1] in told.sentence
    assert DISAGREE[1] not in told.sentence
    assert told.would_decide == f"To try: {LEFT[2]}."
    told = finding(refused(DISAGREE, LEFT), start(**BENT))
    assert (told.outcome, told.headline) == ("ruled out", "The start is no minimum of the loss.")


@pytest.mark.parametrize(("size", "residual"), [(0.0, 0.0), (1e-9, 2e-9), (-1e-9, 2e-9)])
def test_where_nothing_curves_the_chains_descent_decides(size, residual):
    flat = start(largest=size, smallest=-1e-9, residual=residual)
    told = finding(estimate(6.0, fall=0.0), flat)
    assert told.outcome == "shown"
    assert told.sentence.startswith("Second order is silent: no curvature exceeds its own error.")
    assert told.sentence.endswith("From where the chains ended the loss falls no lower.")
    assert "To second order" not in told.sentence
    assert finding(estimate(6.0, fall=0.99 * FALLS * 6.0), flat).outcome == "shown"
    low = finding(estimate(6.0, fall=1.01 * FALLS * 6.0), flat)
    assert low.outcome == "undecided"
    assert "the loss falls below L* by t (L* − L) = 0.303." in low.sentence
    blind = finding(estimate(6.0, fall=nan), flat)
    assert (blind.outcome, "no descent was looked for" in blind.sentence) == ("undecided", True)
    assert "nan" not in blind.sentence
    assert finding(refused(DISAGREE), flat).outcome == "undecided"


def test_the_bound_of_a_fall_is_that_of_the_doubt():
    assert FALLS == coefficient.DOUBTED_FALL


def test_a_ledger_without_the_fall_is_read():
    row = estimate(doubts=[])
    del row["fall"]
    assert finding(row, start(**BENT)).outcome == "shown"
    assert finding(row, start()).outcome == "undecided"


def test_what_the_search_may_have_missed_must_be_outweighed_by_the_localization():
    """At t = 100 and gamma = 2 a curvature of -0.02 takes all of it away."""
    posterior = {"scale": 100.0, "localization": 2.0}
    most = HIDDEN * 2.0 / 100.0
    for smallest in (0.0, -0.01, 0.01):
        near, far = (
            start(largest=2.0, smallest=smallest, residual=part * most + smallest) for part in (0.99, 1.01)
        )
        assert finding(estimate(**posterior), near).outcome == "shown"
        told = finding(estimate(**posterior), far)
        assert told.outcome == "undecided"
        assert "--localization" in told.would_decide


@pytest.mark.parametrize("end", ["largest", "smallest"])
def test_without_curvature_a_slope_has_no_measure(end):
    told = finding(estimate(doubts=[SLOPE]), start(**{end: nan}))
    assert told.outcome == "undecided"
    assert "nan" not in told.sentence
    assert finding(estimate(doubts=[FALLEN]), start(**{end: nan})).outcome == "ruled out"
    assert finding(refused(LEFT), start(**{end: nan})).outcome == "ruled out"


def test_it_is_of_the_start_of_the_main_estimate():
    rows = [start(part="first", loss=7.0), start(point="step 5", loss=8.0), start(loss=9.0), estimate()]
    assert "Loss 9," in finding(*rows).sentence
    assert finding(*rows[:2], rows[3]) is None
    assert finding(start()) is None
