"""The exact value of reduced-rank regression: limits, other routes to it, sampling, and refusals."""

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.integrate import quad

from polariscope.crystal.degeneracy.exact.monomial import monomial_value
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.exact.singular_values import SingularValues
from polariscope.crystal.degeneracy.thresholds.reduced_rank import reduced_rank_threshold
from polariscope.errors import PolariscopeError

CASES = [(1, 1, 1), (5, 5, 3), (2, 3, 4), (4, 4, 4), (6, 2, 9), (1, 8, 3)]


QUADRATURE = [(1e2, 5.984), (145.0, 6.038), (1e3, 6.221), (1e4, 6.323), (1e6, 6.402)]


@pytest.mark.parametrize(("t", "value"), QUADRATURE)
def test_it_agrees_with_an_independent_quadrature(t, value):
    assert reduced_rank_value(5, 5, 3, t=t).value == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("t", [0.1, 3.0, 100.0])
def test_three_scalars_by_integration(t):
    def tilted(a):
        return np.exp(-a * a / 2) / np.sqrt(1 + t * a * a)

    whole, _ = quad(tilted, 0, np.inf, epsabs=0, epsrel=1e-12)
    part, _ = quad(lambda a: 0.5 * t * a * a / (1 + t * a * a) * tilted(a), 0, np.inf, epsabs=0, epsrel=1e-12)
    assert reduced_rank_value(1, 1, 1, t=t).value == pytest.approx(part / whole, rel=1e-9)


@pytest.mark.parametrize("t", [1e-4, 1.0, 1e3, 1e8])
@pytest.mark.parametrize(("M", "N"), [(1, 1), (3, 3), (2, 5)])
def test_one_hidden_unit_is_the_monomial_of_two_lengths(M, N, t):
    # |b a'|^2 = |a|^2 |b|^2: the Pfaffian's quadrature and the Mellin-Barnes integral meet.
    one = reduced_rank_value(M, N, 1, t=t)
    other = monomial_value([1, 1], t=t / 2, prior_powers=[M - 1, N - 1])
    assert abs(one.value - other.value) <= one.error + other.error


@pytest.mark.parametrize("widths", CASES)
def test_at_high_temperature_it_is_the_mean_of_the_loss_and_at_low_the_learning_coefficient(widths):
    t = 1e-7
    assert reduced_rank_value(*widths, t=t).value == pytest.approx(t * math.prod(widths) / 2, rel=1e-4)
    limit = reduced_rank_threshold(*widths, 0)
    for t in (1e60, 1e90):
        # log Z = -lambda log t + (m - 1) log(log t + const): the constant is in the next order.
        expected = (limit.multiplicity - 1) / math.log(t)
        missing = limit.value - reduced_rank_value(*widths, t=t).value
        assert missing == pytest.approx(expected, rel=0.1, abs=1e-9)


@pytest.mark.parametrize("widths", CASES)
def test_it_grows_with_t_and_only_t_over_the_localization_squared_matters(widths):
    found = [reduced_rank_value(*widths, t=10.0**exponent) for exponent in range(-3, 10)]
    assert (np.diff([one.value for one in found]) > 0).all()
    tighter = reduced_rank_value(*widths, t=900.0, localization=3.0)
    assert abs(tighter.value - reduced_rank_value(*widths, t=100.0).value) <= 2 * tighter.error
    assert len({reduced_rank_value(*each, t=7.0).value for each in permutations(widths)}) == 1


@pytest.mark.parametrize(("M", "N", "H", "t", "localization"), [(2, 3, 2, 3.0, 1.0), (3, 1, 4, 8.0, 2.0)])
def test_weighted_draws_from_the_prior_agree_within_their_error(M, N, H, t, localization):
    rng, draws = np.random.default_rng(0), 200_000
    A = rng.standard_normal((draws, H, M)) / np.sqrt(localization)
    B = rng.standard_normal((draws, N, H)) / np.sqrt(localization)
    energy = t * ((B @ A) ** 2).sum(axis=(1, 2)) / 2
    weights = np.exp(-energy) / np.exp(-energy).sum()
    mean = weights @ energy
    error = np.sqrt(weights**2 @ (energy - mean) ** 2)
    assert error < 0.02 * mean
    assert abs(reduced_rank_value(M, N, H, t=t, localization=localization).value - mean) < 4 * error


@pytest.mark.parametrize("widths", [(30, 30, 30), (1000, 1000, 10), (1, 1, 10**6)])
def test_the_error_stays_small_where_widths_do_not(widths):
    found = reduced_rank_value(*widths, t=145.0)
    assert 0 < found.error < 1e-11 * found.value
    assert found.value < reduced_rank_threshold(*widths, 0).value


@pytest.mark.parametrize(
    ("widths", "t", "message"),
    [
        ((0, 5, 3), 1.0, r"inputs: at least 1; got 0\."),
        ((5, 2.5, 3), 1.0, r"outputs: a whole number; got 2\.5"),
        ((5, 5, 10**7), 1.0, r"hidden: at most what the quadrature resolves, 1,000,000; got 10000000"),
        ((5, 5, 3), 0.0, r"t: a finite number above 0; got 0\.0"),
        ((5, 5, 3), 1e280, r"t: t/localization\^2 between 1e-250 and 1e250; got exp\(645\)"),
        (
            (5000, 5000, 5000),
            1.0,
            r"hidden: a quadrature of at most 2,097,152 numbers; got [\d,]+\. Cure: make the",
        ),
        ((40, 40, 40), 1e30, r"t: a weight .* at most e\^-650; got a fall by"),
    ],
)
def test_what_has_no_value(widths, t, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        reduced_rank_value(*widths, t=t)


def test_the_localization_is_positive():
    with pytest.raises(PolariscopeError, match=r"^localization: a finite number above 0; got -1\.0"):
        reduced_rank_value(5, 5, 3, t=1.0, localization=-1.0)


def test_a_grid_too_coarse_is_found_out(monkeypatch):
    # The error is measured, not assumed: on a tenth of the nodes it is large, and there is no value.
    def coarse(fewer, more, power, log_c, step, cut):
        return SingularValues(fewer, more, power, log_c, 10 * step, cut)

    monkeypatch.setattr("polariscope.crystal.degeneracy.exact.reduced_rank.SingularValues", coarse)
    with pytest.raises(PolariscopeError, match=r"^hidden: .* six digits; got .* \+- "):
        reduced_rank_value(8, 8, 8, t=100.0)
