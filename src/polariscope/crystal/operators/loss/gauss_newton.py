"""Gauss-Newton and Fisher matrices, G = J'(d2L/df2)J with J = df/dw: curvature without that of the model; torch.

Three linear maps, each one backward pass through a graph that is built once: f's own graph gives J'u, the gradient
of J'u by u gives Jv, and the graph of dL/df gives its products with d2L/df2.
"""

from collections.abc import Sequence
from typing import Any, final

import torch
from torch import Tensor, nn

from polariscope.crystal.operators.loss.curvature import Way
from polariscope.crystal.operators.loss.differentiation import (
    choose_ways,
    differentiate,
    edges,
    pull,
    push,
    replaced,
)
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.crystal.operators.loss.parameters import Blocks, Patterns, choose_blocks
from polariscope.crystal.operators.loss.products import Product, symmetric_operator
from polariscope.crystal.operators.loss.surface import Loss, LossSurface, loss_surface
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.errors import PolariscopeError


@final
class _ReverseTwice:
    def __init__(self, objective: Objective, part: Any) -> None:
        self._leaves = objective.fresh()
        outputs = _tensor(objective.outputs(self._leaves, part))
        self._at = outputs.detach().requires_grad_()
        self._slope = edges(differentiate(objective.loss(self._at, part), [self._at]))
        self._along = torch.zeros_like(outputs, requires_grad=True)
        self._transposed = edges(differentiate(outputs, self._leaves, self._along))
        self._outputs = edges([outputs])
        self.ends = [*self._slope, *self._transposed]

    def __call__(self, directions: Sequence[Tensor], block: Sequence[int], *, many: bool = False) -> list[Tensor]:
        ends = [self._transposed[i] for i in block]
        (moved,) = pull(ends, [self._along], directions, many=many)
        (bent,) = pull(self._slope, [self._at], [moved], many=many and moved.ndim > self._at.ndim)
        stacked = many and bent.ndim > self._at.ndim
        return pull(self._outputs, [self._leaves[i] for i in block], [bent], many=stacked)


@final
class _ForwardAndReverse:
    ends: Sequence[Any] = ()

    def __init__(self, objective: Objective, part: Any) -> None:
        self._objective, self._part = objective, part

    def __call__(
        self, directions: Sequence[Tensor], block: Sequence[int], *, many: bool = False
    ) -> Sequence[Tensor]:
        assert not many  # noqa: S101 - nothing is kept, so nothing is stacked
        leaves = self._objective.fresh()
        at = [leaves[i] for i in block]

        def outputs(chosen: Sequence[Tensor]) -> list[Tensor]:
            return [_tensor(self._objective.outputs(replaced(leaves, block, chosen), self._part))]

        def slope(values: Sequence[Tensor]) -> Sequence[Tensor]:
            return torch.autograd.grad(self._objective.loss(values[0], self._part), values)

        (values,) = outputs(at)
        bent = push(slope, [values.detach().requires_grad_()], push(outputs, at, directions))
        return torch.autograd.grad(values, at, bent, allow_unused=True, materialize_grads=True)


def _tensor(outputs: Any) -> Tensor:
    if not isinstance(outputs, Tensor):
        cure = "wrap the model in a module that returns the logits alone, and let the loss take those"
        rule = "one tensor, in which the loss is curved"
        raise PolariscopeError("the model's outputs", rule, type(outputs).__name__, cure)
    return outputs


GAUSS_NEWTON_WAYS = (
    Way("reverse over reverse", _ReverseTwice, keeps=True),
    Way("forward over reverse", _ForwardAndReverse, keeps=False),
)


def gauss_newton_product(surface: LossSurface, *, blocks: Blocks = None, way: str | None = None) -> Product:
    """Give V -> G V of a surface, torch in and torch out.

    Args:
        surface: Whose loss.
        blocks: As for `hessian`.
        way: As for `hessian`.

    Returns:
        The product.
    """
    ways = choose_ways(GAUSS_NEWTON_WAYS, way)
    return Product(surface.objective, ways, choose_blocks(surface.names, blocks))


