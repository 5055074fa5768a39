"""Any instrument's run is shown and reported by the same commands; one that is unknown is refused."""

import json

import pytest

from polariscope.runs import Cell, Ledger, Plan


@pytest.fixture
def run(call, own_home):
    """The id of a spectrum in this test's own ledger."""
    return call("spectrum", "ring", "--probes", "2", "--steps", "8", "--json").json["run"]["id"]


def test_a_spectrum_is_listed_beside_the_others(call, run):
    (row,) = call("runs", "--json").json
    assert (row["run"], row["instrument"], row["model"]) == (run, "spectrum", "ring")
    assert (row["finished"], row["total"]) == (6, 6)


def test_it_is_shown_from_its_readings_as_when_it_was_measured(call, run):
    measured = call("spectrum", "ring", "--probes", "2", "--steps", "8").out
    said = call("runs", "show", run[:6])
    assert (said.code, said.err) == (0, "")
    assert measured.startswith(said.out)
    told = call("runs", "show", run, "--json").json
    assert (told["run"]["id"], told["verdict"]["headline"]) == (run, "Stable: no mode lies below zero.")


def test_its_report_is_written_again_byte_for_byte(call, run, own_home, tmp_path):
    assert call("runs", "report", run, tmp_path / "again.html").code == 0
    assert (tmp_path / "again.html").read_bytes() == (own_home / "reports" / f"{run}.html").read_bytes()


def test_its_readings_are_exported(call, run):
    rows = [json.loads(line) for line in call("runs", "export", run, "--format", "jsonl").out.splitlines()]
    assert {row["kind"] for row in rows} >= {"check", "end", "pair", "probe", "exact"}


def test_a_run_that_was_only_planned_says_how_to_go_on(call, own_home):
    own_home.mkdir()
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        told = {"family": "lattice", "level": 0.95, "matrix": "auto", "seed": 0, "model": "ring"}
        run = ledger.record_run(Plan(told, (Cell("spectrum", 1, {}),)), "polariscope spectrum ring", {})
    said = call("runs", "show", run)
    assert (said.code, said.out) == (2, "")
    assert "got 0 of 1 cells. Cure: continue it with: polariscope spectrum ring." in said.err


@pytest.mark.parametrize("words", [("show",), ("report", "out.html")])
def test_an_instrument_that_is_unknown_is_refused(call, own_home, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    own_home.mkdir()
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        run = ledger.record_run(Plan({}, (Cell("interferometer", 1, {}),)), "polariscope interferometer", {})
    said = call("runs", words[0], run, *words[1:])
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "polariscope: RUN: a run of localize or spectrum or llc; got interferometer. "
        "Cure: use the version of Polariscope that made it.\n"
    )
    assert not (tmp_path / "out.html").exists()
    assert call("runs").code == 0
