"""What is below zero for certain, with all eigenvalues and without them."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.signs import signs
from spectrum_runs import rows, summary_of


def found(values, **changes):
    return signs(summary_of("loss", rows(values, **changes)))


BULK = tuple(np.linspace(1.0, 5.0, 10))


def test_with_all_eigenvalues_the_count_is_exact():
    told = found((-3.0, -2.0, -2.0, -1.0, *BULK), listed=2, exact=True)
    assert (told.negative, told.exactly, told.none_below) == (4, True, False)
    assert (told.lowest, told.how_sure) == (-3.0, "all eigenvalues of the matrix were computed")
    told = found(BULK, exact=True)
    assert (told.negative, told.exactly, told.none_below) == (0, True, True)


def test_the_exact_count_needs_no_convergence():
    told = found((-3.0, *BULK), exact=True, pairs={("smallest", 0): {"converged": 0, "value": 0.5}})
    assert (told.negative, told.exactly) == (1, True)


def test_without_them_what_is_listed_is_counted_where_nothing_can_be_missing():
    told = found((-3.0, -2.0, *BULK))
    assert (told.negative, told.exactly, told.none_below) == (2, True, False)
    assert told.how_sure == "none was missed, with probability 99% over the random start"
    told = found(BULK)
    assert (told.negative, told.exactly, told.none_below) == (0, True, True)


def test_where_every_listed_one_is_negative_there_may_be_more():
    told = found((-4.0, -3.0, -2.0, *BULK))
    assert (told.negative, told.exactly, told.none_below) == (3, False, False)


@pytest.mark.parametrize("negative", [0, 1])
def test_what_may_be_unlisted_below_zero_leaves_the_count_open(negative):
    told = found((-3.0,) * negative + BULK, ends={"smallest": {"unlisted_beyond": -0.5}})
    assert (told.negative, told.exactly, told.none_below, told.unlisted) == (negative, False, False, -0.5)


def test_a_value_below_zero_proves_one_though_it_has_not_converged():
    """Cauchy: no Ritz value lies below the smallest eigenvalue."""
    loose = {("smallest", 0): {"converged": 0, "residual": 10.0}}
    told = found((-3.0, *BULK), pairs=loose)
    assert (told.negative, told.exactly) == (1, False)
    told = found(BULK, pairs=loose)
    assert (told.negative, told.exactly, told.none_below) == (0, False, False)


@pytest.mark.parametrize("exact", [False, True])
def test_what_is_nearer_to_zero_than_the_resolution_is_not_below_it(exact):
    """The tolerance times the largest |eigenvalue| of both ends."""
    values = (-4e-9, *BULK)
    told = found(values, exact=exact)
    assert told.resolution == pytest.approx(5e-9)
    assert (told.negative, told.none_below) == (0, True)
    told = found(values, exact=exact, tolerance=1e-10)
    assert (told.negative, told.none_below) == (1, False)


def test_nothing_is_said_where_the_lower_end_is_not_measured():
    assert signs(summary_of("loss", [row for row in rows(BULK) if row.get("end") != "smallest"])) is None
