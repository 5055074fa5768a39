"""A loss that is one function of the parameters: what makes it another at each call is refused; torch."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from polariscope.errors import PolariscopeError

_MEAN_TOLERANCE = 1e-5
"""Relative difference of a loss from its parts' mean that is rounding: some 80 roundoffs of single precision."""
_EVAL = "call model.eval() first"
_States: TypeAlias = tuple[Any, ...]


@contextmanager
def untouched_randomness(device: torch.device) -> Iterator[None]:
    """Leave the generators of Python, numpy and torch as they were; a DataLoader draws from torch's at every pass.

    Args:
        device: Where the parameters lie; its generator is kept too.

    Yields:
        Once, while it holds.
    """
    python, arrays = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one is what is guarded
    try:
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)  # noqa: NPY002


def refuse_random_layers(model: nn.Module) -> None:
    """Refuse dropout that is on, and batch norms that take their statistics from the batch.

    Args:
        model: Any module.

    Raises:
        PolariscopeError: It has such a layer; the first is named.
    """
    for name, layer in model.named_modules():
        if layer.training and _dropout(layer) > 0:
            rule = "dropout is off, so that the loss is one function of the parameters"
            raise PolariscopeError("model", rule, f"{name or 'the model'} drops {_dropout(layer)}", _EVAL)
        if isinstance(layer, _BatchNorm) and (layer.training or layer.running_mean is None):
            rule = "batch norms use their running statistics, so that the loss is a mean over examples"
            cure = _EVAL if layer.training else "build it with track_running_stats=True"
            raise PolariscopeError("model", rule, f"{name or 'the model'} takes them from the batch", cure)


def _dropout(layer: nn.Module) -> float:
    if isinstance(layer, _DropoutNd):
        return float(layer.p)
    inner = isinstance(layer, nn.MultiheadAttention) or (isinstance(layer, nn.RNNBase) and layer.num_layers > 1)
    return float(getattr(layer, "dropout", 0.0)) if inner else 0.0


def check_deterministic(evaluate: Callable[[], Tensor], device: torch.device, argument: str) -> Tensor:
    """Evaluate twice: the same value, and no random number that moves a global generator on.

    A layer that is dropped now and then may give one value twice by luck; that it drew a number is seen always.
    Who seeds a generator within the loss leaves it in the same state after both, and passes.

    Args:
        evaluate: Gives the loss, a scalar.
        device: Where the parameters lie.
        argument: What is at fault if it is not.

    Returns:
        The second value.

    Raises:
        PolariscopeError: The values differ, or numbers were drawn.
    """
    first, before = evaluate(), _states(device)
    second, after = evaluate(), _states(device)
    rule = "a loss that is one function of the parameters"
    cure = f"{_EVAL}, and seed what draws numbers within the model or the loss at each call"
    allowed = 100 * torch.finfo(first.dtype).eps * first.detach().abs()
    if (first - second).detach().abs() > allowed:
        got = f"{first.item():.9g} and then {second.item():.9g} for the same batch"
        raise PolariscopeError(argument, rule, got, cure)
    if before != after:
        raise PolariscopeError(argument, rule, "one that draws random numbers", cure)
    return second


def _states(device: torch.device) -> _States:
    own = torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    return random.getstate(), kind, np.asarray(keys).tobytes(), *rest, bytes(own.tolist())


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
        cure = "look for it in parameters, inputs and targets; take parameters from before training diverged"
        raise PolariscopeError(argument, "the loss is finite", loss, cure)
    return loss


def check_reduction(whole: float, values: Sequence[float], examples: Sequence[int], reduction: str) -> None:
    """Check that the losses of parts add up to that of the whole: by means, or by sums.

    Args:
        whole: The loss of some examples.
        values: That of each part of them.
        examples: How many each part has.
        reduction: "mean" or "sum".

    Raises:
        PolariscopeError: The parts do not make up the whole.
    """
    total = sum(examples)
    mean = sum(value * n / total for value, n in zip(values, examples, strict=True))
    made = mean if reduction == "mean" else sum(values)
    if abs(made - whole) <= _MEAN_TOLERANCE * max(abs(whole), *map(abs, values)):
        return
    got = f"{whole:.6g} for examples whose parts make {made:.6g}"
    cure = (
        'give all data as one batch, or reduction="sum" and a loss that sums over tokens or examples; '
        "a mean weighs every example alike (none ignored, no batch statistics)"
    )
    other = {"mean": "sum", "sum": "mean"}[reduction]
    if abs((sum(values) if other == "sum" else mean) - whole) <= _MEAN_TOLERANCE * abs(whole):
        cure = f'give reduction="{other}": that is what this loss does'
    raise PolariscopeError("loss", f"a {reduction} over examples where data comes in minibatches", got, cure)
