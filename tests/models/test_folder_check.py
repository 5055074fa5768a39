import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from polariscope.errors import PolariscopeError
from polariscope.models.folder_check import check_folder

INDEX = "model.safetensors.index.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_file({"w": np.ones(3, np.float32)}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "tokenizer_config.json").write_text("{}")
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(PolariscopeError) as caught:
        check_folder(folder, "mine")
    assert caught.value.cure
    return str(caught.value)


def shard(folder: Path, weight_map: object) -> None:
    (folder / "model.safetensors").rename(folder / "part-1.safetensors")
    (folder / INDEX).write_text(json.dumps({"weight_map": weight_map}))


def test_a_whole_folder_passes(folder: Path) -> None:
    check_folder(folder, "mine")


def test_shards_pass_also_through_links_as_the_hub_cache_has_them(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shard(folder, {"w": "part-1.safetensors"})
    view = tmp_path_factory.mktemp("view")
    for file in folder.iterdir():
        (view / file.name).symlink_to(file)
    check_folder(view, "mine")


def test_an_empty_or_missing_folder(tmp_path: Path) -> None:
    assert "holds no files" in refusal(tmp_path)
    assert "can be read" in refusal(tmp_path / "none")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pth", "last.ckpt"])
def test_pickle_only_is_refused_with_the_way_out(folder: Path, name: str) -> None:
    (folder / "model.safetensors").rename(folder / name)
    text = refusal(folder)
    assert name in text
    assert "save_pretrained" in text


def test_pickle_beside_safetensors_is_not_looked_at(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    check_folder(folder, "mine")


def test_no_weights_no_config_an_adapter_a_gguf(folder: Path) -> None:
    (folder / "config.json").rename(folder / "kept")
    assert "config.json" in refusal(folder)
    (folder / "kept").rename(folder / "config.json")
    (folder / "model.safetensors").rename(folder / "m.gguf")
    assert "name the file m.gguf itself" in refusal(folder)
    (folder / "m.gguf").unlink()
    assert "without weights" in refusal(folder)
    (folder / "adapter_config.json").write_text("{}")
    assert "adapter" in refusal(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
@pytest.mark.parametrize(
    "content",
    [
        '{"auto_map": {"AutoModel": "evil.Evil"}}',
        r'{"\u0061uto_map": {"AutoModel": "evil.Evil"}}',
        '{"text_config": {"auto_map": {"AutoModel": "evil.Evil"}}}',
        '{"transformers_weights": "pytorch_model.bin"}',
        '{"_attn_implementation": "somebody/kernel"}',
        '{"attn_implementation": {"": "somebody/kernel"}}',
    ],
)
def test_a_config_that_asks_for_code_is_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    assert "no remote code" in refusal(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a":' * 100_000, '{"a": 1}' + " " * (5 * 2**20)])
def test_a_config_that_is_no_object_of_sane_size_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    assert "config.json" in refusal(folder)


@pytest.mark.parametrize("target", ["none.safetensors", "../model.safetensors", "/etc/passwd", "w.bin", 7])
def test_an_index_that_names_what_is_missing_or_elsewhere_is_refused(folder: Path, target: object) -> None:
    (folder / "w.bin").write_bytes(b"")
    shard(folder, {"w": target})
    assert str(target) in refusal(folder)


@pytest.mark.parametrize("weight_map", [None, {}, []])
def test_an_index_without_a_map_is_refused(folder: Path, weight_map: object) -> None:
    shard(folder, weight_map)
    assert "weight_map" in refusal(folder)


def test_every_shard_is_checked(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "other.safetensors").write_bytes(whole[:-1])
    assert "other.safetensors" in refusal(folder)


@pytest.mark.parametrize("config", ['{"num_hidden_layers": 100000000}', '{"text_config": {"n_layer": 2}}'])
def test_more_blocks_than_tensors_are_refused_before_they_are_made(folder: Path, config: str) -> None:
    (folder / "config.json").write_text(config)
    assert "no more blocks than the 1 tensors" in refusal(folder)


def test_as_many_blocks_as_tensors_pass(folder: Path) -> None:
    (folder / "config.json").write_text('{"num_hidden_layers": 1}')
    check_folder(folder, "mine")
