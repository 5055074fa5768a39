"""The data folder: where it lies, and that an impossible one is refused before anything is written."""

import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from polariscope.errors import PolariscopeError
from polariscope.runs import data_home

NAMES = ("POLARISCOPE_HOME", "XDG_DATA_HOME", "HOME")


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def test_the_nearest_variable_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_home() == tmp_path / "polariscope_home"
    monkeypatch.setenv("POLARISCOPE_HOME", "")
    assert data_home() == tmp_path / "xdg_data_home" / "polariscope"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert data_home() == tmp_path / "home" / ".local" / "share" / "polariscope"
    assert all(path.is_dir() for path in tmp_path.iterdir())


def test_it_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLARISCOPE_HOME", "here")
    assert data_home() == tmp_path / "here"
    monkeypatch.setenv("POLARISCOPE_HOME", "~/there")
    assert data_home() == tmp_path / "home" / "there"


def test_only_asking_makes_nothing(tmp_path: Path) -> None:
    assert data_home(create=False) == tmp_path / "polariscope_home"
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_there_stays_empty(tmp_path: Path) -> None:
    data_home()
    assert list(data_home().iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/home", "new/folders/" + "n" * 300])
def test_an_impossible_home_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("POLARISCOPE_HOME", str(tmp_path / place))
    with pytest.raises(PolariscopeError) as caught:
        data_home()
    assert caught.value.argument == "POLARISCOPE_HOME"
    assert "POLARISCOPE_HOME" in caught.value.cure
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_read_only_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root writes through access rights, so the refusal of a read-only disk is put in its place.
    def fail(**_: object) -> NoReturn:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", fail)
    with pytest.raises(PolariscopeError, match="Read-only file system"):
        data_home()


def test_no_home_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> NoReturn:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("POLARISCOPE_HOME")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(PolariscopeError, match="HOME"):
        data_home()
