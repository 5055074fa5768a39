"""What is asked of the engine: edits of the residual stream, and rows that carry them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from polariscope.errors import PolariscopeError

Tokens = Sequence[int]


@dataclass(frozen=True, eq=False)
class Edit:
    """h[block][positions] += delta, at the output of a block, before the next one reads it.

    Args:
        block: Index of the transformer block, from 0.
        positions: Token positions in the prompt, from 0, rising.
        delta: What is added, shape (width,) for all positions or (positions, width) for each its own.
    """

    block: int
    positions: tuple[int, ...]
    delta: torch.Tensor

    @property
    def is_nothing(self) -> bool:
        """Whether the edit adds exactly zero everywhere (NaN is not zero)."""
        return not bool(self.delta.any())

    def apply(self, hidden: torch.Tensor, first: int = 0) -> torch.Tensor:
        """Return a copy of hidden with the edit added.

        Args:
            hidden: Shape (tokens, width), the tokens from position ``first`` on.
            first: The position of hidden's first row in the prompt.

        Returns:
            A new tensor of the same shape and dtype; the caller's is left as it was.
        """
        where = torch.tensor(self.positions, device=hidden.device) - first
        changed = hidden.clone()
        changed[where] += self.delta.to(hidden)
        return changed


@dataclass(frozen=True, eq=False)
class Row:
    """One question to the model: a prompt, by its index, and the edits made while it is read.

    Args:
        prompt: Index into the list of prompts.
        edits: The edits, in any order; none means the clean prompt.
    """

    prompt: int
    edits: tuple[Edit, ...] = ()

    @property
    def first_block(self) -> int:
        """The lowest edited block."""
        return min(edit.block for edit in self.edits)

    @property
    def first_position(self) -> int:
        """The first edited token; every token before it is as in the clean prompt."""
        return min(edit.positions[0] for edit in self.edits)


def check_rows(rows: Sequence[Row], prompts: Sequence[Tokens], blocks: int, width: int) -> None:
    """Refuse rows that do not fit the prompts or the model.

    Args:
        rows: What is asked.
        prompts: Token ids of each prompt.
        blocks: Number of blocks of the model.
        width: Width of its residual stream.

    Raises:
        PolariscopeError: A prompt, block, position or delta that does not exist or does not fit.
    """
    for row in rows:
        if not 0 <= row.prompt < len(prompts):
            raise PolariscopeError("row.prompt", f"an index below {len(prompts)}", row.prompt, "name a prompt")
        for edit in row.edits:
            _check_edit(edit, len(prompts[row.prompt]), blocks, width)


def _check_edit(edit: Edit, length: int, blocks: int, width: int) -> None:
    if not 0 <= edit.block < blocks:
        raise PolariscopeError(
            "edit.block", f"the model has blocks 0 to {blocks - 1}", edit.block, "name one of them"
        )
    rising = all(a < b for a, b in zip(edit.positions, edit.positions[1:], strict=False))
    if not edit.positions or not rising or edit.positions[0] < 0 or edit.positions[-1] >= length:
        raise PolariscopeError(
            "edit.positions",
            f"rising positions in 0 to {length - 1}",
            edit.positions,
            "name tokens of the prompt",
        )
    shape = tuple(edit.delta.shape)
    if shape not in {(width,), (len(edit.positions), width)}:
        rule = f"a vector of {width}, or one for each of the {len(edit.positions)} positions"
        raise PolariscopeError("edit.delta", rule, shape, "give a delta of the model's width")
