"""What an interval holds, and what two of them say of a difference."""

from math import inf, nan

import pytest

from polariscope.crystal.instruments.llc.findings.comparing import TELLING, WIDENED, Ended, holds, tells


@pytest.mark.parametrize("side", [-1, 1])
def test_an_interval_is_widened_by_two_percent_of_the_value_and_its_error(side):
    exact, error = 6.0, 0.01
    edge = exact + side * (WIDENED * exact + error)
    ends = sorted((edge, edge + side))
    assert holds(*ends, exact, error)
    assert not holds(ends[0] + side * 1e-6, ends[1] + side * 1e-6, exact, error)
    assert WIDENED == 0.02


@pytest.mark.parametrize("ends", [(nan, nan), (nan, inf), (-inf, nan)])
def test_what_is_no_number_holds_and_tells_nothing(ends):
    assert not holds(*ends, 6.0)
    assert not tells(*ends, 6.0)


def test_half_an_interval_wider_than_a_quarter_of_the_value_tells_nothing():
    half = TELLING * 6.0
    assert tells(6.0 - half, 6.0 + half, 6.0)
    assert not tells(6.0 - half - 1e-6, 6.0 + half, 6.0)
    assert not tells(-inf, inf, 6.0)


def test_the_interval_of_a_difference_is_as_wide_as_both_in_quadrature():
    gap = Ended(10.0, 7.0, 13.0).less(Ended(4.0, 0.0, 8.0))
    assert (gap.value, gap.low, gap.high) == (6.0, 1.0, 11.0)
    back = Ended(4.0, 0.0, 8.0).less(Ended(10.0, 7.0, 13.0))
    assert (back.low, back.high) == (-11.0, -1.0)
