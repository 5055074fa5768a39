"""Parameters are joined where they meet at a unit: against the definition, one pair at a time."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from torch import nn

from polariscope.crystal.operators.loss.parameter_graph import parameter_graph
from polariscope.errors import PolariscopeError


def by_definition(sizes, *, bias=True):
    """Each parameter's units, and whether two of them share one."""
    units = []
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        units += [{(layer + 1, i), (layer, j)} for i in range(outputs) for j in range(inputs)]
        units += [{(layer + 1, i)} for i in range(outputs)] if bias else []
    joined = np.zeros((len(units), len(units)))
    for p, q in combinations(range(len(units)), 2):
        joined[p, q] = joined[q, p] = bool(units[p] & units[q])
    return joined


def network(sizes, *, bias=True):
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs, bias=bias), nn.Tanh()]
    return nn.Sequential(*layers)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(2, 3), (3, 2, 4), (2, 3, 3, 1)])
def test_the_graph_is_that_of_the_definition(sizes, bias):
    graph = parameter_graph(network(sizes, bias=bias))
    assert np.array_equal(graph.toarray(), by_definition(sizes, bias=bias))


def test_an_mlp_has_as_many_edges_as_its_units_make():
    graph = parameter_graph(network((20, 40, 40, 5)))
    # At a unit all its parameters meet; a pair that meets twice would have the same ends, and there is none.
    counts = 20 * [40] + 40 * [20 + 1 + 40] + 40 * [40 + 1 + 5] + 5 * [40 + 1]
    assert graph.shape == (2685, 2685)
    assert graph.nnz / 2 == sum(count * (count - 1) // 2 for count in counts)


def test_named_parameters_keep_their_edges():
    model = network((3, 4, 2))
    names = [name for name, own in model.named_parameters() for _ in range(own.numel())]
    kept = np.array([name in {"0.bias", "2.weight"} for name in names])
    graph = parameter_graph(model, ["2.*", "0.bias"]).toarray()
    whole = parameter_graph(model).toarray()
    chosen = np.array([name == "0.bias" or name.startswith("2.") for name in names])
    assert np.array_equal(graph, whole[chosen][:, chosen])
    assert np.array_equal(parameter_graph(model, ["0.bias", "2.weight"]).toarray(), whole[kept][:, kept])


def test_channels_are_the_units_of_convolutions_and_flattening_keeps_them():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 4, 1, bias=False))
    graph = parameter_graph(model).toarray()
    kernel, last = np.arange(18).reshape(2, 9), 20 + np.arange(8).reshape(2, 4)
    assert graph[kernel[0, 0], kernel[1, 8]] == 1  # the one input channel
    assert graph[kernel[0, 3], 18] == 1
    assert graph[kernel[0, 3], 19] == 0
    assert graph[np.ix_(kernel[0], last[0])].all()
    assert not graph[np.ix_(kernel[0], last[1])].any()


def test_a_weight_of_two_layers_lies_at_the_units_of_both():
    tied = nn.Linear(2, 2, bias=False)
    once, twice = (
        parameter_graph(nn.Sequential(*layers)).toarray() for layers in ([tied], [tied, nn.Tanh(), tied])
    )
    # W[0, 1] and W[1, 0] meet at the hidden unit 0: one writes it in the first layer, one reads it in the second.
    assert (once[1, 2], twice[1, 2]) == (0, 1)
    assert (once[0, 3], twice[0, 3]) == (0, 0)


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.second, self.first = nn.Linear(3, 1), nn.Linear(2, 3)

    def forward(self, inputs):
        return self.second(self.first(inputs))


def test_a_module_of_its_own_kind_needs_its_chain():
    with pytest.raises(PolariscopeError, match=r"model: an nn.Sequential.* by chain="):
        parameter_graph(Own())
    graph = parameter_graph(Own(), chain=["first", "second"]).toarray()
    order = [*range(4, 13), *range(4)]  # the second layer was registered first
    assert np.array_equal(graph[order][:, order], by_definition((2, 3, 1)))
    with pytest.raises(PolariscopeError, match="reads the 1 units before it"):
        parameter_graph(Own(), chain=["second", "first"])
    with pytest.raises(PolariscopeError, match=r"chain: .* got third. Cure: its layers are second, first"):
        parameter_graph(Own(), chain=["third"])


class Doubling(nn.Sequential):
    def forward(self, inputs):
        return 2 * super().forward(inputs)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Doubling(nn.Linear(2, 2)), "a Doubling"),
        (nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), "got 1.weight"),
        (nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(3, 2)), "reads the 2 units before it"),
        (nn.Sequential(nn.Conv2d(4, 4, 1, groups=2)), "convolutions of one group"),
        (nn.LSTM(2, 2), "belongs to a layer of the chain"),
        (nn.Sequential(nn.Linear(8000, 1)), "at most 50,000,000 pairs"),
        (nn.Tanh(), "one parameter or more"),
    ],
)
def test_what_the_rule_does_not_cover_is_refused(model, words):
    with pytest.raises(PolariscopeError, match=words):
        parameter_graph(model)


def test_a_norm_that_is_left_out_is_no_obstacle():
    model = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.Linear(3, 1))
    graph = parameter_graph(model, ["0.*", "2.*"])
    assert np.array_equal(graph.toarray(), by_definition((2, 3, 1)))
