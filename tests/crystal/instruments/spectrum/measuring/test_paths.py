"""Readings along a path: the mode is followed through crossings, and a loss is told where it happened."""

import numpy as np
import pytest
from scipy.linalg import hadamard

from polariscope.crystal.instruments.spectrum.measuring.paths import path_readings
from polariscope.crystal.instruments.spectrum.subject import Path
from polariscope.crystal.operators.symmetric import from_matrix


def along(matrices, expected=None):
    operators = tuple(from_matrix(np.asarray(matrix, float)) for matrix in matrices)
    path = Path("time, s", tuple(float(at) for at in range(len(matrices))), operators, expected)
    found = list(path_readings(path, 0))
    return [row for row in found if row["kind"] == "point"], [row for row in found if row["kind"] == "crossing"]


def test_the_softest_mode_is_followed_though_another_becomes_softer():
    points, crossings = along([np.diag([1.0 + at, 2.5 - at, 9.0]) for at in range(5)], expected=2.25)
    assert [row["value"] for row in points] == pytest.approx([1, 2, 3, 4, 5])
    assert [row["rank"] for row in points] == [0, 1, 1, 1, 1]
    assert [row["overlap"] for row in points] == pytest.approx([1] * 5)
    assert crossings == []
    assert {row["label"] for row in points} == {"time, s"}
    assert points[1]["levels"] == pytest.approx([1.5, 2.0, 9.0])


def test_a_crossing_is_told_with_its_side_and_the_theory_s():
    points, (zero,) = along([np.diag([1.5 - at, 5.0]) for at in range(4)], expected=1.5)
    assert not any(row["lost"] for row in points)
    assert zero["at"] == pytest.approx(1.5)
    assert (zero["low"], zero["high"], zero["falling"], zero["found"], zero["expected"]) == (1.0, 2.0, 1, 1, 1.5)
    _, (rising,) = along([np.diag([at - 1.5, 5.0]) for at in range(4)])
    assert rising["falling"] == 0
    assert "expected" not in rising


def test_a_mode_that_dissolves_is_lost_there_and_its_crossing_not_certain():
    spread = hadamard(4) / 2  # each of its columns holds a quarter of every axis
    mixed = (spread * [-1.0, -2.0, -3.0, -4.0]) @ spread.T
    points, crossings = along([np.diag([1.0, 2, 3, 4]), np.diag([1.0, 2, 3, 4]), mixed, mixed])
    assert [row["overlap"] for row in points] == pytest.approx([1, 1, 0.5, 1])
    assert [row["lost"] for row in points] == [0, 0, 1, 0]
    assert [zero["found"] for zero in crossings] == [0]
