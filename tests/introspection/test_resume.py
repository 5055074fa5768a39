"""A finished cell is never lost nor repeated; a killed and resumed run gives the bytes of an uninterrupted one."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import killed_run
from killed_run import DTYPES, KILLS, measure
from polariscope.introspection import checking, make_experiment, planning, running
from polariscope.introspection.materials import load_materials
from polariscope.runs import Ledger
from small_runs import FEW, open_small, save_small
from small_tokenizers import KINDS

CELLS = 1 + 5 * 3 + 2  # the vectors, five conditions in three packs, the sham's two


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return save_small(tmp_path_factory.mktemp("model") / "small")


def payloads(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        query = "SELECT cell_id, ordinal, CAST(payload AS BLOB) FROM reading ORDER BY cell_id, ordinal"
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_killed_again_and_again_it_gives_the_bytes_of_an_uninterrupted_run(folder, tmp_path):
    done = subprocess.run(
        [sys.executable, killed_run.__file__, folder, tmp_path],
        stdout=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        timeout=300,
    )
    assert list(map(int, done.stdout.split())) == 2 * [*[-signal.SIGKILL] * KILLS, 0]
    for dtype in DTYPES:
        called = (tmp_path / f"{dtype}.calls").read_text().split()
        whole = measure(folder, tmp_path / f"{dtype}-whole.sqlite", dtype=dtype)
        assert len(whole) == len(set(whole)) == CELLS
        # A cell is called again only if a kill came before it was kept, so at most one for each kill.
        assert CELLS <= len(called) <= CELLS + KILLS
        assert list(dict.fromkeys(called)) == whole
        assert payloads(tmp_path / f"{dtype}.sqlite") == payloads(tmp_path / f"{dtype}-whole.sqlite")


def test_the_same_command_again_measures_nothing(folder, tmp_path):
    path = tmp_path / "ledger.sqlite"
    assert len(measure(folder, path)) == CELLS
    assert measure(folder, path) == []
    # Nor do options that only judge what is there, the folder's name, or our own files by their own names.
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    sentences = tmp_path / "sentences.txt"
    sentences.write_text("\n".join(load_materials().sentences))
    assert measure(moved, path, level=0.9, smallest_effect=0.1, sentence_file=sentences) == []


def test_more_trials_reuse_every_whole_pack(folder, tmp_path):
    path = tmp_path / "ledger.sqlite"
    measure(folder, path, trials=5)  # packs of 2, 2 and 1
    # Two packs of each of five conditions stand; the third, now whole, and a fourth are measured.
    assert len(measure(folder, path, trials=8)) == 5 * 2
    assert measure(folder, path, trials=4) == []


def identities(prepared) -> set[str]:
    return {cell.identity for cell in prepared.plan.cells}


@pytest.mark.parametrize("kind", KINDS)
def test_the_packs_of_a_shorter_run_are_those_of_a_longer_one_in_every_tokenizer(kind, tmp_path, monkeypatch):
    opened = open_small("llama", kind)
    # Most of our sentences begin after a blank that is a token here, and one of a hundred joins it: draws differ.
    monkeypatch.setattr(checking, "open_model", lambda *_args, **_options: opened)
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        short, long = (
            identities(running.prepare(make_experiment(**FEW | {"trials": trials, "path": "fast"}), ledger))
            for trials in (8, 400)
        )
    assert short < long


def in_folder(folder: Path, **fields) -> set[str]:
    with Ledger.open(folder.parent / "plans.sqlite") as ledger:
        return identities(killed_run.prepare(folder, ledger, **fields))


def of_kinds(folder: Path, *conditions: str, **fields) -> set[str]:
    with Ledger.open(folder.parent / "plans.sqlite") as ledger:
        cells = killed_run.prepare(folder, ledger, **fields).plan.cells
    return {cell.identity for cell in cells if cell.parameters.get("condition", "vectors") in conditions}


ALL = ("vectors", "concept", "noise", "mismatched", "opposite", "abstract", "sham")


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"dtype": "bfloat16"}, ()),
        ({"scales": (3.0,)}, ("vectors",)),
        ({"unit": "raw"}, ("vectors",)),
        ({"sign": "away"}, ("vectors",)),
        ({"span": "last-token"}, ("vectors",)),
        ({"pack": 3}, ("vectors",)),
        ({"sentences": 4}, ("vectors",)),
        ({"seed": 1}, ("vectors",)),
        ({"preset": "godet-2025-code"}, ("vectors",)),
        ({"layers": (2,)}, ()),
        ({"pairs": 6}, ()),  # all lines are read in one pass, so each can move the others' last bits
        ({"path": "plain"}, ("sham",)),  # which is plain in either
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, dict) else "",
)
def test_a_changed_parameter_is_a_new_cell(folder, changed, kept):
    before, after = in_folder(folder, path="fast"), in_folder(folder, **{"path": "fast"} | changed)
    assert before & after == (of_kinds(folder, *kept, path="fast") if kept else set())
    assert len(before) == CELLS


def flip_a_weight(folder: Path) -> None:
    file = folder / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)


def change_the_template(folder: Path) -> None:
    file = folder / "chat_template.jinja"
    file.write_text(file.read_text() + "{# seen by nobody #}")


def change_the_tokenizer(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_text(file.read_text() + " ")


def change_the_config(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text(file.read_text().replace('"rms_norm_eps": 1e-06', '"rms_norm_eps": 1e-05'))


@pytest.mark.parametrize("change", [flip_a_weight, change_the_template, change_the_tokenizer, change_the_config])
def test_a_changed_byte_of_the_model_is_all_new_cells(folder, tmp_path, change):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = in_folder(copy)
    assert before == in_folder(folder)
    change(copy)
    after = in_folder(copy)
    assert len(after) == CELLS
    assert not before & after


def test_a_raised_measure_version_is_all_new_cells_and_a_new_run(folder, tmp_path, monkeypatch):
    path = tmp_path / "ledger.sqlite"
    old = measure(folder, path)
    monkeypatch.setattr(planning, "MEASURE_VERSION", planning.MEASURE_VERSION + 1)
    new = measure(folder, path)
    assert len(new) == CELLS
    assert not set(old) & set(new)
    with Ledger.open(path) as ledger:
        assert [run.finished for run in ledger.runs()] == [CELLS, CELLS]


def test_fewer_controls_are_part_of_more(folder):
    assert in_folder(folder, controls=()) < in_folder(folder, controls=("noise",)) < in_folder(folder)
    assert of_kinds(folder, *ALL) == in_folder(folder)
