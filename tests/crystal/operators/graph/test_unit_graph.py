"""The graph of a network by its weights: every entry where it belongs, and the network untouched."""

import copy
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from polariscope.crystal.operators.graph.unit_graph import weight_graph
from polariscope.errors import PolariscopeError


def same(one, other):
    return all(torch.equal(a, other.state_dict()[name]) for name, a in one.state_dict().items())


def test_each_layer_stands_between_its_inputs_and_its_outputs():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    before = copy.deepcopy(model)
    graph = weight_graph(model)
    expected = np.zeros((14, 14))
    for at, start in ((0, 0), (2, 4), (4, 7)):
        weight = model[at].weight.detach().abs().double().numpy()
        rows, columns = weight.shape
        expected[start + columns : start + columns + rows, start : start + columns] = weight
    assert (graph.weights.toarray() == expected + expected.T).all()
    assert graph.names[3:5] == ("input.3", "0.0")
    assert graph.names[-1] == "4.1"
    assert same(before, model)


def test_a_convolution_counts_by_the_norm_of_its_kernels_and_a_flattened_channel_as_one():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Conv2d(3, 4, 2), nn.Flatten(), nn.Linear(4 * 6, 2))
    dense = weight_graph(model).weights.toarray()
    first, second, last = (model[at].weight.detach().double() for at in (0, 1, 3))
    assert np.allclose(dense[2:5, :2], first.pow(2).sum(dim=(2, 3)).sqrt())
    assert np.allclose(dense[5:9, 2:5], second.pow(2).sum(dim=(2, 3)).sqrt())
    assert np.allclose(dense[9:, 5:9], last.reshape(2, 4, 6).pow(2).sum(dim=2).sqrt())


def test_groups_of_a_convolution_do_not_meet():
    model = nn.Conv2d(4, 6, 1, groups=2)
    dense = weight_graph(model).weights.toarray()[4:, :4]
    whole = np.zeros((6, 4))
    kernels = model.weight.detach().abs().double().numpy()[:, :, 0, 0]
    whole[:3, :2], whole[3:, 2:] = kernels[:3], kernels[3:]
    assert np.allclose(dense, whole)


def test_layers_are_chosen_by_name_and_other_precisions_are_read():
    model = nn.ModuleDict({"up": nn.Linear(2, 3), "side": nn.Linear(7, 7), "down": nn.Linear(3, 2)}).bfloat16()
    graph = weight_graph(model, ["up", "down"])
    assert graph.names == ("input.0", "input.1", "up.0", "up.1", "up.2", "down.0", "down.1")
    assert graph.weights.toarray()[2, 0] == abs(model["up"].weight[0, 0].item())


def poisoned():
    model = nn.Linear(2, 2)
    model.weight.data[0, 0] = float("nan")
    return model


@pytest.mark.parametrize(
    ("model", "layers", "rule"),
    [
        (nn.Sequential(nn.ReLU()), None, "model: it has Linear or Conv2d layers"),
        (nn.Sequential(nn.LayerNorm(2)), ["0"], "layers: names of Linear and Conv2d modules"),
        (nn.Sequential(nn.Linear(2, 2)), ["1"], "layers: names of modules of the model"),
        (nn.Sequential(nn.Linear(2, 2)), [], "layers: names of modules of the model"),
        (nn.Sequential(nn.Linear(4, 2), nn.Linear(4, 1)), None, "takes what the one before it gives"),
        (nn.Sequential(nn.Conv2d(1, 2, 1), nn.Linear(7, 1)), None, "takes what the one before it gives"),
        (poisoned(), None, "model: its weights are finite"),
        (nn.Linear(2, 2, device="meta"), None, "model: its parameters hold numbers"),
        (nn.Sequential(nn.Linear(5_000, 5_000, dtype=torch.float16)), None, "at most 20,000,000 weights"),
    ],
)
def test_what_has_no_such_graph_is_refused(model, layers, rule):
    with pytest.raises(PolariscopeError, match=rule):
        weight_graph(model, layers)


def test_a_layer_that_waits_for_its_shape_is_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # some versions of torch call them experimental
        model = nn.Sequential(nn.LazyLinear(3))
    with pytest.raises(PolariscopeError, match="its parameters hold numbers"):
        weight_graph(model)
