"""Counts over the whole spectrum: the formula's numbers, an interval around each, the truth beside them."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.counts import counts
from spectrum_runs import measured, rows, summary_of

VALUES = (-2.0, -1e-4, 0.0, 1e-3, *np.linspace(1.0, 4.0, 96))


def found(values=VALUES, **changes):
    level = changes.pop("level", 0.95)
    return {each.name: each for each in counts(summary_of("loss", rows(values, **changes), level=level))}


def test_a_density_that_is_the_spectrum_gives_its_numbers():
    """Flat: within 4e-3 of zero, a thousandth of the largest; negative: below that."""
    told, array = found(exact=True), np.array(VALUES)
    truth = {
        "trace": array.sum(),
        "squared norm": (array**2).sum(),
        "stable rank": (array**2).sum() / 4.0**2,
        "participation": array.sum() ** 2 / (array**2).sum(),
        "negative": 1,
        "flat": 3,
    }
    assert list(told) == list(truth)
    for name, true in truth.items():
        assert told[name].exact == pytest.approx(true), name
        assert told[name].low <= true <= told[name].high, name
        assert told[name].held, name
    assert told["trace"].value == pytest.approx(truth["trace"])
    assert told["squared norm"].value == pytest.approx(truth["squared norm"])


def test_the_width_of_what_is_flat_is_told():
    told = found()
    assert told["flat"].note == "within 0.004 of zero"
    assert told["negative"].note == "below −0.004"


def test_no_truth_is_told_where_none_is_known():
    assert {each.exact for each in found().values()} == {None}


def test_more_probes_and_a_lower_level_narrow_the_interval():
    def width(**changes):
        told = found(**changes)["trace"]
        return told.high - told.low

    assert width(probes=8) == pytest.approx(width(probes=2) / 2)
    assert width(level=0.5) < width(level=0.95) < width(level=0.99)


def test_an_interval_that_misses_the_truth_says_so():
    told = [row for row in rows(VALUES, exact=True) if row["kind"] != "exact"]
    told.append({"kind": "exact", "values": [10 * value for value in VALUES]})
    by_name = {each.name: each for each in counts(summary_of("loss", told))}
    assert not by_name["trace"].held
    assert by_name["participation"].held


def test_without_a_density_there_are_none():
    assert counts(summary_of("loss", [row for row in rows(VALUES) if row["kind"] != "probe"])) == ()


def test_a_matrix_of_zeros_has_no_rank_to_tell():
    told = found((0.0,) * 6, exact=True)
    assert list(told) == ["trace", "squared norm", "negative", "flat"]
    assert (told["trace"].value, told["flat"].exact, told["negative"].exact) == (0.0, 6.0, 0.0)


@pytest.mark.parametrize("name", ["ring", "landau", "sbm", "training"])
def test_measured_spectra_are_counted_without_a_number_that_is_none(name):
    for each in counts(measured(name).summary):
        assert np.isfinite([each.value, each.low, each.high, each.exact]).all(), each
        assert each.low <= each.value <= each.high
    exact = {each.name: each.exact for each in counts(measured(name).summary)}
    assert exact["trace"] == pytest.approx(sum(measured(name).summary.exact))
