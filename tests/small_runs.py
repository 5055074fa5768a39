"""Runs of small models: opened in memory, or kept in a folder as a user's own model would be."""

from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from conftest import make_model
from polariscope.models import ModelIdentity, OpenModel
from small_tokenizers import SIZE, make_tokenizer

KIND_FOR = {"llama": "chatml", "qwen2": "chatml", "gemma3": "adds-bos", "gpt2": "joined"}
"""A tokenizer of the kind that each architecture comes with."""

FEW: dict[str, Any] = {"trials": 3, "pairs": 5, "sentences": 3, "layers": (1,), "scales": (4.0,), "seed": 3}
"""An experiment that takes well under a second."""

FEW_WORDS = ("--trials", "4", "--pairs", "5", "--sentences", "3", "--layer", "1", "--pack", "2", "--device", "cpu")
"""One like it, for the command line: thirteen cells."""


def open_small(architecture: str, kind: str | None = None, model: PreTrainedModel | None = None) -> OpenModel:
    """A small model as `open_model` would hand it out, its identity made up but whole."""
    kind = kind or KIND_FOR[architecture]
    model = model or make_model(architecture, vocabulary=SIZE)
    tokenizer = make_tokenizer(kind)
    identity = ModelIdentity(
        source="a small model",
        kind="folder",
        commit=None,
        weights_digest=f"weights of {architecture}",
        tokenizer_digest=f"tokenizer {kind}",
        template_digest=None if tokenizer.chat_template is None else f"template {kind}",
        architecture=type(model).__name__,
        blocks=4,
        width=32,
        vocabulary=SIZE,
        dtype=str(model.dtype).removeprefix("torch."),
        device_class="cpu",
        weights_note="random",
        libraries={"torch": torch.__version__},
    )
    return OpenModel(model, tokenizer, identity)


def save_small(folder: Path, architecture: str = "llama", seed: int = 0) -> Path:
    """Write a small model and its tokenizer as safetensors and JSON, to be opened by its folder."""
    make_model(architecture, vocabulary=SIZE, seed=seed).save_pretrained(folder)
    make_tokenizer(KIND_FOR[architecture]).save_pretrained(folder)
    return folder
