"""The computation graph with parameters as nodes, joined where they meet at a unit; torch, loaded when called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from polariscope.errors import PolariscopeError

if TYPE_CHECKING:
    from torch import nn

_MOST_PAIRS = 50_000_000
"""Pairs of parameters at one unit, in both directions: 600 MB while they are gathered."""


class _Layer(NamedTuple):
    name: str
    module: Any
    outputs: int
    inputs: int


def parameter_graph(
    model: "nn.Module", names: str | Sequence[str] | None = None, *, chain: Sequence[str] | None = None
) -> sparse.csr_array:
    """A_pq = 1 where the parameters p and q share a unit: 0/1, (n, n), its diagonal empty.

    A weight W[i, j] of a Linear layer lies at two units, output i and input j, which is output j of the layer
    before; a bias lies at its output. Channels are the units of a convolution: its weight W[o, c, ...] lies at
    channel o and at channel c, whatever the place in the kernel; a Linear layer behind it reads several places of
    one channel.

    >>> from torch import nn
    >>> model = nn.Sequential(nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1))
    >>> parameter_graph(model).toarray()  # all but the last bias meet at the hidden unit
    array([[0., 1., 1., 0.],
           [1., 0., 1., 0.],
           [1., 1., 0., 1.],
           [0., 0., 1., 0.]])

    Args:
        model: A module whose Linear, Conv1d, Conv2d and Conv3d layers feed one another, one after the other.
        names: Patterns of the parameters that are nodes, as `hessian` takes them. Default: all that require a
            gradient.
        chain: Names of the layers in the order in which each feeds the next. Default: the order in which an
            ``nn.Sequential``, nested or not, calls them; for other modules it cannot be known and must be given.

    Returns:
        The adjacency, nodes in the order of ``model.named_parameters()``, each flattened by rows: the order of the
        Hessian's rows.

    Raises:
        PolariscopeError: The order of the layers is not known or their sizes do not fit, a chosen parameter
            belongs to none of them, or there are too many edges.
    """
    from polariscope.crystal.operators.loss.parameters import choose_parameters

    chosen = choose_parameters(model, names)
    layers = _named(model, chain) if chain is not None else _sequence(model, "")
    starts = dict(zip(map(id, chosen.values()), _starts([own.numel() for own in chosen.values()]), strict=True))
    parts, met = [], set()
    for layer, units in zip(layers, _units(layers), strict=True):
        for attribute, at in units.items():
            own = getattr(layer.module, attribute)
            if id(own) in starts:
                nodes = starts[id(own)] + np.arange(own.numel())
                parts += [(nodes, unit.ravel()) for unit in at]
                met.add(id(own))
    for name, own in chosen.items():
        if id(own) not in met:
            cure = "choose by names= only weights and biases of the chain's Linear and convolution layers"
            raise PolariscopeError("names", "every parameter belongs to a layer of the chain", name, cure)
    return _meeting(parts, sum(own.numel() for own in chosen.values()))


def _starts(sizes: list[int]) -> list[int]:
    return [0, *np.cumsum(sizes)[:-1].tolist()]


def _layer(name: str, module: Any) -> _Layer | None:
    from torch import nn

    if isinstance(module, nn.Linear):
        return _Layer(name, module, module.out_features, module.in_features)
    if not isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return None
    if module.groups != 1:
        cure = "leave its parameters out by names=; there is no rule for them here"
        raise PolariscopeError("model", "convolutions of one group", f"{name} with {module.groups}", cure)
    return _Layer(name, module, module.out_channels, module.in_channels)


def _named(model: "nn.Module", chain: Sequence[str]) -> list[_Layer]:
    modules = dict(model.named_modules())
    layers = [_layer(name, modules.get(name)) for name in chain]
    for name, layer in zip(chain, layers, strict=True):
        if layer is None:
            known = [each for each, module in modules.items() if _layer(each, module)]
            cure = f"its layers are {', '.join(known) or 'none'}"
            raise PolariscopeError("chain", "names of Linear or convolution layers", name, cure)
    return [layer for layer in layers if layer is not None]


def _sequence(module: Any, name: str) -> list[_Layer]:
    """Find the layers in the order in which nested Sequentials call them."""
    from torch import nn

    layer = _layer(name, module)
    if layer is not None:
        return [layer]
    if isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward:
        # By position: a layer that is called twice has one name among the named children.
        parts = [_sequence(child, f"{name}[{place}]") for place, child in enumerate(module)]
        return [layer for part in parts for layer in part]
    if any(_layer(key, inner) for key, inner in module.named_modules()):
        cure = "name its layers in the order in which each feeds the next, by chain="
        got = f"{name or 'the model'}, a {type(module).__name__}"
        raise PolariscopeError("model", "an nn.Sequential, which says what feeds what", got, cure)
    return []


def _units(layers: list[_Layer]) -> list[dict[str, list[NDArray[np.int64]]]]:
    """Say for each layer at which units each entry of its weight and its bias lies."""
    found = []
    first, width = 0, layers[0].inputs if layers else 0  # of the units that the layer reads
    for before, layer in zip([None, *layers], layers, strict=False):
        _check_width(before, layer, width)
        rows, columns, *_ = np.indices(layer.module.weight.shape)
        at = {"weight": [first + width + rows, first + columns * width // layer.inputs]}
        if layer.module.bias is not None:
            at["bias"] = [first + width + np.arange(layer.outputs)]
        found.append(at)
        first, width = first + width, layer.outputs
    return found


def _check_width(before: _Layer | None, layer: _Layer, width: int) -> None:
    """See that a layer reads all units before it, or several places of each where channels were flattened."""
    flattened = before is not None and before.module.weight.dim() > layer.module.weight.dim() == 2
    if layer.inputs == width or (flattened and layer.inputs % width == 0):
        return
    cure = "name the layers in the order in which each feeds the next, by chain="
    raise PolariscopeError("model", f"{layer.name} reads the {width} units before it", f"{layer.inputs}", cure)


def _meeting(parts: list[tuple[Any, Any]], size: int) -> sparse.csr_array:
    nodes, units = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    pairs = int((np.bincount(units).astype(np.int64) ** 2).sum())
    if pairs > _MOST_PAIRS:
        cure = "choose fewer parameters by names=, such as those of one layer"
        raise PolariscopeError("model", f"at most {_MOST_PAIRS:,} pairs at a unit", f"{pairs:,}", cure)
    lies_at = sparse.csr_array((np.ones(len(nodes)), (nodes, units)), shape=(size, int(units.max()) + 1))
    shared = sparse.coo_array(lies_at @ lies_at.T)
    off = shared.row != shared.col
    joined = (np.ones(int(off.sum())), (shared.row[off], shared.col[off]))
    return sparse.csr_array(joined, shape=(size, size))
