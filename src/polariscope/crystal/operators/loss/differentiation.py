"""H v of one minibatch, by reverse over reverse and by forward over reverse; torch.

Reverse over reverse: the gradient g(w) = L'(w) is built as a graph, and H v = d(g'v)/dw is one backward pass
through it, for as many v as one likes. Forward over reverse: H v = dg(w + t v)/dt, by dual numbers carried through
the gradient, which is computed anew for each v. They are equal; the first takes less time and less memory with the
kernels of torch 2.13 (see `products`), so it is tried first.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, final

import torch
from torch import Tensor
from torch.autograd import forward_ad

from polariscope.crystal.operators.loss.curvature import Way
from polariscope.crystal.operators.loss.objective import Objective
from polariscope.errors import PolariscopeError


@final
class _ReverseOverReverse:
    def __init__(self, objective: Objective, part: Any) -> None:
        self._leaves = objective.fresh()
        self.ends = edges(differentiate(objective.on(self._leaves, part), self._leaves))

    def __call__(self, directions: Sequence[Tensor], block: Sequence[int], *, many: bool = False) -> list[Tensor]:
        return pull([self.ends[i] for i in block], [self._leaves[i] for i in block], directions, many=many)


@final
class _ForwardOverReverse:
    ends: Sequence[Any] = ()

    def __init__(self, objective: Objective, part: Any) -> None:
        self._objective, self._part = objective, part

    def __call__(self, directions: Sequence[Tensor], block: Sequence[int], *, many: bool = False) -> list[Tensor]:
        assert not many  # noqa: S101 - nothing is kept, so nothing is stacked
        leaves = self._objective.fresh()

        def gradient(chosen: Sequence[Tensor]) -> Sequence[Tensor]:
            loss = self._objective.on(replaced(leaves, block, chosen), self._part)
            return torch.autograd.grad(loss, chosen, allow_unused=True, materialize_grads=True)

        return push(gradient, [leaves[i] for i in block], directions)


def replaced(leaves: Sequence[Tensor], places: Sequence[int], others: Sequence[Tensor]) -> list[Tensor]:
    """Put others at some places."""
    given = dict(zip(places, others, strict=True))
    return [given.get(i, leaf) for i, leaf in enumerate(leaves)]


def differentiate(value: Tensor, by: Sequence[Tensor], along: Tensor | None = None) -> Sequence[Tensor]:
    """Take the gradient of a scalar, or along'J of a tensor, as a graph that can be differentiated again."""
    return torch.autograd.grad(value, by, along, create_graph=True, allow_unused=True, materialize_grads=True)


def edges(values: Sequence[Tensor]) -> list[Any]:
    """Where graphs end, without the values themselves, whose memory is freed; None where a value is constant."""
    get = torch.autograd.graph.get_gradient_edge
    return [get(value) if value.grad_fn is not None else None for value in values]


def pull(ends: Sequence[Any], by: Sequence[Tensor], along: Sequence[Tensor], *, many: bool) -> list[Tensor]:
    """Multiply along' (d ends/d by), a graph kept for further products.

    Args:
        ends: Edges; None for a constant, which has no derivative.
        by: Leaves.
        along: One direction an end, with `many` a stack of them.
        many: Whether directions are stacked.

    Returns:
        One tensor a leaf; what does not vary is 0, without the stack's dimension.
    """
    live = [(end, own) for end, own in zip(ends, along, strict=True) if end is not None]
    if not live:
        return [torch.zeros_like(leaf) for leaf in by]
    outputs, directions = zip(*live, strict=True)
    options = {"retain_graph": True, "allow_unused": True, "materialize_grads": True}
    return list(torch.autograd.grad(outputs, tuple(by), directions, is_grads_batched=many, **options))


def push(
    function: Callable[[Sequence[Tensor]], Sequence[Tensor]], at: Sequence[Tensor], along: Sequence[Tensor]
) -> list[Tensor]:
    """Take the derivative of a function's tensors along a direction, by dual numbers; 0 where there is none."""
    dual: Callable[..., Tensor] = forward_ad.make_dual
    split: Callable[..., tuple[Tensor, Tensor | None]] = forward_ad.unpack_dual
    with warnings.catch_warnings(), forward_ad.dual_level():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch's own, of torch.jit, when it first does this
        values = function([dual(own, move) for own, move in zip(at, along, strict=True)])
        pairs = [split(value) for value in values]
        return [torch.zeros_like(value) if move is None else move.detach() for value, move in pairs]


HESSIAN_WAYS = (
    Way("reverse over reverse", _ReverseOverReverse, keeps=True),
    Way("forward over reverse", _ForwardOverReverse, keeps=False),
)


def choose_ways(ways: Sequence[Way], name: str | None) -> list[Way]:
    """Choose by name.

    Args:
        ways: There are these.
        name: One of their names. Default: all, to be tried in turn.

    Returns:
        Those to try.

    Raises:
        PolariscopeError: There is no such way.
    """
    chosen = [way for way in ways if name in {None, way.name}]
    if not chosen:
        known = " or ".join(f'"{way.name}"' for way in ways)
        raise PolariscopeError("way", f"one of {known}", name, "leave it out for the first that works")
    return chosen
