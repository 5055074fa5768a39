"""Numbers are numbers, whoever made them; truth values are none."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from polariscope.crystal.degeneracy.checks import check_level, is_finite, whole_number
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_whole_numbers_become_pythons_own(value):
    assert type(whole_number("n", value, 3)) is int
    assert whole_number("n", value, 3) == 3


@pytest.mark.parametrize("value", [2, -5, True, np.True_, 3.0, np.float64(3), "3", None, [3], nan])
def test_what_is_none_or_less_is_refused(value):
    with pytest.raises(PolariscopeError, match=r"^n: a whole number, at least 3, of them; got .*3 or more"):
        whole_number("n", value, 3, ", of them")


@pytest.mark.parametrize("value", [0, -1.5, np.float32(2), np.int64(2), Fraction(1, 3)])
def test_finite_numbers(value):
    assert is_finite(value)


@pytest.mark.parametrize("value", [inf, -inf, nan, True, np.True_, "1", None, 1j, [1]])
def test_no_finite_numbers(value):
    assert not is_finite(value)


def test_a_level_lies_between_0_and_1():
    check_level(0.5)
    check_level(np.float32(0.95))
    for level in (0, 1, 1.5, -1, nan, True, "0.9", None):
        with pytest.raises(PolariscopeError, match=r"^level: "):
            check_level(level)
