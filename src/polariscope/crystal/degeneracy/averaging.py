"""A loss that is a mean over examples: for t = n/temperature the loss of all and that of one are alike; torch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite, prod, sqrt
from typing import Any

import torch
from torch import Tensor, nn

from polariscope.crystal.operators.loss.determinism import check_reduction
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.crystal.operators.loss.surface import Loss, LossSurface, loss_surface
from polariscope.errors import PolariscopeError

_RULE = "a mean over examples"
_MOVE = 0.1
"""Displacement relative to a layer's first draw, 1/sqrt(inputs): where the loss is 0, a sum looks like a mean."""


def mean_surface(model: nn.Module, loss: Loss, data: Any, **options: Any) -> LossSurface:
    """Build the surface of a loss of which the halves of a minibatch have the mean of the whole.

    They are compared at the parameters and at displaced ones, in double precision where single is too coarse. A
    minibatch of one example has no halves, and a loss that can be taken of one number of examples only none that
    can be compared: these pass.

    >>> line, data = nn.Linear(2, 1), (torch.ones(4, 2), torch.zeros(4, 1))
    >>> mean_surface(line, nn.functional.mse_loss, data).objective.examples
    4

    Args:
        model: As for `loss_surface`.
        loss: (outputs, targets) to the mean over examples.
        data: As for `loss_surface`.
        **options: Parameters, batch and dtype of `loss_surface`.

    Returns:
        The surface.

    Raises:
        PolariscopeError: The loss is no mean over examples, or something is not as `loss_surface` wants it.
    """
    with mean_wanted():
        surface = loss_surface(model, loss, data, **options)
        try:
            _check(surface.objective)
        except PolariscopeError:
            _check(_in_double(surface))  # what rounding makes of a small loss is no fault
    return surface


@contextmanager
def mean_wanted() -> Iterator[None]:
    """Hold while losses of parts are compared: what is no mean is refused with a cure that can be had here.

    Yields:
        Once, while it holds.

    Raises:
        PolariscopeError: The loss is no mean over examples.
    """
    try:
        yield
    except PolariscopeError as error:
        if error.argument != "loss" or not error.rule.startswith(_RULE):
            raise
        cure = (
            "give a loss that is a mean over examples, or divide it by their number, len(outputs); every example "
            "weighs alike"
        )
        raise PolariscopeError("loss", _RULE, error.value, cure) from None


def _in_double(surface: LossSurface) -> Objective:
    try:
        return surface.in_double().objective
    except PolariscopeError:  # a model of single precision only is judged by that
        return surface.objective


def _check(objective: Objective) -> None:
    with objective.reading(), torch.no_grad():
        part = next((part for _, part in objective.parts() if part.examples > 1), None)
        if part is None:
            return
        middle = part.examples // 2
        pieces = (part, part.cut(0, middle), part.cut(middle, part.examples))
        for leaves in (objective.leaves, _moved(objective.leaves)):
            whole, *halves = _values(objective, leaves, pieces)
            if all(map(isfinite, (whole, *halves))):
                check_reduction(whole, halves, [piece.examples for piece in pieces[1:]], "mean")


def _values(objective: Objective, leaves: Sequence[Tensor], pieces: Sequence[Any]) -> list[float]:
    try:
        return [float(objective.on(leaves, piece)) for piece in pieces]
    except Exception:  # whatever a foreign model raises of fewer examples, or where it is not defined
        return [float("nan")]


def _moved(leaves: Sequence[Tensor]) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    return tuple(
        leaf + _MOVE / sqrt(max(1, prod(leaf.shape[1:]))) * torch.randn(leaf.shape, generator=generator).to(leaf)
        for leaf in leaves
    )
