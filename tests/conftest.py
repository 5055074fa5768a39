"""Every test has a home of its own, no network, and small models that are made in memory."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

# A busy machine is no bug: speed is measured in bench/, never by a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

VOCABULARY = 320

_SHAPE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
# Shorter than every prompt in the tests, so that a window taken for the whole prompt is seen.
_WINDOW = 16
_MIXED = ["sliding_attention", "full_attention", "sliding_attention", "full_attention"]

_MODELS: dict[str, Callable[[int], PreTrainedModel]] = {
    "llama": lambda size: LlamaForCausalLM(LlamaConfig(**_SHAPE, vocab_size=size)),
    "qwen2": lambda size: Qwen2ForCausalLM(Qwen2Config(**_SHAPE, vocab_size=size)),
    "gemma3": lambda size: Gemma3ForCausalLM(
        Gemma3TextConfig(**_SHAPE, vocab_size=size, head_dim=8, sliding_window=_WINDOW, layer_types=_MIXED)
    ),
    "gpt2": lambda size: GPT2LMHeadModel(
        GPT2Config(
            vocab_size=size, n_embd=32, n_layer=4, n_head=4, n_positions=512, bos_token_id=1, eos_token_id=2
        )
    ),
}
ARCHITECTURES = tuple(_MODELS)


def make_model(
    architecture: str, dtype: torch.dtype = torch.float32, seed: int = 0, vocabulary: int = VOCABULARY
) -> PreTrainedModel:
    """A small random decoder whose weights are large enough that an edit shows in the answer."""
    torch.manual_seed(seed)
    model = _MODELS[architecture](vocabulary)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model.to(dtype).eval().requires_grad_(requires_grad=False)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and the network off for libraries that respect it."""
    home = tmp_path / "polariscope-home"
    monkeypatch.setenv("POLARISCOPE_HOME", str(home))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that opens a connection to anywhere but this machine fails; tests/real may fetch the model."""
    if "real" in Path(request.node.path).parts:
        yield
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family != getattr(socket, "AF_UNIX", None) and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


@pytest.fixture(params=ARCHITECTURES)
def small_model(request: pytest.FixtureRequest) -> PreTrainedModel:
    """Each of the architectures that must take the fast path."""
    return make_model(request.param)


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_as_in_a_terminal() -> Iterator[None]:
    """A shell that starts tests in the background lets them, and their children, ignore Ctrl-C; these may not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def few_threads() -> None:
    """Small models are slower on many threads, and sums come out alike on one."""
    if "POLARISCOPE_TEST_THREADS" not in os.environ:
        torch.set_num_threads(1)
