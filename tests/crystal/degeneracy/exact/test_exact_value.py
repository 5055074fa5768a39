"""A value comes with an error that is small, or not at all."""

import math

import pytest

from polariscope.crystal.degeneracy.exact.exact_value import ExactValue, accurate
from polariscope.errors import PolariscopeError


def test_six_digits_are_enough():
    assert accurate(2.0, 2e-6, "t", "give less") == ExactValue(2.0, 2e-6)


@pytest.mark.parametrize(
    ("value", "error"), [(2.0, 3e-6), (0.0, 0.0), (-1.0, 0.0), (math.nan, 0.0), (1.0, math.nan)]
)
def test_less_is_refused_and_told_with_the_error(value, error):
    with pytest.raises(PolariscopeError, match=r"^t: .* six digits; got .* \+- .*\. Cure") as refusal:
        accurate(value, error, "t", "give less")
    assert f"{error:.1g}" in str(refusal.value)
