"""Which entries of which parameters: patterns of names, with a slice where a part is meant, such as a head."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.errors import PolariscopeError

_SLICED = re.compile(r"(?P<names>.*)\[(?P<slices>[^\[\]]*:[^\[\]]*)\]\s*", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_ARGUMENT = "parameters"


def choose_entries(
    shapes: Mapping[str, tuple[int, ...]], patterns: str | Sequence[str] | None = None
) -> dict[str, NDArray[np.bool_]]:
    """Choose entries by patterns such as ``blocks.0.*``, ``attend.weight[0:8]`` or ``blocks.*.weight[:, 0:16]``.

    A pattern of names, as `fnmatch.fnmatchcase` takes it, ends in a slice where brackets with a colon in them
    stand last; brackets without one are fnmatch's own. Slices are Python's: from the end where negative, with
    a step if one is given, cut off where the tensor ends; a dimension that is not named is taken whole, and
    one of several may be an index. Several patterns choose what any of them does.

    >>> chosen = choose_entries({"attend.weight": (4, 2), "attend.bias": (4,)}, "*.weight[2:4, :1]")
    >>> {name: mask.astype(int).tolist() for name, mask in chosen.items()}
    {'attend.weight': [[0, 0], [0, 0], [1, 0], [1, 0]]}

    Args:
        shapes: Name to shape, of all parameters there are.
        patterns: One pattern or several. Default: all entries of all parameters.

    Returns:
        Name to mask, True where chosen, of the parameter's shape; chosen parameters only, in the order of
        `shapes`.

    Raises:
        PolariscopeError: There is no pattern, or one is no text or matches no parameter; or its slice is none, is
            empty, or has more dimensions than a parameter that it matches.
    """
    given = _strings(patterns)
    if not given:
        raise PolariscopeError(_ARGUMENT, "one pattern or more", "none", "leave it out for all")
    masks: dict[str, NDArray[np.bool_]] = {}
    for pattern in given:
        sliced = _SLICED.fullmatch(pattern)
        names, cuts = (pattern, ()) if sliced is None else (sliced["names"], _cuts(sliced["slices"], pattern))
        for name in _matching(tuple(shapes), names, pattern):
            mask = masks.setdefault(name, np.zeros(shapes[name], np.bool_))
            mask[_within(mask, cuts, name, pattern)] = True
    return {name: masks[name] for name in shapes if name in masks}


def layers(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Group parameters by the part of their names before the last dot: by the layer they belong to.

    >>> layers(["blocks.0.attn.weight", "blocks.0.attn.bias", "scale"])
    {'blocks.0.attn': ('blocks.0.attn.weight', 'blocks.0.attn.bias'), 'scale': ('scale',)}

    Args:
        names: Names of parameters.

    Returns:
        Layer to its parameters, in the order in which they come; a name without a dot is a layer of its own.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.rpartition(".")[0] or name, []).append(name)
    return {layer: tuple(own) for layer, own in groups.items()}


def _strings(patterns: Any) -> tuple[str, ...]:
    if patterns is None:
        return ("*",)
    given = tuple(patterns) if isinstance(patterns, Iterable) and not isinstance(patterns, str) else (patterns,)
    for pattern in given:
        if not isinstance(pattern, str):
            cure = 'give names or patterns, such as "blocks.0.*"'
            raise PolariscopeError(_ARGUMENT, "text, one pattern or several", repr(pattern), cure)
    return given


def _matching(names: Sequence[str], wanted: str, pattern: str) -> list[str]:
    hits = [name for name in names if fnmatchcase(name, wanted)]
    if not hits:
        near = get_close_matches(wanted, names, cutoff=0.0)
        cure = (
            f"use a name or a pattern; the nearest names are {', '.join(near) or 'none, there are no parameters'}"
        )
        raise PolariscopeError(_ARGUMENT, "every pattern matches a parameter", repr(pattern), cure)
    return hits


def _cuts(text: str, pattern: str) -> tuple[slice, ...]:
    """Read what stands in the brackets; an index i as i:i+1, which is empty where there is no such row."""
    made = []
    for part in text.split(","):
        numbers = [number.strip() for number in part.split(":")]
        read = [int(number) if _INTEGER.fullmatch(number) else None for number in numbers]
        blank = len(numbers) == 1 and not numbers[0]
        wrong = any(number and value is None for number, value in zip(numbers, read, strict=True))
        if blank or wrong or len(numbers) > 3 or read[2:] == [0]:
            cure = "write whole numbers and colons, as in weight[:, 0:16]; a step is not 0"
            raise PolariscopeError(_ARGUMENT, "a slice is start:stop or start:stop:step", repr(pattern), cure)
        made.append(_row(read[0]) if len(read) == 1 else slice(*read))
    return tuple(made)


def _row(index: int | None) -> slice:
    return slice(index, None if index is None or index == -1 else index + 1)


def _within(mask: NDArray[np.bool_], cuts: tuple[slice, ...], name: str, pattern: str) -> tuple[slice, ...]:
    if len(cuts) > mask.ndim:
        rule = f"a slice has at most the parameter's dimensions, and {name} has shape {mask.shape}"
        cure = "give fewer, or name one parameter instead of a pattern"
        raise PolariscopeError(_ARGUMENT, rule, repr(pattern), cure)
    if cuts and not mask[cuts].size:
        rule = f"a slice holds one entry or more, and {name} has shape {mask.shape}"
        raise PolariscopeError(_ARGUMENT, rule, repr(pattern), "count from 0; the stop is left out of the slice")
    return cuts
