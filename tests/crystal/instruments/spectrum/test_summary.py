"""Readings become numbers, whichever of them are there."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.summary import summarize
from spectrum_runs import rows, summary_of

VALUES = (0.0, 1.0, 2.0, 5.0, 9.0)


def test_the_ends_hold_their_pairs_outermost_first():
    found = summary_of("graph", rows(VALUES, pairs={("largest", 1): {"converged": 0, "residual": 0.25}}))
    largest, smallest = found.ends["largest"], found.ends["smallest"]
    assert [pair.value for pair in largest.pairs] == [9.0, 5.0, 2.0]
    assert [pair.value for pair in smallest.pairs] == [0.0, 1.0, 2.0]
    assert (largest.pairs[1].residual, largest.pairs[1].converged) == (0.25, False)
    assert (largest.converged, smallest.converged) == (False, True)
    assert (largest.outermost.value, largest.norm, largest.tolerance) == (9.0, 9.0, 1e-9)
    assert (largest.unlisted_beyond, largest.miss_probability, largest.products) == (1.0, 0.01, 50)


def test_probes_of_unlike_lengths_are_padded_with_no_weight():
    told = [row for row in rows(VALUES) if row["kind"] != "probe"]
    told += [{"kind": "probe", "probe": 0, "nodes": [0.0, 3.0, 9.0], "weights": [0.2, 0.5, 0.3]}]
    told += [{"kind": "probe", "probe": 1, "nodes": [4.0], "weights": [1.0]}]
    density = summary_of("graph", told).density
    assert density.size == 5
    assert density.nodes.tolist() == [[0.0, 3.0, 9.0], [4.0, 0.0, 0.0]]
    assert density.weights.tolist() == [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]
    places, shares = density.measure()
    assert shares.sum() == pytest.approx(1)
    assert places.tolist() == [0.0, 3.0, 4.0, 9.0]


def test_known_eigenvalues_stand_in_the_measure_for_themselves():
    told = [row | {"values": [9.0, 0.0]} if row["kind"] == "known" else row for row in rows(VALUES)]
    density = summary_of("graph", told).density
    assert density.known.tolist() == [9.0, 0.0]
    assert density.sampled == 3


def test_what_is_not_measured_is_none():
    found = summary_of("graph", rows(VALUES)[:1])
    assert (found.ends, found.density, found.exact, dict(found.own)) == ({}, None, None, {})
    assert found.one("graph") is None
    assert found.size == 5


def test_without_the_controls_there_is_nothing():
    assert summarize([], {"family": "graph", "matrix": "auto", "level": 0.95}) is None
    assert summarize(rows(VALUES)[1:], {"family": "graph", "matrix": "auto", "level": 0.95}) is None


def test_other_kinds_are_kept_as_they_are_in_order():
    own = [{"kind": "point", "at": 0.0}, {"kind": "graph", "edges": 3}, {"kind": "point", "at": 1.0}]
    found = summary_of("graph", [*rows(VALUES, exact=True), *own], level=0.9, matrix="normalized")
    assert found.own == {"point": (own[0], own[2]), "graph": (own[1],)}
    assert found.one("graph") == own[1]
    assert (found.level, found.matrix, found.family) == (0.9, "normalized", "graph")
    assert found.exact == VALUES
    assert np.isfinite(found.density.nodes).all()
