"""L and its gradient at many points at once: the loss mapped over parameters, traced once; torch.

The loss of all chains is one call of `torch.func.vmap`, and its gradient one backward pass through that. Calls
cost more than the arithmetic where networks are small, so the batched computation is recorded once, as a graph
of plain tensor operations, and the graph is run. What cannot be mapped (a branch on values, a layer without a
rule) is evaluated chain by chain, which gives the same numbers.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
        examples: Most examples in one evaluation, of a minibatch of each chain's own. Default: the objective's
            minibatches, the same for all.
        chains: How many there will be: the computation is recorded for them, and compared with the plain one. 0:
            it is not, where only the memory is asked for.

    Attributes:
        bytes_a_chain: What one chain saves for one evaluation.
        mapped: Whether chains are one call, or one call each.
        chunk: How many chains of one evaluation keep within the memory.
        most: How many examples of one chain do.

    Raises:
        PolariscopeError: One chain alone saves more.
    """

    def __init__(
        self, objective: Objective, memory: int = MEMORY, examples: int | None = None, chains: int = 2
    ) -> None:
        self._objective = objective
        self._recorded: dict[Any, _Evaluate] = {}
        with objective.reading():
            _, part = next(iter(objective.parts()))
            if examples is not None and examples < part.examples:
                part = part.cut(0, examples)
            self.bytes_a_chain = self._saved(part)
            held = getattr(part, "examples", 1)
            self.chunk = self._fitting(memory, held)
            self.most = memory * held // max(self.bytes_a_chain, 1)
            along = None if examples is None else 0
            self.mapped = chains > 0 and self._agrees(part, min(chains, self.chunk), along)

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
            with _uncollected():
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

    def _saved(self, part: Any) -> int:
        """What one chain saves for its backward pass."""
        tensors = part.tensors() if isinstance(part, Minibatch) else []
        with SavedBytes([*self._objective.leaves, *tensors]) as saved:
            self._one_by_one(self.centre[None], part, tensors, None)
        return saved.bytes

    def _agrees(self, part: Any, count: int, along: int | None) -> bool:
        """Evaluate points by both means; False where the mapped one cannot be had, or is another function."""
        if along is not None:
            part = part.map(lambda tensor: tensor.expand(count, *tensor.shape).contiguous())
        tensors = part.tensors() if isinstance(part, Minibatch) else []
        centre = self.centre
        moves = 1e-2 * torch.linspace(-1, 1, len(centre)).to(centre)
        points = centre + moves * (torch.arange(count).to(centre) % 2)[:, None]
        few = slice(0, 2)
        try:
            made = self._recording(points, part, tensors, along)(points, *tensors)
        except Exception:  # whatever a foreign model raises under vmap, the plain way stays
            return False
        own = tensors if along is None else [tensor[few] for tensor in tensors]
        plain = self._one_by_one(points[few], part, own, along)
        return all(_close(mapped[few], alone) for mapped, alone in zip(made, plain, strict=True))

    def _fitting(self, memory: int, examples: int) -> int:
        if memory >= self.bytes_a_chain:
            return max(1, memory // max(self.bytes_a_chain, 1))
        rule = f"at least what one chain saves for {examples:,} examples, {_mib(self.bytes_a_chain)}"
        cure = "give that much, or fewer examples at a time by batch="
        raise PolariscopeError("memory", rule, _mib(memory), cure)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold off the garbage collector: recording makes many objects that live on, and it would look at them all."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


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
