"""A minibatch for each chain, and the loss at the centre on each: torch."""

from typing import final

import torch
from torch import Tensor
from torch.func import vmap

from polariscope.crystal.degeneracy.averaging import mean_wanted
from polariscope.crystal.operators.loss.batches import HELD_BYTES, Minibatch, join
from polariscope.crystal.operators.loss.determinism import check_reduction
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.errors import PolariscopeError

_MOST = 4096
"""Examples at once by then cost no more calls than arithmetic."""


@final
class OwnMinibatches:
    """Examples drawn at random, with replacement, for each chain by itself.

    Args:
        objective: The loss; its data is held as a whole.
        base: Its value on all data, at the centre.
        most: Most examples at once, `BatchedLoss.most`. Default: 4,096, and never more.

    Raises:
        PolariscopeError: The data is too long to be held or of several forms, or the loss is not a mean over
            examples.
    """

    def __init__(self, objective: Objective, base: float, most: int = _MOST) -> None:
        parts, held = [], 0
        for _, part in objective.parts():
            parts.append(part)
            held += sum(tensor.nbytes for tensor in part.tensors())
            if held > HELD_BYTES:
                cure = "give a part of it, or another sampler"
                rule = f"data of at most {HELD_BYTES >> 20} MiB, as minibatches are drawn from all of it"
                raise PolariscopeError("data", rule, "more", cure)
        if any(part.form() != parts[0].form() for part in parts):
            cure = "pad all batches to one length, or take another sampler"
            raise PolariscopeError("data", "batches of one form, as minibatches mix them", "several forms", cure)
        self._whole = parts[0] if len(parts) == 1 else join(parts)
        self._losses = self._each(objective, max(1, min(most, _MOST)))
        with mean_wanted():
            check_reduction(base, self._losses.tolist(), [1] * len(self._losses), "mean")

    @property
    def examples(self) -> int:
        """How many there are, n."""
        return self._whole.examples

    def rows(self, chains: int, batch: int, generator: torch.Generator) -> Tensor:
        """Draw examples.

        Args:
            chains: C.
            batch: b; all examples, in order, where it is not less than their number.
            generator: Of the draws.

        Returns:
            (C, b) numbers of examples.
        """
        device = self._losses.device
        if batch >= self._whole.examples:
            return torch.arange(self._whole.examples, device=device).expand(chains, -1)
        return torch.randint(self._whole.examples, (chains, batch), generator=generator, device=device)

    def take(self, rows: Tensor) -> tuple[Minibatch, Tensor]:
        """Look examples up.

        Args:
            rows: (C, b).

        Returns:
            A minibatch with tensors (C, b, ...), and the loss at the centre on each, (C,).
        """
        part = self._whole.map(lambda tensor: tensor[rows])
        return part, self._losses[rows].mean(1)

    def _each(self, objective: Objective, most: int) -> Tensor:
        """The loss of every example alone, at the centre, in doubles."""
        tensors, leaves = self._whole.tensors(), objective.leaves

        def one(*own: Tensor) -> Tensor:
            single = iter(each[None] for each in own)
            return objective.on(leaves, self._whole.map(lambda _: next(single)))

        with objective.reading(), torch.no_grad():
            try:
                return vmap(one, chunk_size=most)(*tensors).double()
            except Exception:  # whatever a foreign model raises under vmap
                return torch.stack([one(*(each[k] for each in tensors)) for k in range(len(tensors[0]))]).double()
