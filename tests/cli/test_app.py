"""A fast start, help for everything, and every mistake told with rule and cure."""

import json
import subprocess
import sys

import pytest

import polariscope

HEAVY = ("torch", "transformers", "matplotlib", "scipy", "huggingface_hub")
PROGRAM = """
import contextlib, io, json, sys
heavy = {heavy!r}
found = {{}}
def loaded(step):
    found[step] = [name for name in heavy if name in sys.modules]
import polariscope
dir(polariscope)
loaded("import")
from polariscope.cli import main
for words in (["--help"], ["--version"], ["localize", "--help"], ["runs", "--help"], ["models", "--help"], ["no"]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main(words)
        except SystemExit:
            pass
    loaded(" ".join(words))
print(json.dumps(found))
"""


def test_import_and_help_load_no_heavy_library():
    program = PROGRAM.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    assert len(found) == 7
    assert {step: names for step, names in found.items() if names} == {}


@pytest.mark.parametrize("name", polariscope.__all__)
def test_every_public_name_is_there(name):
    assert getattr(polariscope, name) is not None
    assert name in dir(polariscope)


def test_public_names_are_what_they_say():
    assert callable(polariscope.localize)
    assert callable(polariscope.open_model)
    assert polariscope.__all__ == sorted(polariscope.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        polariscope.nothing  # noqa: B018


@pytest.mark.parametrize(
    "words", [(), ("--help",), ("localize", "--help"), ("runs", "--help"), ("models", "--help")]
)
def test_help_is_on_standard_output_and_done(call, words):
    said = call(*words)
    assert (said.code, said.err) == (0, "")
    assert "Usage: polariscope" in said.out


def test_the_version_is_the_packages(call):
    assert call("--version").out.strip() == polariscope.__version__


@pytest.mark.parametrize(
    ("words", "argument", "rule"),
    [
        (("lokalize",), "the command line", 'unknown command "lokalize"'),
        (("localize", "--layers", "3"), "the command line", "unknown option: --layers"),
        (("localize", "--trials", "few"), "--trials", "invalid value for --trials"),
        (("localize", "--trials"), "--trials", "requires an argument"),
        (("localize", "--unit", "feet"), "--unit", 'invalid value "feet" for --unit'),
        (("localize", "one", "two"), "the command line", "unused Tokens: ['two']"),
        (("runs", "show"), "--run", "requires an argument"),
        (("runs", "export", "x", "--format", "xml"), "--format", 'invalid value "xml" for --format'),
    ],
)
def test_a_command_line_that_cannot_be_read_is_refused_like_everything_else(call, words, argument, rule):
    said = call(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"polariscope: {argument}: ")
    assert rule in said.err
    assert f"got {' '.join(words)}. Cure: see polariscope" in said.err
    assert said.err.count("\n") == 1
    told = call(*words, "--json")
    assert told.code == 2
    assert set(told.json["error"]) == {"argument", "rule", "value", "cure"}
    assert told.json["error"]["argument"] == argument
