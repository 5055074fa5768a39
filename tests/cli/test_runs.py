"""What the ledger keeps can be listed, shown, reported and exported, with no model at hand."""

import csv
import io
import json
import re

import pytest

from polariscope.introspection import read_outcome
from polariscope.runs import Ledger, parse_canonical

READINGS = 5 + 5 * 12 + 12  # one a pair, twelve predictions of each condition and of the sham


def test_before_the_first_run_the_list_says_how_to_begin(call):
    said = call("runs")
    assert (said.code, said.err) == (0, "")
    assert "polariscope localize" in said.out
    assert call("runs", "list", "--json").json == []


def test_the_list_has_each_run_with_its_progress(call, finished, small):
    assert re.search(rf"{finished}\s+localize\s+.*\s13/13", call("runs", "list").out)
    assert call("runs").out == call("runs", "list").out
    (row,) = call("runs", "--json").json
    assert (row["run"], row["instrument"], row["finished"], row["total"]) == (finished, "localize", 13, 13)
    assert row["model"] == str(small)


def test_a_run_is_shown_by_the_beginning_of_its_id(call, finished):
    said = call("runs", "show", finished[:6])
    assert (said.code, said.err) == (0, "")
    assert "chance" in said.out
    assert "Controls not run:" in said.out
    told = call("runs", "show", finished, "--json").json
    assert told["run"]["id"] == finished
    assert told["complete"] is True
    assert told["verdicts"][0]["answer"] in {"yes", "no", "undecided"}


def test_a_report_can_be_written_again_from_the_readings_alone(call, finished, own_home, tmp_path):
    out = tmp_path / "again.html"
    assert call("runs", "report", finished, out).code == 0
    assert out.read_bytes() == (own_home / "reports" / f"{finished}.html").read_bytes()


@pytest.mark.parametrize("to_file", [False, True])
def test_every_reading_is_exported(call, finished, own_home, tmp_path, to_file):
    def exported(form: str) -> str:
        target = ("--out", tmp_path / "out") if to_file else ()
        said = call("runs", "export", finished, "--format", form, *target)
        assert (said.code, said.err) == (0, "")
        return (tmp_path / "out").read_text(encoding="utf-8") if to_file else said.out

    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        readings = list(ledger.readings(finished))
    assert [parse_canonical(line) for line in exported("jsonl").splitlines()] == readings
    rows = list(csv.DictReader(io.StringIO(exported("csv"))))
    assert len(rows) == len(readings) == READINGS
    for row, reading in zip(rows, readings, strict=True):
        assert {name for name, value in row.items() if value} <= set(reading)
        if reading["kind"] == "prediction":
            assert json.loads(row["label_logits"]) == reading["label_logits"]
            assert int(row["answer"]) == reading["answer"]


def test_reading_changes_nothing_in_the_ledger(call, finished, own_home):
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        before = list(ledger.readings(finished)), ledger.runs()
    call("runs", "show", finished)
    call("runs", "export", finished)
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        assert (list(ledger.readings(finished)), ledger.runs()) == before
        assert read_outcome(ledger, finished).run.id == finished


@pytest.mark.parametrize("command", [("show",), ("export",), ("report",)])
def test_a_run_that_is_not_there_is_refused_and_nothing_written(call, finished, tmp_path, command):
    out = tmp_path / "out"
    out.write_text("kept")
    target = {"show": (), "export": ("--out", out), "report": (out,)}[command[0]]
    said = call("runs", *command, "feedbeef", *target)
    assert (said.code, said.out) == (2, "")
    assert (
        said.err == f"polariscope: run: must begin the id of a run; got feedbeef. Cure: give one of {finished}.\n"
    )
    assert out.read_text() == "kept"


def test_a_place_that_cannot_be_written_is_refused(call, finished, tmp_path):
    for words in (("export", finished, "--out", tmp_path), ("report", finished, tmp_path / "none" / "x.html")):
        said = call("runs", *words)
        assert said.code == 2
        assert said.err.startswith(f"polariscope: {words[-1]}: must be a file")
