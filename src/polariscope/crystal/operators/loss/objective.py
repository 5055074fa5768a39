"""L(w) = sum_b c_b loss(outputs(w, b), b): a scalar over tensors w, known minibatch by minibatch; torch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from polariscope.crystal.operators.loss.attention import differentiable_attention, exact_arithmetic
from polariscope.crystal.operators.loss.batches import Batches, Minibatch
from polariscope.crystal.operators.loss.determinism import untouched_randomness
from polariscope.errors import PolariscopeError


@dataclass(frozen=True, eq=False)
class Watched:
    """A tensor of the caller's, and how often it had been written to, by torch's count.

    Args:
        name: Which.
        kind: Of what: "parameters", "buffers" or "data".
        tensor: The caller's own.
        version: The count when the objective was built.
    """

    name: str
    kind: str
    tensor: Tensor
    version: int


@dataclass(frozen=True, eq=False)
class Objective:
    """A loss that is differentiated: its parameters, how a minibatch is evaluated, and the minibatches.

    Args:
        names: One a parameter.
        leaves: The parameters, detached, all of one dtype on one device; where no cast was needed they share
            memory with the caller's.
        outputs: (parameters, minibatch) to what the loss is taken of.
        loss: (outputs, minibatch) to a scalar.
        parts: Gives (c_b, b) for every minibatch, each time the same.
        examples: How many there are in all.
        watched: What of the caller's it is computed from, frozen parameters, buffers and data included.
        recurrent: Whether a layer is recurrent.
    """

    names: tuple[str, ...]
    leaves: tuple[Tensor, ...]
    outputs: Callable[[Sequence[Tensor], Any], Any]
    loss: Callable[[Any, Any], Tensor]
    parts: Callable[[], Iterator[tuple[float, Any]]]
    examples: int
    watched: tuple[Watched, ...]
    recurrent: bool = False

    @property
    def sizes(self) -> list[int]:
        """Entries of each parameter."""
        return [leaf.numel() for leaf in self.leaves]

    @property
    def dtype(self) -> torch.dtype:
        """Of the computation."""
        return self.leaves[0].dtype

    @property
    def device(self) -> torch.device:
        """Where the parameters lie."""
        return self.leaves[0].device

    def on(self, leaves: Sequence[Tensor], part: Any) -> Tensor:
        """Evaluate one minibatch's loss, unweighted."""
        return self.loss(self.outputs(leaves, part), part)

    def fresh(self) -> list[Tensor]:
        """New leaves of a graph, sharing memory with the parameters."""
        return [leaf.detach().requires_grad_() for leaf in self.leaves]

    def arithmetic(self) -> AbstractContextManager[None]:
        """Hold while a graph is gone through."""
        return exact_arithmetic(self.device, recurrent=self.recurrent)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold while the caller's code runs: differentiable attention too, and generators that are put back.

        Yields:
            Once, while it holds.
        """
        with ExitStack() as stack:
            stack.enter_context(untouched_randomness(self.device))
            stack.enter_context(self.arithmetic())
            stack.enter_context(differentiable_attention())
            yield

    def check_unchanged(self) -> None:
        """Check that parameters, buffers and data were not written to since this was built.

        Raises:
            PolariscopeError: They were, as by a step of training.
        """
        for own in self.watched:
            if written(own.tensor) != own.version:
                cure = "build it anew after every step, or build it on copy.deepcopy(model)"
                if own.kind == "data":
                    cure = "build it anew after every change, or build it on clones"
                rule = f"{own.kind} stay as they were when this was built"
                raise PolariscopeError(own.name, rule, "others", cure)


@dataclass(frozen=True, eq=False)
class ModelOutputs:
    """A model's outputs as a function of chosen parameters; its own tensors are never written to.

    Args:
        model: Any module.
        names: The chosen parameters.
        frozen: The other parameters, cast.
        buffers: Cast; each call gets its own copies.
    """

    model: nn.Module
    names: tuple[str, ...]
    frozen: Mapping[str, Tensor]
    buffers: Mapping[str, Tensor]

    def __call__(self, leaves: Sequence[Tensor], part: Minibatch) -> Any:
        """Evaluate a minibatch."""
        buffers = {name: own.clone() for name, own in self.buffers.items()}
        tensors = {**self.frozen, **buffers, **dict(zip(self.names, leaves, strict=True))}
        inputs = part.inputs
        if isinstance(inputs, Mapping):
            return functional_call(self.model, tensors, (), dict(inputs))
        return functional_call(self.model, tensors, inputs if isinstance(inputs, tuple) else (inputs,))


def cast(tensor: Tensor, dtype: torch.dtype, device: torch.device | None = None) -> Tensor:
    """Move a tensor, and cast it if it is of floating point; itself, detached, where neither is needed."""
    own = tensor.clone() if tensor.is_inference() else tensor.detach()  # graphs hold no tensor of inference mode
    return own.to(device or own.device, dtype if own.is_floating_point() else own.dtype)


def written(tensor: Tensor) -> int:
    """How often a tensor was written to, by torch's count, which tensors of inference mode do not have."""
    return 0 if tensor.is_inference() else tensor._version


def _watch(named: Iterable[tuple[str, Tensor]], kind: str) -> tuple[Watched, ...]:
    return tuple(Watched(name, kind, own, written(own)) for name, own in named)


def model_objective(
    model: nn.Module,
    loss: Callable[[Any, Any], Tensor],
    batches: Batches,
    chosen: Mapping[str, Tensor],
    dtype: torch.dtype,
    *,
    reduction: str = "mean",
) -> Objective:
    """Build the objective of a model on data.

    Args:
        model: The model.
        loss: (outputs, targets) to a scalar.
        batches: The data.
        chosen: Name to parameter.
        dtype: Of the computation.
        reduction: "mean" weighs a minibatch by its share of the examples, "sum" by 1.

    Returns:
        The objective.
    """
    leaves = tuple(cast(own, dtype) for own in chosen.values())
    frozen = {name: cast(own, dtype) for name, own in model.named_parameters() if name not in chosen}
    buffers = {name: cast(own, dtype) for name, own in model.named_buffers()}
    watched = _watch(model.named_parameters(), "parameters") + _watch(model.named_buffers(), "buffers")

    def parts() -> Iterator[tuple[float, Minibatch]]:
        for part in batches:
            share = part.examples / batches.examples if reduction == "mean" else 1.0
            yield share, part.map(lambda tensor: cast(tensor, dtype, leaves[0].device))

    return Objective(
        names=tuple(chosen),
        leaves=leaves,
        outputs=ModelOutputs(model, tuple(chosen), frozen, buffers),
        loss=lambda outputs, part: loss(outputs, part.targets),
        parts=parts,
        examples=batches.examples,
        watched=watched + _watch((("data", own) for own in batches.held), "data"),
        recurrent=any(isinstance(layer, nn.RNNBase) for layer in model.modules()),
    )


def function_objective(
    outputs: Callable[[Sequence[Tensor], None], Tensor], chosen: Mapping[str, Tensor], dtype: torch.dtype
) -> Objective:
    """Build the objective of a plain function, which has one part and no data.

    Args:
        outputs: (tensors, None) to a scalar.
        chosen: Name to tensor.
        dtype: Of the computation.

    Returns:
        The objective.
    """
    return Objective(
        names=tuple(chosen),
        leaves=tuple(cast(own, dtype) for own in chosen.values()),
        outputs=outputs,
        loss=lambda outputs, _: outputs,
        parts=lambda: iter([(1.0, None)]),
        examples=1,
        watched=_watch(chosen.items(), "parameters"),
    )
