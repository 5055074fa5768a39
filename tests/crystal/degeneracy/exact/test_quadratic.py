"""Laws of the regular model: rational arithmetic, its limits, and a plain integral."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from polariscope.crystal.degeneracy.exact.quadratic import quadratic_value
from polariscope.crystal.degeneracy.thresholds.regular import morse_bott_threshold
from polariscope.errors import PolariscopeError


@given(
    st.lists(st.floats(-1, 1e6), min_size=1, max_size=20),
    st.floats(1e-3, 1e9),
    st.floats(1e-3, 1e3),
    st.booleans(),
)
def test_the_error_holds_the_rational_value(eigenvalues, t, localization, saddle):
    if not saddle or t * min(eigenvalues) <= -localization:
        eigenvalues = [abs(one) for one in eigenvalues]
    found = quadratic_value(eigenvalues, t=t, localization=localization)
    pulls = [Fraction(t) * Fraction(one) for one in eigenvalues]
    exact = sum(pull / (pull + Fraction(localization)) for pull in pulls) / 2
    assert abs(Fraction(found.value) - exact) <= Fraction(found.error)
    assert found.error < 1e-12 * (1 + abs(found.value)) or saddle


@pytest.mark.parametrize(
    ("eigenvalue", "t", "localization"), [(2.0, 3.0, 1.0), (0.1, 50.0, 4.0), (-0.5, 1.0, 1.0)]
)
def test_one_direction_by_integration(eigenvalue, t, localization):
    def weight(w):
        return np.exp(-(t * eigenvalue + localization) * w * w / 2)

    whole = quad(weight, -np.inf, np.inf)[0]
    mean = quad(lambda w: t * eigenvalue * w * w / 2 * weight(w), -np.inf, np.inf)[0] / whole
    assert quadratic_value([eigenvalue], t=t, localization=localization).value == pytest.approx(mean, abs=1e-9)


def test_it_grows_with_t_to_the_learning_coefficient():
    spectrum = [3.0, 0.2, 1e-3, 0.0, 0.0]
    values = [quadratic_value(spectrum, t=t).value for t in 10.0 ** np.arange(-3, 15)]
    assert (np.diff(values) > 0).all()
    assert values[-1] == pytest.approx(morse_bott_threshold(5, 2).value)


def test_only_t_over_the_localization_matters():
    one, other = quadratic_value([1.0, 5.0], t=8.0, localization=2.0), quadratic_value([1.0, 5.0], t=4.0)
    assert one.value == pytest.approx(other.value, rel=1e-15)


@pytest.mark.parametrize("eigenvalues", [[], 3.0, [[1.0]], [np.nan], ["stiff"], None])
def test_no_spectrum(eigenvalues):
    with pytest.raises(PolariscopeError, match=r"^eigenvalues: a vector of finite numbers, at least one"):
        quadratic_value(eigenvalues, t=1.0)


def test_a_saddle_that_the_localization_does_not_hold():
    with pytest.raises(
        PolariscopeError, match=r"^localization: above -t times the lowest eigenvalue, 2, .* got 2\.0"
    ):
        quadratic_value([1.0, -0.5], t=4.0, localization=2.0)


@pytest.mark.parametrize(("eigenvalue", "t", "localization"), [(1e10, 1e300, 1.0), (1.0, 1e308, 1e308)])
def test_what_overflows(eigenvalue, t, localization):
    with pytest.raises(
        PolariscopeError, match=r"^t: t times an eigenvalue, plus .* within doubles; got 1e\+30[08]"
    ):
        quadratic_value([eigenvalue], t=t, localization=localization)


@pytest.mark.parametrize("argument", ["t", "localization"])
def test_temperature_and_precision_are_positive(argument):
    with pytest.raises(PolariscopeError, match=rf"^{argument}: a finite number above 0; got 0\.0"):
        quadratic_value([1.0], **{"t": 1.0, "localization": 1.0, argument: 0.0})
