"""The command line called in this process, on a small model in a folder and with a home of its own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polariscope.cli import main
from polariscope.runs import Ledger
from small_runs import FEW_WORDS, save_small


@dataclass(frozen=True)
class Said:
    """What a command left: its exit status and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


Call = Callable[..., Said]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line with words, as a user would."""

    def called(*words: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Said(stopped.value.code, printed.out, printed.err)

    return called


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model's folder; a test that changes it takes a copy."""
    return save_small(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Path:
    """A home in which one run of the small model is finished."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLARISCOPE_HOME", str(home))
        patch.setenv("POLARISCOPE_CACHE", str(home / "cache"))
        with pytest.raises(SystemExit) as stopped:
            main(["localize", str(small), *FEW_WORDS, "--json"])
    assert stopped.value.code == 0
    return home


@pytest.fixture
def finished(finished_home: Path, own_home: Path) -> str:
    """The id of a finished run in this test's own home."""
    shutil.copytree(finished_home, own_home)
    with Ledger.open(own_home / "ledger.sqlite") as ledger:
        return ledger.runs()[0].id
