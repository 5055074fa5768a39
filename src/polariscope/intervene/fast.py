"""The fast path: the library's own modules over only those tokens and blocks that an edit can reach.

An edit at block b and token t leaves everything before t, and everything up to b, as it was. So each row starts
after block b from the clean residual stream, at token t, and sees the earlier tokens through their clean keys
and values; what all prompts share at their beginning is read once; of the last block only the last token is
asked for. Many rows lie in one packed sequence (`segments`). Embeddings, position encodings, norms, head: all
come from the model's own forward, in which other functions stand in for the blocks' for the length of the call.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface

from polariscope.errors import PolariscopeError
from polariscope.intervene.decoder import as_ids, attending_with, find_blocks, standing_in, width_of
from polariscope.intervene.edits import Edit, Row, Tokens, check_rows
from polariscope.intervene.segments import (
    CURRENT,
    IMPLEMENTATION,
    KeyValue,
    PackedPass,
    Segment,
    Stop,
    UnsupportedModelError,
    attend,
)

AttentionInterface.register(IMPLEMENTATION, attend)

_MOST_TOKENS = 8192
"""Tokens in one packed pass. A pass never depends on what was read before it, only on the rows asked for."""


@dataclass(frozen=True, eq=False)
class FastClean:
    """The clean reading of some prompts, with all that edited rows will need of it.

    Args:
        prompts: Their token ids.
        logits: Logits of each prompt's last position, shape (prompts, vocabulary), float32.
        first: How many tokens of each prompt are the shared prefix.
        residuals: For each kept block, each prompt's residual stream after it, from token ``first`` on.
        stores: For each prompt, keys and values by block, from token ``first`` on.
    """

    prompts: tuple[tuple[int, ...], ...]
    logits: torch.Tensor
    first: int
    residuals: dict[int, tuple[torch.Tensor, ...]]
    stores: tuple[dict[int, KeyValue], ...]

    def residual(self, block: int, prompt: int, positions: Sequence[int]) -> torch.Tensor:
        """Return the clean residual stream after a block at some positions, shape (positions, width)."""
        return self.residuals[block][prompt][[position - self.first for position in positions]]


@dataclass(eq=False)
class _Job:
    """One packed forward pass: where its rows enter, what changes on the way, what it keeps.

    Args:
        tokens: Token ids, all rows side by side.
        positions: The position of each in its prompt.
        attention: Who sees whom.
        enter: Block after which the rows begin (-1: from the embeddings), with the hidden states there.
        edits: For each edit, the token offset of its row's first token, that token's position, its length.
        keep: Blocks whose outputs are kept.
        only: Offsets of the tokens that are kept of them; None for all.
    """

    tokens: list[int]
    positions: list[int]
    attention: PackedPass
    enter: int = -1
    hidden: torch.Tensor | None = None
    edits: list[tuple[int, int, int, Edit]] = field(default_factory=list)
    keep: frozenset[int] = frozenset()
    only: list[int] | None = None
    kept: dict[int, torch.Tensor] = field(default_factory=dict)

    def last_tokens(self) -> list[int]:
        """Offsets of each row's last token."""
        ends, offset = [], 0
        for segment in self.attention.segments:
            for _ in range(segment.rows):
                offset += segment.length
                ends.append(offset - 1)
        return ends


