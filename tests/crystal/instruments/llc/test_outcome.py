"""A run is read from the ledger by the beginning of its id; another instrument's is not."""

import pytest

from llc_small import FEW
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.outcome import read_llc
from polariscope.crystal.instruments.llc.running import measure_llc, prepare_llc
from polariscope.errors import PolariscopeError
from polariscope.runs import Cell, Ledger, Plan


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def prepared():
    return prepare_llc(make_llc(subject="monomial", **FEW))


def test_a_run_is_read_by_the_beginning_of_its_id(ledger, prepared):
    run = measure_llc(prepared, ledger, "polariscope llc monomial")
    found = read_llc(ledger, run[:5])
    assert (found.run.id, found.run.command) == (run, "polariscope llc monomial")
    assert found.readings == tuple(ledger.readings(run))
    assert found.summary.main.free == 2
    assert found.verdict.headline


def test_a_run_with_nothing_measured_says_how_to_go_on(ledger, prepared):
    run = ledger.record_run(prepared.plan, "polariscope llc monomial", prepared.environment)
    with pytest.raises(PolariscopeError) as caught:
        read_llc(ledger, run)
    assert str(caught.value) == (
        "RUN: at least one cell; got 0 of 5 cells. Cure: continue it with: polariscope llc monomial."
    )


def test_another_instrument_s_run_is_refused(ledger):
    run = ledger.record_run(Plan({}, (Cell("demo", 1, {}),)), "demo", {})
    with pytest.raises(PolariscopeError, match=r"^RUN: a run of llc; got demo\. Cure: name another"):
        read_llc(ledger, run)
    with pytest.raises(PolariscopeError, match="must begin the id of a run"):
        read_llc(ledger, "feedbeef")
