"""A crossing counts where the same mode has both signs for certain."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.softening import softening_finding
from spectrum_runs import rows, summary_of


def points(values, residual=1e-9, lost=()):
    return [
        {
            "kind": "point", "label": "time", "at": float(at), "value": float(value), "residual": residual,
            "overlap": 0.3 if at in lost else 0.99, "rank": 0, "lost": int(at in lost), "levels": [float(value)],
        }
        for at, value in enumerate(values)
    ]  # fmt: skip


def crossing(at, falling=1, found=1, **more):
    low, high = float(np.floor(at)), float(np.ceil(at))
    return {"kind": "crossing", "at": at, "low": low, "high": high, "falling": falling, "found": found, **more}


def found(told):
    return softening_finding(summary_of("lattice", [*rows(np.arange(9.0)), *told]))


@pytest.mark.parametrize(("falling", "act"), [(1, "softens to zero"), (0, "rises from below zero through it")])
def test_a_change_of_sign_is_shown_with_its_place_and_the_theory_s(falling, act):
    told = found([*points([2, 1, -1, -2]), crossing(1.5, falling, expected=1.25)])
    assert (told.outcome, told.headline) == ("shown", f"A mode {act} at time 1.5.")
    assert told.sentence == "It crosses zero at 1.5 [1, 2]. Theory has 1.25."
    plain = found([*points([2, 1, -1, -2]), crossing(1.5, falling)])
    assert plain.sentence == "It crosses zero at 1.5 [1, 2]."


def test_more_than_one_is_counted():
    told = found([*points([1, -1, 1, -1]), crossing(0.5), crossing(1.5, 0), crossing(2.5)])
    assert told.sentence == "It crosses zero at 0.5 [0, 1], and 2 times more."


@pytest.mark.parametrize(("values", "side"), [([3, 2, 1], "above"), ([-3, -2, -1], "below")])
def test_one_sign_all_along_rules_it_out(values, side):
    told = found(points(values))
    assert told.outcome == "ruled out"
    assert told.sentence.endswith(f"and stays {side} zero.")
    assert told.headline == ""


@pytest.mark.parametrize("values", [[3, 2, 0.5], [-3, -2, -0.5]])
def test_a_residual_that_reaches_over_zero_leaves_it_open(values):
    told = found(points(values, residual=0.6))
    assert told.outcome == "undecided"
    assert told.sentence.endswith("its residuals reach over zero.")


def test_a_mode_that_was_lost_has_kept_no_sign():
    told = found(points([3, 2, 1], lost=[2]))
    assert (told.outcome, told.would_decide) == ("undecided", "Points closer together would decide.")
    assert told.sentence == "It was lost at 1 point, first at 2: too small an overlap."


def test_a_change_of_sign_where_it_was_lost_is_no_crossing():
    """One mode may have been taken for another, whose value lies on the other side."""
    told = found([*points([2, 1, -1, -2], lost=[2]), crossing(1.5, found=0)])
    assert told.outcome == "undecided"
    assert "lost" in told.sentence


def test_what_crosses_after_it_was_lost_is_another_mode_and_before_it_the_same():
    after = found([*points([3, 2, 1, -1], lost=[1]), crossing(2.5)])
    assert after.outcome == "undecided"
    before = found([*points([1, -1, -2, -3], lost=[3]), crossing(0.5)])
    assert before.outcome == "shown"
    both = found([*points([1, -1, 2, -3], lost=[2]), crossing(0.5), crossing(1.5, 0, 0), crossing(2.5)])
    assert both.sentence == "It crosses zero at 0.5 [0, 1]."


def test_there_is_no_question_without_a_path():
    assert found([]) is None
