from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from polariscope.errors import PolariscopeError
from polariscope.models import conversion
from polariscope.models.catalog import list_models
from polariscope.models.gguf_file import fetch_gguf
from polariscope.models.opening import open_model

WIDTH, INNER, VOCABULARY = 32, 64, 300
FRAME = {"token_embd": (VOCABULARY, WIDTH), "output_norm": (WIDTH,), "output": (VOCABULARY, WIDTH)}
BLOCK = {
    "attn_norm": (WIDTH,), "attn_q": (WIDTH, WIDTH), "attn_k": (WIDTH, WIDTH), "attn_v": (WIDTH, WIDTH),
    "attn_output": (WIDTH, WIDTH), "ffn_norm": (WIDTH,), "ffn_gate": (INNER, WIDTH), "ffn_up": (INNER, WIDTH),
    "ffn_down": (WIDTH, INNER),
}  # fmt: skip


def write(path: Path, architecture: str = "llama") -> dict[str, np.ndarray]:
    """A tiny GGUF model, its matrices in Q8_0; returns what dequantising must give."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(["<s>", "</s>", *(chr(256 + i) for i in range(VOCABULARY - 3)), "\u0100\u0101"])
    writer.add_token_types([3, 3, *[1] * (VOCABULARY - 2)])
    writer.add_token_merges(["\u0100 \u0101"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    random = np.random.default_rng(0)
    expected: dict[str, np.ndarray] = {}
    for name, shape in {**FRAME, **{f"blk.0.{part}": shape for part, shape in BLOCK.items()}}.items():
        values = random.normal(size=shape).astype(np.float32)
        kind = gguf.GGMLQuantizationType.F32 if len(shape) == 1 else gguf.GGMLQuantizationType.Q8_0
        packed = gguf.quantize(values, kind)
        writer.add_tensor(f"{name}.weight", packed, raw_dtype=kind)
        expected[name] = gguf.dequantize(packed, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return expected


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.usefixtures("cache")
def test_converted_once_to_the_dequantised_values_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    expected = write(tmp_path / "tiny.gguf")
    opened = open_model(str(tmp_path / "tiny.gguf"), device="cpu")
    state = opened.model.state_dict()
    assert np.array_equal(state["lm_head.weight"].numpy(), expected["output"])
    assert np.array_equal(state["model.embed_tokens.weight"].numpy(), expected["token_embd"])
    assert np.array_equal(state["model.layers.0.mlp.down_proj.weight"].numpy(), expected["blk.0.ffn_down"])
    assert opened.identity.weights_note == "dequantised Q8_0"
    assert (opened.identity.kind, opened.model.dtype) == ("gguf", torch.float32)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(conversion, "_convert", lambda *_a: pytest.fail("converted again"))
    (tmp_path / "tiny.gguf").rename(tmp_path / "renamed.gguf")
    again = open_model(str(tmp_path / "renamed.gguf"), device="cpu").identity
    assert again.weights_digest == opened.identity.weights_digest
    listed = list_models()
    assert [(model.name, model.kind, model.cached) for model in listed[1:]] == [("tiny.gguf", "gguf", True)]


def test_a_conversion_does_not_depend_on_the_network_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "tiny.gguf")
    written = []
    for offline in (False, True):
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", offline)
        folder = tmp_path / str(offline)
        folder.mkdir()
        conversion.convert_gguf(tmp_path / "tiny.gguf", folder)
        written.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert written[0] == written[1]


def test_a_torn_file_is_refused_before_it_is_hashed(tmp_path: Path, cache: Path) -> None:
    write(tmp_path / "tiny.gguf")
    whole = (tmp_path / "tiny.gguf").read_bytes()
    (tmp_path / "tiny.gguf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PolariscopeError, match="within the file"):
        fetch_gguf(tmp_path / "tiny.gguf")
    assert not cache.exists()


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("I/O error (os error 28)")]
)
def test_a_full_disk_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_gguf: Path, _folder: Path) -> None:
        raise error

    write(tmp_path / "tiny.gguf")
    monkeypatch.setattr(conversion, "_convert", fail)
    with pytest.raises(PolariscopeError, match=r"No space left.*free some space"):
        fetch_gguf(tmp_path / "tiny.gguf")


def test_an_architecture_that_cannot_be_converted_is_one_clean_error(tmp_path: Path, cache: Path) -> None:
    write(tmp_path / "tiny.gguf", "no-such-network")
    told: list[str] = []
    with pytest.raises(PolariscopeError, match="no-such-network"):
        fetch_gguf(tmp_path / "tiny.gguf", told.append)
    assert len(told) == 1
    assert not list((cache / "models").glob("*gguf-*[!k]"))
