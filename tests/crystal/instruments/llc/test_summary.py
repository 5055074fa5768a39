"""Readings become numbers, whichever of them are there."""

from math import isnan

from llc_runs import COLD, DISAGREE, LAYERS, control, estimate, refused, start, summary_of, training, whole
from polariscope.crystal.instruments.llc.summary import Remark, summarize


def test_an_estimate_holds_its_reading_and_its_remarks():
    row = estimate(doubts=[COLD], matched=1)
    (found,) = summary_of([row]).estimates
    assert (found.value, found.low, found.high, found.rhat) == (row["value"], row["low"], row["high"], 1.003)
    assert found.doubts == (Remark(*COLD),)
    assert (found.reasons, found.given, found.matched, found.regular) == ((), True, True, 15.0)
    (lost,) = summary_of([refused(DISAGREE)]).estimates
    assert isnan(lost.value)
    assert (lost.given, lost.reasons[0].code) == (False, "disagree")


def test_the_main_estimate_is_the_whole_s_last_and_not_matched():
    told = training()
    for rows in (told, told[::-1]):
        main = summary_of([*LAYERS, *rows]).main
        assert (main.part, main.at, main.matched, main.value) == ("whole", 2500.0, False, 54.0)
    assert summary_of(LAYERS).main.part == "first"
    assert summary_of([control()]).main is None


def test_parts_are_those_of_the_main_checkpoint():
    rows = [*training(), estimate(1.0, 0.1, part="embed", point="step 2500", at=2500.0)]
    assert [each.part for each in summary_of(rows).parts] == ["whole", "embed"]
    assert [each.part for each in summary_of([estimate(), *LAYERS]).parts][:3] == ["whole", "first", "second"]


def test_checkpoints_come_in_the_order_of_training():
    found = summary_of(training()[::-1])
    for kind, first in ((False, 120.0), (True, 140.0)):
        along = found.along(matched=kind)
        assert [each.at for each in along] == [100.0, 200.0, 450.0, 1000.0, 2500.0]
        assert along[0].value == first
    assert summary_of([estimate()]).along(matched=False) == ()


def test_a_reading_of_the_main_estimate_is_of_its_part_its_point_and_unmatched():
    rows = [
        {"kind": "chains", "part": part, "point": point, "matched": matched, "means": []}
        for part, point, matched in (
            ("first", "origin", 0), ("whole", "other", 0), ("whole", "origin", 1), ("whole", "origin", 0),
        )
    ]  # fmt: skip
    assert summary_of([estimate(), *rows]).of_main("chains") == rows[3]
    assert summary_of([estimate(), *rows[:3]]).of_main("chains") is None
    assert summary_of([estimate(), start()]).of_main("start") == start()


def test_other_kinds_are_kept_as_they_are_in_order():
    found = summary_of(whole(), level=0.9)
    assert found.level == 0.9
    assert list(found.own) == ["start", "known", "control", "chains", "trace", "temperature"]
    assert [row["factor"] for row in found.own["temperature"]] == [0.25, 1.0, 4.0]
    assert found.one("control") == control()
    assert found.one("plateau") is None


def test_without_a_reading_there_is_nothing():
    assert summarize([], {"level": 0.95}) is None
