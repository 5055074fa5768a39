"""transformers asked for model and tokenizer in a folder that is already checked; errors made readable."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polariscope.errors import PolariscopeError
from polariscope.models.device import DTYPES
from polariscope.models.quiet import quiet_libraries

if TYPE_CHECKING:
    import torch

_LOCAL = {"local_files_only": True, "trust_remote_code": False}
_CURE = "use a decoder that this transformers opens, or download the checkpoint again"


def load_model(folder: Path, name: str, dtype: "torch.dtype | str", device: "torch.device") -> Any:
    """The model in ``folder``, in evaluation mode, without gradients; every weight from the file, none left.

    Args:
        folder: A folder that ``check_folder`` passed.
        name: What the user called it.
        dtype: What transformers' ``dtype`` takes.
        device: Where it will compute.

    Returns:
        A transformers model.

    Raises:
        PolariscopeError: transformers cannot open it, weights and config differ, or memory does not suffice.
    """
    from transformers import AutoModelForCausalLM

    placed = {} if device.type == "cpu" else {"device_map": {"": device}}
    with _readable(name, "transformers can open it"):
        model, found = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, output_loading_info=True, **placed, **_LOCAL
        )
    _check_match(found, name)
    _check_decoder(model, name)
    model.eval()
    model.requires_grad_(False)
    return model


def load_tokenizer(folder: Path, name: str) -> Any:
    """The tokenizer in ``folder``.

    Args:
        folder: A folder that ``check_folder`` passed.
        name: What the user called it.

    Returns:
        A transformers tokenizer.

    Raises:
        PolariscopeError: It is missing, damaged, or needs a library that is not there.
    """
    from transformers import AutoTokenizer

    with _readable(name, "transformers can open its tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
    if len(tokenizer) == 0:
        raise PolariscopeError("MODEL", "its tokenizer knows tokens", f"{name}, with an empty one", _CURE)
    return tokenizer


@contextmanager
def _readable(name: str, rule: str) -> Iterator[None]:
    with quiet_libraries():
        try:
            yield
        except Exception as error:  # a strange checkpoint makes the libraries raise nearly any kind
            lines = str(error).strip().splitlines() or [""]
            value = f"{type(error).__name__}: {lines[0]}; in {name}"
            raise PolariscopeError("MODEL", rule, value, _cure(error)) from error


def _cure(error: Exception) -> str:
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return "use a smaller model, --dtype bfloat16, or a device with more memory"
    if isinstance(error, ImportError):
        return "install the library that it names, or use the unquantised checkpoint"
    return _CURE


def _check_match(found: dict[str, Any], name: str) -> None:
    for kind, key in (
        ("missing", "missing_keys"),
        ("left over", "unexpected_keys"),
        ("misshapen", "mismatched_keys"),
    ):
        names = sorted(str(entry[0] if isinstance(entry, tuple) else entry) for entry in found.get(key) or ())
        if names:
            value = f"{len(names)} {kind}: {', '.join(names[:3])}; in {name}"
            raise PolariscopeError("MODEL", "weights and config.json describe the same network", value, _CURE)


def _check_decoder(model: Any, name: str) -> None:
    if any(parameter.is_meta for parameter in model.parameters()):
        raise PolariscopeError("MODEL", "all its weights are in memory", f"{name}, with some missing", _CURE)
    dtype = str(model.dtype).removeprefix("torch.")
    if dtype not in DTYPES:
        rule = f"it computes in {', '.join(DTYPES)}"
        raise PolariscopeError("MODEL", rule, f"{name}, in {dtype}", "give --dtype")
    shape = model.config.get_text_config()
    for number in ("num_hidden_layers", "hidden_size", "vocab_size"):
        if not isinstance(getattr(shape, number, None), int):
            raise PolariscopeError("MODEL", f"its config.json tells {number}", name, _CURE)
