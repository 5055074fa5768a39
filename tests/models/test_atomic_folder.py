import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models.atomic_folder import build_once

# A builder in a process of its own: tells in `started` that it runs, then takes its time.
_SLOW = """
import pathlib, sys, time
from polariscope.models.atomic_folder import build_once
root, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
def build(folder):
    with (root / "started").open("a") as log:
        log.write("x")
    (folder / "a").write_text("half")
    time.sleep(seconds)
    (folder / "a").write_text("whole")
build_once(root / "target", build)
"""


def _start(root: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _SLOW, str(root), str(seconds)])


def _partials(root: Path) -> list[Path]:
    return list(root.glob(".target.partial-*"))


def _write(folder: Path) -> None:
    (folder / "a").write_text("whole")


def test_built_once_and_found_again(tmp_path: Path) -> None:
    calls: list[Path] = []
    for _ in range(2):
        build_once(tmp_path / "target", lambda folder: (calls.append(folder), _write(folder))[-1])
    assert len(calls) == 1
    assert (tmp_path / "target" / "a").read_text() == "whole"
    assert not _partials(tmp_path)


def test_a_failed_build_leaves_nothing_and_its_error_passes(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        _write(folder)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        build_once(tmp_path / "target", fail)
    assert not (tmp_path / "target").exists()
    assert not _partials(tmp_path)


def test_a_full_disk_is_told_with_a_cure(tmp_path: Path) -> None:
    def fail(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(PolariscopeError, match="No space left"):
        build_once(tmp_path / "target", fail)


def test_two_processes_racing_build_once_and_both_end_well(tmp_path: Path) -> None:
    both = [_start(tmp_path, 0.3) for _ in range(2)]
    assert [process.wait(timeout=30) for process in both] == [0, 0]
    assert (tmp_path / "started").read_text() == "x"
    assert (tmp_path / "target" / "a").read_text() == "whole"


def test_a_killed_builder_leaves_no_target_and_is_swept_away(tmp_path: Path) -> None:
    process = _start(tmp_path, 60)
    deadline = time.monotonic() + 30
    while not (tmp_path / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    assert not (tmp_path / "target").exists()
    assert len(_partials(tmp_path)) == 1
    build_once(tmp_path / "target", _write)
    assert not _partials(tmp_path)
    assert (tmp_path / "target" / "a").read_text() == "whole"
