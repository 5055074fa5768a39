"""Laws of the free energy: its terms one by one, and the transition between two phases."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.crystal.degeneracy.thresholds.free_energy import free_energy
from polariscope.crystal.degeneracy.thresholds.regular import regular_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError


@given(st.integers(3, 10**9), st.floats(0, 10), st.integers(1, 100))
def test_of_a_regular_model_it_is_half_the_bayesian_information_criterion(examples, loss, size):
    bic = 2 * examples * loss + size * math.log(examples)
    assert free_energy(examples, loss, regular_threshold(size)) == pytest.approx(bic / 2, rel=1e-14)


@given(st.integers(3, 10**9), st.floats(0, 10), st.integers(1, 10))
def test_each_multiplicity_takes_a_log_log(examples, loss, multiplicity):
    low, high = (free_energy(examples, loss, Threshold(1.0, m)) for m in (multiplicity, multiplicity + 1))
    assert low - high == pytest.approx(math.log(math.log(examples)), abs=1e-12 * (1 + abs(low)))


def test_a_simpler_phase_wins_first_and_a_truer_one_later():
    simple, true = Threshold(1.0, 1), Threshold(3.0, 1)
    wins = [free_energy(n, 0.01, simple) < free_energy(n, 0.0, true) for n in range(10, 5000, 10)]
    change = 10 + 10 * wins.index(False)
    assert all(wins[: wins.index(False)])
    assert not any(wins[wins.index(False) :])
    assert 0.01 * change == pytest.approx(2 * math.log(change), rel=0.01)


@pytest.mark.parametrize(
    ("examples", "loss", "message"),
    [
        (2, 0.0, "examples: at least 3; got 2. Cure: give 3 or more"),
        (100.0, 0.0, "examples: a whole number; got 100.0"),
        (100, math.nan, "loss: a finite mean loss; got nan"),
        (100, math.inf, "loss: a finite mean loss; got inf"),
    ],
)
def test_what_has_no_free_energy(examples, loss, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        free_energy(examples, loss, Threshold(1.0, 1))
