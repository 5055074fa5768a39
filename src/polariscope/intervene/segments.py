"""Attention over packed segments: many rows side by side in one sequence, none seeing another.

All rows of a pass lie one after the other on the token axis of a batch of one, so the linear layers, where the
time goes, waste nothing on padding. Only attention has to know which tokens belong together: each segment is a
few rows of equal length that continue the same earlier tokens, whose keys and values are already known.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch

IMPLEMENTATION = "polariscope_segments"

KeyValue = tuple[torch.Tensor, torch.Tensor]
"""Keys and values of one block for one sequence, each (heads, tokens, head width)."""


class UnsupportedModelError(Exception):
    """The model does something that the fast path does not know; the plain path reads it."""


class Stop(Exception):  # noqa: N818 -- a signal, not an error
    """Raised inside attention when a pass has all it came for."""


@dataclass(frozen=True, eq=False)
class Segment:
    """Rows of equal length that continue the same tokens.

    Args:
        rows: How many rows.
        length: New tokens in each row.
        start: How many tokens come before them.
        earlier: Keys and values by block of sequences that hold those earlier tokens, in order.
        cut: Which tokens of each of those sequences, as (first, end).
    """

    rows: int
    length: int
    start: int
    earlier: tuple[dict[int, KeyValue], ...] = ()
    cut: tuple[tuple[int, int], ...] = ()

    def before(self, block: int) -> list[KeyValue]:
        """Return keys and values of the earlier tokens in a block, piece by piece."""
        pieces = zip(self.earlier, self.cut, strict=True)
        return [(piece[block][0][:, a:b], piece[block][1][:, a:b]) for piece, (a, b) in pieces]


@dataclass(eq=False)
class PackedPass:
    """The attention side of one packed forward pass, and what it leaves behind.

    Args:
        segments: What lies in the sequence, in order.
        keep: Blocks whose new keys and values are to be kept.
        last_only: Whether only each row's last token asks (its own keys and values were kept before).
    """

    segments: Sequence[Segment]
    keep: frozenset[int] = frozenset()
    block: int = 0
    last_only: bool = False
    stop: bool = False
    kept: dict[int, KeyValue] = field(default_factory=dict)


CURRENT: ContextVar[PackedPass] = ContextVar("polariscope_packed_pass")


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    **others: Any,
) -> tuple[torch.Tensor, None]:
    """softmax(scaling q k' + causal mask) v within each segment of the pass under way.

    Registered with the library's attention interface and called by its modules.

    Args:
        module: The attention module (unused but for the interface).
        query: Shape (1, heads, tokens, head width).
        key: Shape (1, key heads, tokens, head width).
        value: As key.
        attention_mask: None: the segments say who sees whom.
        scaling: Factor on the scores; 1/sqrt(head width) unless given.
        sliding_window: How many tokens back a query sees, itself included; None for all.
        **others: What other models pass; anything that would change the result is refused.

    Returns:
        The output, shape (1, tokens, heads, head width), and None for the weights.

    Raises:
        UnsupportedModelError: The module asks for something this function does not compute.
        Stop: The pass wanted only the keys and values.
    """
    del module
    asked = [name for name in ("softcap", "s_aux", "position_bias", "cache") if others.get(name) is not None]
    if asked or attention_mask is not None or query.shape[0] != 1:
        raise UnsupportedModelError(f"attention with {asked or 'a mask of its own'}")
    now = CURRENT.get()
    new = now.kept[now.block] if now.last_only else (key[0], value[0])
    if now.block in now.keep:
        now.kept[now.block] = new
    if now.stop:
        raise Stop
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    return _attend_segments(now, query[0], new, scale, sliding_window).unsqueeze(0), None


def _attend_segments(
    now: PackedPass, query: torch.Tensor, new: KeyValue, scale: float, window: int | None
) -> torch.Tensor:
    outputs, asked, answered = [], 0, 0
    for segment in now.segments:
        asking = 1 if now.last_only else segment.length
        rows = segment.rows
        ask = _split(query[:, asked : asked + rows * asking], rows, asking)
        own = [_split(t[:, answered : answered + rows * segment.length], rows, segment.length) for t in new]
        outputs.append(_attend_segment(ask, own, segment.before(now.block), scale, window))
        asked += rows * asking
        answered += rows * segment.length
    return torch.cat(outputs)


def _attend_segment(
    query: torch.Tensor,
    own: Sequence[torch.Tensor],
    before: Sequence[KeyValue],
    scale: float,
    window: int | None,
) -> torch.Tensor:
    """Attend from queries (heads, rows, asking, d) to earlier and own keys.

    The query heads that share a key head are stacked on the token axis, so each matrix product is as tall as it
    can be: on a CPU, at these sizes, no slower than the library's fused kernel with a mask.

    Returns:
        Shape (rows * asking, heads, d).
    """
    heads, rows, asking, size = query.shape
    shared = own[0].shape[0]
    key, value = (
        torch.cat([*(pair[i].unsqueeze(1).expand(-1, rows, -1, -1) for pair in before), own[i]], dim=2).flatten(
            0, 1
        )
        for i in (0, 1)
    )
    groups = heads // shared
    stacked = (
        query
        .view(shared, groups, rows, asking, size)
        .transpose(1, 2)
        .reshape(shared * rows, groups * asking, size)
    )
    mask = _mask(groups, asking, key.shape[1], window, query.dtype, query.device)
    scores = torch.baddbmm(mask.expand(shared * rows, -1, -1), stacked, key.transpose(1, 2), alpha=scale)
    weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype)
    mixed = torch.bmm(weights, value).view(shared, rows, groups, asking, size)
    return mixed.permute(1, 3, 0, 2, 4).reshape(rows * asking, heads, size)


@lru_cache(maxsize=256)
def _mask(
    groups: int, asking: int, total: int, window: int | None, dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """0 where one of the last ``asking`` of ``total`` positions may look, -inf elsewhere; once for each group."""
    back = torch.arange(total - asking, total).unsqueeze(1) - torch.arange(total).unsqueeze(0)
    seen = (back >= 0) & (back < (window or total))
    return torch.zeros(asking, total, dtype=dtype).masked_fill(~seen, float("-inf")).repeat(groups, 1).to(device)


def _split(tokens: torch.Tensor, rows: int, length: int) -> torch.Tensor:
    """Shape (heads, rows * length, d) seen as (heads, rows, length, d)."""
    return tokens.view(tokens.shape[0], rows, length, tokens.shape[-1])
