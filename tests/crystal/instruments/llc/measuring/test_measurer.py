"""Cells give the readings they name, whatever was measured before, and leave the subject as it was."""

import hashlib

import numpy as np
import pytest

from llc_small import FEW, small_run
from polariscope.crystal.degeneracy.local import local_learning_coefficient
from polariscope.crystal.instruments.llc import opening
from polariscope.crystal.instruments.llc.experiment import make_llc
from polariscope.crystal.instruments.llc.measuring.measurer import Measurer
from polariscope.crystal.instruments.llc.planning import make_plan
from polariscope.crystal.instruments.llc.specimens import Named, recommended
from polariscope.crystal.instruments.llc.subjects import find_subject
from polariscope.runs import Cell, canonical_json

RECOMMENDED = recommended(Named("modular-addition"), "hmc")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(opening, "modular_addition_run", lambda _: small_run())


def prepared(**fields):
    experiment = make_llc(**{"subject": "modular-addition", **FEW, **fields})
    subject = find_subject(experiment)
    return subject, make_plan(experiment, subject).cells


@pytest.fixture(scope="module")
def rows():
    """All readings of a run with everything asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "modular_addition_run", lambda _: small_run())
        subject, cells = prepared(matched=True, by="layer", calibrate=True)
        measure = Measurer(subject)
        return [row for cell in cells for row in measure(cell)]


def bytes_of(subject):
    found = hashlib.sha256()
    for point in subject.points:
        for leaf in point.local.surface.objective.leaves:
            found.update(leaf.detach().numpy().tobytes())
    return found.hexdigest()


def test_cells_do_not_depend_on_what_was_measured_before():
    subject, cells = prepared(matched=True)
    cells = [cell for cell in cells if cell.parameters.get("at") != 40.0]
    measure = Measurer(subject)
    told = [canonical_json(measure(cell)) for cell in cells]
    assert [canonical_json(measure(cell)) for cell in reversed(cells)] == told[::-1]
    assert [canonical_json(Measurer(subject)(cell)) for cell in cells] == told


def test_every_kind_of_reading_is_there(rows):
    kinds = [row["kind"] for row in rows]
    counts = {"start": 5, "control": 1, "estimate": 8, "chains": 8, "trace": 1, "plateau": 1}
    counts |= {"temperature": 3, "localization": 3}
    assert {kind: kinds.count(kind) for kind in counts} == counts
    assert set(kinds) == {*counts, "calibration"}


def test_a_layer_alone_is_what_the_core_estimates_for_its_parameters(rows):
    run = small_run()
    (estimate, own) = (row for row in rows if row["kind"] in {"estimate", "chains"} and row["part"] == "bias")
    core = local_learning_coefficient(
        run.models[-1], run.loss, run.data, parameters="bias", **{**RECOMMENDED, **FEW}
    )
    assert estimate["free"] == 2
    # Other draws of the same posterior: their numbers agree within their errors.
    means = core.chains.excess[:, core.chains.burn_in :].mean(1)
    error = np.hypot(means.std(ddof=1), np.std(own["means"], ddof=1)) / 2
    assert abs(np.mean(own["means"]) - means.mean()) < 6 * error


def test_the_whole_is_what_the_core_estimates_bit_for_bit(rows):
    run = small_run()
    told = next(row for row in rows if row["kind"] == "chains" and row["point"] == "step 160")
    core = local_learning_coefficient(run.models[-1], run.loss, run.data, **{**RECOMMENDED, **FEW})
    assert told["means"] == core.chains.excess[:, core.chains.burn_in :].mean(1).tolist()


def test_a_matched_checkpoint_has_the_others_loss_and_its_own_scale(rows):
    made = [row for row in rows if row["kind"] == "estimate" and row["matched"]]
    scales = [row["logit_scale"] for row in made]
    assert scales[0] == 1
    assert scales == sorted(scales, reverse=True)
    assert [row["train_loss"] for row in made] == pytest.approx([made[0]["train_loss"]] * 3, rel=1e-4)


def test_it_says_how_far_a_cell_has_come():
    subject, cells = prepared(subject="monomial")
    said = []
    for cell in cells:
        Measurer(subject, said.append)(cell)
    assert said[0] == "slope and curvature of whole, as given"
    assert said[1:3] == ["control: draw 1 of 24", "control: draw 2 of 24"]
    assert "whole, as given: draw 24 of 24" in said
    assert said[-1] == "temperatures: draw 24 of 24"


def test_only_a_subject_with_a_closed_form_has_a_known_value():
    subject, _ = prepared()
    with pytest.raises(ValueError, match="closed form"):
        Measurer(subject)(Cell("llc", 1, {"kind": "known"}))


@pytest.mark.parametrize(("prior", "there"), [(0.0, True), (1.0, False)])
def test_a_scan_has_the_exact_values_of_the_subject_s_formula_under_a_flat_prior(prior, there):
    subject, cells = prepared(subject="monomial", prior=prior)
    (cell,) = (cell for cell in cells if cell.parameters["kind"] == "temperatures")
    for row in Measurer(subject)(cell):
        exact = subject.known.value(row["scale"], row["localization"]) if there else (None, None)
        assert (row["exact"], row["exact_error"]) == exact


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
def test_nothing_of_a_subject_is_changed(sampler):
    fields = {} if sampler == "hmc" else {"sampler": "sgld", "batch": 10}
    subject, cells = prepared(matched=True, **fields)
    before = bytes_of(subject)
    measure = Measurer(subject)
    for cell in cells:
        measure(cell)
    assert bytes_of(subject) == before
