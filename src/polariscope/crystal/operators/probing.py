"""The first evaluation, on copies: what is no finite scalar function of the parameters is refused; torch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from polariscope.crystal.operators.batches import Minibatch
from polariscope.crystal.operators.determinism import check_deterministic, check_reduction
from polariscope.crystal.operators.objective import ModelOutputs, Objective, written
from polariscope.errors import PolariscopeError


def probe(objective: Objective, minibatches: int, reduction: str, own: Sequence[Tensor], argument: str) -> None:
    """Evaluate the first minibatch a few times on copies, so that what writes to its arguments does no harm.

    Args:
        objective: What will be differentiated.
        minibatches: How many there are; with more than one, the first is compared with its halves.
        reduction: "mean" or "sum".
        own: The caller's parameters, all of them, which the loss must not reach but by its arguments.
        argument: What is at fault if something is.

    Raises:
        PolariscopeError: The loss fails, is no finite scalar, differs between two calls, does not depend on the
            parameters or reaches them past the model, writes to its arguments, or is no mean (or sum).
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
        if minibatches > 1 and part.examples > 1:
            _check_halves(trial, part, float(loss.detach()), reduction, argument)


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
    try:
        loss = objective.on(objective.leaves, part)
    except PolariscopeError:
        raise
    except Exception as error:
        cure = "call it once by hand; what raised is shown as this error's cause"
        got = f"{type(error).__name__}: {error}"
        raise PolariscopeError(argument, "it can be evaluated on the first batch", got, cure) from error
    if not isinstance(loss, Tensor) or loss.ndim or not loss.is_floating_point():
        got = f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else type(loss).__name__
        raise PolariscopeError(argument, "the loss is a real scalar tensor", got, "take its .mean()")
    check_finite(float(loss.detach()), argument)
    return loss


def check_finite(loss: float, argument: str) -> float:
    """Pass a loss through.

    Args:
        loss: Any number.
        argument: What is at fault if it is not finite.

    Returns:
        The loss.

    Raises:
        PolariscopeError: It is not finite.
    """
    if not abs(loss) < float("inf"):
        cure = "look for it in parameters, inputs and targets; take the spectrum before training diverged"
        raise PolariscopeError(argument, "the loss is finite", loss, cure)
    return loss


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


def _check_halves(objective: Objective, part: Minibatch, whole: float, reduction: str, argument: str) -> None:
    middle = part.examples // 2
    halves = part.cut(0, middle), part.cut(middle, part.examples)
    values = [float(objective.on(objective.leaves, half).detach()) for half in halves]
    examples = middle, part.examples - middle
    check_reduction(whole, (values[0], values[1]), examples, reduction)
