"""Opening a model: the one place where weights and tokenizer become objects, and get an identity."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polariscope.models.device import choose_device, choose_dtype, describe_device
from polariscope.models.digests import template_digest, tokenizer_digest, weights_digest
from polariscope.models.loading import load_model, load_tokenizer
from polariscope.models.locating import Located, locate
from polariscope.models.source import ModelSource, parse_source

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class ModelIdentity:
    """All about a model that can change a reading; ``dataclasses.asdict`` makes it JSON.

    Attributes:
        source: What the user wrote, without a revision.
        kind: "embedded", "hub", "folder" or "gguf".
        commit: The Hub's commit; None for the other kinds.
        weights_digest: SHA-256 over safetensors files and config; None for a Hub model, whose commit says it.
        tokenizer_digest: SHA-256 over the tokenizer's files.
        template_digest: SHA-256 of the chat template; None where there is none.
        architecture: The class of the model, such as "LlamaForCausalLM".
        blocks: The number of decoder blocks.
        width: The size of the residual stream.
        vocabulary: The number of logits.
        dtype: "float32", "bfloat16" or "float16".
        device_class: "cpu", "mps", or "cuda" with the accelerator's name.
        weights_note: What the weights are, in words for a report.
        libraries: Versions of torch, transformers and tokenizers; told, but no part of what makes two equal.
    """

    source: str
    kind: str
    commit: str | None
    weights_digest: str | None
    tokenizer_digest: str
    template_digest: str | None
    architecture: str
    blocks: int
    width: int
    vocabulary: int
    dtype: str
    device_class: str
    weights_note: str
    libraries: dict[str, str] = field(compare=False)


@dataclass(frozen=True)
class OpenModel:
    """A model ready to be measured.

    Attributes:
        model: In evaluation mode, no parameter asking for gradients, on its device.
        tokenizer: The one that came with it; its chat template is untrusted, see ``render_chats``.
        identity: What it is.
    """

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    identity: ModelIdentity


def open_model(
    source: str,
    *,
    revision: str | None = None,
    dtype: str | None = None,
    device: str | None = None,
    report: Callable[[str], None] | None = None,
) -> OpenModel:
    """Find, check and open a model; nothing that comes with it is executed, and only safetensors are read.

    Args:
        source: The alias ``smollm2``, a Hub name ``org/name[@revision]``, a folder, or a ``.gguf`` file.
        revision: A Hub branch, tag or commit. Default: the repository's main branch.
        dtype: "float32", "bfloat16" or "float16". Default: float32 on a CPU, else the checkpoint's own.
        device: "cpu", "cuda", "cuda:N" or "mps". Default: "cuda" where there is one, else "cpu".
        report: Is told, in one line each, what takes long (downloads, conversions).

    Returns:
        The model, its tokenizer and its identity.

    Raises:
        PolariscopeError: Anything the user can mend: a wrong name, no network, a damaged, hostile or unknown
            checkpoint, a device that is not there.
    """
    wanted = parse_source(source, revision)
    place = choose_device(device)
    number_type = choose_dtype(dtype, place)
    located = locate(wanted, report)
    model = load_model(located.folder, wanted.name, number_type, place)
    tokenizer = load_tokenizer(located.folder, wanted.name)
    return OpenModel(model, tokenizer, _identity(wanted, located, model, tokenizer))


def _identity(wanted: ModelSource, located: Located, model: Any, tokenizer: Any) -> ModelIdentity:
    shape = model.config.get_text_config()
    return ModelIdentity(
        source=wanted.name,
        kind=wanted.kind,
        commit=located.commit,
        weights_digest=_weights_digest(located.folder, located.commit),
        tokenizer_digest=tokenizer_digest(located.folder),
        template_digest=template_digest(tokenizer.chat_template),
        architecture=type(model).__name__,
        blocks=shape.num_hidden_layers,
        width=shape.hidden_size,
        vocabulary=shape.vocab_size,
        dtype=str(model.dtype).removeprefix("torch."),
        device_class=describe_device(model.device),
        weights_note=located.weights_note,
        libraries=_libraries(),
    )


def _weights_digest(folder: Path, commit: str | None) -> str | None:
    return None if commit else weights_digest(folder)


def _libraries() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("torch", "transformers", "tokenizers")}
