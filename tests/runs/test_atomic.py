"""Atomic writing: the old file or the new one, and nothing left beside it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.runs import write_atomic


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("data", ["text \u2713\n", b"\0\xff", "", "x" * 1_000_000])
def test_the_file_holds_what_was_given(tmp_path: Path, data: str | bytes) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    write_atomic(path, data)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert names(tmp_path) == ["report"]


def test_the_longest_name_that_the_file_system_allows(tmp_path: Path) -> None:
    write_atomic(tmp_path / ("n" * 255), "x")
    assert names(tmp_path) == ["n" * 255]


def test_the_umask_is_kept(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", "x")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(mode)
    write_atomic(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o7777 == mode


def test_nothing_of_a_private_file_is_ever_readable_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o600)
    seen: list[tuple[int, int]] = []
    fchmod = os.fchmod

    def watched(descriptor: int, mode: int) -> None:
        seen.append((os.fstat(descriptor).st_size, mode))
        fchmod(descriptor, mode)

    monkeypatch.setattr(os, "fchmod", watched)
    write_atomic(path, "new")
    assert seen == [(0, 0o600)]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    path = tmp_path / "report"
    path.write_text("old")
    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
    with pytest.raises(PolariscopeError if isinstance(error, OSError) else KeyboardInterrupt):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["report"]


@pytest.mark.parametrize("place", ["missing/report", "file/report", "folder"])
def test_a_place_that_takes_no_file_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = names(tmp_path)
    with pytest.raises(PolariscopeError) as caught:
        write_atomic(tmp_path / place, "x")
    assert caught.value.argument == str(tmp_path / place)
    assert names(tmp_path) == before


def test_file_and_folder_are_synced_around_the_renaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        acts.append(Path(f"/proc/self/fd/{descriptor}").resolve().suffix or "folder")
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        acts.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    folder = tmp_path / "out"
    folder.mkdir()
    write_atomic(folder / "report", "x")
    assert acts == [".tmp", "replace", "folder"]


def test_a_reader_beside_a_killed_writer_never_sees_half(tmp_path: Path) -> None:
    path = tmp_path / "report"
    wholes = {letter * 300_000 for letter in "ab"}
    for round_ in range(6):
        path.write_text("a" * 300_000)
        writer = subprocess.Popen([sys.executable, __file__, path])
        while path.read_text()[0] == "a":  # until the writer writes
            pass
        end = time.monotonic() + 0.01 + 0.0013 * round_
        while time.monotonic() < end:
            assert path.read_text() in wholes
        writer.kill()
        writer.wait()
        assert path.read_text() in wholes


if __name__ == "__main__":
    while True:
        for whole in "ba":
            write_atomic(Path(sys.argv[1]), whole * 300_000)


def test_a_pipe_is_refused_and_a_link_stays_a_link(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PolariscopeError, match="a device or a pipe"):
        write_atomic(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomic(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "text"
