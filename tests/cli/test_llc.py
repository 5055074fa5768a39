"""polariscope llc: from a name to a verdict and a report, and every refusal in one line with its cure."""

import json
import os
import subprocess
import sys

import pytest

from llc_small import FEW_WORDS, OWN, small_run
from polariscope.cli.llc import llc as command
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import Llc
from polariscope.runs import Ledger

LAZY = """
import contextlib, io, json, sys
found = {}
def step(name, *heavy):
    found[name] = [each for each in heavy if each in sys.modules]
import polariscope.cli.llc
step("import", "torch", "matplotlib", "transformers")
from polariscope.cli import main
def run(code, *words):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main(words)
        except SystemExit as stopped:
            assert stopped.code == code, words
run(0, "llc", "--help")
run(2, "llc", "--chains", "1")
step("help", "torch", "matplotlib", "transformers")
run(2, "llc", "reduced-rnk")
run(2, "llc", "reduced-rank:1,2")
run(2, "llc", "network", "--matched")
run(2, "llc", "a b:c")
step("refused", "torch")
print(json.dumps(found))
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with the user's own module in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (folder / "cli_llc.py").write_text(OWN)
    yield folder
    sys.modules.pop("cli_llc", None)


def test_torch_is_not_loaded_for_help_nor_for_what_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", LAZY], stdout=subprocess.PIPE, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert json.loads(done.stdout) == {"import": [], "help": [], "refused": []}


def test_it_prints_the_verdict_first_and_writes_the_report(call, own_home):
    said = call("llc", "monomial", *FEW_WORDS)
    assert said.code == 0
    assert "a product of powers of its weights, at its origin" in said.out
    (page,) = (own_home / "reports").iterdir()
    assert f"report  {page}" in said.out
    assert f"run     {page.stem}    (polariscope runs show {page.stem})" in said.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "5/5 cells" in said.err


def test_json_is_all_that_is_printed(call, own_home, tmp_path):
    said = call("llc", "monomial", *FEW_WORDS, "--json", "--report", tmp_path / "own.html")
    assert (said.code, said.err) == (0, "")
    assert said.json["report"] == str(tmp_path / "own.html")
    assert said.json["run"]["experiment"]["subject"] == "monomial"
    assert (tmp_path / "own.html").exists()
    assert not (own_home / "reports").exists()


def test_the_same_command_measures_nothing_again(call):
    first = call("llc", "monomial", *FEW_WORDS)
    again = call("llc", "monomial", *FEW_WORDS)
    assert "5 of 5 cells are in the ledger already" in again.err
    assert again.out == first.out


def test_its_run_is_listed_shown_reported_and_exported(call, own_home, tmp_path):
    run = call("llc", "monomial", *FEW_WORDS, "--json").json["run"]["id"]
    (row,) = call("runs", "--json").json
    assert (row["run"], row["instrument"], row["model"]) == (run, "llc", "monomial")
    assert call("runs", "show", run[:6]).code == 0
    assert call("runs", "report", run, tmp_path / "again.html").code == 0
    assert (tmp_path / "again.html").read_bytes() == (own_home / "reports" / f"{run}.html").read_bytes()
    rows = [json.loads(line) for line in call("runs", "export", run, "--format", "jsonl").out.splitlines()]
    assert {row["kind"] for row in rows} >= {"start", "known", "control", "estimate", "chains", "temperature"}
    assert "estimate" in call("runs", "export", run, "--format", "csv").out


def test_every_option_reaches_the_experiment(call, here):
    words = {
        "--sampler": "sgld", "--chains": "3", "--draws": "8", "--burn-in": "6", "--step": "0.001",
        "--leapfrog": "2",
        "--acceptance": "0.7", "--temperature": "2.0", "--localization": "5.0", "--prior": "0.5", "--batch": "7",
        "--memory": "100", "--dtype": "float32", "--seed": "4", "--level": "0.9", "--by": "layer",
    }  # fmt: skip
    flags = ("--preconditioned", "--calibrate")
    said = call("llc", "cli_llc:network", *(word for pair in words.items() for word in pair), *flags, "--json")
    asked = said.json["run"]["experiment"]
    given = {f"--{name.replace('_', '-')}": value for name, value in asked.items()}
    assert {name: str(given[name]) for name in words} == words
    assert all(given[name] for name in flags)
    fields = {f"--{name.replace('_', '-')}" for name in Llc.model_fields}
    assert {*words, *flags, "--subject", "--parameters", "--matched"} == fields
    assert set(Llc.model_fields) <= set(command.__kwdefaults__) | {"subject"}


@pytest.mark.parametrize(
    ("words", "patterns", "free"),
    [
        (("0.weight", "2.*"), ["0.weight", "2.*"], 12 + 10),
        (("0.weight[:, 0:2],2.bias",), ["0.weight[:, 0:2]", "2.bias"], 8 + 2),
        (("0.weight[1:2,0],2.weight[0:1,:]",), ["0.weight[1:2,0]", "2.weight[0:1,:]"], 1 + 4),
    ],
)
def test_patterns_stand_apart_or_with_commas_but_for_those_of_a_slice(call, here, words, patterns, free):
    told = call("llc", "cli_llc:network", *FEW_WORDS, "--json", "--parameters", *words).json["run"]
    assert told["experiment"]["parameters"] == patterns
    facts = dict(tuple(fact) for fact in told["environment"]["facts"])
    assert facts["Parameters that move"].startswith(f"{free} in ")


def test_matched_checkpoints_are_asked_for_by_one_word(call, monkeypatch):
    monkeypatch.setattr(opening, "modular_addition_run", lambda _: small_run())
    said = call("llc", "modular-addition", "--matched", *FEW_WORDS)
    assert said.code == 0
    assert "training a network to add modulo 53" in said.err
    assert "11/11 cells" in said.err


REFUSED = {
    "unknown name": (("reduced",), "SUBJECT", "name one of reduced-rank; or module:function"),
    "no such sizes": (("reduced-rank:5,5",), "SUBJECT", "give reduced-rank"),
    "one chain": (("--chains", "1"), "--chains", "give 2 or more"),
    "no checkpoints": (("monomial", "--matched"), "--matched", "leave it out, or examine modular-addition"),
    "hmc has none": (("--preconditioned",), "--preconditioned", "leave it out, or give --sampler sgld"),
    "no module": (("nowhere:made",), "subject", "start in the folder where it lies, or install it"),
    "no function": (("cli_llc:made",), "cli_llc:made", "name one of its functions: network, line"),
    "no report there": (("monomial", "--report", "no/where/x.html"), "--report", "make the folder first"),
    "no parameters": (("cli_llc:network", "--parameters", "head"), "parameters", ""),
    "no sampler": (("--sampler", "nuts"), "--sampler", "see polariscope llc --help"),
    "no number": (("--temperature", "0"), "--temperature", "leave it out for the default"),
}


@pytest.mark.parametrize(("words", "argument", "cure"), REFUSED.values(), ids=REFUSED)
def test_what_the_user_can_mend_is_told_and_nothing_is_written(call, here, own_home, words, argument, cure):
    said = call("llc", *words)
    assert (said.code, said.out) == (2, "")
    last = said.err.splitlines()[-1]
    assert last.startswith(f"polariscope: {argument}: ")
    assert f". Cure: {cure}" in last
    assert "Traceback" not in said.err
    told = call("llc", *words, "--json")
    assert (told.code, told.json["error"]["argument"]) == (2, argument)
    assert not (own_home / "reports").exists()
    assert not (own_home / "ledger.sqlite").exists()


def test_a_ledger_of_a_newer_version_is_refused_before_a_network_is_trained(call, own_home):
    own_home.mkdir()
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        ledger._connection.execute("PRAGMA user_version = 99")
    said = call("llc", "modular-addition")
    assert (said.code, said.out) == (2, "")
    assert "training" not in said.err
    assert "newer" in said.err
