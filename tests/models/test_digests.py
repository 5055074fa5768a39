import os
from pathlib import Path

import pytest

from polariscope.models import digests
from polariscope.models.digests import template_digest, tokenizer_digest, weights_digest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "model"
    made.mkdir()
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        (made / name).write_text(name)
    return made


def _rewrite(path: Path, text: str) -> None:
    then = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(then + 1, then + 1))


def test_each_byte_of_weights_and_config_counts_and_no_other_file_does(folder: Path) -> None:
    first = weights_digest(folder)
    _rewrite(folder / "tokenizer.json", "other")
    assert weights_digest(folder) == first
    _rewrite(folder / "config.json", "Config.json")
    second = weights_digest(folder)
    _rewrite(folder / "model.safetensors", "Model.safetensors")
    assert len({first, second, weights_digest(folder)}) == 3


def test_a_copy_elsewhere_has_the_same_digest(folder: Path) -> None:
    first = weights_digest(folder)
    folder.rename(folder.with_name("moved"))
    assert weights_digest(folder.with_name("moved")) == first


def test_an_unchanged_file_is_hashed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = weights_digest(folder)
    monkeypatch.setattr(digests, "_digest_files", lambda _files: pytest.fail("hashed again"))
    assert weights_digest(folder) == first


def test_two_folders_written_at_one_moment_are_told_apart(folder: Path) -> None:
    first = weights_digest(folder)
    then = (folder / "model.safetensors").stat().st_mtime_ns
    folder.rename(folder.with_name("other"))
    folder.mkdir()
    (folder.with_name("other") / "config.json").rename(folder / "config.json")
    (folder / "model.safetensors").write_text("Model.safetensors")
    os.utime(folder / "model.safetensors", ns=(then, then))
    folder.rename(folder.with_name("third"))
    assert weights_digest(folder.with_name("third")) != first


def test_a_torn_entry_in_the_cache_is_not_believed(folder: Path) -> None:
    first = weights_digest(folder)
    for kept in (folder.parent / "cache" / "digests").iterdir():
        kept.write_text(first[:10])
    assert weights_digest(folder) == first


def test_a_full_disk_costs_only_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert weights_digest(folder) == weights_digest(folder)


def test_the_tokenizer_has_a_digest_of_its_own(folder: Path) -> None:
    first = tokenizer_digest(folder)
    _rewrite(folder / "config.json", "other")
    assert tokenizer_digest(folder) == first
    (folder / "added_tokens.json").write_text("{}")
    assert tokenizer_digest(folder) != first


def test_templates() -> None:
    assert template_digest(None) is None
    assert template_digest("a") != template_digest("b")
    assert template_digest({"a": "1", "b": "2"}) == template_digest({"b": "2", "a": "1"})
    assert len(template_digest("\ud800") or "") == 64


def test_a_changed_byte_under_the_old_time_of_change_is_seen(folder: Path) -> None:
    weights = folder / "model.safetensors"
    first, then = weights_digest(folder), weights.stat()
    weights.write_text("Model.safetensors")
    os.utime(weights, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert weights.stat().st_mtime_ns == then.st_mtime_ns
    assert weights_digest(folder) != first
