"""A plan's cells: what is cheap first, what is there is used again, what can change an outcome is in them."""

import sys

import pytest

from llc_small import FEW, OWN, small_run
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.planning import MEASURE_VERSION, control_settings, make_plan
from polariscope.crystal.instruments.llc.subjects import find_subject


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The user's module in the current folder; its text can be written again."""
    monkeypatch.chdir(tmp_path)

    def written(text=OWN):
        (tmp_path / "planned_llc.py").write_text(text)
        sys.modules.pop("planned_llc", None)
        return "planned_llc:network"

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield written
    sys.modules.pop("planned_llc", None)


@pytest.fixture
def run(monkeypatch):
    """Small checkpoints under the name of the long training run."""
    monkeypatch.setattr(opening, "modular_addition_run", lambda _: small_run())
    return "modular-addition"


def plan(subject, **fields):
    experiment = make_llc(subject=subject, **{**FEW, **fields})
    return make_plan(experiment, find_subject(experiment))


def kinds(made):
    return [cell.parameters["kind"] for cell in made.cells]


def kept(one, other):
    """Kinds of the cells that the other plan finds in the first."""
    there = {cell.identity for cell in one.cells}
    return [cell.parameters["kind"] for cell in other.cells if cell.identity in there]


def of_kind(made, kind):
    return [cell.parameters for cell in made.cells if cell.parameters["kind"] == kind]


def test_what_is_cheap_comes_first_and_scans_last(own, run):
    assert kinds(plan("monomial")) == ["start", "known", "control", "estimate", "temperatures"]
    assert kinds(plan(own())) == ["start", "control", "estimate", "temperatures"]
    told = kinds(plan(own(), by="layer", calibrate=True))
    assert told == ["start"] * 3 + ["control"] + ["estimate"] * 3 + ["temperatures", "calibration"]
    told = kinds(plan(run, matched=True))
    assert told == ["start"] * 3 + ["control"] + ["estimate"] * 6 + ["temperatures"]


def test_every_cell_carries_the_version_and_the_run_says_what_it_is_of():
    made = plan("monomial")
    assert {cell.measure_version for cell in made.cells} == {MEASURE_VERSION}
    assert {cell.instrument for cell in made.cells} == {"llc"}
    assert (made.experiment["model"], made.experiment["family"], made.experiment["chains"]) == (
        "monomial",
        "loss",
        4,
    )


def test_layers_are_those_of_the_last_checkpoint_each_by_its_name(own, run):
    parts = [(each["part"], each["point"]) for each in of_kind(plan(own(), by="layer"), "estimate")]
    assert parts == [("whole", "as given"), ("0", "as given"), ("2", "as given")]
    parts = [(each["part"], each["point"]) for each in of_kind(plan(run, by="layer"), "estimate")]
    assert parts == [
        *(("whole", f"step {step}") for step in (10, 40, 160)),
        ("weight", "step 160"),
        ("bias", "step 160"),
    ]


def test_matched_estimates_share_the_highest_training_loss(run):
    made = of_kind(plan(run, matched=True), "estimate")
    (target,) = {each["target"] for each in made} - {None}
    assert target == pytest.approx(small_run().train_loss[0], rel=1e-6)
    assert [each["at"] for each in made] == [10.0, 40.0, 160.0] * 2
    assert kept(plan(run), plan(run, matched=True)) == kinds(plan(run))


def test_the_way_of_the_chains_is_kept_once_for_the_last_checkpoint_as_it_is(run):
    made = of_kind(plan(run, matched=True, by="layer"), "estimate")
    (traced,) = (each for each in made if each["trace"])
    assert (traced["point"], traced["part"], traced["target"]) == ("step 160", "whole", None)


def test_a_prior_leaves_the_closed_form_behind():
    assert "known" not in kinds(plan("monomial", prior=1.0))


