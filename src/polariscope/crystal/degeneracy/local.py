"""The local learning coefficient of any torch module and loss, at its present parameters; torch."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from polariscope.crystal.degeneracy.calibration import Calibration, calibrate
from polariscope.crystal.degeneracy.checks import check_level
from polariscope.crystal.degeneracy.coefficient import LearningCoefficient, read_chains
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.sampling.batched_loss import MEMORY
from polariscope.crystal.degeneracy.settings import Settings, read_settings
from polariscope.crystal.operators.loss.parameters import Patterns
from polariscope.crystal.operators.loss.surface import Loss

_SHARED = ("parameters", "weights", "matched", "level", "dtype", "memory")


def local_learning_coefficient(
    model: nn.Module,
    loss: Loss,
    data: Any,
    *,
    parameters: Patterns = None,
    weights: Any = None,
    matched: float | None = None,
    curvature: bool = True,
    level: float = 0.95,
    dtype: str | torch.dtype | None = None,
    memory: int = MEMORY,
    **settings: Any,
) -> LearningCoefficient:
    """Estimate lambda = t (E[L(w)] - L(w*)), t = n/temperature, under exp(-t L(w) - (gamma/2) |w - w*|^2).

    That is the estimator of Lau et al. (2308.12108) at a finite temperature: it comes near the real log canonical
    threshold like 1/log t only. All chains start at w* and are one batched computation.

    A regular model of d parameters has d/2, less what the localisation holds:

    >>> inputs = torch.eye(4) * 2
    >>> line = torch.nn.Linear(4, 1, bias=False)
    >>> _ = torch.nn.init.zeros_(line.weight)
    >>> mean_square = torch.nn.functional.mse_loss
    >>> found = local_learning_coefficient(line, mean_square, (inputs, torch.zeros(4, 1)), temperature=0.01)
    >>> abs(found.value - 2) < 4 * found.standard_error + 0.01
    True

    Args:
        model: Any module, in eval mode, at w*; it stays as it is.
        loss: (outputs, targets) to the mean over examples.
        data: (inputs, targets), or an iterable of such pairs, always the same.
        parameters: Patterns of the names of those that move, with slices where only a part does, such as
            ``"blocks.0.*"`` or ``"attend.weight[0:8]"``; the others stay. Default: all that require a gradient.
        weights: One for each example, scaled to mean 1. Default: all alike.
        matched: A training loss; the outputs are scaled to it first, so that checkpoints of different confidence
            can be compared. Default: outputs as they are.
        curvature: Whether the ends of the Hessian's spectrum at w* are searched for.
        level: Of the interval.
        dtype: "float32" or "float64". Default: the model's own.
        memory: Bound on what the chains of one chunk save for the backward pass, in bytes.
        **settings: Sampler, chains, temperature, localization and the rest: see `Settings`.

    Returns:
        The estimate with its diagnosis; no number where the chains forbid one, but the reasons.

    Raises:
        PolariscopeError: An argument is not as said.
    """
    check_level(level)
    how = read_settings(settings, ("curvature", *_SHARED))
    told: dict[str, Any] = {"parameters": parameters, "weights": weights, "matched": matched, "memory": memory}
    local = open_local(model, loss, data, **told, **_cut(how), dtype=dtype)
    scale = how.scale(local.examples)
    start = local.start(curvature=curvature, seed=how.seed)
    chains = local.sample(how, start)
    return read_chains(
        chains, start=start, scale=scale, localization=how.localization, size=local.free, level=level
    )


def calibrate_sampler(
    model: nn.Module,
    loss: Loss,
    data: Any,
    *,
    steps: Sequence[float] | None = None,
    temperatures: Sequence[float] | None = None,
    parameters: Patterns = None,
    weights: Any = None,
    matched: float | None = None,
    level: float = 0.95,
    dtype: str | torch.dtype | None = None,
    memory: int = MEMORY,
    **settings: Any,
) -> Calibration:
    """Estimate at every step and temperature, all chains at once, and find the steps that give one value.

    Args:
        model: As for `local_learning_coefficient`, and so are loss, data and all that is not named here.
        loss: (outputs, targets) to the mean over examples.
        data: (inputs, targets), or an iterable of such pairs.
        steps: Ascending. Default: around what a burn-in adapts to; see `calibrate`.
        temperatures: Ascending. Default: a quarter of that of the settings, itself, and four times it.
        parameters: Patterns of names. Default: all that require a gradient.
        weights: One for each example. Default: all alike.
        matched: A training loss. Default: outputs as they are.
        level: Of the intervals.
        dtype: "float32" or "float64". Default: the model's own.
        memory: Bound on what the chains of one chunk save for the backward pass, in bytes.
        **settings: See `Settings`; chains, draws and burn-in are those of each step and temperature.

    Returns:
        The scan with its plateaus.

    Raises:
        PolariscopeError: An argument is not as said.
    """
    check_level(level)
    how = read_settings(settings, ("steps", "temperatures", *_SHARED))
    told: dict[str, Any] = {"parameters": parameters, "weights": weights, "matched": matched, "memory": memory}
    local = open_local(model, loss, data, **told, **_cut(how), dtype=dtype)
    return calibrate(local, how, steps=steps, temperatures=temperatures, level=level)


def _cut(settings: Settings) -> dict[str, Any]:
    """Cutting the data does not change what HMC samples, but its memory; SGLD's minibatches are cut by itself."""
    return {"batch" if settings.sampler == "hmc" else "minibatch": settings.batch}
