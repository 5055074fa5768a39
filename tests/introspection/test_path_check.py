"""The fast path is taken where it agrees, remembered when that is known, and left when it does not."""

import pytest
import torch

from polariscope.intervene import FastPath, UnsupportedModelError
from polariscope.introspection import path_check
from polariscope.introspection.path_check import choose_path
from polariscope.introspection.prompt import Prompt
from polariscope.runs import Ledger
from small_runs import open_small

PROMPT = Prompt(tuple(range(5, 45)), (tuple(range(20, 25)), tuple(range(30, 35))), (50, 51))


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as kept:
        yield kept


def choose(ledger, said=None):
    report = (said if said is not None else []).append
    return choose_path(open_small("llama"), [PROMPT], 20, [1, 2], ledger, report)


def failing(monkeypatch, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(FastPath, "edited", broken)


def test_agreement_is_found_once_and_remembered(ledger):
    said: list[str] = []
    first, second = choose(ledger, said), choose(ledger, said)
    assert first.path == second.path == "fast"
    assert first == second
    assert len(said) == 1
    assert first.agreement.rows == 5


def test_a_fast_path_that_is_wrong_is_not_taken(ledger, monkeypatch):
    right = FastPath.edited
    monkeypatch.setattr(FastPath, "edited", lambda *asked: right(*asked) * 1.01)
    found = choose(ledger)
    assert found.path == "plain"
    assert "does not agree" in found.reason


def test_a_model_that_the_fast_path_does_not_know_is_remembered(ledger, monkeypatch):
    failing(monkeypatch, UnsupportedModelError("softcap"))
    assert choose(ledger).path == "plain"
    monkeypatch.undo()
    assert "softcap" in choose(ledger).reason


def test_a_passing_fault_takes_the_plain_path_and_is_not_remembered(ledger, monkeypatch):
    failing(monkeypatch, RuntimeError("a cosmic ray"))
    found = choose(ledger)
    assert (found.path, "cosmic ray" in found.reason) == ("plain", True)
    monkeypatch.undo()
    assert choose(ledger).path == "fast"


def test_too_little_memory_is_no_reason_for_the_plain_path(ledger, monkeypatch):
    failing(monkeypatch, torch.OutOfMemoryError("full"))
    with pytest.raises(torch.OutOfMemoryError):
        choose(ledger)


def test_the_version_of_the_measuring_code_is_part_of_what_is_remembered(ledger, monkeypatch):
    said: list[str] = []
    choose(ledger, said)
    monkeypatch.setattr(path_check, "MEASURE_VERSION", path_check.MEASURE_VERSION + 1)
    choose(ledger, said)
    assert len(said) == 2
