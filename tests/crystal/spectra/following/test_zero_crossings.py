"""Zeros have certain signs on both sides; what only touches zero, or jumps over it, is not called one."""

import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.following.soft_mode import follow


def lowest(value):
    return from_matrix(np.diag([value, 5.0, 6.0]))


@pytest.mark.parametrize("known", [True, False])
def test_a_zero_that_is_a_point_is_bracketed_by_its_neighbours(known):
    at = [-2.0, -1.0, 0.0, 1.0, 2.0]
    found = follow(lowest if known else [lowest(t) for t in at], at)
    (zero,) = found.zeros
    assert zero.at == 0
    assert -1 <= zero.between[0] < 0 < zero.between[1] <= 1
    assert found.undecided == ()


def test_a_mode_that_touches_zero_does_not_cross_it():
    at = [-1.0, -0.5, 0.0, 0.5, 1.0]
    found = follow([lowest(t**2) for t in at], at)
    assert (found.zeros, found.undecided) == ((), (0.0,))


def test_a_mode_that_ends_at_zero_is_undecided_there():
    found = follow([lowest(t) for t in (2.0, 1.0, 0.0)], [2, 1, 0])
    assert (found.zeros, found.undecided) == ((), (0.0,))


def test_a_curved_mode_is_found_to_the_search_s_end_and_its_bracket_is_certain():
    calls = []

    def family(t):
        calls.append(t)
        return lowest(np.expm1(t - 0.3))

    (zero,) = follow(family, [-3, 2]).zeros
    assert zero.at == pytest.approx(0.3, abs=1e-9)
    assert zero.between[0] < 0.3 < zero.between[1]
    assert len(calls) < 30


def test_values_that_are_not_certain_widen_the_bracket():
    rng = np.random.default_rng(0)
    turned = np.linalg.qr(rng.normal(size=(300, 300)))[0]
    rest = np.linspace(0.5, 8, 299)

    def rough(t):
        matrix = turned @ np.diag([t, *rest]) @ turned.T
        return SymmetricOperator(lambda v: matrix @ v, 300, name="rough")

    (zero,) = follow(rough, [-0.3, 0.3], tolerance=1e-3, count=1).zeros
    (fine,) = follow(rough, [-0.3, 0.3], count=1).zeros
    assert zero.between[0] < 0 < zero.between[1]
    assert fine.between[1] - fine.between[0] < zero.between[1] - zero.between[0] < 0.3


def test_a_path_backwards_falls_where_forwards_it_rises():
    at = np.linspace(-1, 2, 7)
    forwards, backwards = (follow([lowest(t) for t in path], path).zeros[0] for path in (at, at[::-1]))
    assert (forwards.falling, backwards.falling) == (False, True)
    assert forwards.between == backwards.between
    assert forwards.at == pytest.approx(backwards.at)


def test_a_jump_over_zero_at_an_avoided_crossing_is_not_taken_for_a_zero():
    """Two levels -t and t, coupled by 1e-3, have none: the vector that is followed has one of each side."""

    def coupled(t):
        return from_matrix([[t, 1e-3], [1e-3, -t]])

    (zero,) = follow(coupled, [-1, 1], start=1).zeros
    assert not zero.found
    (true,) = follow(lambda t: from_matrix(np.diag([t, -t])), [-1, 1], start=1).zeros
    assert true.found


def test_the_interpolated_direction_lies_between_its_neighbours():
    def turning(t):
        turn = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
        return from_matrix(turn @ np.diag([t, 4]) @ turn.T)

    (zero,) = follow([turning(-0.2), turning(0.2)], [-0.2, 0.2]).zeros
    assert abs(zero.direction[0]) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(zero.direction) == pytest.approx(1)
