"""Where a decoder's blocks are, and how to stand in for them for the length of one call."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from polariscope.errors import PolariscopeError

Forward = Callable[..., Any]


def find_blocks(model: nn.Module) -> nn.ModuleList:
    """Return the list of transformer blocks: the outermost ModuleList as long as the config says.

    Args:
        model: A decoder of the transformers library.

    Returns:
        The blocks, in the order in which the residual stream passes them.

    Raises:
        PolariscopeError: No list of that length is in the model.
    """
    count = _text_config(model).num_hidden_layers
    named = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.ModuleList) and len(m) == count]
    if not named:
        raise PolariscopeError(
            "MODEL",
            f"a decoder holds its {count} blocks in one list",
            type(model).__name__,
            "use another model",
        )
    return min(named, key=lambda pair: pair[0].count("."))[1]


def width_of(model: nn.Module) -> int:
    """Return the width of the residual stream."""
    return int(_text_config(model).hidden_size)


@contextmanager
def standing_in(blocks: Iterable[nn.Module], forwards: Sequence[Forward]) -> Iterator[None]:
    """Put other forward functions in the blocks' places, and put the blocks' own back at the end.

    The functions are set on the instances, so the classes, weights and hooks stay as they are; a forward that
    was already set on an instance (as accelerate does) comes back as it was.

    Args:
        blocks: The model's blocks.
        forwards: One function for each.

    Yields:
        Nothing; the stand-ins are in place inside the ``with``.
    """
    own = [block.__dict__.get("forward") for block in blocks]
    try:
        for block, forward in zip(blocks, forwards, strict=True):
            block.__dict__["forward"] = forward
        yield
    finally:
        for block, before in zip(blocks, own, strict=True):
            if before is None:
                block.__dict__.pop("forward", None)
            else:
                block.__dict__["forward"] = before


@contextmanager
def attending_with(model: nn.Module, implementation: str) -> Iterator[None]:
    """Let the model look its attention function up under another name, and restore the name at the end.

    Args:
        model: A decoder of the transformers library.
        implementation: A name registered with the library's attention interface.

    Yields:
        Nothing; the name is in force inside the ``with``.
    """
    config = _text_config(model)
    before = config._attn_implementation
    try:
        config._attn_implementation = implementation
        yield
    finally:
        config._attn_implementation = before


def as_ids(model: nn.Module, tokens: Sequence[int]) -> torch.Tensor:
    """Return token ids as a batch of one, on the model's device, shape (1, tokens)."""
    device = model.get_input_embeddings().weight.device  # type: ignore[operator]
    return torch.tensor([list(tokens)], dtype=torch.long, device=device)


def _text_config(model: nn.Module) -> Any:
    config: Any = model.config
    return config.get_text_config(decoder=True)
