"""How many examples at a time keep within the memory, where the sampler's own minibatches do not say so; torch."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from polariscope.crystal.degeneracy.averaging import mean_surface
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.operators.loss.batches import open_batches
from polariscope.crystal.operators.loss.surface import Loss


def fitting_batch(
    model: nn.Module, loss: Loss, data: Any, minibatch: int, memory: int, **options: Any
) -> int | None:
    """Give memory / (bytes that one chain saves for one example), from those of one minibatch.

    >>> from torch import ones, zeros
    >>> line, data = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)), (ones(100, 2), zeros(100, 1))
    >>> one, two = (fitting_batch(line, nn.functional.mse_loss, data, 10, memory) for memory in (1_500, 3_000))
    >>> 10 < one <= two / 2
    True

    Args:
        model: As for `loss_surface`.
        loss: (outputs, targets) to the mean over examples.
        data: (inputs, targets), or an iterable of such pairs.
        minibatch: Examples of the sampler's.
        memory: Bytes.
        **options: Parameters and dtype of `loss_surface`.

    Returns:
        Most examples at a time, `minibatch` or more; None where data is no pair that can be cut, or is not longer
        than a minibatch.

    Raises:
        PolariscopeError: One chain saves more for one minibatch, or model, loss or data are not as wanted.
    """
    if not (isinstance(data, (tuple, list)) and len(data) == 2 and isinstance(data[1], (Tensor, Mapping))):
        return None
    batches = open_batches(data, minibatch)
    if batches.examples <= minibatch:
        return None
    head = next(iter(batches))
    probe = mean_surface(model, loss, (head.inputs, head.targets), **options)
    return max(minibatch, BatchedLoss(probe.objective, memory, chains=0).most)
