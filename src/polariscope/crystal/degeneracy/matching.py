"""The logit-scale-matched control: outputs scaled so that checkpoints have one training loss; torch.

A network's learning coefficient falls as its logits grow, even where nothing else changes: the loss gets
flat. Checkpoints are therefore compared at one loss, which each reaches by a scale of its outputs.
"""

from collections.abc import Callable
from math import copysign, exp, inf, isclose, isfinite, isnan
from typing import Any

import torch
from scipy.optimize import brentq, minimize_scalar
from torch import Tensor, nn

from polariscope.crystal.degeneracy.checks import is_finite
from polariscope.crystal.operators.loss.surface import Loss, LossSurface, loss_surface
from polariscope.errors import PolariscopeError

_EQUAL = 1e-6  # relative: what single precision makes of a mean over many examples
_NEAR = 1e-3  # relative: a loss that jumps past the target, or is too coarse there, does not reach it
_NUDGE = 1e-2  # of log a, to see on which side of 1 the loss rises
_STEP, _STEPS = 0.2, 80  # of log a: scales from 1e-7 to 1e7


def matching_scale(surface_loss: Callable[[float], float], target: float) -> float:
    """Solve L(a) = target for a > 0, with L(a) the loss of outputs multiplied by a.

    From a = 1 the search goes to the side on which the loss comes nearer to the target, in steps of log a,
    and ends at the first root there. Where the loss has to rise and does so on both sides, it goes to smaller
    scales. A root on the other side of 1, beyond a turn of the loss, is not taken: outputs that are less sure
    than at their best scale stay so, and those that are surer do too.

    >>> from math import log, log1p
    >>> round(matching_scale(lambda a: log1p(exp(-2 * a)), target=log1p(exp(-1))), 9)  # margins of 2, for 1
    0.5

    Args:
        surface_loss: L, for scales from 1e-7 to 1e7; it may be infinite where they are large.
        target: The loss to reach, above 0.

    Returns:
        The scale; exactly 1 where the loss is the target, to one part in a million.

    Raises:
        PolariscopeError: The target is no finite number above 0, or no scale on that side reaches it; or the
            loss is not finite at a = 1, or not a number.
    """
    if not (is_finite(target) and target > 0):
        raise PolariscopeError("target", "a finite loss above 0", target, "give the loss of another checkpoint")

    def excess(log_scale: float) -> float:
        loss = surface_loss(exp(log_scale))
        if isnan(loss) or (log_scale == 0 and not isfinite(loss)):
            cure = "look for it in parameters, inputs and targets"
            raise PolariscopeError("loss", f"a number at scale {exp(log_scale):.3g}", loss, cure)
        return loss - target

    start = excess(0.0)
    if isclose(start + target, target, rel_tol=_EQUAL):
        return 1.0
    side, sign = _side(excess, falls=start > 0), copysign(1.0, start)
    way, found = _first_root(lambda way: sign * excess(side * way), _EQUAL * target)
    scale = exp(side * way)
    if not (found and isclose(surface_loss(scale), target, rel_tol=_NEAR)):
        span = f"from {start + target:.6g} at scale 1 to {surface_loss(scale):.6g} at scale {scale:.3g}"
        cure = "match at a loss that all checkpoints reach; scaling does not mend wrong answers"
        raise PolariscopeError("target", f"a loss that scaling the outputs reaches, {span}", f"{target:.6g}", cure)
    return scale


def matched(
    model: nn.Module,
    loss: Loss,
    data: Any,
    target: float,
    *,
    batch: int | None = None,
    dtype: str | torch.dtype | None = None,
    reduction: str = "mean",
) -> tuple[float, Loss]:
    """Give a and loss'(outputs, targets) = loss(a outputs, targets), whose value over all data is the target.

    The model is run once over the data, as it is and without gradients; its outputs are kept while a is
    searched.

    Args:
        model: A module whose outputs are one tensor, such as logits.
        loss: (outputs, targets) to a scalar.
        data: As for `loss_surface`.
        target: The loss to reach, above 0.
        batch: As for `loss_surface`.
        dtype: As for `loss_surface`.
        reduction: As for `loss_surface`.

    Returns:
        The scale, see `matching_scale`, and the loss with it.

    Raises:
        PolariscopeError: Model, loss or data are not as `loss_surface` wants them, the outputs are no tensor
            of floating point, or scaling them does not reach the target.
    """
    surface = loss_surface(model, loss, data, parameters="*", batch=batch, dtype=dtype, reduction=reduction)
    scale = matching_scale(_loss_of_scale(surface), target)

    def scaled(outputs: Tensor, targets: Any) -> Tensor:
        return loss(scale * outputs, targets)

    return scale, scaled


def _loss_of_scale(surface: LossSurface) -> Callable[[float], float]:
    """Give a -> sum_b c_b loss(a outputs_b, b), the outputs computed once."""
    objective = surface.objective
    with objective.reading(), torch.no_grad():
        held = [(share, objective.outputs(objective.leaves, part), part) for share, part in objective.parts()]
    for _, outputs, _ in held:
        if not isinstance(outputs, Tensor) or not outputs.is_floating_point():
            cure = "wrap the model in a module that returns its logits"
            rule = "outputs that can be scaled: one tensor of floating point"
            raise PolariscopeError("model", rule, type(outputs).__name__, cure)

    def at(scale: float) -> float:
        with objective.reading(), torch.no_grad():
            return sum(share * float(objective.loss(scale * outputs, part)) for share, outputs, part in held)

    return at


def _side(excess: Callable[[float], float], *, falls: bool) -> int:
    """On which side of log a = 0 the loss falls more, or rises at all; -1 where it rises on both."""
    below = excess(-_NUDGE)
    return -1 if (below < excess(_NUDGE) if falls else below >= excess(0.0)) else 1


def _first_root(left: Callable[[float], float], tolerance: float) -> tuple[float, bool]:
    """Walk from 0, where `left` is above 0, to its first root.

    Returns:
        The root, and True; or where least is left, and whether that is as good as none.
    """
    values = [left(0.0)]
    while len(values) <= _STEPS and 0 < values[-1] < inf:
        values.append(left(len(values) * _STEP))
    last = len(values) - 1
    if values[last] <= 0:
        return _root(left, (last - 1) * _STEP, last * _STEP), True
    best = min(range(len(values)), key=values.__getitem__)
    if best == last:
        return best * _STEP, False  # a limit, such as that at scale 0, is come near to and never reached
    before = max(best - 1, 0) * _STEP
    turn = float(minimize_scalar(left, bounds=(before, (best + 1) * _STEP), method="bounded").x)
    if left(turn) <= 0:
        return _root(left, before, turn), True
    return turn, left(turn) <= tolerance


def _root(left: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(left, low, high, xtol=1e-13, maxiter=1000))
