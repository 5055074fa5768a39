"""The plain path: the published protocol's own forward pass, one prompt at a time, with hooks on the blocks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from polariscope.intervene.decoder import as_ids, find_blocks, width_of
from polariscope.intervene.edits import Edit, Row, Tokens, check_rows


@dataclass(frozen=True, eq=False)
class PlainClean:
    """The clean reading of some prompts.

    Args:
        prompts: Their token ids.
        logits: Logits of each prompt's last position, shape (prompts, vocabulary), float32.
        residuals: For each kept block, each prompt's output of that block, (tokens, width).
    """

    prompts: tuple[tuple[int, ...], ...]
    logits: torch.Tensor
    residuals: dict[int, tuple[torch.Tensor, ...]]

    def residual(self, block: int, prompt: int, positions: Sequence[int]) -> torch.Tensor:
        """Return the clean residual stream after a block at some positions, shape (positions, width)."""
        return self.residuals[block][prompt][list(positions)]


class PlainPath:
    """Reads the last position's logits by whole forward passes of the library's own model, one row at a time.

    Args:
        model: A decoder of the transformers library, in eval mode.
    """

    name = "plain"

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._blocks = find_blocks(model)
        self._width = width_of(model)

    @torch.no_grad()
    def clean(self, prompts: Sequence[Tokens], keep: Sequence[int] = ()) -> PlainClean:
        """Read prompts without any edit.

        Args:
            prompts: Token ids of each prompt.
            keep: Blocks whose outputs are wanted, in any order.

        Returns:
            The last logits, and the residual stream after the blocks asked for.
        """
        kept: dict[int, list[torch.Tensor]] = {block: [] for block in keep}
        logits = []
        for prompt in prompts:
            with self._watching(kept):
                logits.append(self._forward(prompt))
        residuals = {block: tuple(each) for block, each in kept.items()}
        return PlainClean(tuple(map(tuple, prompts)), torch.stack(logits), residuals)

    @torch.no_grad()
    def edited(self, clean: PlainClean, rows: Sequence[Row]) -> torch.Tensor:
        """Read prompts under edits.

        Args:
            clean: The clean reading of the prompts that the rows name.
            rows: What to read.

        Returns:
            Logits of the last position, shape (rows, vocabulary), float32. An edit of zero goes through the
            hook like any other.
        """
        check_rows(rows, clean.prompts, len(self._blocks), self._width)
        return torch.stack([self._read(clean.prompts[row.prompt], row.edits) for row in rows])

    def residuals(self, prompts: Sequence[Tokens], blocks: Sequence[int]) -> dict[int, torch.Tensor]:
        """Return the residual stream of each prompt's last token after each block asked for.

        Args:
            prompts: Token ids of each prompt.
            blocks: The blocks.

        Returns:
            For each block a tensor of shape (prompts, width).
        """
        clean = self.clean(prompts, keep=blocks)
        return {block: torch.stack([h[-1] for h in clean.residuals[block]]) for block in blocks}

    def _read(self, prompt: Tokens, edits: Sequence[Edit]) -> torch.Tensor:
        handles = [self._blocks[edit.block].register_forward_hook(_adding(edit)) for edit in edits]
        try:
            return self._forward(prompt)
        finally:
            for handle in handles:
                handle.remove()

    def _forward(self, prompt: Tokens) -> torch.Tensor:
        logits: torch.Tensor = self._model(input_ids=as_ids(self._model, prompt), use_cache=False).logits
        return logits[0, -1].float()

    @contextmanager
    def _watching(self, kept: dict[int, list[torch.Tensor]]) -> Iterator[None]:
        def watch(block: int) -> Any:
            return lambda _module, _inputs, output: kept[block].append(_hidden(output)[0].clone())

        handles = [self._blocks[block].register_forward_hook(watch(block)) for block in kept]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _hidden(output: Any) -> torch.Tensor:
    """Some decoders return the residual stream alone, others first in a tuple."""
    hidden: torch.Tensor = output[0] if isinstance(output, tuple) else output
    return hidden


def _adding(edit: Edit) -> Any:
    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        changed = edit.apply(_hidden(output)[0]).unsqueeze(0)
        return (changed, *output[1:]) if isinstance(output, tuple) else changed

    return hook
