"""Subjects that are not what they say are caught by the controls; the order of cells does not matter."""

from dataclasses import replace

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.measuring.measurer import Measurer
from polariscope.crystal.instruments.spectrum.planning import make_plan
from polariscope.crystal.instruments.spectrum.subjects import find_subject
from polariscope.crystal.instruments.spectrum.summary import summarize
from polariscope.crystal.instruments.spectrum.verdict import judge
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.runs import Cell

FEW = make_spectrum(subject="ring", probes=2, steps=8)


@pytest.fixture(scope="module")
def ring():
    return find_subject(FEW)


@pytest.fixture(scope="module")
def training():
    return find_subject(make_spectrum(subject="training"))


def verdict_of(subject, experiment=FEW):
    plan, measure = make_plan(experiment, subject), Measurer(subject)
    readings = [row for cell in plan.cells for row in measure(cell)]
    return judge(summarize(readings, plan.experiment))


def values_of(verdict):
    (found,) = (finding for finding in verdict.findings if finding.key == "values")
    return found


def test_the_subject_as_it_is_passes(ring):
    assert values_of(verdict_of(ring)).outcome == "shown"


def test_products_that_are_not_symmetric_are_caught(ring):
    matrix = ring.operator.dense()
    matrix[3, 9] += 1e-6
    crooked = SymmetricOperator(lambda vectors: matrix @ vectors, 64, name="crooked")
    told = verdict_of(replace(ring, operator=crooked))
    assert values_of(told).outcome == "ruled out"
    assert "not those of a symmetric matrix" in values_of(told).sentence
    assert told.answer == "undecided"


def test_another_formula_is_caught(ring):
    values = [value + (index == 20) * 1e-6 for index, value in enumerate(ring.closed_form)]
    told = verdict_of(replace(ring, closed_form=tuple(values)))
    assert "the closed form differ by" in values_of(told).sentence
    assert values_of(told).outcome == "ruled out"


def test_the_hessian_of_another_loss_is_caught(training):
    few = make_spectrum(subject="training", probes=2)
    half = SymmetricOperator(lambda vectors: 0.5 * (training.operator @ vectors), 6, name="half of it")
    assert values_of(verdict_of(training, few)).outcome == "shown"
    told = verdict_of(replace(training, operator=half, path=None), few)
    assert "the difference of two gradients differ by" in values_of(told).sentence
    assert told.answer == "undecided"


def test_cells_do_not_depend_on_what_was_measured_before(ring):
    cells = make_plan(FEW, ring).cells
    measure = Measurer(ring)
    in_order = [measure(cell) for cell in cells]
    assert [measure(cell) for cell in reversed(cells)] == in_order[::-1]
    assert [Measurer(ring)(cell) for cell in cells] == in_order


def test_pairs_are_searched_once_for_the_ends_and_the_density(monkeypatch, ring):
    columns = []

    def counting(vectors):
        columns.append(vectors.shape[1])
        return ring.operator @ vectors

    counted = replace(ring, operator=SymmetricOperator(counting, 64, name="counted"))
    *_, largest, smallest, density, _ = make_plan(FEW, ring).cells
    measure = Measurer(counted)
    for cell in (largest, smallest):
        measure(cell)
    before = sum(columns)
    measure(density)
    assert sum(columns) - before <= 2 * 8


def test_only_a_path_is_followed(ring):
    track = Cell("spectrum", 1, {"kind": "track", "seed": 0})
    with pytest.raises(ValueError, match="only a subject with a path"):
        Measurer(ring)(track)


def test_nothing_of_a_subject_is_changed(ring):
    before = ring.operator.dense().tobytes(), ring.source.lattice.positions.tobytes()
    verdict_of(ring)
    assert (ring.operator.dense().tobytes(), ring.source.lattice.positions.tobytes()) == before
    assert np.isfinite(ring.closed_form).all()
