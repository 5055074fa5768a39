"""Laws of the monomial's learning coefficient; that it is a limit is tested with `exact.monomial_value`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.crystal.degeneracy.thresholds.monomial import monomial_threshold
from polariscope.crystal.degeneracy.thresholds.regular import regular_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)
ALL_IN = PAIRS.filter(lambda pairs: all(k for k, _ in pairs))


def _of(pairs):
    return monomial_threshold([k for k, _ in pairs], [h for _, h in pairs])


@given(PAIRS.filter(lambda pairs: any(k for k, _ in pairs)), st.randoms())
def test_the_order_does_not_matter_nor_do_variables_that_are_not_in_it(pairs, random):
    shuffled = [*pairs, (0, 5)]
    random.shuffle(shuffled)
    assert _of(shuffled) == _of(pairs)


@given(ALL_IN, ALL_IN)
def test_of_a_product_the_lesser_wins_and_equal_ones_add_their_multiplicities(left, right):
    one, other, both = _of(left), _of(right), _of(left + right)
    assert both.value == min(one.value, other.value)
    assert both.multiplicity == sum(each.multiplicity for each in (one, other) if each.value == both.value)


@given(st.integers(1, 20), st.integers(0, 20), st.integers(1, 5))
def test_in_one_variable_it_is_the_share_of_the_volume_below(k, h, times):
    # The prior mass of w^(2k) < e is e^((h + 1)/(2k)) up to a factor: any power of K divides lambda.
    assert monomial_threshold([k], [h]).value == pytest.approx((h + 1) / (2 * k), rel=1e-15)
    assert monomial_threshold([k * times], [h]).value * times == pytest.approx(monomial_threshold([k], [h]).value)


def test_equal_fractions_are_equal_whatever_their_terms():
    assert monomial_threshold([3, 9, 21], [0, 2, 6]) == Threshold(1 / 6, 3)


def test_a_quadratic_variable_is_regular():
    assert monomial_threshold([1]) == regular_threshold(1)


@pytest.mark.parametrize(
    ("powers", "priors", "message"),
    [
        ([], None, "powers: at least one entry"),
        ([0, 0], None, "powers: at least one above 0; got .0, 0.. Cure: give a power of 1"),
        ([1, -1], None, "powers: at least 0; got -1"),
        ([0.5], None, "powers: a whole number; got 0.5"),
        ([1, 1], [0], "prior_powers: one a variable, here 2; got .0."),
        ([1], [-1], "prior_powers: at least 0; got -1"),
    ],
)
def test_what_is_no_monomial(powers, priors, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        monomial_threshold(powers, priors)
