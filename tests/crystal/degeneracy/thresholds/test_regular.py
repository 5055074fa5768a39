"""Laws of the learning coefficients that a Hessian tells."""

import pytest

from polariscope.crystal.degeneracy.thresholds.regular import morse_bott_threshold, regular_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_each_direction_that_rises_counts_one_half(size):
    assert regular_threshold(size) == morse_bott_threshold(size, 0) == Threshold(size / 2, 1)
    assert morse_bott_threshold(size, size) == Threshold(0.0, 1)
    for nullity in range(min(size, 5)):
        assert morse_bott_threshold(size, nullity).value - morse_bott_threshold(size, nullity + 1).value == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0), "size: at least 1; got 0"),
        ((2.5, 0), "size: a whole number; got 2.5"),
        ((3, -1), "nullity: at least 0; got -1"),
        ((3, 4), "nullity: at most the number of parameters, 3; got 4. Cure: give 3 or less"),
    ],
)
def test_what_is_no_minimum(arguments, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        morse_bott_threshold(*arguments)


def test_no_model_without_parameters():
    with pytest.raises(PolariscopeError, match=r"^size: at least 1; got 0\."):
        regular_threshold(0)
