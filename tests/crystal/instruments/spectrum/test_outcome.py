"""A run is read from the ledger by the beginning of its id; another instrument's is not."""

import pytest

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.outcome import read_spectrum
from polariscope.crystal.instruments.spectrum.running import measure_spectrum, prepare_spectrum
from polariscope.errors import PolariscopeError
from polariscope.runs import Cell, Ledger, Plan


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def test_a_run_is_read_by_the_beginning_of_its_id(ledger):
    prepared = prepare_spectrum(make_spectrum(subject="ring", probes=2, steps=4))
    run = measure_spectrum(prepared, ledger, "polariscope spectrum ring")
    found = read_spectrum(ledger, run[:5])
    assert (found.run.id, found.run.command) == (run, "polariscope spectrum ring")
    assert found.readings == tuple(ledger.readings(run))
    assert found.summary.size == 64


def test_a_run_without_its_controls_says_how_to_go_on(ledger):
    prepared = prepare_spectrum(make_spectrum(subject="ring"))
    run = ledger.record_run(prepared.plan, "polariscope spectrum ring", prepared.environment)
    with pytest.raises(PolariscopeError) as caught:
        read_spectrum(ledger, run)
    assert str(caught.value) == (
        "RUN: at least its controls; got 0 of 6 cells. Cure: continue it with: polariscope spectrum ring."
    )


def test_another_instrument_s_run_is_refused(ledger):
    run = ledger.record_run(Plan({}, (Cell("demo", 1, {}),)), "demo", {})
    with pytest.raises(PolariscopeError, match=r"^RUN: a run of spectrum; got demo\. Cure: name another"):
        read_spectrum(ledger, run)
    with pytest.raises(PolariscopeError, match="must begin the id of a run"):
        read_spectrum(ledger, "feedbeef")
