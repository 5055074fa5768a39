"""polariscope spectrum: from a name to a verdict and a report, and every refusal in one line with its cure."""

import json
import os
import subprocess
import sys

import networkx
import pytest

from polariscope.cli.spectrum import spectrum as command
from polariscope.crystal.instruments.spectrum.experiment import Spectrum
from polariscope.runs import Ledger
from spectrum_runs import OWN

FEW = ("--probes", "2", "--steps", "8")

LAZY = """
import contextlib, io, json, sys
from pathlib import Path
found = {}
def step(name, *heavy):
    found[name] = [each for each in heavy if each in sys.modules]
import polariscope.cli.spectrum
step("import", "torch", "numpy", "scipy", "matplotlib", "transformers")
from polariscope.cli import main
def run(*words):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main(words)
        except SystemExit as stopped:
            assert stopped.code == 0, words
run("spectrum", "--help")
step("help", "torch", "numpy", "scipy", "matplotlib", "transformers")
run("spectrum", "ring", "--probes", "2", "--steps", "4", "--report", "ring.html")
step("ring", "torch", "transformers")
Path("graph.txt").write_text("a b\\nb c\\n")
run("spectrum", "graph.txt", "--probes", "2", "--rewired", "0", "--json")
step("graph", "torch", "transformers")
print(json.dumps(found))
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with the user's own module and graph in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (folder / "cli_module.py").write_text(OWN)
    (folder / "triangle.txt").write_text("a b 2\nb c\nc a 0.5\n")
    yield folder
    sys.modules.pop("cli_module", None)


def test_torch_is_loaded_for_networks_only_and_nothing_heavy_for_help(here):
    done = subprocess.run(
        [sys.executable, "-c", LAZY], stdout=subprocess.PIPE, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert json.loads(done.stdout) == {"import": [], "help": [], "ring": [], "graph": []}
    assert (here / "ring.html").exists()


def test_it_prints_the_values_and_the_verdict_and_writes_the_report(call, own_home):
    said = call("spectrum", "ring", *FEW)
    assert said.code == 0
    assert "Dynamical matrix of ring of 64 equal atoms: 64 × 64" in said.out
    assert "Stable: no mode lies below zero." in said.out
    (page,) = (own_home / "reports").iterdir()
    assert f"report  {page}" in said.out
    assert f"run     {page.stem}    (polariscope runs show {page.stem})" in said.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "6/6 cells" in said.err


def test_json_is_all_that_is_printed(call, own_home, tmp_path):
    said = call("spectrum", "ring", *FEW, "--json", "--report", tmp_path / "own.html")
    assert (said.code, said.err) == (0, "")
    told = said.json
    assert (told["verdict"]["answer"], told["complete"], told["size"]) == ("yes", True, 64)
    assert told["report"] == str(tmp_path / "own.html")
    assert (tmp_path / "own.html").exists()
    assert not (own_home / "reports").exists()


def test_the_same_command_measures_nothing_again(call):
    first = call("spectrum", "ring", *FEW)
    again = call("spectrum", "ring", *FEW)
    assert "6 of 6 cells are in the ledger already" in again.err
    assert again.out == first.out
    more = call("spectrum", "ring", "--steps", "8", "--probes", "12")
    assert "5 of 7 cells are in the ledger already" in more.err


def test_every_option_reaches_the_experiment(call, here):
    words = {
        "--matrix": "hessian", "--top": "3", "--bottom": "2", "--probes": "3", "--steps": "7", "--rewired": "21",
        "--relabelled": "19", "--tolerance": "1e-7", "--batch": "5", "--dtype": "float64", "--seed": "4",
        "--level": "0.9",
    }  # fmt: skip
    said = call("spectrum", "cli_module:network", *(word for pair in words.items() for word in pair), "--json")
    asked = said.json["run"]["experiment"]
    assert {f"--{name}": str(asked[name]) for name in asked if f"--{name}" in words} == {
        **words, "--tolerance": "1e-07",
    }  # fmt: skip
    assert set(words) | {"--subject", "--parameters"} == {f"--{name}" for name in Spectrum.model_fields}
    assert set(Spectrum.model_fields) <= set(command.__kwdefaults__) | {"subject"}


@pytest.mark.parametrize("words", [("0.weight", "2.*"), ("0.weight,2.*",)])
def test_patterns_of_parameters_stand_apart_or_with_commas(call, here, words):
    told = call("spectrum", "cli_module:network", *FEW, "--json", "--parameters", *words).json
    assert told["run"]["experiment"]["parameters"] == ["0.weight", "2.*"]
    assert told["size"] == 12 + 8 + 2


def test_a_function_of_the_current_folder_is_measured(call, here):
    said = call("spectrum", "cli_module:saddle")
    assert said.code == 0
    assert "running cli_module:saddle, which is your own code" in said.err
    assert "No minimum: 1 direction curves down by more than 2×10⁻⁹, the steepest by −2." in said.out


@pytest.mark.parametrize("form", ["edge list", "GraphML"])
def test_a_graph_file_is_measured(call, here, form):
    name = "triangle.txt"
    if form == "GraphML":
        name = "triangle.graphml"
        graph = networkx.Graph()
        graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 1.0), ("c", "a", 0.5)])
        networkx.write_graphml(graph, name)
    told = call("spectrum", name, *FEW, "--rewired", "0", "--json").json
    assert told["exact"] == pytest.approx([0.0, 3.5 - 7**0.5 / 2, 3.5 + 7**0.5 / 2], abs=1e-12)
    assert told["run"]["environment"]["title"] == f"graph of {name}"


def test_hostile_names_are_shown_as_text(call, here, own_home):
    name = "evil\x1b[2J<script>alert(1)<b>.txt"
    (here / name).write_text("a<script>alert(2)</script>\x1b[2J [bold]b[/bold]\n[bold]b[/bold] c\u202e\n")
    said = call("spectrum", name, *FEW, "--rewired", "0")
    assert said.code == 0, said.err
    assert "\x1b" not in said.out + said.err
    assert r"evil\x1b[2J<script>alert(1)<b>.txt" in said.out
    (page,) = (own_home / "reports").iterdir()
    html = page.read_text(encoding="utf-8")
    assert "\x1b" not in html
    assert "<script" not in html
    assert r"a&lt;script&gt;alert(2)&lt;/script&gt;\x1b[2J" in html
    assert r"[bold]b[/bold], c\u202e" in html
    assert "graph of evil⟨U+001B⟩[2J&lt;script&gt;alert(1)&lt;b&gt;.txt" in html
    assert "\x1b" not in call("runs").out


REFUSED = {
    "unknown name": (("rnig",), "SUBJECT", "name one of ring, training; a graph file; or module:function"),
    "other family": (("ring", "--matrix", "hessian"), "--matrix", "give dynamical"),
    "only a loss's": (("sbm", "--batch", "3"), "--batch", "leave --batch out"),
    "missing file": (("nowhere.txt",), "nowhere.txt", "check its name"),
    "no graph": (("cli_module.py",), "cli_module.py, line 3", "write 'a b'"),
    "no module": (("nowhere:made",), "subject", "start in the folder where it lies, or install it"),
    "no function": (("cli_module:made",), "cli_module:made", "name one of its functions: network, saddle"),
    "too many": (("cli_module:saddle", "--top", "3"), "--top", "give 2 or fewer"),
    "few of a null": (("sbm", "--rewired", "5"), "--rewired", "give 19 or more"),
    "no report there": (("ring", "--report", "no/where/x.html"), "--report", "make the folder first"),
    "no parameters": (("cli_module:saddle", "--parameters", "head"), "parameters", ""),
    "no matrix": (("ring", "--matrix", "adjacency"), "--matrix", "see polariscope spectrum --help"),
}


@pytest.mark.parametrize(("words", "argument", "cure"), REFUSED.values(), ids=REFUSED)
def test_what_the_user_can_mend_is_told_and_nothing_is_written(call, here, own_home, words, argument, cure):
    said = call("spectrum", *words)
    assert (said.code, said.out) == (2, "")
    last = said.err.splitlines()[-1]
    assert last.startswith(f"polariscope: {argument}: ")
    assert f". Cure: {cure}" in last
    assert last.endswith(".")
    assert "Traceback" not in said.err
    told = call("spectrum", *words, "--json")
    assert (told.code, told.json["error"]["argument"]) == (2, argument)
    assert all(told.json["error"].values())
    assert not (own_home / "reports").exists()
    assert not (own_home / "ledger.sqlite").exists()


def test_a_ledger_of_a_newer_version_is_refused_before_a_network_is_trained(call, own_home):
    own_home.mkdir()
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        ledger._connection.execute("PRAGMA user_version = 99")
    said = call("spectrum", "transformer")
    assert (said.code, said.out) == (2, "")
    assert "training" not in said.err
    assert "newer" in said.err
