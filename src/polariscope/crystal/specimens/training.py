"""A training run whose soft mode is known in closed form; torch."""

from dataclasses import dataclass
from math import log
from typing import Any

import torch
from torch import nn

_SINGULAR = (3.0, 2.0, 1.0)
_START = 0.05
_STEP = 1e-3
_UNTIL = 2.0
_CHECKPOINTS = 25


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """Checkpoints of one run.

    Args:
        label: What the time is, with its unit.
        times: Of the checkpoints, increasing.
        models: One for each, in eval mode.
        loss: (outputs, targets) to a scalar.
        data: (inputs, targets), the same all along.
        expected: When the followed mode crosses zero, by the closed form.
    """

    label: str
    times: tuple[float, ...]
    models: tuple[nn.Module, ...]
    loss: Any
    data: Any
    expected: float


def linear_training() -> TrainingRun:
    """L = |W2 W1 - M|_F^2 / 2 with one hidden unit: it leaves the saddle at 0 along M's first singular pair.

    From aligned weights of size w0 the strength a = |W1| |W2| grows as s e^(2st) / (e^(2st) - 1 + s/w0^2) under
    gradient flow (Saxe, McClelland and Ganguli 2013), s being the largest singular value. The mode along which it
    grows has eigenvalue 3 a - s: below zero at the saddle, and zero when a = s/3, at t = ln((s/w0^2 - 1)/2)/(2 s).

    Returns:
        25 checkpoints of gradient descent with steps of 0.001, from t = 0 to 2.
    """
    size = len(_SINGULAR)
    target = torch.diag(torch.tensor(_SINGULAR, dtype=torch.float64))
    inputs = size**0.5 * torch.eye(size, dtype=torch.float64)  # whitened: the mean of x x' is the identity
    data = inputs, inputs @ target.T
    model = _network(size)
    steps = round(_UNTIL / _STEP)
    every = steps // (_CHECKPOINTS - 1)
    models, times = [], []
    for step in range(steps + 1):
        if step % every == 0:
            models.append(_copy(model, size))
            times.append(step * _STEP)
        gradients = torch.autograd.grad(half_squares(model(data[0]), data[1]), list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter.sub_(gradient, alpha=_STEP)
    return TrainingRun("time of gradient flow", tuple(times), tuple(models), half_squares, data, crossing_time())


def crossing_time() -> float:
    """ln((s/w0^2 - 1)/2) / (2 s): when the strength of the mode is a third of its goal.

    >>> from math import exp
    >>> strength = lambda t: 3 * exp(6 * t) / (exp(6 * t) - 1 + 3 / 0.05**2)
    >>> round(strength(crossing_time()), 12)
    1.0

    Returns:
        The time.
    """
    largest = max(_SINGULAR)
    return log((largest / _START**2 - 1) / 2) / (2 * largest)


def half_squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """|f - y|^2 / 2, averaged over examples.

    Args:
        outputs: f, (examples, d).
        targets: y, the same shape.

    Returns:
        A scalar.
    """
    return (outputs - targets).square().sum() / (2 * len(outputs))


def _network(size: int) -> nn.Sequential:
    model = _bare(size)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
            parameter.view(-1)[0] = _START  # the first singular pair
    return model.eval()


def _copy(model: nn.Module, size: int) -> nn.Module:
    twin = _bare(size)
    twin.load_state_dict(model.state_dict())
    return twin.eval()


def _bare(size: int) -> nn.Sequential:
    # Linear layers draw their first weights from the global generator, which is the caller's.
    with torch.random.fork_rng(devices=[]):
        layers = [nn.Linear(size, 1, bias=False), nn.Linear(1, size, bias=False)]
        return nn.Sequential(*layers).double()
