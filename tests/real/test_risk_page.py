"""The risk page in a real browser: each file of tests/web opens it in a headless Chromium with the network cut."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import page_corpus
import page_material
from polariscope.risk import Edition, SystemProfile, assess, load_edition, read_profile, worked_examples
from polariscope.risk.bounds import settle
from polariscope.risk.profile import Entry
from polariscope.risk.spans import Span

ROOT = Path(__file__).parents[2]
WEB = ROOT / "tests" / "web"
FILES = sorted(WEB.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Path:
    """A folder with the pages to open and what Python says of random profiles."""
    folder = tmp_path_factory.mktemp("page")
    page_material.write_pages(folder, edition)
    page_material.write_expected(folder, edition)
    page_material.write_files(folder, edition)
    page_material.write_larger(folder)
    page_corpus.write_corpus(folder, edition)
    return folder


def _run(file: Path, material: Path, folder: Path) -> None:
    node = shutil.which("node")
    assert node is not None, "the tests of the page need Node.js 20 or newer, and there is none on PATH"
    assert (ROOT / "node_modules" / "playwright-core").is_dir(), (
        "run `make test`, which installs what these tests ask"
    )
    folders = {"POLARISCOPE_PAGES": str(material), "POLARISCOPE_EXPORTS": str(folder)}
    words = [node, "--test", "--test-reporter=spec", str(file)]
    # A home of its own, so that the browser neither finds nor leaves anything; and a short one, for the path of
    # its socket has to fit into 108 bytes.
    with tempfile.TemporaryDirectory(prefix="p") as home:
        environment = {**os.environ, **folders, "HOME": home, "TMPDIR": home}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_page(file: Path, material: Path, tmp_path: Path) -> None:
    _run(file, material, tmp_path)


def test_what_the_page_exports_is_read_again(material: Path, tmp_path: Path, edition: Edition) -> None:
    _run(WEB / "exports.mjs", material, tmp_path)
    systems = _systems(edition)
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert {each["key"] for each in told} == {*systems, "blank"}
    for each in told:
        profile = read_profile(tmp_path / each["file"], edition)
        shown = SystemProfile("", {name: Entry(Span(*span)) for name, span in each["spans"].items()})
        assert settle(profile, edition) == settle(shown, edition), each["file"]
        assert {found.family.id: found.state for found in assess(profile, edition).findings} == each["states"]
        original = systems.get(each["key"])
        example = f"from our example {original.name}" if original and original.made_by == "ours" else ""
        assert (profile.made_by, profile.made_under) == (example, "")
        if not each["edits"]:
            _check_same(profile, original, edition)


def _systems(edition: Edition) -> dict[str, SystemProfile]:
    """All systems that the pages offer, by the keys that the page gives them."""
    own = [profile for systems in page_material.pages().values() for profile in systems]
    return {
        **{f"yours.{profile.name}": profile for profile in own},
        **{f"ours.{profile.name}": profile for profile in worked_examples(edition)},
    }


def _check_same(profile: SystemProfile, original: SystemProfile | None, edition: Edition) -> None:
    if original is None:
        assert not profile.entries
        return
    told = (profile.name, profile.description, profile.attached)
    assert told == (original.name, original.description, original.attached)
    assert settle(profile, edition) == settle(original, edition)
    for name, entry in original.entries.items():
        assert profile.entries[name].evidence[: len(entry.evidence)] == entry.evidence
