"""The graph of a network by its activations: units as nodes, joined where they act together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.crystal.operators.graph.unit_graph import named_layers, unit_names
from polariscope.crystal.operators.symmetric import DENSE_LIMIT
from polariscope.errors import PolariscopeError

_FEWEST_INPUTS = 3  # two inputs correlate any two units perfectly
_DEAD = 1e-6  # of a unit's largest activation: a spread below it is rounding of single precision
_IMAGES = 4  # axes: inputs, channels, height, width
_Floats = NDArray[np.float64]
_Inputs: TypeAlias = torch.Tensor | Mapping[str, Any]


def coactivation_graph(
    model: nn.Module, inputs: _Inputs, layers: Sequence[str] | None = None, *, threshold: float = 0.0
) -> Graph:
    """A_ij = |correlation| over inputs of the activations of units i and j, where it is at least the threshold.

    The model runs once, in evaluation mode and without gradients. Of an activation (inputs, channels, height,
    width), channels are units; of any other, the last axis. All further axes are averaged over, so that each input
    counts once. A unit whose activation does not change is joined to nothing.

    >>> model = nn.Linear(2, 2, bias=False)
    >>> _ = model.weight.data.copy_(torch.tensor([[1.0, 0.0], [-2.0, 0.0]]))
    >>> coactivation_graph(nn.Sequential(model), torch.randn(10, 2)).weights.toarray().round(6)
    array([[0., 1.],
           [1., 0.]])

    Args:
        model: A network; it is bit for bit the same afterwards, also where it fails.
        inputs: What it is called with: a tensor, or named ones; three inputs or more along the first axis.
        layers: Names of modules whose outputs are tensors; of a module that runs more than once, the last output
            counts. Default: all Linear and Conv2d modules, before any activation function.
        threshold: Correlations below it are left out, in [0, 1]. Default: 0, all of them.

    Returns:
        The graph, its units in the order of the layers.

    Raises:
        PolariscopeError: The model has no such layers, cannot run on the inputs, does not reach a layer, gives
            activations that are not finite or too few of them, or has more than 5,000 units there.
    """
    if not 0 <= threshold <= 1:
        raise PolariscopeError("threshold", "a correlation lies in [0, 1]", threshold, "give 0.3, say")
    chosen = named_layers(model, layers)
    outputs = _outputs(model, inputs, chosen)
    columns = [_by_unit(name, outputs.get(name)) for name in chosen]
    names = unit_names(list(chosen), [each.shape[1] for each in columns])
    if len(names) > DENSE_LIMIT:
        raise PolariscopeError("layers", f"at most {DENSE_LIMIT:,} units", f"{len(names):,}", "name fewer layers")
    if len({len(each) for each in columns}) > 1 or len(columns[0]) < _FEWEST_INPUTS:
        rule = f"{_FEWEST_INPUTS} inputs or more, as many in each layer"
        value = ", ".join(f"{len(each):,}" for each in columns)
        raise PolariscopeError("inputs", rule, value, "give a batch along the first axis")
    correlation = np.abs(_correlation(np.hstack(columns)))
    return graph_from(np.where(correlation >= threshold, correlation, 0.0), names)


def _outputs(model: nn.Module, inputs: _Inputs, layers: Mapping[str, nn.Module]) -> dict[str, object]:
    outputs: dict[str, object] = {}

    def keep(name: str) -> Any:
        def hook(_module: nn.Module, _inputs: object, output: object) -> None:
            # A copy: the next module may work in place.
            outputs[name] = output.detach().clone() if isinstance(output, torch.Tensor) else output

        return hook

    with _undisturbed(model), torch.no_grad():
        hooks = [module.register_forward_hook(keep(name)) for name, module in layers.items()]
        try:
            model(**inputs) if isinstance(inputs, Mapping) else model(inputs)
        except Exception as error:
            cure = "give what its forward takes: a tensor, or a dictionary of named ones"
            raise PolariscopeError("inputs", "inputs that the model runs on", error, cure) from error
        finally:
            for hook in hooks:
                hook.remove()
    return outputs


@contextmanager
def _undisturbed(model: nn.Module) -> Iterator[None]:
    """Evaluation mode within; afterwards every module is in the mode it was in, and every buffer as it was."""
    modes = [(module, module.training) for module in model.modules()]
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)


def _by_unit(name: str, output: object) -> _Floats:
    """Activations as (inputs, units)."""
    if not isinstance(output, torch.Tensor) or output.ndim < 2:
        value = f"{name}, which gave {'none' if output is None else type(output).__name__}"
        rule = "modules that the model runs, and that give tensors of inputs and units"
        raise PolariscopeError("layers", rule, value, "leave it out")
    activation = output.detach().to("cpu", torch.float64)
    if not torch.isfinite(activation).all():
        value = f"nan or infinity in {name}"
        raise PolariscopeError("inputs", "activations are finite", value, "scale the inputs, or mend the model")
    units = activation.movedim(1, -1) if activation.ndim == _IMAGES else activation
    inputs, width = units.shape[0], units.shape[-1]
    positions = prod(units.shape[1:-1])
    return np.asarray(units.reshape(inputs, positions, width).mean(dim=1).numpy(), np.float64)


def _correlation(columns: _Floats) -> _Floats:
    centred = columns - columns.mean(axis=0)
    length = np.linalg.norm(centred, axis=0)
    alive = length > _DEAD * np.abs(columns).max(axis=0) * np.sqrt(len(columns))
    unit = np.where(alive, centred / np.where(alive, length, 1.0), 0.0)
    correlation = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(correlation, 0.0)
    return np.asarray(correlation, np.float64)