def gauss_newton(
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
    """G = sum_b (n_b/N) J_b' (d2 loss/df2) J_b: the Hessian of the loss with the model made linear, f(w) + J dw.

    A model that is linear in its parameters has G = H; least squares gives (2/n) X'X:

    >>> import torch
    >>> inputs = torch.tensor([[1.0, 0.0], [1.0, 2.0]])
    >>> line = torch.nn.Linear(2, 1, bias=False)
    >>> gauss_newton(line, torch.nn.functional.mse_loss, (inputs, torch.zeros(2, 1))).dense()
    array([[2., 2.],
           [2., 4.]])

    Args:
        model: As for `loss_surface`; it returns one tensor.
        loss: (outputs, targets) to a scalar; G has no negative eigenvalue where it is convex in the outputs.
        data: As for `loss_surface`, and so are parameters, batch, dtype and reduction.
        parameters: Patterns of names. Default: all that require a gradient.
        batch: Most examples at a time. Default: all at once.
        dtype: Of the computation. Default: the model's own, single precision for half.
        reduction: "mean" or "sum".
        blocks: As for `hessian`.
        way: As for `hessian`.

    Returns:
        The operator, (n, n).
    """
    surface = loss_surface(model, loss, data, parameters=parameters, batch=batch, dtype=dtype, reduction=reduction)
    kind = "Gauss-Newton matrix" if blocks is None else "block-diagonal Gauss-Newton matrix"
    return symmetric_operator(gauss_newton_product(surface, blocks=blocks, way=way), f"{kind} of {surface.name}")


def fisher(
    model: nn.Module,
    data: Any,
    *,
    likelihood: str = "categorical",
    parameters: Patterns = None,
    batch: int | None = None,
    dtype: str | torch.dtype | None = None,
    blocks: Blocks = None,
) -> SymmetricOperator:
    """F = mean over examples of E_y[d log p(y|f)/dw d log p(y|f)/dw'], y drawn from the model, not from the data.

    In the outputs the expectation is closed: diag(p) - pp' for a categorical p = softmax(f), 1 for a Gaussian of
    mean f and unit variance. So F is the Gauss-Newton matrix of cross entropy, or of half the squared error summed
    over outputs. A Gaussian line has F = X'X/n:

    >>> import torch
    >>> inputs = torch.tensor([[1.0, 0.0], [1.0, 2.0]])
    >>> line = torch.nn.Linear(2, 1, bias=False)
    >>> fisher(line, (inputs, torch.zeros(2, 1)), likelihood="gaussian").dense()
    array([[1., 1.],
           [1., 2.]])

    Args:
        model: As for `loss_surface`; it returns one tensor, (examples, ..., classes) where categorical, whose last
            dimension holds the logits; all before it are averaged over.
        data: As for `loss_surface`; the targets are not used.
        likelihood: "categorical" or "gaussian".
        parameters: Patterns of names. Default: all that require a gradient.
        batch: Most examples at a time. Default: all at once.
        dtype: Of the computation. Default: the model's own, single precision for half.
        blocks: As for `hessian`.

    Returns:
        The operator, (n, n), without negative eigenvalues.

    Raises:
        PolariscopeError: There is no such likelihood, or the outputs hold no two classes.
    """
    if likelihood not in _EXPECTED:
        known = " or ".join(f'"{name}"' for name in _EXPECTED)
        raise PolariscopeError("likelihood", known, likelihood, "for another, give gauss_newton its loss")
    expected = _EXPECTED[likelihood]
    surface = loss_surface(model, expected, data, parameters=parameters, batch=batch, dtype=dtype)
    kind = "Fisher matrix" if blocks is None else "block-diagonal Fisher matrix"
    return symmetric_operator(gauss_newton_product(surface, blocks=blocks), f"{kind} of {surface.name}")


def _categorical(outputs: Any, _: Any) -> Tensor:
    logits = _tensor(outputs)
    if logits.ndim < 2 or logits.shape[-1] < 2:
        cure = 'give two logits for two classes, or likelihood="gaussian"'
        rule = "a categorical model returns (examples, ..., classes) with two classes or more"
        raise PolariscopeError("likelihood", rule, f"outputs of shape {tuple(logits.shape)}", cure)
    logs = logits.log_softmax(-1)
    return -(logs.detach().exp() * logs).sum(-1).mean()


def _gaussian(outputs: Any, _: Any) -> Tensor:
    means = _tensor(outputs)
    return (means - means.detach()).square().sum() / (2 * len(means))


_EXPECTED: dict[str, Loss] = {"categorical": _categorical, "gaussian": _gaussian}
"""Minus the expected log likelihood, under the model's own distribution held fixed, up to a constant."""
