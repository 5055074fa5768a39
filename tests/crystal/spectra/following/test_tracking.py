"""A mode found again: its level by overlap, its sign by the vector before, its bound by its residual."""

import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import from_matrix
from polariscope.crystal.spectra.following._tracking import found_again, start_at
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs


def pairs(values, count=None):
    return extreme_eigenpairs(from_matrix(np.diag(values)), count or len(values), end="smallest")


def test_a_vector_keeps_its_sign():
    for sign in (1, -1):
        point = found_again(0.0, pairs([1.0, 2.0]), sign * np.array([0.6, 0.8]))
        assert point.vector == pytest.approx([0, sign])
        assert (point.rank, point.value) == (1, 2)
        assert point.overlap == pytest.approx(0.8)


def test_a_level_of_several_takes_the_vector_s_projection():
    point = found_again(0.0, pairs([1.0, 1.0, 2.0]), np.array([0.48, 0.64, 0.6]))
    assert point.vector == pytest.approx([0.6, 0.8, 0])
    assert (point.rank, point.together) == (0, 2)
    assert point.overlap == pytest.approx(0.8)


def test_two_halves_of_a_level_count_together():
    """Neither vector of the level holds as much as the third does; both together do."""
    vector = np.array([0.55, 0.55, 0.0, 0.0]) + np.array([0, 0, np.sqrt(1 - 2 * 0.55**2), 0])
    assert vector.max() == vector[2]
    assert found_again(0.0, pairs([1.0, 1.0, 2.0, 3.0]), vector).rank == 0


def test_nearly_equal_values_add_their_spread_to_the_bound():
    point = found_again(0.0, pairs([1.0, 1.0 + 4e-10, 2.0]), np.array([1.0, 1.0, 0]) / np.sqrt(2))
    assert point.together == 2
    assert point.value == pytest.approx(1 + 2e-10, abs=1e-14)
    assert point.bound == pytest.approx(2e-10, rel=1e-3)


def test_a_vector_that_lies_in_no_listed_level_is_not_found():
    point = found_again(0.0, pairs([1.0, 2.0, 3.0], 1), np.array([0.0, 0, 1]))
    assert (point.overlap, point.found) == (0, False)
    assert np.isfinite(point.value)


def test_the_start_is_the_pair_itself():
    point = start_at(2.0, pairs([1.0, 2.0]), 1)
    assert (point.at, point.value, point.rank, point.overlap, point.sign) == (2, 2, 1, 1, 1)
    assert point.parts.tolist() == [0, 1]
