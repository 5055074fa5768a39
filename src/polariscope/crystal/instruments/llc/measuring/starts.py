"""Readings of where chains start: loss, slope and curvature at w*, and what a chain costs."""

from collections.abc import Mapping
from typing import Any

from polariscope.crystal.degeneracy.local_loss import LocalLoss
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.runs import Reading


def start_reading(local: LocalLoss, asked: Mapping[str, Any]) -> Reading:
    """Read loss, gradient and both ends of the Hessian's spectrum, among the parameters that move.

    Args:
        local: The loss around w*.
        asked: The cell's parameters: part, point, seed, and the minibatch of a sampler that cuts its own.

    Returns:
        The reading.
    """
    start = local.start(seed=asked["seed"])
    loss = BatchedLoss(local.surface.objective, local.memory, asked["minibatch"])
    told: Reading = {"kind": "start", "part": asked["part"], "point": asked["point"], "loss": start.loss}
    told |= {"gradient": start.gradient, "largest": start.largest, "smallest": start.smallest}
    told |= {"residual": start.residual, "free": local.free, "examples": local.examples}
    return told | {"bytes_a_chain": loss.bytes_a_chain, "chunk": loss.chunk, "mapped": int(loss.mapped)}
