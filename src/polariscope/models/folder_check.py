"""A model folder, looked at before transformers opens it: no code, no pickle, nothing missing or torn."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from polariscope.errors import PolariscopeError
from polariscope.models.safetensors_check import check_safetensors
from polariscope.models.strict_json import Pairs, read_object

_CONFIG, _WEIGHTS, _INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_LARGEST_CONFIG = 4 * 2**20
# A tokenizer's config lists added tokens, and an index every tensor of a very large model.
_LARGEST_JSON = 64 * 2**20
_KERNEL_KEYS = {
    "attn_implementation",
    "_attn_implementation",
    "experts_implementation",
    "_experts_implementation",
}


_DEPTH_KEYS = frozenset({"num_hidden_layers", "n_layer", "n_layers", "num_layers"})


def check_folder(folder: Path, name: str) -> None:
    """Refuse a folder that is no complete safetensors model, or that asks for code to be run.

    Args:
        folder: The folder; symbolic links in it are followed, because the Hub's cache is made of them.
        name: What the user called the model.

    Raises:
        PolariscopeError: See above; the error names the file and the way out.
    """
    try:
        names = {file.name for file in folder.iterdir() if file.is_file()}
    except OSError as error:
        raise PolariscopeError(
            "MODEL", "it is a folder that can be read", name, "check path and permissions"
        ) from error
    check_names(names, name)
    config = read_object(folder / _CONFIG, _LARGEST_CONFIG, _no_code)
    for other in ("tokenizer_config.json", "generation_config.json"):
        if other in names:
            read_object(folder / other, _LARGEST_JSON, _no_code)
    if _WEIGHTS not in names:
        _check_index(folder / _INDEX, names)
    tensors = sum(check_safetensors(file) for file in sorted(folder.glob("*.safetensors")))
    _check_depth(config, tensors)


def check_names(names: Collection[str], name: str) -> None:
    """Refuse by file names alone, as can be done before a download.

    Args:
        names: The files directly in the folder or repository.
        name: What the user called the model.

    Raises:
        PolariscopeError: No config.json, no safetensors weights, or an adapter in place of a model.
    """
    if not names:
        raise PolariscopeError(
            "MODEL", "its folder holds a model", f"{name}, which holds no files", "check the path"
        )
    if "adapter_config.json" in names:
        cure = "merge the adapter into its base model and save that"
        raise PolariscopeError("MODEL", "it is a whole model", f"{name}, an adapter", cure)
    _check_weights(names, name)
    if _CONFIG not in names:
        cure = "take config.json from where the weights are from"
        raise PolariscopeError("MODEL", "it has a config.json", f"{name}, without", cure)


def _check_weights(names: Collection[str], name: str) -> None:
    if _WEIGHTS in names or _INDEX in names:
        return
    pickles = sorted(file for file in names if file.endswith(_PICKLES))
    if pickles:
        cure = "save it once with save_pretrained, in a place where its code may run; or take a safetensors copy"
        value = f"{name}, with {pickles[0]} (pickle runs code when it is read)"
        raise PolariscopeError("MODEL", "its weights are safetensors", value, cure)
    packed = sorted(file for file in names if file.endswith(".gguf"))
    cure = f"name the file {packed[0]} itself" if packed else f"put {_WEIGHTS} there"
    raise PolariscopeError("MODEL", f"it has {_WEIGHTS} or {_INDEX}", f"{name}, without weights", cure)


def _check_depth(config: dict[str, Any], tensors: int) -> None:
    """Refuse a config of more blocks than there are tensors: making them would take hours before it failed."""
    for key, value in config.items():
        if isinstance(value, dict):
            _check_depth(value, tensors)
        elif key in _DEPTH_KEYS and isinstance(value, int) and value > tensors:
            rule = f"config.json asks for no more blocks than the {tensors} tensors there are"
            cure = "take config.json from where the weights are from"
            raise PolariscopeError("MODEL", rule, f"{key} = {value}", cure)


def _no_code(pairs: Pairs) -> dict[str, Any]:
    """The hook for every object in a config: what makes transformers run other people's code is refused.

    Args:
        pairs: Keys and values.

    Returns:
        The object.

    Raises:
        PolariscopeError: It asks for code, for kernels from elsewhere, or for weights under another name.
    """
    made = dict(pairs)
    asked = [key for key in ("auto_map", "transformers_weights") if made.get(key)]
    asked += sorted(key for key in _KERNEL_KEYS & set(made) if "/" in str(made[key]))
    if asked:
        rule = "its configuration asks for no remote code and no other files"
        cure = "use a model that transformers itself implements, or remove the key from a copy of the folder"
        raise PolariscopeError("MODEL", rule, asked[0], cure)
    return made


def _check_index(index: Path, names: Collection[str]) -> None:
    cure = "download the folder again, all of it"
    shards = read_object(index, _LARGEST_JSON).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise PolariscopeError(str(index), "it has a weight_map", type(shards).__name__, cure)
    for shard in sorted({str(shard) for shard in shards.values()}):
        if not shard.endswith(".safetensors") or shard not in names:
            raise PolariscopeError(str(index), "it names safetensors files in its own folder", shard, cure)
