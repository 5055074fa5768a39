"""A user's own loss is found, described and refused before anything is measured of it."""

import sys

import pytest

from llc_small import OWN, small_run
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.subjects import find_subject
from polariscope.errors import PolariscopeError

MORE = """
def noisy():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).train()
    return model, nn.functional.mse_loss, (torch.ones(3, 2), torch.ones(3, 2))

def two():
    return nn.Linear(2, 2), nn.functional.mse_loss, (torch.ones(2, 2), torch.ones(2, 2))
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "opened_by_me.py").write_text(OWN + MORE)
    yield
    sys.modules.pop("opened_by_me", None)


def find(name="network", **fields):
    told = []
    return find_subject(make_llc(subject=f"opened_by_me:{name}", **fields), told.append), told


def test_it_is_run_from_the_current_folder_and_that_is_said_before():
    found, told = find()
    assert told == ["running opened_by_me:network, which is your own code"]
    assert found.title == "Sequential of opened_by_me:network"
    assert (found.layers, found.known, dict(found.recommended)) == (("0", "2"), None, {})
    facts, (point,) = dict(found.facts), found.points
    assert (facts["Parameters that move"], facts["Examples"]) == ("26 in 4 tensors", "20")
    assert facts["SHA-256 of weights"] == point.identity["weights"]
    assert facts["SHA-256 of data"] == found.identity["data"]
    assert facts["Number type, device"] == "torch.float64 on cpu"


def test_the_parameters_that_move_and_the_arithmetic_are_those_asked_for():
    found, _ = find(parameters=("2.*", "0.weight[1:3]"), dtype="float32")
    (point,) = found.points
    assert (point.local.free, found.layers) == (10 + 6, ("0", "2"))
    assert found.identity["dtype"] == "torch.float32"
    assert dict(found.facts)["Parameters that move"] == "16 in 3 tensors"


def test_batches_are_how_hmc_cuts_the_data_and_nothing_to_sgld_s():
    parts = {
        sampler: len(list(find(sampler=sampler, batch=6)[0].points[0].local.surface.objective.parts()))
        for sampler in ("hmc", "sgld")
    }
    assert parts == {"hmc": 4, "sgld": 1}


def test_memory_is_given_in_mebibytes():
    assert find(memory=3)[0].points[0].local.memory == 3 << 20


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("noisy", {}, "dropout is off"),
        ("two", {}, "at least 3 examples"),
        ("network", {"parameters": ("head.*",)}, "head.*"),
        ("missing", {}, "no missing in it"),
    ],
)
def test_a_loss_that_cannot_be_examined_is_refused(name, fields, told):
    with pytest.raises(PolariscopeError) as caught:
        find(name, **fields)
    assert told in str(caught.value)
    assert caught.value.cure


def test_of_a_part_of_a_specimen_nothing_is_known():
    whole = find_subject(make_llc(subject="reduced-rank:4,3,2"))
    part = find_subject(make_llc(subject="reduced-rank:4,3,2", parameters=("first.*",)))
    assert whole.known is not None
    assert part.known is None


def test_a_checkpoint_can_be_matched_to_another_s_loss(monkeypatch):
    monkeypatch.setattr(opening, "modular_addition_run", lambda _: small_run())
    found = find_subject(make_llc(subject="modular-addition", matched=True))
    for point in found.points:
        local = point.opened(found.target)
        assert local.surface.loss() == pytest.approx(found.target, rel=1e-5)
        assert local.logit_scale <= 1
    assert found.points[0].opened(found.target).logit_scale == 1
    assert found.points[-1].opened(found.target).logit_scale < 0.9
