"""Levels that cross keep their vectors, levels that avoid each other exchange them: two levels and a coupling."""

import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import from_matrix
from polariscope.crystal.spectra.following.soft_mode import follow


def two_levels(coupling, at):
    """-t and t, coupled; they come as near as twice the coupling, at t = 0. Two more lie far above."""
    matrices = [np.diag([-t, t, 9.0, 10.0]) for t in at]
    for matrix in matrices:
        matrix[[0, 1], [1, 0]] = coupling
    return follow([from_matrix(matrix) for matrix in matrices], at)


@pytest.mark.parametrize("points", [2, 40, 41])  # 41 has a point where the two are one level
def test_levels_of_different_blocks_cross(points):
    found = two_levels(0.0, np.linspace(-1, 1, points)[::-1])
    (met,) = found.encounters
    assert (met.kind, met.ranks) == ("crossing", (0, 1))
    assert (met.kept, met.exchanged) == pytest.approx((1, 0), abs=1e-12)
    assert met.gap < 1e-9
    assert np.allclose(found.values, -found.at)
    assert found.lost == ()


def test_blocks_may_turn_as_long_as_they_do_not_mix():
    """Each level lies in a plane of its own, and turns in it."""

    def matrix(t):
        cos, sin = np.cos(t), np.sin(t)
        turn = np.array([[cos, -sin], [sin, cos]])
        blocks = np.zeros((4, 4))
        blocks[:2, :2] = turn @ np.diag([t, 5]) @ turn.T
        blocks[2:, 2:] = turn.T @ np.diag([-t, 6]) @ turn
        return from_matrix(blocks)

    at = np.linspace(-1, 1, 12)
    (met,) = follow([matrix(t) for t in at], at).encounters
    assert met.kind == "crossing"


@pytest.mark.parametrize("coupling", [0.05, 0.2])
def test_coupled_levels_avoid_each_other_and_exchange_their_vectors(coupling):
    found = two_levels(coupling, np.linspace(1, -1, 201))
    (met,) = found.encounters
    assert (met.kind, met.ranks) == ("avoided", (0, 0))
    assert met.exchanged > 0.85
    assert met.kept < 0.15
    assert met.gap == pytest.approx(2 * coupling, rel=1e-3)
    assert np.allclose(found.values, -np.hypot(found.at, coupling))
    assert abs(found.points[0].vector @ found.points[-1].vector) < 2 * coupling


@pytest.mark.parametrize("coupling", [1e-6, 1e-3, 1e-2])
def test_where_points_are_too_far_apart_the_vector_is_followed_and_the_gap_told(coupling):
    found = two_levels(coupling, np.linspace(1, -1, 20))
    (met,) = found.encounters
    assert (met.kind, met.ranks) == ("avoided", (0, 1))
    assert met.gap == pytest.approx(2 * coupling, rel=0.05)
    assert met.kept > 0.9


def test_a_level_passed_from_above_is_met_too():
    at = np.linspace(-1, 1, 21)[1:]
    found = follow([from_matrix(np.diag([-t, t, 2])) for t in at], at, start=1)
    assert [(met.kind, met.ranks) for met in found.encounters] == [("crossing", (1, 0))]
    assert follow([from_matrix(np.diag([1 + t**2, 3])) for t in at], at).encounters == ()


def test_a_pair_of_equal_levels_crosses_as_one():
    at = np.linspace(-1, 1, 20)
    found = follow([from_matrix(np.diag([-t, t, t, 5])) for t in at], at, start=0)
    assert [(met.kind, met.ranks) for met in found.encounters] == [("crossing", (0, 2))] or found.ranks[0] == 0
    assert np.allclose(np.abs(found.values), np.abs(at))


def test_levels_that_come_near_and_part_again_have_not_met():
    at = np.linspace(-1, 1, 41)
    assert follow([from_matrix(np.diag([0, 0.05 + t**2])) for t in at], at).encounters == ()
