"""The loss as a surface over the parameters, L(w) = sum_b (n_b/N) loss(model(x_b; w), y_b); torch."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeAlias, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from polariscope.crystal.operators.loss.batches import open_batches
from polariscope.crystal.operators.loss.determinism import refuse_random_layers, untouched_randomness
from polariscope.crystal.operators.loss.differentiation import HESSIAN_WAYS, choose_ways
from polariscope.crystal.operators.loss.objective import Objective, function_objective, model_objective
from polariscope.crystal.operators.loss.parameters import (
    Blocks,
    Patterns,
    choose_blocks,
    choose_parameters,
    computing_dtype,
)
from polariscope.crystal.operators.loss.probing import check_additive, probe, read
from polariscope.crystal.operators.loss.products import Product
from polariscope.errors import PolariscopeError

Loss: TypeAlias = Callable[[Any, Any], Tensor]
_BOTH = "model and loss"


@final
class LossSurface:
    """A loss over a flat vector of parameters, in the order of `names`.

    Args:
        name: What it is the loss of.
        rebuild: Gives the objective in a dtype.
        dtype: That of the computation.

    Raises:
        PolariscopeError: The loss of a minibatch fails or is not finite.
    """

    def __init__(self, name: str, rebuild: Callable[[torch.dtype], Objective], dtype: torch.dtype) -> None:
        self.name, self._rebuild = name, rebuild
        self.objective = rebuild(dtype)
        self.readings = read(self.objective, name)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        return self.objective.names

    @property
    def size(self) -> int:
        """n, entries of all parameters."""
        return sum(self.objective.sizes)

    @property
    def parameter_slices(self) -> dict[str, slice]:
        """Where each parameter lies in the vector."""
        ends = np.cumsum([0, *self.objective.sizes]).tolist()
        return {name: slice(*ends[i : i + 2]) for i, name in enumerate(self.names)}

    def loss(self) -> float:
        """L at the parameters as they were when this was built."""
        return sum(reading.share * reading.value for reading in self.readings)

    def gradient(self, shift: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """L'(w + shift), (n,), in doubles.

        Args:
            shift: Added to the parameters. Default: 0.

        Returns:
            The gradient.
        """
        objective = self.objective
        objective.check_unchanged()
        with objective.reading():
            total = torch.zeros(self.size, dtype=objective.dtype, device=objective.device)
            into = torch.split_with_sizes(total, objective.sizes)
            leaves = objective.fresh() if shift is None else self._shifted(shift)
            for share, part in objective.parts():
                loss = objective.on(leaves, part)
                made = torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)
                for own, gradient in zip(into, made, strict=True):
                    own.add_(gradient.reshape(-1), alpha=share)
        return np.asarray(total.cpu().double().numpy())

    def _shifted(self, shift: NDArray[np.float64]) -> list[Tensor]:
        moves = torch.from_numpy(np.array(shift, np.float64)).to(self.objective.device, self.objective.dtype)
        pieces = torch.split_with_sizes(moves, self.objective.sizes)
        leaves = self.objective.leaves
        return [(leaf + own.view_as(leaf)).requires_grad_() for leaf, own in zip(leaves, pieces, strict=True)]

    def product(self, vectors: Tensor) -> Tensor:
        """H V in torch, without a detour by doubles.

        Args:
            vectors: (n,) or (n, k).

        Returns:
            The same shape, in the dtype and on the device of the computation.
        """
        return self._hessian(vectors)

    @cached_property
    def _hessian(self) -> Product:
        return self.hessian_product()

    def hessian_product(self, *, blocks: Blocks = None, way: str | None = None) -> Product:
        """Give V -> H V as an object of its own.

        Args:
            blocks: As for `hessian`.
            way: "reverse over reverse" or "forward over reverse". Default: the first that works.

        Returns:
            The product, torch in, torch out.
        """
        return Product(self.objective, choose_ways(HESSIAN_WAYS, way), choose_blocks(self.names, blocks))

    def in_double(self) -> "LossSurface":
        """Compute the same loss in double precision, on cast copies."""
        self.objective.check_unchanged()
        return LossSurface(self.name, self._rebuild, torch.float64)


def loss_surface(
    model: nn.Module,
    loss: Loss,
    data: Any,
    *,
    parameters: Patterns = None,
    batch: int | None = None,
    dtype: str | torch.dtype | None = None,
    reduction: str = "mean",
) -> LossSurface:
    """Build L(w) = sum_b (n_b/N) loss(model(x_b; w), y_b), check that it is one function of w, and hold it.

    The model, its buffers, gradients and flags, the data and all global random generators stay as they are, also
    after an exception. The parameters are shared, not copied, where no cast is needed: the surface belongs to the
    model as it is now, and refuses after a step of training, as after any writing to buffers or to the data.

    Args:
        model: Any module, in the mode in which it is to be judged: dropout off, batch norms on running statistics.
        loss: (outputs, targets) to a scalar; it sees the parameters by the outputs only.
        data: (inputs, targets) or an iterable of such pairs, always the same; see `open_batches`. Inputs are a
            tensor, a tuple (arguments) or a dict (keywords).
        parameters: Patterns of names, such as ``"blocks.0.*"``. Default: all that require a gradient.
        batch: Most examples at a time where data is one pair; the result is the same. Default: all at once.
        dtype: "float32" or "float64", to which parameters and inputs of floating point are cast. Default: the
            widest of the parameters', and single precision for half.
        reduction: How `loss` puts examples together, "mean" or "sum"; checked by its values where there are
            minibatches, see `check_additive`.

    Returns:
        The surface.

    Raises:
        PolariscopeError: Model, loss, data or an option is not as said.
    """
    _check_arguments(model, loss, reduction)
    chosen = choose_parameters(model, parameters)
    device = _one_device(chosen)
    refuse_random_layers(model)
    kind = computing_dtype(list(model.parameters()), dtype)
    with untouched_randomness(device):
        batches = open_batches(data, batch)
    rebuild = partial(model_objective, model, loss, batches, chosen, reduction=reduction)
    probe(rebuild(kind), list(model.parameters()), _BOTH)
    surface = LossSurface(type(model).__name__, rebuild, kind)
    check_additive(surface.objective, surface.readings, reduction, _BOTH)
    return surface


def function_surface(function: Callable[[Any], Tensor], at: Any) -> LossSurface:
    """Hold a plain function of a tensor, or of a dict or tuple of tensors, as a surface over their entries.

    Args:
        function: Gives a scalar for what looks like `at`; a function of its argument only.
        at: Where it is differentiated.

    Returns:
        The surface.

    Raises:
        PolariscopeError: The function or the point is not as said.
    """
    single = isinstance(at, Tensor)
    tensors = {"at": at} if single else dict(at) if isinstance(at, Mapping) else _numbered(at)
    if not tensors or not all(isinstance(own, Tensor) and own.is_floating_point() for own in tensors.values()):
        cure = "give a tensor of floats, or a dict or tuple of such"
        raise PolariscopeError("at", "tensors of floating point", type(at).__name__, cure)
    chosen = {str(name): own for name, own in tensors.items()}

    def outputs(leaves: Sequence[Tensor], part: None) -> Tensor:
        named = dict(zip(tensors, leaves, strict=True))
        return function(leaves[0] if single else named if isinstance(at, Mapping) else tuple(leaves))

    rebuild = partial(function_objective, outputs, chosen)
    kind = computing_dtype(list(chosen.values()), None)
    probe(rebuild(kind), (), "function")
    return LossSurface(getattr(function, "__name__", "function"), rebuild, kind)


def _check_arguments(model: object, loss: object, reduction: str) -> None:
    if not isinstance(model, nn.Module):
        raise PolariscopeError("model", "a torch.nn.Module", type(model).__name__, "see hessian_of for functions")
    if not callable(loss):
        cure = "give a function of (outputs, targets)"
        raise PolariscopeError("loss", "something that can be called", type(loss).__name__, cure)
    if reduction not in {"mean", "sum"}:
        raise PolariscopeError("reduction", '"mean" or "sum"', reduction, "say what the loss does")


def _numbered(at: Any) -> dict[str, Any]:
    return {str(i): own for i, own in enumerate(at)} if isinstance(at, (tuple, list)) else {}


def _one_device(chosen: dict[str, Tensor]) -> torch.device:
    devices = {own.device for own in chosen.values()}
    if len(devices) > 1 or "meta" in {device.type for device in devices}:
        got = ", ".join(sorted(map(str, devices)))
        raise PolariscopeError("model", "parameters lie on one device", got, "move the model to one device")
    return devices.pop()
