"""One command from a model to a verdict; what is wrong is refused before the first cell, with nothing written."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import chain

import pytest

from polariscope.runs import Ledger
from small_runs import FEW_WORDS

CELLS = 1 + 5 * 2 + 2


def cells_written(home) -> int:
    path = home / "ledger.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(
            connection.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for t in ("run", "cell") if t in tables
        )


def test_a_run_prints_a_table_a_verdict_and_where_the_report_is(call, small, own_home):
    said = call("localize", small, *FEW_WORDS)
    assert said.code == 0
    run = re.search(r"polariscope runs show (\w{12})", said.out).group(1)
    report = own_home / "reports" / f"{run}.html"
    assert f"report  {report}" in said.out
    assert report.read_text().startswith("<!doctype html>") or report.read_text().startswith("<!DOCTYPE html>")
    assert "comparing the fast path with the plain one" in said.err
    assert f"{CELLS}/{CELLS} cells" in said.err
    assert re.search(r"(Yes|No|Undecided)[,:]", said.out)
    assert cells_written(own_home) == 1 + CELLS


def test_json_is_all_that_is_printed_and_the_same_command_measures_nothing_again(call, finished, small, own_home):
    before = (own_home / "ledger.sqlite").read_bytes()
    said = call("localize", small, *FEW_WORDS, "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json["run"]["id"] == finished
    assert said.json["report"] == str(own_home / "reports" / f"{finished}.html")
    assert said.json["complete"] is True
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        assert len(ledger.runs()) == 1
    assert len(before) == len((own_home / "ledger.sqlite").read_bytes())
    again = call("localize", small, *FEW_WORDS)
    assert f"{CELLS} of {CELLS} cells are in the ledger already" in again.err


def test_a_report_goes_where_it_is_asked_for(call, finished, small, tmp_path):
    page = tmp_path / "mine.html"
    assert call("localize", small, *FEW_WORDS, "--report", page, "--json").json["report"] == str(page)
    assert page.stat().st_size > 10_000


def test_several_layers_and_doses_in_all_spellings(call, small):
    few = (*FEW_WORDS[:6], "--pack", "2", "--device", "cpu", "--controls", "none", "--json")
    told = call("localize", small, *few, "--layer", "0", "0.5", "--scale", "2,8").json
    assert [(s["block"], s["scale"]) for s in told["summary"]["settings"]] == [(0, 2), (0, 8), (2, 2), (2, 8)]
    everything = call("localize", small, *few, "--layer", "all").json
    assert [s["block"] for s in everything["summary"]["settings"]] == [0, 1, 2, 3]


def test_a_file_says_what_the_options_say_and_options_prevail(call, small, finished, tmp_path):
    file = tmp_path / "run.toml"
    file.write_text(
        f'model = "{small}"\ntrials = 9\npairs = 5\nsentences = 3\nlayers = [1]\npack = 2\ndevice = "cpu"\n'
    )
    assert call("localize", "--config", file, "--trials", "4", "--json").json["run"]["id"] == finished


def lines(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def changed(tmp_path, small, change):
    folder = tmp_path / "changed"
    shutil.copytree(small, folder)
    change(folder)
    return folder


def without_weights(folder):
    (folder / "model.safetensors").unlink()


def pickle_only(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def asking_for_code(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoModel": "evil.Model"}}))


def refusing_template(folder):
    (folder / "chat_template.jinja").write_text("{{ raise_exception('no chats') }}")


def shouting_template(folder):
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{{ m.content | upper }}{% endfor %}")


def endless_template(folder):
    (folder / "chat_template.jinja").write_text(
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )


SENTENCES = "One is here.\nTwo is here.\nThree is here.\n"
PAIRS = "A cat.\nA thing.\nA war.\nAn event.\nAn oak.\nA plant.\n"
OPTIONS = {
    "layer outside": (("--layer", "4"), "--layer", "the model has blocks 0 to 3"),
    "layer below": (("--layer", "-1"), "--layer", "the model has blocks 0 to 3"),
    "fraction outside": (("--layer", "1.01"), "--layer", "a fraction lies in [0, 1]"),
    "layer no number": (("--layer", "deep"), "--layer", "input should be a valid integer"),
    "scale inf": (("--scale", "inf"), "--scale", "a finite number"),
    "scale nan": (("--scale", "10,nan"), "--scale", "a finite number"),
    "one sentence": (("--sentences", "1"), "--sentences", "at least 2"),
    "more than labels": (("--sentences", "10"), "--sentences", "one token for each label up to 9"),
    "more than the file": (("--sentences", "101"), "--sentences", "the file holds 100 sentences"),
    "more pairs": (("--pairs", "51"), "--pairs", "the file holds 50 pairs"),
    "control": (("--controls", "luck"), "--controls", "some of noise"),
    "preset": (("--preset", "none"), "--preset", "one of godet-2025"),
    "device": (("--device", "abacus"), "--device", ""),
    "revision": (("--revision", "main"), "--revision", "a revision goes with a Hub model only"),
    "report nowhere": (("--report", "/nowhere/at/all.html"), "--report", "a file in a folder that can be written"),
    "report a folder": (("--report", "/"), "--report", "a file in a folder that can be written"),
}
FILES = {
    "odd pairs": ("--pair-file", PAIRS + "A stone.\n", "pairs stand on lines 2k and 2k+1"),
    "two pairs": ("--pair-file", "a\nb\nc\nd\n", "at least 3 pairs"),
    "empty": ("--sentence-file", "", "at least one line"),
    "binary": ("--sentence-file", b"\x00\x01\x02\n", "no control characters"),
    "not utf-8": ("--pair-file", b"caf\xe9\n", "UTF-8 text"),
    "empty sentence": ("--sentence-file", "One.\n\nTwo.\n", "no line is empty"),
    "repeated": ("--sentence-file", SENTENCES + "One is here.\n", "no line repeats"),
    "special": ("--sentence-file", "An <|im_end|> here.\n" + SENTENCES, "no sentence holds a special token"),
    "unknown key": ("--config", "layer = 3\n", "extra inputs are not permitted"),
    "duplicate key": ("--config", "seed = 1\nseed = 2\n", "a TOML file that can be read"),
    "wrong type": ("--config", 'trials = "many"\n', "input should be a valid integer"),
}
FOLDERS = {
    "no weights": (without_weights, "without weights"),
    "pickle": (pickle_only, "pickle runs code"),
    "remote code": (asking_for_code, "auto_map"),
    "refusing template": (refusing_template, "no chats"),
    "shouting template": (shouting_template, "one that changes it"),
}


def check_refusal(call, own_home, words, argument, says):
    said = call("localize", *words)
    assert (said.code, said.out) == (2, ""), said.err
    last = said.err.splitlines()[-1]
    assert re.match(rf"polariscope: {re.escape(argument)}: .+; got .*\. Cure: .+\.$", last), said.err
    assert says in last
    assert "Traceback" not in said.err
    assert cells_written(own_home) == 0
    told = call("localize", *words, "--json")
    assert (told.code, told.json["error"]["argument"]) == (2, argument)
    assert all(told.json["error"].values())
    assert not (own_home / "reports").exists()


@pytest.mark.parametrize(("words", "argument", "says"), OPTIONS.values(), ids=OPTIONS)
def test_bad_options_are_refused(call, small, own_home, words, argument, says):
    options = dict(zip(FEW_WORDS[::2], FEW_WORDS[1::2], strict=True)) | {words[0]: words[1]}
    check_refusal(call, own_home, (small, *chain(*options.items())), argument, says)


@pytest.mark.parametrize(("option", "content", "says"), FILES.values(), ids=FILES)
def test_bad_files_are_refused(call, small, own_home, tmp_path, option, content, says):
    argument = {"unknown key": "--layer", "wrong type": "--trials"}
    named = next((argument[key] for key in argument if FILES[key] == (option, content, says)), option)
    words = (small, "--trials", "40", "--sentences", "3", option, lines(tmp_path, "file", content))
    check_refusal(
        call, own_home, [w for w in words if option != "--config" or w not in ("--trials", "40")], named, says
    )


@pytest.mark.parametrize(("change", "says"), FOLDERS.values(), ids=FOLDERS)
def test_bad_folders_are_refused(call, small, own_home, tmp_path, change, says):
    argument = "chat template" if "template" in change.__name__ else "MODEL"
    check_refusal(call, own_home, (changed(tmp_path, small, change), *FEW_WORDS), argument, says)


def test_an_endless_template_is_refused_within_seconds(call, small, own_home, tmp_path):
    said = call("localize", changed(tmp_path, small, endless_template), *FEW_WORDS)
    assert said.code == 2
    assert "polariscope: chat template: it is rendered within 5 s" in said.err
    assert cells_written(own_home) == 0


def test_models_that_are_not_there_are_refused(call, own_home, tmp_path):
    for model, says in (
        ("smolm2", "'smollm2'"),
        ("org/name", "with the network off, it is cached"),
        ("./nowhere", "an existing folder"),
    ):
        check_refusal(call, own_home, (model, *FEW_WORDS), "MODEL", says)
    torn = lines(tmp_path, "torn.gguf", b"GGUF\x03\x00\x00\x00" + b"\xff" * 16)
    said = call("localize", torn, *FEW_WORDS)
    assert said.code == 2
    assert "Cure:" in said.err


def test_a_home_that_cannot_be_written_is_refused(call, small, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("POLARISCOPE_HOME", str(tmp_path / "file" / "home"))
    said = call("localize", small, *FEW_WORDS)
    assert said.code == 2
    assert said.err.startswith("polariscope: POLARISCOPE_HOME: must be a folder that can be made and written")


def test_a_ledger_of_a_newer_version_is_refused_and_left_as_it_is(call, small, finished, own_home):
    path = own_home / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    for words in (("localize", small, *FEW_WORDS), ("runs",), ("runs", "show", finished)):
        said = call(*words)
        assert (said.code, said.out) == (2, "")
        assert "Cure:" in said.err
    assert path.read_bytes() == before


def test_ctrl_c_stops_with_130_and_the_same_command_continues(call, small, own_home):
    few = ("--trials", "400", *FEW_WORDS[2:])
    child = subprocess.Popen(
        [sys.executable, "-c", "from polariscope.cli import main; main()", "localize", small, *few],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        text=True,
    )
    while cells_written(own_home) < 4 and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    finished, total = map(
        int, re.search(r"stopped after (\d+) of (\d+) cells; the same command continues", err).groups()
    )
    assert out == ""
    assert 3 <= finished < total == 1 + 5 * 200 + 2
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        (run,) = ledger.runs()
        assert (run.finished, run.total) == (finished, total)
    # A shorter run finds what was finished of its own cells, and measures the rest.
    said = call("localize", small, *FEW_WORDS)
    known = int(re.search(r"(\d+) of 13 cells are in the ledger already", said.err).group(1))
    assert 3 <= known < 13
