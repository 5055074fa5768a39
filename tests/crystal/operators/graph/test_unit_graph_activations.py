"""The graph of a network by its activations: correlations, dead units, and the network as it was."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from polariscope.crystal.operators.graph.unit_graph_activations import coactivation_graph
from polariscope.errors import PolariscopeError


class Fragile(nn.Module):
    """Counts its calls in a buffer, and fails where it is asked to."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.BatchNorm1d(4))
        self.unused = nn.Linear(3, 3)
        self.register_buffer("calls", torch.zeros(1))
        self.fail = False

    def forward(self, x):
        self.calls += 1
        out = self.inner(x)
        if self.fail:
            raise KeyError("broken")
        return out


def state(model):
    modes = [module.training for module in model.modules()]
    hooks = [len(module._forward_hooks) for module in model.modules()]
    return copy.deepcopy(model.state_dict()), modes, hooks


def assert_untouched(model, before):
    after = state(model)
    assert after[1:] == before[1:]
    assert all(torch.equal(value, after[0][name]) for name, value in before[0].items())


def test_edges_are_absolute_correlations_over_inputs():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 4), nn.ReLU(inplace=True), nn.Linear(4, 3))
    inputs = torch.randn(50, 5)
    graph = coactivation_graph(model, inputs)
    first = model[0](inputs)
    columns = torch.hstack([first, model[2](first.relu())]).detach().double().numpy()
    expected = np.abs(np.corrcoef(columns.T))
    np.fill_diagonal(expected, 0)
    assert np.allclose(graph.weights.toarray(), expected, atol=1e-6)
    assert graph.names == ("0.0", "0.1", "0.2", "0.3", "2.0", "2.1", "2.2")


def test_a_threshold_leaves_out_what_is_below_and_nothing_else():
    torch.manual_seed(0)
    model, inputs = nn.Linear(5, 8), torch.randn(20, 5)
    whole = coactivation_graph(model, inputs, [""]).weights.toarray()
    cut = coactivation_graph(model, inputs, [""], threshold=0.4).weights.toarray()
    assert (cut == np.where(whole >= 0.4, whole, 0)).all()
    assert 0 < np.count_nonzero(cut) < np.count_nonzero(whole)


def test_channels_are_units_and_positions_are_averaged():
    torch.manual_seed(0)
    model, inputs = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(12, 2)), torch.randn(9, 2, 4, 4)
    channels = model[0](inputs).mean(dim=(2, 3)).detach().double().numpy()
    found = coactivation_graph(model, inputs, ["0"]).weights.toarray()
    assert np.allclose(found, np.abs(np.corrcoef(channels.T)) - np.eye(3), atol=1e-6)
    tokens = torch.randn(9, 6, 12)
    means = model[2](tokens).mean(dim=1).detach().double().numpy()
    found = coactivation_graph(nn.Sequential(model[2]), tokens).weights.toarray()
    assert np.allclose(found, np.abs(np.corrcoef(means.T)) - np.eye(2), atol=1e-6)


def test_dead_units_are_joined_to_nothing():
    torch.manual_seed(0)
    model = nn.Linear(3, 4)
    model.weight.data[1:3] = 0
    model.bias.data[2] = 1e6
    dense = coactivation_graph(model, torch.randn(30, 3), [""]).weights.toarray()
    assert np.isfinite(dense).all()
    assert not dense[1:3].any()
    assert dense[0, 3] > 0


def test_a_unit_that_only_rounding_moves_is_dead():
    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    model.weight.data[0] *= 1e-7
    model.bias.data[0] = 1.0
    inputs = torch.randn(200, 3)
    assert model(inputs)[:, 0].std() > 0
    assert not coactivation_graph(model, inputs, [""]).weights.nnz


def test_named_inputs_are_taken():
    model, inputs = nn.Linear(3, 2), torch.randn(8, 3)
    one, other = (
        coactivation_graph(model, given, [""]).weights.toarray() for given in (inputs, {"input": inputs})
    )
    assert (one == other).all()


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_as_it_was_also_after_it_failed(training):
    model = Fragile().train(training)
    model.inner[1].train(not training)
    before = state(model)
    inputs = torch.randn(6, 3)
    one = coactivation_graph(model, inputs, ["inner.0", "inner.2"]).weights.toarray()
    assert (one == coactivation_graph(model, inputs, ["inner.0", "inner.2"]).weights.toarray()).all()
    assert_untouched(model, before)
    model.fail = True
    with pytest.raises(PolariscopeError, match="inputs that the model runs on"):
        coactivation_graph(model, inputs, ["inner.0"])
    assert_untouched(model, before)


@pytest.mark.parametrize(
    ("inputs", "options", "rule"),
    [
        (torch.randn(6, 3), {}, "unused, which gave none"),
        (torch.randn(6, 3), {"layers": ["elsewhere"]}, "names of modules of the model"),
        (torch.randn(2, 3), {"layers": ["inner"]}, "3 inputs or more"),
        (torch.randn(0, 3), {"layers": ["inner"]}, "3 inputs or more"),
        (torch.randn(6, 4), {"layers": ["inner"]}, "inputs that the model runs on"),
        (np.zeros((6, 3)), {"layers": ["inner"]}, "inputs that the model runs on"),
        (torch.full((6, 3), float("nan")), {"layers": ["inner"]}, "activations are finite"),
        (torch.randn(6, 3), {"threshold": 1.5}, "threshold: a correlation lies in"),
    ],
)
def test_what_gives_no_correlations_is_refused(inputs, options, rule):
    model = Fragile()
    before = state(model)
    with pytest.raises(PolariscopeError, match=rule):
        coactivation_graph(model, inputs, **options)
    assert_untouched(model, before)


def test_too_many_units_are_refused():
    with pytest.raises(PolariscopeError, match="at most 5,000 units"):
        coactivation_graph(nn.Linear(2, 5_001), torch.randn(4, 2), [""])


def test_layers_of_unlike_numbers_of_inputs_are_refused():
    class Folding(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.other = nn.Linear(4, 2), nn.Linear(2, 2)

        def forward(self, x):
            return self.one(x), self.other(x.reshape(-1, 2))

    with pytest.raises(PolariscopeError, match="as many in each layer; got 6, 12"):
        coactivation_graph(Folding(), torch.randn(6, 4))
