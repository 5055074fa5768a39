"""Which parameters, and in which blocks: names chosen by patterns such as ``blocks.0.*``; torch."""

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import reduce
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from polariscope.errors import PolariscopeError

Patterns: TypeAlias = str | Sequence[str] | None
Blocks: TypeAlias = str | Sequence[str | Sequence[str]] | None


def choose_parameters(model: nn.Module, patterns: Patterns) -> dict[str, Tensor]:
    """Choose parameters by name; a parameter that several layers share is one parameter.

    Args:
        model: Any module with a parameter of floating point; those of integers are left out.
        patterns: One pattern or several, matched with `fnmatch.fnmatchcase`; these choose by name alone, also what
            requires no gradient. Default: all that require a gradient.

    Returns:
        Name to parameter, in the model's order.

    Raises:
        PolariscopeError: There is no such parameter, a pattern matches none, or one is complex or not initialised.
    """
    every = dict(model.named_parameters(remove_duplicate=False))
    for name, parameter in every.items():
        if nn.parameter.is_lazy(parameter):
            raise PolariscopeError("model", "parameters with a shape", f"{name} has none", "call the model once")
    usable = {name: own for name, own in every.items() if own.is_floating_point() or own.is_complex()}
    if not usable:
        cure = "give a module with parameters, or use hessian_of for a function of tensors"
        raise PolariscopeError("model", "one parameter or more of floating point", "none", cure)
    wanted = _trainable(usable) if patterns is None else _matching(list(usable), patterns)
    ids = {id(usable[name]) for name in wanted}
    chosen: dict[str, Tensor] = {name: own for name, own in model.named_parameters() if id(own) in ids}
    for name, own in chosen.items():
        if own.is_complex():
            cure = "choose others by parameters=, or make two real ones of it"
            raise PolariscopeError("parameters", "real parameters", f"{name} is complex", cure)
    return chosen


def _trainable(usable: dict[str, Any]) -> list[str]:
    names = [name for name, parameter in usable.items() if parameter.requires_grad]
    if not names:
        cure = 'name those you mean, such as parameters="*"'
        raise PolariscopeError("model", "one parameter or more that requires a gradient", "none", cure)
    return names


def _matching(names: list[str], patterns: str | Sequence[str], argument: str = "parameters") -> list[str]:
    found: list[str] = []
    for pattern in (patterns,) if isinstance(patterns, str) else patterns:
        hits = [name for name in names if fnmatchcase(name, pattern)]
        if not hits:
            near = get_close_matches(pattern, names, cutoff=0.0)
            cure = f"use a name or a pattern; the nearest names are {', '.join(near)}"
            raise PolariscopeError(argument, "every pattern matches a parameter", repr(pattern), cure)
        found += hits
    if not found:
        raise PolariscopeError(argument, "one pattern or more", "none", "leave it out for all")
    return found


def choose_blocks(names: Sequence[str], blocks: Blocks) -> tuple[tuple[int, ...], ...]:
    """Cut parameters into the blocks of a block-diagonal matrix.

    >>> choose_blocks(("0.weight", "0.bias", "2.weight"), "layer")
    ((0, 1), (2,))

    Args:
        names: The parameters.
        blocks: "parameter", "layer" (what shares the part of its name before the last dot), or patterns, each one
            or several a block. Default: all in one block.

    Returns:
        The indices of each block's parameters; every parameter lies in one block.

    Raises:
        PolariscopeError: A pattern matches none, or a parameter lies in no block or in two.
    """
    if blocks is None:
        return (tuple(range(len(names))),)
    if isinstance(blocks, str):
        if blocks not in {"parameter", "layer"}:
            raise PolariscopeError("blocks", '"parameter", "layer" or patterns', blocks, "give one of these")
        keys = [name if blocks == "parameter" else name.rpartition(".")[0] for name in names]
        return tuple(tuple(i for i, own in enumerate(keys) if own == key) for key in dict.fromkeys(keys))
    groups = [set(_matching(list(names), patterns, "blocks")) for patterns in blocks]
    for name in names:
        times = sum(name in group for group in groups)
        if times != 1:
            cure = "give patterns that do not overlap; leave parameters out by parameters="
            raise PolariscopeError("blocks", "every parameter lies in one block", f"{name} in {times}", cure)
    return tuple(tuple(i for i, name in enumerate(names) if name in group) for group in groups)


def computing_dtype(tensors: Sequence[Tensor], dtype: str | torch.dtype | None) -> torch.dtype:
    """Tell the dtype of the computation: the widest of the tensors', single precision at the least.

    Args:
        tensors: Parameters; half precision is computed in single.
        dtype: "float32" or "float64", to say otherwise.

    Returns:
        The dtype.

    Raises:
        PolariscopeError: Another dtype was asked for.
    """
    if dtype is None:
        own = (tensor.dtype for tensor in tensors if tensor.is_floating_point())
        return reduce(torch.promote_types, own, torch.float32)
    known = {str(kind).removeprefix("torch."): kind for kind in (torch.float32, torch.float64)}
    name = str(dtype).removeprefix("torch.")
    if name not in known:
        raise PolariscopeError("dtype", "float32 or float64", dtype, "leave it out for the model's own")
    return known[name]
