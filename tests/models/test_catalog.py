from pathlib import Path

import pytest

from polariscope.models.catalog import list_models
from polariscope.models.embedded import embedded_folder


def test_the_embedded_model_stands_first_cached_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path))
    before = list_models()[0]
    assert (before.name, before.cached, before.licence, before.folder) == (
        "smollm2",
        False,
        "Apache-2.0",
        None,
    )
    assert before.size > 5e8
    embedded_folder().mkdir(parents=True)
    (embedded_folder() / "model.safetensors").write_bytes(bytes(7))
    after = list_models()[0]
    assert (after.cached, after.size, after.folder) == (True, 7, embedded_folder())


def test_a_damaged_conversion_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path))
    (tmp_path / "models" / "gguf-0-c1").mkdir(parents=True)
    assert len(list_models()) == 1
