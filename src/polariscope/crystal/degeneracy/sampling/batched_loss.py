"""L and its gradient at many points at once: the loss mapped over parameters, traced once; torch.

The loss of all chains is one call of `torch.func.vmap`, and its gradient one backward pass through that. Calls
cost more than the arithmetic where networks are small, so the batched computation is recorded once, as a graph
of plain tensor operations, and the graph is run. What cannot be mapped (a branch on values, a layer without a
rule) is evaluated chain by chain, which gives the same numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, final

import torch
from torch import Tensor
from torch.func import vmap
from torch.fx.experimental.proxy_tensor import make_fx

from polariscope.crystal.operators.loss.batches import Minibatch
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.crystal.operators.loss.saved_bytes import SavedBytes
from polariscope.errors import PolariscopeError

MEMORY = 1 << 28
"""Default bound on what the chains of one chunk save for their backward pass (256 MiB)."""
_SAME = 1e-3
"""Largest relative difference of the recorded computation from the plain one; beyond, it is another function."""
_Evaluate: TypeAlias = Callable[..., tuple[Tensor, Tensor]]


@final
class BatchedLoss:
    """(C, n) points to C losses, in doubles, and (C, n) gradients.

    Args:
        objective: The loss; points are vectors in the order of its parameters.
        memory: Most bytes that the chains of one chunk save for the backward pass.
        examples: Most examples in one evaluation. Default: those of the objective's minibatches.

    Attributes:
        bytes_a_chain: What one chain saves for one evaluation.
        mapped: Whether chains are one call, or one call each.
        chunk: How many chains of one evaluation keep within the memory.
        most: How many examples of one chain do.

    Raises:
        PolariscopeError: One chain alone saves more.
    """

    def __init__(self, objective: Objective, memory: int = MEMORY, examples: int | None = None) -> None:
        self._objective = objective
        self._recorded: dict[Any, _Evaluate] = {}
        with objective.reading():
            _, part = next(iter(objective.parts()))
            if examples is not None and examples < part.examples:
                part = part.cut(0, examples)
            self.bytes_a_chain, self.mapped = self._try(part)
        held = getattr(part, "examples", 1)
        self.chunk = self._fitting(memory, held)
        self.most = memory * held // max(self.bytes_a_chain, 1)

    @property
    def centre(self) -> Tensor:
        """The parameters as they are, (n,)."""
        return torch.cat([leaf.reshape(-1) for leaf in self._objective.leaves])

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Evaluate the whole loss, minibatch by minibatch, chunk by chunk.

        Args:
            points: (C, n).

        Returns:
            Losses (C,) in doubles and gradients (C, n).
        """
        losses = torch.zeros(len(points), dtype=torch.float64, device=points.device)
        gradients = torch.zeros_like(points)
        for share, part in self._objective.parts():
            tensors = part.tensors() if isinstance(part, Minibatch) else []
            chunk = max(1, min(self.chunk, self.most // getattr(part, "examples", 1)))
            self._add(points, part, tensors, None, chunk, (share, losses, gradients))
        return losses, gradients

    def on_own(self, points: Tensor, part: Minibatch) -> tuple[Tensor, Tensor]:
        """Evaluate each point on a minibatch of its own.

        Args:
            points: (C, n).
            part: Tensors of shape (C, b, ...).

        Returns:
            As for a call, of the minibatches' losses.
        """
        losses = torch.zeros(len(points), dtype=torch.float64, device=points.device)
        gradients = torch.zeros_like(points)
        self._add(points, part, part.tensors(), 0, self.chunk, (1.0, losses, gradients))
        return losses, gradients

    def _add(
        self,
        points: Tensor,
        part: Any,
        tensors: Sequence[Tensor],
        along: int | None,
        chunk: int,
        into: tuple[float, Tensor, Tensor],
    ) -> None:
        share, to_losses, to_gradients = into
        for start in range(0, len(points), chunk):
            own = slice(start, start + chunk)
            given = tensors if along is None else [tensor[own] for tensor in tensors]
            losses, gradients = self._evaluate(points[own], part, given, along)
            to_losses[own] += share * losses.double()
            to_gradients[own].add_(gradients, alpha=share)

    def _evaluate(
        self, points: Tensor, part: Any, tensors: Sequence[Tensor], along: int | None
    ) -> tuple[Tensor, Tensor]:
        if not self.mapped:
            return self._one_by_one(points, part, tensors, along)
        try:
            return self._recording(points, part, tensors, along)(points, *tensors)
        except Exception:  # a shape that depends on values, as of rows under a mask, is not that of the record
            self.mapped = False
        return self._one_by_one(points, part, tensors, along)

    def _recording(self, points: Tensor, part: Any, tensors: Sequence[Tensor], along: int | None) -> _Evaluate:
        # The form holds what is no tensor, such as a flag among the inputs: it is part of the recorded function.
        form = repr(part.form()) if isinstance(part, Minibatch) else ""
        key = (len(points), along, form, tuple(tuple(tensor.shape) for tensor in tensors))
        if key not in self._recorded:
            self._recorded[key] = make_fx(self._mapping(part, along))(points, *tensors)
        return self._recorded[key]

    def _mapping(self, part: Any, along: int | None) -> _Evaluate:
        objective = self._objective

        def mapped(points: Tensor, *tensors: Tensor) -> tuple[Tensor, Tensor]:
            def one(leaves: Sequence[Tensor], *own: Tensor) -> Tensor:
                return objective.on(leaves, _filled(part, own))

            leaves = list(self._leaves(points))
            losses = vmap(one, in_dims=(0, *(along for _ in tensors)))(leaves, *tensors)
            return losses.detach(), _gradients(losses.sum(), leaves, len(points))

        return mapped

    def _one_by_one(
        self, points: Tensor, part: Any, tensors: Sequence[Tensor], along: int | None
    ) -> tuple[Tensor, Tensor]:
        losses, gradients = [], []
        for index in range(len(points)):
            leaves = [leaf[0].detach().requires_grad_() for leaf in self._leaves(points[index : index + 1])]
            own = tensors if along is None else [tensor[index] for tensor in tensors]
            loss = self._objective.on(leaves, _filled(part, own))
            losses.append(loss.detach())
            gradients.append(_gradients(loss, leaves, 1)[0])
        return torch.stack(losses), torch.stack(gradients)

    def _leaves(self, points: Tensor) -> Iterator[Tensor]:
        pieces = points.detach().split_with_sizes(self._objective.sizes, 1)
        for piece, leaf in zip(pieces, self._objective.leaves, strict=True):
            yield piece.reshape(len(points), *leaf.shape).requires_grad_()

    def _try(self, part: Any) -> tuple[int, bool]:
        """Evaluate two points by all means; give what one saves, and whether the mapped way can be had."""
        tensors = part.tensors() if isinstance(part, Minibatch) else []
        centre = self.centre
        points = torch.stack([centre, centre + 1e-2 * torch.linspace(-1, 1, len(centre)).to(centre)])
        with SavedBytes([*self._objective.leaves, *tensors]) as saved:
            plain = self._one_by_one(points[:1], part, tensors, None)
        plain = self._one_by_one(points, part, tensors, None)
        try:
            made = self._recording(points, part, tensors, None)(points, *tensors)
        except Exception:  # whatever a foreign model raises under vmap, the plain way stays
            return saved.bytes, False
        return saved.bytes, all(_close(*pair) for pair in zip(made, plain, strict=True))

    def _fitting(self, memory: int, examples: int) -> int:
        if memory >= self.bytes_a_chain:
            return max(1, memory // max(self.bytes_a_chain, 1))
        rule = f"at least what one chain saves for {examples:,} examples, {_mib(self.bytes_a_chain)}"
        cure = "give that much, or fewer examples at a time by batch="
        raise PolariscopeError("memory", rule, _mib(memory), cure)


def _filled(part: Any, tensors: Sequence[Tensor]) -> Any:
    if not isinstance(part, Minibatch):
        return part
    own = iter(tensors)
    return part.map(lambda _: next(own))


def _gradients(loss: Tensor, leaves: Sequence[Tensor], count: int) -> Tensor:
    made = torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)
    return torch.cat([each.reshape(count, -1) for each in made], 1)


def _close(one: Tensor, other: Tensor) -> bool:
    return bool((one - other).abs().max() <= _SAME * other.abs().max())


def _mib(count: int) -> str:
    return f"{count / 2**20:.3g} MiB"