class FastPath:
    """Reads the last position's logits, computing only what the edits can reach.

    Args:
        model: A decoder of the transformers library, in eval mode.
        prefix: Token ids with which every prompt begins; read once and reused for good.
    """

    name = "fast"

    def __init__(self, model: nn.Module, prefix: Tokens = ()) -> None:
        self._model = model
        self._blocks = find_blocks(model)
        self._last = len(self._blocks) - 1
        self._width = width_of(model)
        self._prefix = tuple(prefix)
        self._prefix_store: dict[int, KeyValue] | None = None

    @torch.no_grad()
    def clean(self, prompts: Sequence[Tokens], keep: Sequence[int] = ()) -> FastClean:
        """Read prompts without any edit, all in one packed pass.

        Args:
            prompts: Token ids of each prompt, longer than the prefix and beginning with it.
            keep: Blocks after which edits will be made or residuals read.

        Returns:
            The last logits, and what edited rows reuse.

        Raises:
            PolariscopeError: A prompt does not begin with the prefix.
        """
        first = len(self._prefix)
        if any(tuple(p[:first]) != self._prefix or len(p) <= first for p in prompts):
            raise PolariscopeError("prompts", "each begins with the shared prefix", "another", "share less")
        needed = frozenset(range(min(keep, default=self._last) + 1, self._last + 1))
        job = self._packed(prompts, first, keep=frozenset(keep), keys=needed)
        logits = self._answer(job)
        cuts = _cuts([len(p) - first for p in prompts])
        residuals = {b: tuple(job.kept[b][s] for s in cuts) for b in keep}
        stores = tuple({b: (k[:, s], v[:, s]) for b, (k, v) in job.attention.kept.items()} for s in cuts)
        return FastClean(tuple(map(tuple, prompts)), logits, first, residuals, stores)

    @torch.no_grad()
    def edited(self, clean: FastClean, rows: Sequence[Row]) -> torch.Tensor:
        """Read prompts under edits.

        Args:
            clean: The clean reading of the prompts, with every edited row's first block kept.
            rows: What to read. An edit of exactly zero is no edit.

        Returns:
            Logits of the last position, shape (rows, vocabulary), float32.
        """
        check_rows(rows, clean.prompts, len(self._blocks), self._width)
        real = [Row(row.prompt, tuple(e for e in row.edits if not e.is_nothing)) for row in rows]
        logits = clean.logits[[row.prompt for row in rows]].clone()
        for chosen in _passes(real, clean.prompts):
            logits[chosen] = self._answer(self._reaching(clean, [real[i] for i in chosen]))
        return logits

    @torch.no_grad()
    def residuals(self, prompts: Sequence[Tokens], blocks: Sequence[int]) -> dict[int, torch.Tensor]:
        """Return the residual stream of each prompt's last token after each block asked for.

        Args:
            prompts: Token ids of each prompt (they need not begin with the prefix).
            blocks: The blocks.

        Returns:
            For each block a tensor of shape (prompts, width).
        """
        parts: list[dict[int, torch.Tensor]] = []
        for batch in _batches(range(len(prompts)), lambda i: len(prompts[i])):
            job = self._packed([prompts[i] for i in batch], 0, keep=frozenset(blocks), keys=frozenset())
            job.only = job.last_tokens()
            self._run(job, until=max(blocks))
            parts.append(job.kept)
        return {block: torch.cat([part[block] for part in parts]) for block in blocks}

    def _packed(self, prompts: Sequence[Tokens], first: int, keep: frozenset[int], keys: frozenset[int]) -> _Job:
        earlier = (self._read_prefix(),) if first else ()
        segments = [Segment(1, len(p) - first, first, earlier, ((0, first),) * len(earlier)) for p in prompts]
        tokens = [token for p in prompts for token in p[first:]]
        positions = [position for p in prompts for position in range(first, len(p))]
        return _Job(tokens, positions, PackedPass(segments, keys), keep=keep)

    def _read_prefix(self) -> dict[int, KeyValue]:
        if self._prefix_store is None:
            everything = frozenset(range(self._last + 1))
            job = self._packed([self._prefix], 0, keep=frozenset(), keys=everything)
            self._run(job, until=self._last, trim=True)
            self._prefix_store = job.attention.kept
        return self._prefix_store

    def _reaching(self, clean: FastClean, rows: Sequence[Row]) -> _Job:
        """Lay out the tokens that the rows' edits can reach, entering after the rows' common first block."""
        block, pieces, job = rows[0].first_block, [], _Job([], [], PackedPass([]))
        segments = []
        for (prompt, start), same in groupby(rows, key=lambda row: (row.prompt, row.first_position)):
            group, tokens = list(same), clean.prompts[prompt]
            _refuse_before(clean.first, start)
            length = len(tokens) - start
            segments.append(self._continuing(clean, prompt, start, len(group), length))
            for row in group:
                job.edits += [(len(job.tokens), start, length, edit) for edit in row.edits]
                job.tokens += tokens[start:]
                job.positions += range(start, len(tokens))
                pieces.append(clean.residuals[block][prompt][start - clean.first :])
        job.attention.segments, job.enter, job.hidden = segments, block, torch.cat(pieces).unsqueeze(0)
        return job

    def _continuing(self, clean: FastClean, prompt: int, start: int, rows: int, length: int) -> Segment:
        shared = (self._read_prefix(),) if clean.first else ()
        cut = ((0, clean.first),) * len(shared)
        return Segment(rows, length, start, (*shared, clean.stores[prompt]), (*cut, (0, start - clean.first)))

    def _answer(self, job: _Job) -> torch.Tensor:
        """Run a job and return each row's last logits, the last block trimmed to the tokens that answer."""
        touched = {edit.block for *_, edit in job.edits} | job.keep
        trim = self._last not in touched and job.enter < self._last
        job.attention.keep |= {self._last} if trim else set()
        hidden = self._run(job, until=self._last, trim=trim)
        ends = job.last_tokens()
        final = _Job([job.tokens[e] for e in ends], [job.positions[e] for e in ends], job.attention)
        final.enter, final.hidden = (self._last - 1 if trim else self._last), hidden[:, ends]
        job.attention.last_only, job.attention.stop = True, False
        with self._standing_in(partial(_step, final)):
            return self._forward(final)[0].float()

    def _run(self, job: _Job, until: int, trim: bool = False) -> torch.Tensor:
        """Run a job to the end of a block (trim: to that block's keys); return the hidden states there."""
        reached: list[torch.Tensor] = []

        def step(index: int, own: Callable[..., Any], hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
            if index == until and trim:
                reached.append(hidden)
                job.attention.stop = True
            hidden = _step(job, index, own, hidden, *args, **kwargs)
            if index == until:
                reached.append(hidden)
                raise Stop
            return hidden

        with self._standing_in(step):
            try:
                self._forward(job)
            except Stop:
                return reached[-1]
        raise UnsupportedModelError("its forward does not pass through its blocks in order")

    def _forward(self, job: _Job) -> torch.Tensor:
        token = CURRENT.set(job.attention)
        try:
            ids, positions = as_ids(self._model, job.tokens), as_ids(self._model, job.positions)
            logits: torch.Tensor = self._model(input_ids=ids, position_ids=positions, use_cache=False).logits
            return logits
        finally:
            CURRENT.reset(token)

    @contextmanager
    def _standing_in(self, step: Callable[..., Any]) -> Iterator[None]:
        forwards = [partial(step, index, block.forward) for index, block in enumerate(self._blocks)]
        with attending_with(self._model, IMPLEMENTATION), standing_in(self._blocks, forwards):
            yield


def _step(job: _Job, index: int, own: Callable[..., Any], hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
    """What stands in for one block: nothing below the entry, the block itself above it, then its edits."""
    if index < job.enter:
        return hidden
    if index == job.enter and job.hidden is not None:
        hidden = job.hidden
    else:
        job.attention.block = index
        hidden = own(hidden, *args, **kwargs)
        if not isinstance(hidden, torch.Tensor):
            raise UnsupportedModelError("its blocks return more than the residual stream")
    for offset, first, length, edit in job.edits:
        if edit.block == index:
            hidden = hidden.clone()
            hidden[0, offset : offset + length] = edit.apply(hidden[0, offset : offset + length], first)
    if index in job.keep:
        job.kept[index] = hidden[0] if job.only is None else hidden[0, job.only]
    return hidden


def _passes(rows: Sequence[Row], prompts: Sequence[Tokens]) -> Iterator[list[int]]:
    """Yield indices of edited rows that go into one pass: one first block, and no more than so many tokens."""
    edited = [i for i, row in enumerate(rows) if row.edits]
    edited.sort(key=lambda i: (rows[i].first_block, rows[i].prompt, rows[i].first_position))
    for _, same in groupby(edited, key=lambda i: rows[i].first_block):
        yield from _batches(same, lambda i: len(prompts[rows[i].prompt]) - rows[i].first_position)


def _batches(items: Iterable[int], length: Callable[[int], int]) -> Iterator[list[int]]:
    """Yield the items in order, as many at a time as have no more tokens than one pass may have."""
    batch: list[int] = []
    tokens = 0
    for item in items:
        if batch and tokens + length(item) > _MOST_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(item)
        tokens += length(item)
    if batch:
        yield batch


def _refuse_before(first: int, start: int) -> None:
    if start < first:
        rule = f"edits begin after the {first} tokens that all prompts share"
        raise PolariscopeError("edit.positions", rule, start, "share a shorter prefix")


def _cuts(lengths: Sequence[int]) -> list[slice]:
    cuts, offset = [], 0
    for length in lengths:
        cuts.append(slice(offset, offset + length))
        offset += length
    return cuts
