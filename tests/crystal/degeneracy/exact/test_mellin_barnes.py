"""Mellin-Barnes integrals with a closed form, at every size of tau."""

import math

import pytest
from scipy.special import gammaln, kve

from polariscope.crystal.degeneracy.exact.mellin_barnes import MellinBarnes

LOGARITHMS = [-1500.0, -30.0, -1.0, 0.0, 2.0, 30.0, 400.0, 1900.0]


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("b", [0.5, 1.0, 7.5, 200.0])
@pytest.mark.parametrize("log_tau", LOGARITHMS)
def test_one_factor_is_a_beta_integral(b, n, log_tau):
    # Barnes: int Gamma(s + n) Gamma(b - s) tau^(-s) ds/(2 pi i) = Gamma(b + n) tau^n (1 + tau)^(-b-n).
    found = MellinBarnes(((1, b, 1),), log_tau).integral(n)
    softplus = log_tau + math.log1p(math.exp(-log_tau)) if log_tau > 0 else math.log1p(math.exp(log_tau))
    exact = gammaln(b + n) + n * log_tau - (b + n) * softplus
    assert abs(found.logarithm - exact) <= found.error + 4e-16 * abs(exact)
    assert found.error < 1e-8


@pytest.mark.parametrize("log_tau", [-4.0, 0.0, 3.0, 8.0])
def test_a_factor_of_two_is_a_bessel_function(log_tau):
    # int exp(-tau x^4 - x^2) dx over the line is I(0) with b = 1/2, k = 2; at a = 1/(8 tau) it is known.
    a = math.exp(-log_tau) / 8
    exact = 0.5 * math.sqrt(8 * a) * kve(0.25, a)
    found = MellinBarnes(((2, 0.5, 1),), log_tau).integral(0)
    assert found.logarithm == pytest.approx(math.log(exact), abs=1e-12)


def test_equal_factors_can_be_counted_instead():
    counted, listed = MellinBarnes(((1, 0.5, 2),), 3.0), MellinBarnes(((1, 0.5, 1), (1, 0.5, 1)), 3.0)
    assert counted.integral(0).logarithm == pytest.approx(listed.integral(0).logarithm, abs=1e-14)
