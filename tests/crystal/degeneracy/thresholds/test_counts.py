"""Whole numbers pass in any guise; everything else is refused by name."""

import numpy as np
import pytest

from polariscope.crystal.degeneracy.thresholds.counts import at_most, count, counts
from polariscope.errors import PolariscopeError


def test_whole_numbers_of_any_type_come_back_as_int():
    assert [type(count("rank", one)) for one in (3, np.int32(3))] == [int, int]
    assert counts("widths", np.array([5, 3])) == (5, 3) == counts("widths", (width for width in (5, 3)))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2.0, "rank: a whole number; got 2.0. Cure: give an int, such as 5"),
        ("2", "rank: a whole number; got '2'"),
        (None, "rank: a whole number; got None"),
        (-1, "rank: at least 0; got -1. Cure: give 0 or more"),
        (10**400, "rank: at most ten to the fifteenth, 1,000,000,000,000,000; got 10"),
    ],
)
def test_what_is_no_count(value, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        count("rank", value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (5, "widths: a sequence of whole numbers; got 5"),
        ("53", "widths: a sequence of whole numbers; got '53'"),
        ([5], r"widths: at least 2 entries; got \[5\]. Cure: give a list, such as"),
        ([5, 0], "widths: at least 1; got 0"),
        ([5, 1.5], "widths: a whole number; got 1.5"),
    ],
)
def test_what_is_no_sequence_of_counts(values, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        counts("widths", values, shortest=2, least=1)


def test_the_most_is_allowed_and_no_more():
    at_most("rank", 3, 3, "the least width")
    with pytest.raises(PolariscopeError, match=r"^rank: at most the least width, 3; got 4\. Cure: give 3"):
        at_most("rank", 4, 3, "the least width")
