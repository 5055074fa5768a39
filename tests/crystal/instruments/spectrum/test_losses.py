"""A user's own loss is found, described and refused before anything is measured of it."""

import sys

import pytest

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.subjects import find_subject
from polariscope.errors import PolariscopeError
from spectrum_runs import OWN

MORE = """
class Joined(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(2, 2)

    def forward(self, x):
        return self.one(x) + x

def joined():
    return Joined(), nn.functional.mse_loss, (torch.ones(3, 2), torch.ones(3, 2))

def large():
    return nn.Linear(60, 60), nn.functional.mse_loss, (torch.ones(3, 60), torch.ones(3, 60))

def noisy():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).train()
    return model, nn.functional.mse_loss, (torch.ones(3, 2), torch.ones(3, 2))

def vector():
    return nn.Linear(2, 2), lambda outputs, targets: (outputs - targets)[0], (torch.ones(3, 2), torch.ones(3, 2))

def empty():
    return nn.Linear(2, 2), nn.functional.mse_loss, (torch.ones(0, 2), torch.ones(0, 2))

def bare():
    return nn.ReLU(), nn.functional.mse_loss, (torch.ones(3, 2), torch.ones(3, 2))
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "losses_of_mine.py").write_text(OWN + MORE)
    yield
    sys.modules.pop("losses_of_mine", None)


def find(name, **fields):
    told = []
    found = find_subject(make_spectrum(subject=f"losses_of_mine:{name}", **fields), told.append)
    return found, told


def test_it_is_run_from_the_current_folder_and_that_is_said_before():
    found, told = find("network")
    assert told == ["running losses_of_mine:network, which is your own code"]
    assert (found.family, found.name, found.matrix) == ("loss", "losses_of_mine:network", "Hessian")
    assert found.title == "Sequential of losses_of_mine:network"
    facts = dict(found.facts)
    assert facts["Model"] == "Sequential, Sequential of losses_of_mine:network"
    assert (facts["Parameters examined"], facts["Examples"]) == ("26 in 4 tensors", "20")
    assert facts["Number type, device"] == "torch.float64 on cpu"
    assert facts["SHA-256 of weights"] == found.identity["weights"]
    assert facts["SHA-256 of data"] == found.identity["data"]


@pytest.mark.parametrize(
    ("fields", "matrix", "size"),
    [
        ({"matrix": "hessian"}, "Hessian", 26),
        ({"matrix": "gauss-newton"}, "Gauss-Newton matrix", 26),
        ({"matrix": "fisher"}, "Fisher matrix", 26),
        ({"parameters": ("2.*",)}, "Hessian", 10),
        ({"parameters": ("0.weight", "*.bias")}, "Hessian", 18),
    ],
)
def test_the_matrix_and_the_parameters_are_those_asked_for(fields, matrix, size):
    found, _ = find("network", **fields)
    assert (found.matrix, found.operator.size) == (matrix, size)


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("noisy", {}, "dropout is off"),
        ("vector", {}, "scalar"),
        ("empty", {}, "example"),
        ("bare", {}, "parameter"),
        ("network", {"parameters": ("head.*",)}, "head.*"),
        ("missing", {}, "no missing in it"),
    ],
)
def test_a_loss_that_cannot_be_examined_is_refused(name, fields, told):
    with pytest.raises(PolariscopeError) as caught:
        find(name, **fields)
    assert told in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("joined", {}, "--relabelled: it needs an nn.Sequential, which says what feeds what; got"),
        ("large", {}, "--relabelled: at most 3,000 parameters; got 3,660. Cure: choose fewer by --parameters."),
        ("network", {"matrix": "fisher"}, "--relabelled: it asks whether a Hessian is a Laplacian; got fisher."),
    ],
)
def test_what_has_no_computation_graph_to_compare_with_is_refused_at_once(name, fields, told):
    with pytest.raises(PolariscopeError) as caught:
        find(name, relabelled=19, **fields)
    assert str(caught.value).startswith(told)
    assert find(name, **fields)[0].family == "loss"
