"""The Hessian of a loss or of a function, as a symmetric operator; torch."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from polariscope.crystal.operators.loss.parameters import Blocks, Patterns
from polariscope.crystal.operators.loss.products import symmetric_operator
from polariscope.crystal.operators.loss.surface import Loss, function_surface, loss_surface
from polariscope.crystal.operators.symmetric import SymmetricOperator


def hessian(
    model: nn.Module,
    loss: Loss,
    data: Any,
    *,
    parameters: Patterns = None,
    batch: int | None = None,
    dtype: str | torch.dtype | None = None,
    reduction: str = "mean",
    blocks: Blocks = None,
    way: str | None = None,
) -> SymmetricOperator:
    """H = d2L/dw dw' of L(w) = sum_b (n_b/N) loss(model(x_b; w), y_b), by exact products, never written out.

    Linear least squares has H = (2/n) X'X:

    >>> import torch
    >>> inputs = torch.tensor([[1.0, 0.0], [1.0, 2.0]])
    >>> line = torch.nn.Linear(2, 1, bias=False)
    >>> hessian(line, torch.nn.functional.mse_loss, (inputs, torch.zeros(2, 1))).dense()
    array([[2., 2.],
           [2., 4.]])

    Args:
        model: As for `loss_surface`, and so are loss, data, parameters, batch, dtype and reduction.
        loss: (outputs, targets) to a scalar.
        data: (inputs, targets), or an iterable of such pairs.
        parameters: Patterns of names. Default: all that require a gradient.
        batch: Most examples at a time. Default: all at once.
        dtype: Of the computation. Default: the model's own, single precision for half.
        reduction: "mean" or "sum".
        blocks: "parameter", "layer" or patterns: H with 0 between the blocks. Default: the whole of H.
        way: "reverse over reverse" or "forward over reverse", which are equal. Default: the first, which is the
            faster, if it works.

    Returns:
        The operator, (n, n), parameters in the model's order, each flattened by rows.
    """
    surface = loss_surface(model, loss, data, parameters=parameters, batch=batch, dtype=dtype, reduction=reduction)
    kind = "Hessian" if blocks is None else "block-diagonal Hessian"
    return symmetric_operator(surface.hessian_product(blocks=blocks, way=way), f"{kind} of {surface.name}")


def hessian_of(function: Callable[[Any], Tensor], at: Any) -> SymmetricOperator:
    """H = d2f/dw dw' of a plain function of tensors, at a point.

    >>> import torch
    >>> hessian_of(lambda w: w[0] ** 2 * w[1], torch.tensor([1.0, 3.0])).dense()
    array([[6., 2.],
           [2., 0.]])

    Args:
        function: Gives a scalar for what looks like `at`; a function of its argument only.
        at: A tensor, or a dict or tuple of tensors, of floating point; half precision is computed in single.

    Returns:
        The operator, (n, n), tensors in the order of `at`, each flattened by rows.
    """
    surface = function_surface(function, at)
    return symmetric_operator(surface.hessian_product(), f"Hessian of {surface.name}")
