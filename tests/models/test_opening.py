import json
import logging
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from polariscope.errors import PolariscopeError
from polariscope.models.opening import open_model


def _tokenizer() -> PreTrainedTokenizerFast:
    words = {"[UNK]": 0, "<s>": 1, "a": 2, "b": 3}
    inner = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", chat_template="{{ messages[0].content }}"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLARISCOPE_CACHE", str(tmp_path / "cache"))
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=8, hidden_size=16, intermediate_size=8, num_hidden_layers=3, num_attention_heads=2
    )
    made = tmp_path / "model"
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(made)
    _tokenizer().save_pretrained(made)
    return made


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def refusal(folder: Path, **options: Any) -> PolariscopeError:
    with pytest.raises(PolariscopeError) as caught:
        open_model(str(folder), **options)
    assert caught.value.cure
    return caught.value


def test_it_is_ready_to_be_measured_and_says_what_it_is(folder: Path) -> None:
    opened = open_model(str(folder), device="cpu")
    identity = opened.identity
    assert not opened.model.training
    assert not any(parameter.requires_grad for parameter in opened.model.parameters())
    assert opened.tokenizer("a b").input_ids == [2, 3]
    assert (identity.kind, identity.commit, identity.architecture) == ("folder", None, "LlamaForCausalLM")
    assert (identity.blocks, identity.width, identity.vocabulary) == (3, 16, 8)
    assert (identity.dtype, identity.device_class) == ("float32", "cpu")
    assert identity.weights_note == "as published"
    assert identity.libraries["torch"] == torch.__version__
    assert json.loads(json.dumps(asdict(identity))) == asdict(identity)


def test_weights_are_those_of_the_file(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    state = open_model(str(folder), device="cpu").model.state_dict()
    assert all(torch.equal(state[name], value.float()) for name, value in weights.items())


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_the_dtype_asked_for(folder: Path, name: str) -> None:
    opened = open_model(str(folder), dtype=name, device="cpu")
    assert opened.identity.dtype == name
    assert {parameter.dtype for parameter in opened.model.parameters()} == {getattr(torch, name)}


def test_identity_is_stable_and_tells_each_part_apart(folder: Path) -> None:
    first = open_model(str(folder), device="cpu").identity
    assert open_model(str(folder), device="cpu").identity == first
    assert replace(first, libraries={}) == first
    (folder / "chat_template.jinja").write_text("{{ messages[-1].content }}")
    other_template = open_model(str(folder), device="cpu").identity
    assert replace(other_template, template_digest=first.template_digest) == first != other_template
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][0] += 1
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    other_weights = open_model(str(folder), device="cpu").identity
    assert replace(other_weights, weights_digest=first.weights_digest) == other_template != other_weights


def test_another_architecture_with_its_own_names_for_the_shape(folder: Path) -> None:
    config = GPT2Config(vocab_size=8, n_embd=8, n_layer=2, n_head=2, n_positions=16)
    GPT2LMHeadModel(config).save_pretrained(folder)
    identity = open_model(str(folder), device="cpu").identity
    assert (identity.architecture, identity.blocks, identity.width) == ("GPT2LMHeadModel", 2, 8)


def test_nothing_is_printed_logged_or_warned(
    folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    change(folder / "config.json", nonsense=1)
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        open_model(str(folder), device="cpu")
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize(("layers", "words"), [(4, "missing: model.layers.3"), (2, "left over: model.layers.2")])
def test_weights_and_config_that_differ_are_refused_with_names(folder: Path, layers: int, words: str) -> None:
    change(folder / "config.json", num_hidden_layers=layers)
    assert words in refusal(folder).value


def test_misshapen_weights_are_refused(folder: Path) -> None:
    change(folder / "config.json", intermediate_size=12)
    assert refusal(folder).argument == "MODEL"


CONFIGS: list[dict[str, Any]] = [
    {"model_type": "no-such-network"},
    {"model_type": "vit"},
    {"model_type": None},
    {"model_type": ["llama"]},
    {"hidden_size": -1},
    {"hidden_size": "wide"},
    {"num_attention_heads": 0},
    {"num_hidden_layers": None},
    {"hidden_act": "no-such-function"},
    {"rope_parameters": {"rope_type": "no-such-rope"}},
    {"dtype": "no-such-dtype"},
    {"quantization_config": {"quant_method": "awq", "bits": 4}},
]


@pytest.mark.parametrize("values", CONFIGS)
def test_a_strange_config_is_one_clean_error(folder: Path, values: dict[str, Any]) -> None:
    change(folder / "config.json", **values)
    assert refusal(folder).argument == "MODEL"


@pytest.mark.parametrize("content", ["", "{}", '{"version": "1.0", "model": {"type": "BPE"}}'])
def test_a_broken_tokenizer_is_one_clean_error(folder: Path, content: str) -> None:
    (folder / "tokenizer.json").write_text(content)
    assert "tokenizer" in refusal(folder).rule


def test_a_missing_tokenizer_is_one_clean_error(folder: Path) -> None:
    for file in folder.glob("tokenizer*"):
        file.unlink()
    assert "tokenizer" in refusal(folder).rule


def test_torn_weights_and_remote_code_are_refused(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-4])
    assert refusal(folder).argument.endswith("model.safetensors")
    (folder / "model.safetensors").write_bytes(whole)
    change(folder / "config.json", auto_map={"AutoModelForCausalLM": "evil.Evil"})
    (folder / "evil.py").write_text("raise SystemExit('ran')")
    assert "remote code" in refusal(folder).rule


@pytest.mark.parametrize("options", [{"dtype": "int4"}, {"device": "abacus"}, {"revision": "main"}])
def test_wrong_options_are_refused_before_anything_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    monkeypatch.setattr("polariscope.models.opening.locate", lambda *_a: pytest.fail("opened"))
    assert refusal(folder, **options).argument == f"--{next(iter(options))}"
