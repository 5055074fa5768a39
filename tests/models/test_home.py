import os
from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models.home import cache_home


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("POLARISCOPE_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_own_variable_then_xdg_then_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_home() == tmp_path / "home" / ".cache" / "polariscope"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_home() == tmp_path / "xdg" / "polariscope"
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "own"))
    assert cache_home() == tmp_path / "own"
    assert cache_home().is_dir()


def test_a_relative_xdg_path_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert cache_home() == tmp_path / "home" / ".cache" / "polariscope"


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_its_place_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "file" / below))
    with pytest.raises(PolariscopeError, match="the cache folder can be made") as caught:
        cache_home()
    assert caught.value.argument == "POLARISCOPE_CACHE"


def test_a_read_only_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path))
    # Asked of the system call, because the superuser may write into any folder.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(PolariscopeError, match="can be written"):
        cache_home()
