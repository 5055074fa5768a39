"""What the documents show can be typed: commands parse, names exist, links lead somewhere."""

import ast
import re
import shlex
from pathlib import Path

import pytest

import polariscope
from polariscope.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
INDENTED = re.compile(r"^    (polariscope .*)$", re.MULTILINE)
INLINE = re.compile(r"`(polariscope [a-z][^`]*)`")


def shown_commands() -> list[str]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        found += [*INDENTED.findall(text), *INLINE.findall(text)]
    whole = {command.split(" #")[0].strip() for command in found}
    return sorted(whole - {f"polariscope runs {verb}" for verb in ("show", "report", "export")})  # named in prose


@pytest.mark.parametrize("command", shown_commands())
def test_every_command_shown_is_one_that_the_parser_takes(command):
    words = shlex.split(command)[1:]
    app.parse_args(words, exit_on_error=False, print_error=False)


def test_there_are_commands_to_check():
    assert any("--layer 0.25 --scale 10" in command for command in shown_commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_python_shown_in_the_guide_uses_names_that_exist():
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8").split("## From Python")[1]
    code = "\n".join(line[4:] for line in guide.splitlines() if line.startswith("    "))
    used = {
        node.attr
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "polariscope"
    }
    assert used
    for name in used:
        assert getattr(polariscope, name) is not None


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100