def test_scans_take_a_share_of_the_chains_but_no_fewer_than_four():
    made = plan("monomial", chains=32, calibrate=True)
    counts = {
        kind: of_kind(made, kind)[0]["settings"]["chains"] for kind in ("estimate", "temperatures", "calibration")
    }
    assert counts == {"estimate": 32, "temperatures": 16, "calibration": 8}
    made = plan("monomial", chains=6, calibrate=True)
    assert [of_kind(made, kind)[0]["settings"]["chains"] for kind in ("temperatures", "calibration")] == [4, 4]
    made = plan("monomial", chains=3, calibrate=True)
    assert [of_kind(made, kind)[0]["settings"]["chains"] for kind in ("temperatures", "calibration")] == [3, 3]


def test_the_control_is_the_same_for_all_subjects(own):
    there, other = plan("monomial"), plan(own())
    assert kept(there, other) == ["control"]
    settings = {"temperature": 3.0, "localization": 9.0, "prior": 0.5}
    assert "control" in kept(there, plan("monomial", **settings))
    assert "control" not in kept(there, plan("monomial", sampler="sgld"))
    assert "control" not in kept(there, plan("monomial", draws=13))


def test_the_control_adapts_its_own_step():
    found = control_settings(make_llc(step=0.1, burn_in=0, draws=7, sampler="sgld", batch=50))
    assert (found.step, found.burn_in, found.batch) == (None, 7, 50)
    assert found.scale(1000) == pytest.approx(145)


@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1])
def test_the_control_has_draws_of_its_own(seed):
    """Of a subject that is the control's own loss, the same draws would fail or pass together."""
    made = plan("reduced-rank", seed=seed)
    (own,), (other,) = of_kind(made, "estimate"), of_kind(made, "control")
    assert own["settings"]["seed"] == seed
    assert other["settings"]["seed"] != seed
    assert 0 <= other["settings"]["seed"] < 2**63


def test_a_scan_carries_the_name_of_the_formula_it_is_held_to():
    for subject, prior in (("monomial", 0.0), ("monomial", 1.0), ("network", 0.0)):
        made = plan(subject, prior=prior)
        (scan,) = of_kind(made, "temperatures")
        known = of_kind(made, "known")
        assert scan["formula"] == (known[0]["formula"] if known else None)
        assert bool(known) == (subject == "monomial" and prior == 0)


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"seed": 1}, ["known"]),
        ({"draws": 13}, ["start", "known"]),
        ({"step": 0.1}, ["start", "known", "control"]),
        ({"localization": 2.0}, ["start", "control"]),
        ({"temperature": 2.0}, ["start", "control"]),
        ({"level": 0.9}, ["start", "known"]),
        ({"calibrate": True}, ["start", "known", "control", "estimate", "temperatures"]),
        ({"by": "layer"}, ["start", "known", "control", "estimate", "temperatures"]),
        ({"dtype": "float64"}, ["control"]),
        ({"memory": 100}, ["control"]),
    ],
)
def test_a_field_makes_only_those_cells_new_whose_readings_it_can_change(fields, same):
    assert kept(plan("monomial:1,1"), plan("monomial:1,1", **fields)) == same


_RETURN = "return model, nn.functional.cross"
CHANGES = {
    "a weight": (_RETURN, f"model[0].weight.data[0, 0] += 1e-9; {_RETURN}"),
    "a data byte": (_RETURN, f"inputs[3, 1] += 1e-9; {_RETURN}"),
    "a target": ("(inputs[:, 0] > 0)", "(inputs[:, 0] > 0.3)"),
    "the code alone": ("import torch\n", "import torch  # now with a comment\n"),
    "the loss": ("nn.functional.cross_entropy", "nn.CrossEntropyLoss(label_smoothing=0.1)"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_whatever_of_a_loss_changes_makes_every_cell_new_but_the_control(own, old, new):
    assert old in OWN
    before = plan(own())
    assert kept(before, plan(own())) == kinds(before)
    assert kept(before, plan(own(OWN.replace(old, new)))) == ["control"]


@pytest.mark.parametrize("fields", [{"parameters": ("0.*",)}, {"dtype": "float32"}, {"batch": 5}])
def test_another_part_or_form_of_the_loss_makes_every_cell_new_but_perhaps_the_control(own, fields):
    assert set(kept(plan(own()), plan(own(), **fields))) <= {"control"}
