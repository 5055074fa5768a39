"""A subject of the user's own is run from the current folder, and everything else is refused in one line."""

import sys
from itertools import count

import pytest
import torch
from torch import nn

from polariscope.crystal.specimens.loading import load_subject
from polariscope.errors import PolariscopeError

_NAMES = (f"own_subject_{number}" for number in count())

GOOD = """
import torch
from torch import nn
def make(width=2):
    return nn.Linear(width, 1), nn.functional.mse_loss, (torch.ones(3, width), torch.ones(3, 1))
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a module into the current folder, and give its name; forget it afterwards."""
    monkeypatch.chdir(tmp_path)
    names = []

    def write(text):
        names.append(next(_NAMES))
        (tmp_path / f"{names[-1]}.py").write_text(text)
        return names[-1]

    yield write
    for name in names:
        sys.modules.pop(name, None)


def test_a_function_of_a_module_in_the_current_folder_is_called(written):
    before = list(sys.path)
    model, loss, data = load_subject(f"{written(GOOD)}:make")
    assert isinstance(model, nn.Linear)
    assert loss is nn.functional.mse_loss
    assert torch.equal(data[1], torch.ones(3, 1))
    assert sys.path == before


def test_a_module_may_have_dots_and_a_function_may_import_its_neighbours(written, tmp_path):
    helper = written(GOOD)
    (tmp_path / "own_package").mkdir()
    (tmp_path / "own_package" / "inner.py").write_text(
        f"def make():\n    import {helper}\n    return {helper}.make()"
    )
    assert isinstance(load_subject("own_package.inner:make").model, nn.Linear)
    for name in ("own_package", "own_package.inner"):
        sys.modules.pop(name, None)


def test_the_path_is_put_back_after_a_failure_too(written):
    before = list(sys.path)
    with pytest.raises(PolariscopeError):
        load_subject(f"{written('raise OSError')}:make")
    assert sys.path == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mine", "put a colon"),
        ("mine.py:make", "give mine:make"),
        ("folder/mine.py:make", "go to its folder and give mine:make"),
        ("weights.pt:", "as Python code would write them"),
        (":make", "as Python code would write them"),
        ("mine:make:it", "as Python code would write them"),
        ("mine:make()", "as Python code would write them"),
        ("no_such_module_here:make", "a module that Python can find; got no_such_module_here"),
        ("os.no_such_part:make", "a module that Python can find; got os.no_such_part"),
    ],
)
def test_what_names_no_function_is_refused(name, words):
    with pytest.raises(PolariscopeError, match=r".") as caught:
        load_subject(name)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import no_such_module_here", "ModuleNotFoundError: No module named 'no_such_module_here'"),
        ("def make(:", "SyntaxError"),
        ("raise SystemExit(3)", "a module that can be imported; got SystemExit: 3"),
        ("def build(): ...", "no make in it. Cure: name one of its functions: build"),
        ("x = 1", "it has none"),
        ("make = 3", "a function; got a int"),
        ("def make(width): ...", "missing a required argument: 'width'"),
        ("def make(): raise ValueError('too wide')", "got ValueError: too wide"),
        ("def make(): raise ValueError", "got ValueError. Cure"),
        ("def make(): exit()", "without an error; got SystemExit"),
        ("def make(): return 1", "it returns (model, loss, data); got int"),
        ("def make(): return 1, 2", "got 2 parts"),
        ("def make(): return 1, abs, [1]", "its model is a torch.nn.Module; got int"),
        ("from torch import nn\ndef make(): return nn.Linear, abs, [1]", "got the class Linear, not made yet"),
        ("from torch import nn\ndef make(): return nn.Linear(1, 1), 2, [1]", "its loss can be called"),
        ("from torch import nn\ndef make(): return nn.Linear(1, 1), nn.MSELoss, [1]", "the class MSELoss"),
        ("from torch import nn\ndef make(): return nn.Linear(1, 1), abs, None", "its data is"),
        ("from torch import nn\ndef make(): return nn.Linear(1, 1), abs, 'text'", "its data is"),
    ],
)
def test_a_module_or_function_at_fault_is_told(written, text, words):
    with pytest.raises(PolariscopeError) as caught:
        load_subject(f"{written(text)}:make")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refusal_of_our_own_is_passed_on(written):
    text = (
        "from polariscope.errors import PolariscopeError\ndef make(): raise PolariscopeError('a', 'b', 'c', 'd')"
    )
    with pytest.raises(PolariscopeError, match=r"^a: b; got c\. Cure: d\.$"):
        load_subject(f"{written(text)}:make")


def test_an_interrupt_is_no_error_of_the_subject(written):
    with pytest.raises(KeyboardInterrupt):
        load_subject(f"{written('def make(): raise KeyboardInterrupt')}:make")
