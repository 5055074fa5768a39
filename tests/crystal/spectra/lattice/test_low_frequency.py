import numpy as np
import pytest

from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, free_chain, monatomic_chain
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.spectra.lattice.low_frequency import low_frequency_exponent
from polariscope.errors import PolariscopeError


def square():
    return Lattice([[0.0, 0.0]], [1.0], np.eye(2), [(0, 0, 1.0, (1, 0)), (0, 0, 1.0, (0, 1))], scalar=True)


@pytest.mark.parametrize(
    ("lattice", "dimension", "width"),
    [(monatomic_chain(), 1, 0.01), (diatomic_cell(), 1, 0.01), (square(), 2, 0.1), (cubic(1, k=3.0), 3, 0.4)],
)
def test_debyes_law_in_each_dimension(lattice, dimension, width):
    found = low_frequency_exponent(lattice)
    assert found.allows(dimension - 1)
    assert found.low < found.exponent < found.high < found.low + width
    assert not found.allows(dimension - 2)
    assert not found.allows(dimension)


def test_the_central_cubic_is_a_bundle_of_chains_and_no_debye_solid():
    found = low_frequency_exponent(cubic(1, scalar=False))
    assert found.allows(0.0)
    assert not found.allows(2.0)


@pytest.mark.parametrize(("lattice", "truth", "points"), [(monatomic_chain(), 0, 500), (square(), 1, 32**2)])
def test_the_interval_covers_the_truth_as_often_as_it_says(lattice, truth, points):
    found = [low_frequency_exponent(lattice, points=points, level=0.95, seed=seed) for seed in range(60)]
    assert sum(one.allows(truth) for one in found) >= 52  # 95 % of 60 is 57; P(52 or fewer) is under 2 %
    assert abs(np.mean([one.exponent for one in found]) - truth) < 0.05


def test_it_says_what_it_counted():
    found = low_frequency_exponent(monatomic_chain(), points=1000, share=0.1)
    assert found.modes == pytest.approx(1600, rel=0.02)
    assert low_frequency_exponent(diatomic_cell(), points=1000, share=0.1).modes == pytest.approx(1600, rel=0.02)
    assert found.window == pytest.approx((2 * np.sin(np.pi / 20) / 4, 2 * np.sin(np.pi / 20)), rel=0.02)
    assert found.level == 0.99


def test_the_same_seed_gives_the_same_answer():
    assert low_frequency_exponent(square(), points=400) == low_frequency_exponent(square(), points=400)
    assert low_frequency_exponent(square(), points=400) != low_frequency_exponent(square(), points=400, seed=1)


def test_a_higher_level_is_wider():
    half, most = (low_frequency_exponent(square(), level=level) for level in (0.5, 0.9))
    assert half.high - half.low < most.high - most.low


@pytest.mark.parametrize(
    ("lattice", "choice", "told"),
    [
        (monatomic_chain(k=-1.0), {}, "unstable"),
        (Lattice([[0.0]], [1.0], [[1.0]], []), {}, "zero among"),
        (free_chain(4), {}, "free cluster"),
        (cubic(1), {"points": 8}, "give more points"),
        (cubic(1), {"meshes": 3}, "four meshes or more"),
        (cubic(1), {"share": 0.0}, "four meshes or more"),
        (cubic(1), {"level": 1.0}, "four meshes or more"),
        (cubic(1), {"points": 0}, "one point or more"),
    ],
)
def test_what_has_no_exponent_is_refused(lattice, choice, told):
    with pytest.raises(PolariscopeError, match=told):
        low_frequency_exponent(lattice, **choice)
