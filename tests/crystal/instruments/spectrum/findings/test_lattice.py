"""A lattice is stable where no mode lies below zero, and nothing else."""

import numpy as np

from polariscope.crystal.instruments.spectrum.findings.lattice import stability_finding
from spectrum_runs import rows, summary_of

BULK = tuple(np.linspace(1.0, 4.0, 10))


def found(values, **changes):
    return stability_finding(summary_of("lattice", rows(values, **changes)))


def test_a_mode_below_zero_rules_stability_out_and_its_rate_is_told():
    told = found((-0.25, *BULK))
    assert (told.outcome, told.headline) == ("ruled out", "Unstable: 1 imaginary mode.")
    assert told.sentence.startswith("1 mode with ω² below zero")
    assert "exp(0.5 t)" in told.sentence
    assert found((-1.0, -0.25, *BULK), exact=True).headline == "Unstable: 2 imaginary modes."


def test_a_count_that_may_be_short_is_told_as_a_least():
    told = found((-4.0, -3.0, -2.0, -1.0, *BULK))
    assert told.outcome == "ruled out"
    assert "at least 3 imaginary modes" in told.headline
    assert told.sentence.lower().startswith("at least 3 modes")


def test_none_below_and_none_missed_is_stable():
    told = found((0.0, *BULK))
    assert (told.outcome, told.headline) == ("shown", "Stable: no mode lies below zero.")
    assert told.sentence.startswith("The lowest ω² is 0, told from zero beyond 4×10⁻⁹; none was missed")
    assert found((1e-17, *BULK)).sentence.startswith("The lowest ω² is 0,")
    assert found((0.5, *BULK), exact=True).sentence.startswith("The lowest ω² is 0.5,")


def test_one_that_may_be_unlisted_below_zero_leaves_it_open():
    told = found((0.0, *BULK), ends={"smallest": {"unlisted_beyond": -0.3}})
    assert told.outcome == "undecided"
    assert "one may lie below −0.3 unlisted" in told.sentence


def test_nothing_is_said_before_the_lower_end_is_measured():
    assert stability_finding(summary_of("lattice", rows(BULK)[:1])) is None
