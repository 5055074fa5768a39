"""Steps settle where the planted acceptance is the wanted one, each group's by itself."""

import numpy as np
import pytest

from polariscope.crystal.degeneracy.sampling.dual_averaging import DualAveraging

SCALES = np.array([1e-4, 3.0])


def adapted(first, wanted, updates, noise=0.0, seed=0):
    """Tune on the curve a = exp(-step / s); the steps kept after each update."""
    tuned, kept = DualAveraging(np.asarray(first, float), wanted), []
    generator = np.random.default_rng(seed)
    for _ in range(updates):
        true = np.exp(-tuned.current / SCALES)
        tuned.update(true * (1 + noise * (1 - true) * generator.choice([-1, 1], 2)))
        kept.append(tuned.averaged)
    return tuned, np.array(kept)


@pytest.mark.parametrize("wanted", [0.6, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("factor", [0.01, 1.0, 100.0])
def test_it_reaches_the_wanted_acceptance_in_each_group(factor, noise, wanted):
    tuned, _ = adapted(factor * SCALES, wanted, 1500, noise)
    np.testing.assert_allclose(np.exp(-tuned.averaged / SCALES), wanted, atol=0.03)


def test_the_average_settles_while_the_current_step_still_moves():
    tuned, kept = adapted(SCALES, 0.8, 1000, noise=1.0)
    late = np.log(kept[-200:])
    assert (late.max(0) - late.min(0) < 0.2).all()
    early = np.log(kept[:200])
    assert (early.max(0) - early.min(0) > 0.5).all()
    currents = []
    for sign in (1, -1):
        tuned.update(np.exp(-tuned.current / SCALES) * (1 + 0.2 * sign))
        currents.append(np.log(tuned.current))
    assert (np.abs(currents[1] - currents[0]) > 0.05).all()
    assert (np.abs(np.log(tuned.averaged) - late[-1]) < 0.01).all()


def test_a_group_does_not_know_of_the_other():
    together, alone = DualAveraging(np.array([0.1, 5.0]), 0.8), DualAveraging(np.array([5.0]), 0.8)
    for k in range(30):
        together.update(np.array([k % 2, 0.3 + 0.02 * k]))
        alone.update(np.array([0.3 + 0.02 * k]))
    np.testing.assert_array_equal(together.averaged[1:], alone.averaged)
    np.testing.assert_array_equal(together.current[1:], alone.current)


def test_before_the_first_update_it_is_the_first_step():
    first = np.array([0.2, 7.0])
    tuned = DualAveraging(first, 0.9)
    np.testing.assert_allclose(tuned.current, first)
    np.testing.assert_allclose(tuned.averaged, first)


def test_the_second_step_is_that_of_the_papers_formula():
    tuned = DualAveraging(np.array([0.5]), 0.8)
    tuned.update(np.array([0.3]))
    second = np.log(10 * 0.5) - 1 / 0.05 * (0.8 - 0.3) / (1 + 10)  # mu - sqrt(t)/gamma H_1, H_1 = d / (1 + t0)
    np.testing.assert_allclose(np.log(tuned.current), second)
    np.testing.assert_allclose(np.log(tuned.averaged), second)  # 1^-kappa = 1
    tuned.update(np.array([0.9]))
    error = (1 - 1 / 12) * 0.5 / 11 + (0.8 - 0.9) / 12
    third = np.log(5) - np.sqrt(2) / 0.05 * error
    np.testing.assert_allclose(np.log(tuned.current), third)
    np.testing.assert_allclose(np.log(tuned.averaged), 2**-0.75 * third + (1 - 2**-0.75) * second)
