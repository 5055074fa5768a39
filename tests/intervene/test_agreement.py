"""What counts as agreement of two paths."""

import torch

from polariscope.intervene import compare, tolerance

A = torch.tensor([[10.0, 5.0, 0.0], [10.0, 9.9999, 0.0]])


def test_equal_readings_agree_and_near_ties_are_counted():
    found = compare(A, A.clone(), "float32")
    assert (found.agrees, found.largest, found.flips, found.near_ties) == (True, 0.0, 0, 1)


def test_a_difference_within_the_tolerance_agrees_and_one_beyond_it_does_not():
    bound = tolerance("float32") * 10
    assert compare(A, A + 0.9 * bound, "float32").agrees
    assert not compare(A, A + 1.1 * bound, "float32").agrees


def test_a_flip_is_forgiven_only_in_a_near_tie():
    near = A.clone()
    near[1, 1] += 0.0005
    found = compare(A, near, "float32")
    assert (found.flips, found.agrees) == (1, True)
    far = A.clone()
    far[0, 1] = 10.5
    found = compare(A, far, "bfloat16")
    assert found.flips == 1
    assert not found.agrees


def test_nan_agrees_only_with_nan():
    broken = A.clone()
    broken[0] = float("nan")
    assert not compare(A, broken, "float32").agrees
    assert compare(broken, broken.clone(), "float32").agrees
