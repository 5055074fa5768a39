"""The first evaluations: what is no finite scalar function of the parameters is refused; torch.

The first minibatch is evaluated on copies. Then every minibatch is read once for its value, and once more, joined
or cut, to see that values add up; no gradients are taken for that.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias, TypeVar

import torch
from torch import Tensor

from polariscope.crystal.operators.loss.batches import Minibatch, join, tensors_in
from polariscope.crystal.operators.loss.determinism import check_deterministic, check_finite, check_reduction
from polariscope.crystal.operators.loss.objective import ModelOutputs, Objective, written
from polariscope.errors import PolariscopeError

JOINED_BYTES = 1 << 26
"""Most bytes of inputs, targets and outputs of the minibatches that are joined to be compared (64 MiB)."""
_BY_HAND = "call it once by hand; what raised is shown as this error's cause"
_T = TypeVar("_T")
_TELLING = 1e-3
"""Least relative spread of the losses of minibatches that tells of their weights: a mean of equals is any mean."""


@dataclass(frozen=True)
class Reading:
    """A minibatch's loss.

    Args:
        value: The loss, unweighted.
        share: Its weight.
        examples: How many.
        bytes: Of inputs, targets and outputs.
    """

    value: float
    share: float
    examples: int
    bytes: int


_Group: TypeAlias = list[tuple[Minibatch, Reading]]


def probe(objective: Objective, own: Sequence[Tensor], argument: str) -> None:
    """Evaluate the first minibatch a few times on copies, so that what writes to its arguments does no harm.

    Args:
        objective: What will be differentiated.
        own: The caller's parameters, all of them, which the loss must not reach but by its arguments.
        argument: What is at fault if something is.

    Raises:
        PolariscopeError: The loss fails, is no finite scalar, differs between two calls, does not depend on the
            parameters or reaches them past the model, or writes to its arguments.
    """
    with objective.reading():
        _, part = next(objective.parts())
        trial, part, copies = _copied(objective, part)
        versions = [written(copy) for copy in copies]
        loss = check_deterministic(lambda: _scalar(trial, part, argument), objective.device, argument)
        _check_graph(loss, own, argument)
        if [written(copy) for copy in copies] != versions:
            cure = "write to a clone instead: x = x.clone()"
            rule = "inputs, targets and parameters are read, not written to"
            raise PolariscopeError(argument, rule, "an operation in place", cure)


def _copied(objective: Objective, part: Any) -> tuple[Objective, Any, list[Tensor]]:
    leaves = tuple(leaf.clone().requires_grad_() for leaf in objective.leaves)
    copies, outputs = list(leaves), objective.outputs
    if isinstance(outputs, ModelOutputs):
        outputs = replace(outputs, frozen={name: own.clone() for name, own in outputs.frozen.items()})
        copies += outputs.frozen.values()
    if isinstance(part, Minibatch):
        part = part.map(torch.clone)
        copies += part.tensors()
    return replace(objective, leaves=leaves, outputs=outputs), part, copies


def _scalar(objective: Objective, part: Any, argument: str) -> Tensor:
    rule = "it can be evaluated on the first batch"
    loss: Any = _attempt(lambda: objective.on(objective.leaves, part), argument, rule, _BY_HAND)
    if not isinstance(loss, Tensor) or loss.ndim or not loss.is_floating_point():
        got = f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else type(loss).__name__
        raise PolariscopeError(argument, "the loss is a real scalar tensor", got, "take its .mean()")
    check_finite(float(loss.detach()), argument)
    return loss


def _attempt(evaluate: Callable[[], _T], argument: str, rule: str, cure: str) -> _T:
    try:
        return evaluate()
    except PolariscopeError:
        raise
    except Exception as error:
        got = f"{type(error).__name__}: {error}"
        raise PolariscopeError(argument, rule, got, cure) from error


def _check_graph(loss: Tensor, own: Sequence[Tensor], argument: str) -> None:
    if not loss.requires_grad:
        cure = "leave out torch.no_grad, detach and .item(), or choose parameters that it depends on"
        rule = "the loss depends on the parameters by operations that have derivatives"
        raise PolariscopeError(argument, rule, "one that does not", cure)
    trainable = [parameter for parameter in own if parameter.requires_grad]
    reached = torch.autograd.grad(loss, trainable, allow_unused=True) if trainable else ()
    if any(gradient is not None for gradient in reached):
        cure = (
            "move the term into a module that wraps the model; a penalty c |w|^2 just adds 2 c to every eigenvalue"
        )
        rule = "the loss sees the parameters by the model's outputs only"
        raise PolariscopeError(argument, rule, "one that reads the model's parameters itself", cure)


def read(objective: Objective, argument: str) -> tuple[Reading, ...]:
    """Evaluate every minibatch, without gradients.

    Args:
        objective: What is evaluated.
        argument: What is at fault if it fails.

    Returns:
        One reading a minibatch.

    Raises:
        PolariscopeError: A minibatch's loss fails or is not finite.
    """

    def one(part: Any, share: float) -> Reading:
        outputs = objective.outputs(objective.leaves, part)
        value = check_finite(float(objective.loss(outputs, part)), argument)
        tensors = [*tensors_in(outputs), *(part.tensors() if isinstance(part, Minibatch) else ())]
        return Reading(value, share, getattr(part, "examples", 1), sum(tensor.nbytes for tensor in tensors))

    made: list[Reading] = []
    with objective.reading(), torch.no_grad():
        for share, part in objective.parts():
            rule = f"it can be evaluated on every batch, number {len(made) + 1} too"
            made.append(_attempt(partial(one, part, share), argument, rule, _BY_HAND))
    return tuple(made)


def check_additive(objective: Objective, readings: Sequence[Reading], reduction: str, argument: str) -> None:
    """Check that minibatches' losses make up that of their examples together, in one more pass.

    Neighbours are joined up to `JOINED_BYTES`, which is all data where it fits, and single examples always. What
    has no neighbour to be joined with is cut at a third, or, one example, joined with a copy of itself. Where all
    minibatches have one loss, as with a last layer of zeros, any weights pass; so all is done once more at moved
    parameters.

    Args:
        objective: What is evaluated.
        readings: Of its minibatches.
        reduction: "mean" or "sum".
        argument: What is at fault if an evaluation fails.

    Raises:
        PolariscopeError: They do not, or the loss can be taken of the given numbers of examples only.
    """
    if len(readings) < 2:
        return
    _compare(objective, readings, reduction, argument)
    each = [own.value / (own.examples if reduction == "sum" else 1) for own in readings]
    if max(each) - min(each) > _TELLING * max(map(abs, each)):
        return
    moved = replace(objective, leaves=_moved(objective.leaves))
    try:
        again = read(moved, argument)
    except PolariscopeError:  # it is not defined there, which is no fault
        return
    _compare(moved, again, reduction, argument)


def _moved(leaves: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Move parameters by a tenth of what a first draw of them would be, 1/sqrt(inputs)."""
    generator = torch.Generator().manual_seed(0)
    sizes = [0.1 / math.sqrt(max(1, math.prod(leaf.shape[1:]))) for leaf in leaves]
    steps = [torch.randn(leaf.shape, generator=generator).to(leaf) for leaf in leaves]
    return tuple(leaf + size * step for leaf, size, step in zip(leaves, sizes, steps, strict=True))


