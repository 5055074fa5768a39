"""Outliers are found above a bulk, from all eigenvalues or from the ends; not where there are none."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.outliers import outliers_finding, upper_tail
from spectrum_runs import rows, summary_of

BULK = tuple(np.cos(np.pi * np.arange(0.5, 200) / 200))


def found(values, **changes):
    return outliers_finding(summary_of("loss", rows(values, listed=30, **changes)))


@pytest.mark.parametrize("exact", [False, True])
def test_planted_outliers_are_shown_down_to_the_last(exact):
    told = found((*BULK, 2.5, 3.0), exact=exact)
    assert (told.outcome, told.headline) == ("shown", "2 outliers above the bulk.")
    assert told.sentence.startswith("2 eigenvalues stand out, down to 2.5; the bulk begins at 1. 20 gaps tested")
    one = found((*BULK, 3.0), exact=exact)
    assert one.headline == "1 outlier above the bulk."
    assert one.sentence.startswith("1 eigenvalue stands out, down to 3;")


@pytest.mark.parametrize("exact", [False, True])
def test_a_bulk_alone_has_none(exact):
    told = found(BULK, exact=exact)
    assert (told.outcome, told.headline) == ("ruled out", "")
    assert "20 gaps tested against the tail behind, p 1" in told.sentence


def test_outliers_at_the_other_end_do_not_count():
    assert found((-9.0, *BULK), exact=True).outcome == "ruled out"


def test_a_gap_that_is_neither_likely_nor_unlikely_leaves_it_open():
    """Between 1 %, from which outliers are shown, and every other time, at which they are ruled out."""
    tails = {
        shift: upper_tail(summary_of("loss", rows((*BULK, 1 + shift), exact=True)))
        for shift in np.linspace(0.001, 0.05, 50)
    }
    shift = next(shift for shift, tail in tails.items() if 0.02 < tail.p_value < 0.4)
    assert found((*BULK, 1 + shift), exact=True).outcome == "undecided"


def test_too_few_values_leave_it_open_and_the_cure_is_told():
    told = outliers_finding(summary_of("loss", rows((*BULK, 3.0), listed=5)))
    assert (told.outcome, told.would_decide) == ("undecided", "--top 30 would decide.")
    told = outliers_finding(summary_of("loss", rows((0.0, 1.0, 3.0), exact=True)))
    assert (told.outcome, told.would_decide) == ("undecided", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"pairs": {("largest", 3): {"converged": 0, "residual": 1.0}}},
        {"ends": {"largest": {"unlisted_beyond": 5.0}}},
    ],
)
def test_values_that_are_not_certainly_the_outermost_say_nothing(changes):
    assert found((*BULK, 2.5, 3.0), **changes).outcome == "undecided"


def test_nothing_is_said_before_the_ends_and_the_density_are_measured():
    told = rows(BULK, listed=30)
    for gone in ({"end": "largest"}, {"end": "smallest"}, {"kind": "probe"}):
        ((key, value),) = gone.items()
        assert outliers_finding(summary_of("loss", [row for row in told if row.get(key) != value])) is None
