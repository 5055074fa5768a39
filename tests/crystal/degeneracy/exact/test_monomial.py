"""The exact value of monomials: closed forms, plain integrals, and the slow approach to the limit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from polariscope.crystal.degeneracy.exact.monomial import monomial_value
from polariscope.crystal.degeneracy.exact.quadratic import quadratic_value
from polariscope.crystal.degeneracy.thresholds.monomial import monomial_threshold
from polariscope.errors import PolariscopeError


@given(st.floats(1e-8, 1e12), st.floats(1e-3, 1e3), st.integers(0, 30))
def test_a_square_is_quadratic(t, localization, h):
    # K = w^2 has the eigenvalue 2; w^h makes of one direction h + 1.
    found = monomial_value([1], t=t, localization=localization, prior_powers=[h])
    exact = quadratic_value([2.0] * (h + 1), t=t, localization=localization)
    assert abs(found.value - exact.value) <= found.error + exact.error
    assert found.error < 1e-10 * found.value


@pytest.mark.parametrize("t", [0.01, 1.0, 1e4])
@pytest.mark.parametrize(("k", "h"), [(1, 0), (2, 0), (3, 4), (5, 1)])
def test_without_localization_one_variable_has_its_learning_coefficient_at_every_t(k, h, t):
    assert monomial_value([k], t=t, localization=1e-16, prior_powers=[h]).value == pytest.approx(
        monomial_threshold([k], [h]).value, rel=1e-6
    )


ONE_VARIABLE = [(2, 0, 30.0, 1.0), (3, 2, 1.0, 0.5), (1, 1, 1e3, 4.0)]


@pytest.mark.parametrize(("k", "h", "t", "localization"), ONE_VARIABLE)
def test_one_variable_by_integration(k, h, t, localization):
    def moment(power):
        def integrand(w):
            energy = t * w ** (2 * k)
            return energy**power * np.exp(-energy - localization * w * w / 2) * w**h

        return quad(integrand, 0, 20, epsabs=0, epsrel=1e-12, limit=500, points=[0.05, 0.5, 1.0])[0]

    found = monomial_value([k], t=t, localization=localization, prior_powers=[h])
    assert found.value == pytest.approx(moment(1) / moment(0), rel=1e-10)


@pytest.mark.parametrize(
    ("powers", "priors", "t"), [((1, 1), (0, 0), 5.0), ((1, 2), (1, 0), 20.0), ((2, 2), (0, 3), 1.0)]
)
def test_two_variables_by_integration(powers, priors, t):
    def moment(power):
        def integrand(v, w):
            energy = t * v ** (2 * powers[0]) * w ** (2 * powers[1])
            weight = v ** priors[0] * w ** priors[1] * np.exp(-energy - (v * v + w * w) / 2)
            return energy**power * weight

        return dblquad(integrand, 0, 9, 0, 9, epsabs=0, epsrel=1e-9)[0]

    found = monomial_value(powers, t=t, prior_powers=priors)
    assert found.value == pytest.approx(moment(1) / moment(0), rel=1e-8)


PAIR = st.tuples(st.integers(0, 4), st.integers(0, 4))


def _first_counts(pairs):
    return pairs[0][0] > 0


@settings(max_examples=30, deadline=None)
@given(st.lists(PAIR, min_size=1, max_size=4).filter(_first_counts))
def test_it_grows_with_t_from_nothing_to_the_learning_coefficient(pairs):
    powers, priors = zip(*pairs, strict=True)
    limit = monomial_threshold(powers, priors)
    found = [monomial_value(powers, t=10.0**exponent, prior_powers=priors) for exponent in range(9)]
    assert (np.diff([one.value for one in found]) > 0).all()
    assert all(one.value < limit.value + one.error and one.error < 1e-10 * one.value for one in found)


CROSSINGS = [([1, 1], 2), ([2, 2, 2], 3), ([1, 1, 1, 1], 4), ([3, 1, 1], 1)]


@pytest.mark.parametrize(("powers", "multiplicity"), CROSSINGS)
def test_the_limit_is_reached_like_one_over_log_t(powers, multiplicity):
    limit, temperatures = monomial_threshold(powers), (1e100, 1e200, 1e300)
    assert limit.multiplicity == multiplicity
    missing = [limit.value - monomial_value(powers, t=t).value for t in temperatures]
    if multiplicity == 1:
        assert missing == pytest.approx([0, 0, 0], abs=1e-10)
    else:
        # (m - 1)/missing is log t and a constant, which is the same at all temperatures.
        shifts = (multiplicity - 1) / np.array(missing) - np.log(temperatures)
        assert np.ptp(shifts) < 0.02 * math.log(temperatures[0])


def test_at_high_temperature_it_is_the_mean_of_the_loss():
    # E w^2 = 1, E w^4 = 3; with |w| in the prior, E w^2 = 2.
    assert monomial_value([1, 2], t=1e-9).value == pytest.approx(3e-9, rel=1e-6)
    assert monomial_value([1], t=1e-9, prior_powers=[1]).value == pytest.approx(2e-9, rel=1e-6)


def test_order_units_and_idle_variables_do_not_matter():
    value = monomial_value([1, 2], t=10.0, prior_powers=[0, 3]).value
    assert monomial_value([2, 0, 1], t=10.0, prior_powers=[3, 7, 0]).value == pytest.approx(value, rel=1e-14)
    # w -> w/2 in every variable: K takes 2^6, the precision 4.
    halved = monomial_value([1, 2], t=640.0, localization=4.0, prior_powers=[0, 3])
    assert halved.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("powers", "options", "message"),
    [
        ([0], {"t": 1.0}, r"powers: at least one above 0; got \[0\]"),
        ([1], {"t": 1.0, "prior_powers": [0, 0]}, r"prior_powers: one a variable, here 1; got \[0, 0\]"),
        ([1], {"t": -1.0}, r"t: a finite number above 0; got -1\.0"),
        ([1], {"t": 1.0, "localization": 0.0}, r"localization: a finite number above 0; got 0\.0"),
        ([10**7], {"t": 1.0}, r"powers: at most what the integral resolves, 1,000,000; got 10000000"),
        ([100], {"t": 1.0, "localization": 1e-9}, r"t: t \(2/localization\)\^\(sum of powers\) between"),
        (
            [1],
            {"t": 1.0, "prior_powers": [10**13]},
            r"powers: a case .* six digits; got .* \+- .*\. Cure: take lower",
        ),
        ([1] * 2000, {"t": 1.0, "localization": 2.0}, r"powers: a case .* got 0 \+- 0\. Cure: take"),
    ],
)
def test_what_has_no_value(powers, options, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        monomial_value(powers, **options)
