"""The Pfaffian against plain integrals, and three formulas of one number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.special import gamma, hyperu

from polariscope.crystal.degeneracy.exact.pfaffian import mean_shrinkage
from polariscope.crystal.degeneracy.exact.singular_values import SingularValues


def _mean(fewer, more, power, log_c, refine=2.0):
    step = 1 / (4 + fewer / 2 + 2 * more**0.5) / refine
    return mean_shrinkage(SingularValues(fewer, more, power, log_c, step, 42.0))


@pytest.mark.parametrize("c", [0.01, 1.0, 30.0, 1e4])
@pytest.mark.parametrize(("more", "power"), [(1, 1), (1, 4), (3, 2), (6, 5)])
def test_one_singular_value_is_a_confluent_hypergeometric_function(more, power, c):
    # x/2 has a gamma distribution: Z = z^a U(a, b, z), z = 1/(2c), and U' = -a U(a + 1, b + 1, z).
    a, z = more / 2, 1 / (2 * c)
    b = a + 1 - power / 2
    slope = a - a * z * hyperu(a + 1, b + 1, z) / hyperu(a, b, z)
    assert _mean(1, more, power, np.log(c))[0] == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize(("more", "power", "c"), [(2, 3, 5.0), (3, 1, 0.3), (4, 2, 100.0)])
def test_two_singular_values_by_integration(more, power, c):
    def density(s, r):
        """Over the singular values 0 < s < r; x = s^2."""
        each = s * r
        return (r**2 - s**2) * each ** (more - 2) * np.exp(-(s**2 + r**2) / 2) * (tilt(s) * tilt(r))

    def tilt(s):
        return (1 + c * s**2) ** (-power / 2)

    def shrinkage(s, r):
        return power / 2 * sum(c * one**2 / (1 + c * one**2) for one in (s, r))

    def integral(function):
        return dblquad(function, 0, 10, 0, lambda r: r, epsabs=0, epsrel=1e-9)[0]

    mean = integral(lambda s, r: shrinkage(s, r) * density(s, r)) / integral(density)
    assert _mean(2, more, power, np.log(c))[0] == pytest.approx(mean, rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(1, 9)] * 3), st.floats(-20, 40))
def test_whichever_matrix_is_integrated_out_the_number_is_the_same(widths, log_c):
    # Of the three matrices in tr(CBA) any two can go first: Pfaffians of other sizes, bordered or not.
    least, middle, most = sorted(widths)
    formulas = [(least, middle, most), (least, most, middle), (middle, most, least)]
    (value, rounding), *others = [_mean(*each, log_c) for each in formulas]
    for other, its_rounding in others:
        assert abs(value - other) <= rounding + its_rounding
    assert rounding < 1e-10 * value


@pytest.mark.parametrize("size", [1, 3, 8])
def test_it_converges_exponentially_with_the_step(size):
    fine = _mean(size, size, size, 5.0, refine=3.0)[0]
    errors = [abs(_mean(size, size, size, 5.0, refine)[0] / fine - 1) for refine in (0.1, 0.2, 0.4)]
    # Half the step squares the error, but for what stands before the exponential.
    assert errors[0] > 1e-6
    assert errors[1] < errors[0] ** 1.5
    assert errors[2] < errors[1] ** 1.5 + 1e-14


def test_the_integral_over_a_gamma_distribution_is_what_the_closed_form_says():
    more, power, c = 3, 2, 2.0
    a, z = more / 2, 1 / (2 * c)
    whole = quad(lambda y: y ** (a - 1) * np.exp(-y) * (1 + 2 * c * y) ** (-power / 2), 0, np.inf)[0]
    assert whole / gamma(a) == pytest.approx(z**a * hyperu(a, a + 1 - power / 2, z), rel=1e-8)