def _compare(objective: Objective, readings: Sequence[Reading], reduction: str, argument: str) -> None:
    def value(*pieces: Minibatch) -> float:
        rule = "the loss can be taken of any number of examples where data comes in minibatches"
        cure = "take the number from the outputs, as len(outputs), or give all data as one batch"
        return _attempt(lambda: float(objective.on(objective.leaves, join(pieces))), argument, rule, cure)

    with objective.reading(), torch.no_grad():
        for group in _groups(objective, readings):
            (part, own), *more = group
            if part.examples > 1 and not more:
                middle = max(1, part.examples // 3)
                pieces = [part.cut(0, middle), part.cut(middle, part.examples)]
                whole, values = own.value, [value(piece) for piece in pieces]
            else:
                joined = group if more else group * 2
                pieces = [piece for piece, _ in joined]
                whole, values = value(*pieces), [reading.value for _, reading in joined]
            check_reduction(whole, values, [piece.examples for piece in pieces], reduction)


def _groups(objective: Objective, readings: Sequence[Reading]) -> Iterator[_Group]:
    """Join neighbours of one form as far as they fit; a single example takes its neighbour in any case."""
    group: _Group = []
    last: _Group = []
    room = JOINED_BYTES
    for (_, part), reading in zip(objective.parts(), readings, strict=True):
        room -= reading.bytes
        if group and not (part.form() == group[0][0].form() and (room >= 0 or _lone(group))):
            yield group
            group, last, room = [], group[-1:], JOINED_BYTES - reading.bytes
        group.append((part, reading))
    alike = _lone(group) and last and last[0][0].form() == group[0][0].form()
    yield last + group if alike else group


def _lone(group: _Group) -> bool:
    return len(group) == 1 and group[0][0].examples == 1
