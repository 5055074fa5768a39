"""From a GGUF file to a folder of safetensors and tokenizer files, dequantised by transformers."""

import contextlib
import errno
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from polariscope.errors import PolariscopeError
from polariscope.models.gguf_check import GgufSummary, check_gguf
from polariscope.models.quiet import quiet_libraries

#: Raised when a conversion would write other bytes: folders of an older one are then not found.
CONVERSION = 1

_NOTE = "polariscope.json"
_WHOLE = {"F64", "F32", "F16", "BF16"}


@dataclass(frozen=True)
class Provenance:
    """What a converted folder was made of; kept in it as ``polariscope.json``.

    Attributes:
        origin: The name of the file that was converted.
        weights_note: What the weights are, in words for a report.
    """

    origin: str
    weights_note: str


def convert_gguf(gguf: Path, folder: Path, weights_note: str | None = None) -> None:
    """Check ``gguf``, dequantise it to float32, and write weights, config and tokenizer into ``folder``.

    float32 keeps every dequantised value as it is; a narrower type would round most of them.

    Args:
        gguf: The file.
        folder: An empty folder to fill.
        weights_note: What reports call the weights; by default made of the quantisation types in the file.

    Raises:
        PolariscopeError: The file is damaged or hostile, or of an architecture transformers cannot convert.
        OSError: The disk is full.
    """
    summary = check_gguf(gguf)
    # transformers draws this one bar with tqdm itself, past its own switch: standard error is closed to it.
    with quiet_libraries(), contextlib.redirect_stderr(io.StringIO()):
        try:
            _convert(gguf, folder)
        except Exception as error:  # the libraries raise a dozen kinds, KeyError among them
            _check_disk(error)
            rule = f"transformers can convert it (architecture {summary.architecture})"
            cure = "use the original checkpoint in safetensors"
            raise PolariscopeError(str(gguf), rule, f"{type(error).__name__}: {error}", cure) from error
    _write_provenance(folder, Provenance(gguf.name, weights_note or _describe(summary)))


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    # transformers refuses to save a model that still claims to be quantised, and a tied head is stored once.
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    tied = {"lm_head.weight"} if model.config.get_text_config().tie_word_embeddings else set()
    weights = {name: value.contiguous() for name, value in model.state_dict().items() if name not in tied}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.save_pretrained(folder)
    if model.generation_config is not None:
        model.generation_config.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
    _forget_circumstances(folder / "tokenizer_config.json")


def _forget_circumstances(config: Path) -> None:
    # transformers also saves how it was asked to load, so HF_HUB_OFFLINE would give one model two digests.
    kept = json.loads(config.read_text(encoding="utf-8"))
    for key in ("is_local", "local_files_only"):
        kept.pop(key, None)
    config.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _check_disk(error: Exception) -> None:
    # An OSError of the system has a number, transformers' own have none; safetensors puts it into words.
    if isinstance(error, OSError) and error.errno is not None:
        raise error
    if f"os error {errno.ENOSPC}" in str(error):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def _describe(summary: GgufSummary) -> str:
    packed = [name for name in summary.quantisations if name not in _WHOLE]
    return f"dequantised {', '.join(packed)}" if packed else "as published"


def _write_provenance(folder: Path, provenance: Provenance) -> None:
    (folder / _NOTE).write_text(json.dumps(asdict(provenance)) + "\n", encoding="utf-8")


def read_provenance(folder: Path) -> Provenance:
    """What ``convert_gguf`` wrote beside the weights in ``folder``.

    Args:
        folder: A converted folder.

    Returns:
        Its provenance.

    Raises:
        PolariscopeError: The note is missing or damaged.
    """
    try:
        return Provenance(**json.loads((folder / _NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        cure = "remove the folder; it is made again when it is next needed"
        raise PolariscopeError(str(folder), "a converted folder tells its origin", error, cure) from error
