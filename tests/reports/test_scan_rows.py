"""What cannot be used is kept apart, with its reason, on its side of its own line."""

import numpy as np

from polariscope.reports.crosses import lettered
from polariscope.reports.scan_rows import ScanRow, ScanSeries, bars_of, lanes_of, row_of, usable_values


def series(values: list[float], usable: list[bool], reasons: list[str] | None = None) -> ScanSeries:
    return ScanSeries("a", values, [0.5] * len(values), usable, reasons or ["why"] * len(values))


def rows(*given: ScanSeries) -> list[ScanRow]:
    letters = lettered(reason for each in given for reason in each.why() if reason)
    return [row_of(each, place, letters) for place, each in enumerate(given)]


def test_what_is_no_number_is_never_usable_and_a_missing_reason_is_named() -> None:
    each = series([1, np.nan, np.inf, 2, 3], [True, True, False, False, True], ["x", "", "lost", " ", ""])
    assert each.why() == ["", "no number", "lost", "not usable", ""]


def test_rows_hold_what_can_be_used_and_the_letters_of_the_rest() -> None:
    (row,) = rows(series([1, 2, 3], [True, False, True]))
    assert row.values.tolist()[::2] == [1, 3]
    assert np.isnan(row.values[1])
    assert row.letters == ("", "a", "")
    assert usable_values([row]).tolist() == [1, 3]
    assert sorted(bars_of([row])[~np.isnan(bars_of([row]))].tolist()) == [0.5, 1.5, 2.5, 3.5]


def test_errors_below_zero_are_not_known() -> None:
    (row,) = rows(ScanSeries("a", [1, 2, 3], [-1, np.nan, np.inf], [True] * 3, [""] * 3))
    assert np.isnan(row.errors[:2]).all()
    assert row.errors[2] == np.inf


def test_each_is_compared_with_the_median_of_its_own_line() -> None:
    low, high = series([1, 2, 3, 0, 8, np.nan], [True] * 3 + [False] * 3), series([8, 11, 9], [True, True, False])
    found = rows(low, high)
    above, below = (
        [(row.place, places.tolist()) for row, places in lanes_of(found, under=under)] for under in (False, True)
    )
    assert above == [(0, [4, 5])]
    assert below == [(0, [3]), (1, [2])]


def test_a_line_of_which_nothing_can_be_used_is_compared_with_the_others() -> None:
    found = rows(series([5, 6], [True, True]), series([1, 9], [False, False]))
    assert [(row.place, at.tolist()) for row, at in lanes_of(found, under=True)] == [(1, [0])]
    alone = rows(series([1, 9], [False, False]))
    assert [at.tolist() for _, at in lanes_of(alone, under=False)] == [[0, 1]]
    assert lanes_of(alone, under=True) == []
