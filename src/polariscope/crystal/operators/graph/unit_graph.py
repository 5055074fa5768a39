"""The graph of a network by its weights: units as nodes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import block_diag
from torch import nn

from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.errors import PolariscopeError

_MOST_WEIGHTS = 20_000_000  # entries between layers: 0.5 GB as a graph
_Floats = NDArray[np.float64]


def weight_graph(model: nn.Module, layers: Sequence[str] | None = None) -> Graph:
    """A_ij = |w_ij| between unit j of one layer and unit i of the next; of a convolution, the norm of its kernel.

    >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    >>> _ = model[0].weight.data.copy_(torch.tensor([[1.0, -2.0], [0.0, 3.0]]))
    >>> graph = weight_graph(model)
    >>> graph.names
    ('input.0', 'input.1', '0.0', '0.1', '2.0')
    >>> graph.weights.toarray()[:2, 2:4]
    array([[1., 0.],
           [2., 3.]])

    Args:
        model: A network; it is only read.
        layers: Names of Linear and Conv2d modules, each taking what the one before it gives. A Linear may take the
            flattened channels of a Conv2d: its weights over a channel's positions count by their norm. Default:
            all of them, in the order in which they were registered.

    Returns:
        The graph: the inputs of the first layer, then the outputs of each. Biases do not count.

    Raises:
        PolariscopeError: The model has no such layers, two that do not follow each other, weights that are not
            finite, or more than 20,000,000 of them.
    """
    chosen = named_layers(model, layers)
    _check(chosen)
    strengths = _strengths(chosen)
    sizes = [strengths[0].shape[1], *(len(each) for each in strengths)]
    names = unit_names(["input", *chosen], sizes)
    # Rows begin after the inputs, and columns end before the last layer.
    between = sparse.block_diag(strengths, format="coo")
    ends = between.row + sizes[0], between.col
    half = sparse.coo_array((between.data, ends), shape=(len(names), len(names)))
    return graph_from(half + half.T, names)


def named_layers(model: nn.Module, names: Sequence[str] | None) -> dict[str, nn.Module]:
    """Find modules of a network by name.

    Args:
        model: The network.
        names: Of its modules. Default: of all its Linear and Conv2d modules.

    Returns:
        The modules, by name.

    Raises:
        PolariscopeError: There are none such, or the network has parameters without numbers.
    """
    if any(nn.parameter.is_lazy(each) or each.is_meta for each in model.parameters()):
        cure = "load its weights, or run it once on its inputs"
        raise PolariscopeError("model", "its parameters hold numbers", "parameters without", cure)
    modules = dict(model.named_modules())
    if names is None:
        names = [name for name, module in modules.items() if isinstance(module, nn.Linear | nn.Conv2d)]
        if not names:
            cure = "name its layers, or give a network that has some"
            raise PolariscopeError("model", "it has Linear or Conv2d layers", type(model).__name__, cure)
    missing = [name for name in names if name not in modules]
    if missing or not names:
        known = ", ".join(sorted(name for name in modules if name)[:5])
        value = missing[0] if missing else "none"
        raise PolariscopeError("layers", "names of modules of the model", value, f"its modules are {known}, ...")
    return {name: modules[name] for name in names}


def unit_names(layers: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Name units by their layer and place.

    >>> unit_names(["up", ""], [2, 1])  # a network that is one layer has no name
    ['up.0', 'up.1', 'model.0']

    Args:
        layers: Names of layers.
        sizes: Units of each.

    Returns:
        One name for each unit.
    """
    return [f"{name or 'model'}.{unit}" for name, size in zip(layers, sizes, strict=True) for unit in range(size)]


def _check(layers: Mapping[str, nn.Module]) -> None:
    entries = 0
    for name, module in layers.items():
        if not isinstance(module, nn.Linear | nn.Conv2d):
            rule, cure = "names of Linear and Conv2d modules", "leave the others out"
            raise PolariscopeError("layers", rule, f"{name}, a {type(module).__name__}", cure)
        entries += module.weight.numel()
    if entries > _MOST_WEIGHTS:
        rule = f"at most {_MOST_WEIGHTS:,} weights in a graph"
        raise PolariscopeError("model", rule, f"{entries:,}", "name some of its layers")


def _strength(module: Any) -> _Floats:
    weight = module.weight.detach().to("cpu", torch.float64)
    if not torch.isfinite(weight).all():
        cure = "take the model from before it diverged"
        raise PolariscopeError("model", "its weights are finite", "nan or infinity", cure)
    if isinstance(module, nn.Linear):
        return np.asarray(weight.abs().numpy(), np.float64)
    kernels = np.split(torch.linalg.vector_norm(weight, dim=(2, 3)).numpy(), module.groups)
    return np.asarray(block_diag(*kernels), np.float64)


def _strengths(layers: Mapping[str, nn.Module]) -> list[_Floats]:
    """|w| of each layer, (outputs, inputs), its inputs being the outputs of the layer before."""
    strengths: list[_Floats] = []
    before: nn.Module | None = None
    for name, module in layers.items():
        strength = _strength(module)
        if before is not None:
            flattened = isinstance(before, nn.Conv2d) and isinstance(module, nn.Linear)
            strength = _joined(strength, len(strengths[-1]), name, flattened=flattened)
        strengths.append(strength)
        before = module
    return strengths


def _joined(strength: _Floats, units: int, name: str, *, flattened: bool) -> _Floats:
    """Join the inputs of a layer that belong to one unit of the layer before: positions of a flattened channel."""
    outputs, inputs = strength.shape
    if inputs != units and not (flattened and inputs % units == 0):
        rule = "each layer takes what the one before it gives"
        value = f"{name} with {inputs:,} inputs after {units:,} outputs"
        raise PolariscopeError("layers", rule, value, "name layers that follow each other")
    return np.asarray(np.linalg.norm(strength.reshape(outputs, units, -1), axis=2), np.float64)
