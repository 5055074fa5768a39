"""A loss that weighs examples: for the learning coefficient on some of the data, or on others' shares; torch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import vmap
from torch.utils._pytree import tree_flatten, tree_unflatten

from polariscope.crystal.operators.loss.batches import Minibatch, open_batches
from polariscope.crystal.operators.loss.surface import Loss
from polariscope.errors import PolariscopeError


def weighted(
    loss: Loss, data: Any, weights: Tensor | NDArray[np.floating[Any]] | Sequence[float]
) -> tuple[Loss, tuple[Any, dict[str, Any]]]:
    """L(w) = (1/n) sum_i weight_i l_i(w), with weights scaled to mean 1 over all n examples.

    The weights travel with the targets, so minibatches of the data bring their own and make up the same L. A
    weight of 0 leaves an example out, and whole numbers repeat examples; n stays as it was.

    >>> inputs, targets = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [0.0]])
    >>> mean, (same, carried) = weighted(torch.nn.functional.mse_loss, (inputs, targets), [3, 1])
    >>> float(mean(same, carried)), carried["weights"].tolist()  # (1.5 * 1 + 0.5 * 4) / 2
    (1.75, [1.5, 0.5])

    Args:
        loss: (outputs, targets) to the mean over examples of a loss of each; it is taken of one example at a
            time, outputs[i:i+1] and targets[i:i+1], by `torch.func.vmap`. Of a sum it makes a mean.
        data: (inputs, targets), whose targets are a tensor or a dict of tensors.
        weights: One an example, (n,), finite and at least 0, of any scale.

    Returns:
        The weighted loss, and (inputs, {"targets": targets, "weights": weights}), whose targets it takes.

    Raises:
        PolariscopeError: Data is no such pair; or weights are of another length, negative, not finite, no
            numbers, or all 0.
    """
    pair = isinstance(data, (tuple, list)) and len(data) == 2 and isinstance(data[1], (Tensor, Mapping))
    if not pair:
        cure = "join the batches, so that examples can be told apart by their places"
        raise PolariscopeError("data", "weights need one pair (inputs, targets)", type(data).__name__, cure)
    whole: Minibatch = next(iter(open_batches(data)))
    scaled = _scaled(weights, whole.examples).to(whole.tensors()[-1].device)
    inputs, targets = data

    def mean(outputs: Any, carried: Mapping[str, Any]) -> Tensor:
        each = _each(loss, outputs, carried["targets"])
        shares: Tensor = carried["weights"]
        return (shares.to(each.dtype) * each).mean()

    return mean, (inputs, {"targets": targets, "weights": scaled})


def _each(loss: Loss, outputs: Any, targets: Any) -> Tensor:
    """Losses of the examples one by one, (n,)."""
    leaves, form = tree_flatten((outputs, targets))

    def one(*rows: Any) -> Tensor:
        single = [row.unsqueeze(0) if isinstance(row, Tensor) else row for row in rows]
        return loss(*tree_unflatten(single, form))

    places = tuple(0 if isinstance(leaf, Tensor) else None for leaf in leaves)
    each: Tensor = vmap(one, in_dims=places)(*leaves)
    return each


def _scaled(weights: Any, examples: int) -> Tensor:
    try:
        given = torch.as_tensor(weights, dtype=torch.float64).detach()
    except (TypeError, ValueError) as error:
        raise PolariscopeError("weights", "numbers", weights, "give a list or a tensor of floats") from error
    if given.shape != (examples,):
        rule = f"one weight an example, shape ({examples},)"
        raise PolariscopeError("weights", rule, f"shape {tuple(given.shape)}", "give the data's own length")
    wrong = given[~(given.isfinite() & (given >= 0))]
    if len(wrong):
        cure = "give 0 to leave an example out"
        raise PolariscopeError("weights", "finite weights of 0 or more", wrong[0].item(), cure)
    if not given.any():
        raise PolariscopeError(
            "weights", "one weight or more above 0", "only 0", "leave weights out for all alike"
        )
    shares = given / given.max()  # the sum of the largest doubles is not one
    return shares / shares.mean()
