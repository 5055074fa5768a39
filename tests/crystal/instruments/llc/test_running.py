"""Whole runs against what is known of their subjects; and what is measured is measured once."""

import sys

import pytest

from llc_small import FEW, OWN, small_run
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.measuring.measurer import Measurer
from polariscope.crystal.instruments.llc.running import llc, measure_llc, prepare_llc
from polariscope.runs import Ledger, canonical_json, ledger_path


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The user's module in the current folder, and its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "own_llc.py").write_text(OWN)
    yield "own_llc"
    sys.modules.pop("own_llc", None)


def outcomes(found):
    return {finding.key: finding.outcome for finding in found.verdict.findings}


def test_reduced_rank_regression_comes_out_at_its_exact_value(ledger):
    fields = {"chains": 16, "draws": 60, "burn_in": 60, "acceptance": 0.9, "leapfrog": 8}
    found = llc(ledger, subject="reduced-rank:3,3,1", **fields)
    main, known = found.summary.main, found.summary.one("known")
    exact = reduced_rank_value(3, 3, 1, t=main.scale)
    assert (known["exact"], known["threshold"]) == (exact.value, 1.5)
    assert abs(main.value - exact.value) < 5 * main.standard_error
    assert main.standard_error < 0.1 * exact.value
    assert outcomes(found)["number"] == "shown"
    assert found.run.environment["title"] == (
        "reduced-rank regression, 3 inputs to 3 outputs by 1 hidden, at its origin"
    )


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
def test_a_regular_model_of_the_user_s_own_has_half_its_parameters(own, ledger, sampler):
    """Four parameters of curvature 2 (mean of x x' is 1): d/2 t h/(t h + gamma)."""
    settings = {"temperature": 0.1, "localization": 1.0, "chains": 16}
    draws = {"draws": 60, "burn_in": 60} if sampler == "hmc" else {"draws": 400, "burn_in": 400}
    found = llc(ledger, subject=f"{own}:line", sampler=sampler, **settings, **draws)
    main = found.summary.main
    assert (main.free, main.examples, main.sampler) == (4, 12, sampler)
    regular = 2 * 240 / (240 + 1)
    assert abs(main.value - regular) < 5 * main.standard_error + 0.02 * regular
    assert found.summary.one("known") is None


def test_checkpoints_raw_and_matched_are_measured_end_to_end(ledger, monkeypatch):
    monkeypatch.setattr(opening, "modular_addition_run", lambda _: small_run())
    found = llc(ledger, subject="modular-addition", matched=True, **FEW)
    for matched in (False, True):
        assert [each.at for each in found.summary.along(matched=matched)] == [10.0, 40.0, 160.0]
    assert found.summary.main.point == "step 160"
    assert {row["point"] for row in found.summary.own["start"]} == {"step 10", "step 40", "step 160"}


@pytest.mark.parametrize("subject", ["monomial", "own"])
def test_the_same_call_again_measures_nothing(own, ledger, monkeypatch, subject):
    asked = {"subject": f"{own}:network" if subject == "own" else subject, **FEW}
    first = llc(ledger, **asked)
    assert first.run.finished == first.run.total
    monkeypatch.setattr(Measurer, "__call__", lambda *_: pytest.fail("a finished cell is measured again"))
    again = llc(ledger, **asked)
    assert again.run == first.run
    assert canonical_json(again.readings) == canonical_json(first.readings)


def test_layers_measure_only_what_is_new(own, ledger):
    llc(ledger, subject=f"{own}:network", **FEW)
    done = []
    prepared = prepare_llc(make_llc(subject=f"{own}:network", by="layer", **FEW))
    measure_llc(prepared, ledger, "again", done.append)
    assert [(now.cell.parameters["kind"], now.cell.parameters["part"]) for now in done] == [
        ("start", "0"), ("start", "2"), ("estimate", "0"), ("estimate", "2")
    ]  # fmt: skip


def test_a_run_that_was_stopped_goes_on_and_ends_as_one_that_was_not(tmp_path, ledger):
    def stop(now):
        if now.done == 3:
            raise InterruptedError

    asked = make_llc(subject="monomial", **FEW)
    with pytest.raises(InterruptedError):
        measure_llc(prepare_llc(asked), ledger, "first", stop)
    seen = []
    run = measure_llc(prepare_llc(asked), ledger, "second", seen.append)
    assert len(seen) == 2
    with Ledger.open(tmp_path / "other.sqlite") as other:
        whole = measure_llc(prepare_llc(asked), other, "whole")
        assert run == whole
        assert canonical_json(list(ledger.readings(run))) == canonical_json(list(other.readings(whole)))


def test_batches_and_memory_do_not_change_what_hmc_samples(own, ledger):
    whole, parts = (
        llc(ledger, subject=f"{own}:network", batch=batch, **FEW).summary.own["chains"][0]["means"]
        for batch in (None, 6)
    )
    assert parts == pytest.approx(whole, rel=1e-6)


def test_without_a_ledger_the_user_s_own_is_used(own_home):
    found = llc(subject="monomial", **FEW)
    assert ledger_path() == own_home / "ledger.sqlite"
    with Ledger.open(own_home / "ledger.sqlite") as kept:
        assert kept.runs() == [found.run]
    assert found.run.command == f"polariscope.llc(**{dict(subject='monomial', **FEW)!r})"
