from pathlib import Path

import pytest

from polariscope.errors import PolariscopeError
from polariscope.models.source import parse_source


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_alias_wins_over_a_folder_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "smollm2").mkdir()
    assert parse_source("smollm2").kind == "embedded"
    assert parse_source("./smollm2").kind == "folder"


@pytest.mark.parametrize(
    ("text", "beside", "revision"),
    [("o/n", None, None), ("o/n@v1.0", None, "v1.0"), ("o/n", "refs/pr/1", "refs/pr/1"), ("o/n@a", "a", "a")],
)
def test_a_hub_name_with_and_without_revision(text: str, beside: str | None, revision: str | None) -> None:
    source = parse_source(text, beside)
    assert (source.kind, source.name, source.revision, source.path) == ("hub", "o/n", revision, None)


def test_an_existing_path_wins_over_a_hub_name(tmp_path: Path) -> None:
    (tmp_path / "o" / "n").mkdir(parents=True)
    source = parse_source("o/n")
    assert (source.kind, source.path) == ("folder", tmp_path / "o" / "n")


def test_a_gguf_file(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"")
    assert parse_source("m.gguf").path == tmp_path / "m.gguf"
    assert parse_source("m.gguf").kind == "gguf"


@pytest.mark.parametrize(
    "text",
    [
        "smolm2",
        "",
        " ",
        "a/b/c",
        "../x",
        "a/../b",
        "/no/such",
        "org/file.gguf",
        "a\x00b",
        "x" * 5000,
        "~nobody-here",
        "o/n@",
    ],
)
def test_what_is_none_of_the_four_is_refused_with_the_nearest_alias(text: str) -> None:
    with pytest.raises(PolariscopeError) as caught:
        parse_source(text)
    assert caught.value.argument == "MODEL"
    assert "'smollm2'" in caught.value.rule
    assert "org/name" in caught.value.cure


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_bytes(b"")
    with pytest.raises(PolariscopeError, match=r"\.gguf"):
        parse_source("m.bin")


@pytest.mark.parametrize(
    ("text", "revision"), [("smollm2", "v"), (".", "v"), ("o/n@a", "b"), ("o/n", "a b"), ("o/n", "-x")]
)
def test_a_revision_that_cannot_be_is_refused(text: str, revision: str) -> None:
    with pytest.raises(PolariscopeError) as caught:
        parse_source(text, revision)
    assert caught.value.argument == "--revision"
