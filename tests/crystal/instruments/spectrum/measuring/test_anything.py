"""What every symmetric matrix is asked: whether it is one, its ends, its density, all of it."""

from dataclasses import replace

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.measuring.anything import (
    check_reading,
    density_readings,
    end_readings,
    exact_reading,
)
from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs

DIAGONAL = np.linspace(-1.0, 3.0, 50)
ASKED = {"first": 0, "probes": 4, "steps": 60, "seed": 0}


@pytest.fixture(scope="module")
def turned():
    """A matrix of 50 rows with eigenvalues -1 to 3 and vectors of no kind."""
    vectors = np.linalg.qr(np.random.default_rng(1).standard_normal((50, 50)))[0]
    return from_matrix((vectors * DIAGONAL) @ vectors.T, "turned")


def both_ends(operator, counts=(3, 2), **options):
    ends = zip(counts, ("largest", "smallest"), strict=True)
    return [extreme_eigenpairs(operator, count, end=end, **options) for count, end in ends]


def seen(probe):
    """The nodes that count."""
    return [node for node, weight in zip(probe["nodes"], probe["weights"], strict=True) if weight > 1e-12]


def test_a_symmetric_matrix_differs_from_its_transpose_by_rounding(turned):
    told = check_reading(turned, 0)
    assert told["kind"] == "check"
    assert told["size"] == 50
    assert 0 <= told["symmetry"] < 1e-15
    assert told["rounding"] == np.finfo(float).eps


@pytest.mark.parametrize("off", [1e-3, 1e-9])
def test_what_is_not_symmetric_shows_by_how_much(turned, off):
    skew = np.triu(np.random.default_rng(2).standard_normal((50, 50)), 1) / 50
    matrix = turned.dense() + off * (skew - skew.T)
    crooked = SymmetricOperator(lambda vectors: matrix @ vectors, 50, name="crooked")
    for seed in range(5):
        assert 1e-2 * off < check_reading(crooked, seed)["symmetry"] < off


def test_a_matrix_of_zeros_is_symmetric():
    assert check_reading(from_matrix(np.zeros((4, 4))), 0)["symmetry"] == 0.0


def test_an_end_tells_what_its_pairs_share_and_then_each_with_its_vector(turned):
    found = extreme_eigenpairs(turned, 3, end="smallest", seed=0)
    (shared, none), *pairs = end_readings(found)
    assert none is None
    assert (shared["kind"], shared["end"], shared["norm"]) == ("end", "smallest", pytest.approx(3.0))
    assert [told["index"] for told, _ in pairs] == [0, 1, 2]
    for told, vector in pairs:
        assert told["kind"] == "pair"
        assert told["converged"] == 1
        off = np.linalg.norm(turned @ vector - told["value"] * vector)
        assert off <= told["residual"] + 1e-14
    assert [told["value"] for told, _ in pairs] == pytest.approx(DIAGONAL[:3])


def test_known_pairs_are_counted_and_the_probes_see_the_rest(turned):
    known, *probes = density_readings(turned, ASKED, both_ends(turned))
    assert sorted(known["values"]) == pytest.approx([*DIAGONAL[:2], *DIAGONAL[-3:]])
    assert [row["probe"] for row in probes] == [0, 1, 2, 3]
    for row in probes:
        assert sum(row["weights"]) == pytest.approx(1)
        assert min(row["weights"]) > 0
        # 60 steps exhaust what is left: every eigenvalue but the known ones is a node.
        assert seen(row) == pytest.approx(DIAGONAL[2:-3], abs=1e-6)


def test_a_pair_that_stands_at_both_ends_is_known_once(turned):
    largest, _ = both_ends(turned)
    known, *_ = density_readings(turned, ASKED, [largest, replace(largest, vectors=-largest.vectors)])
    assert known["values"] == pytest.approx(DIAGONAL[:-4:-1])


def test_two_are_left_to_the_probes_where_both_ends_are_the_whole(turned):
    known, *_ = density_readings(turned, ASKED, both_ends(turned, (30, 30)))
    values = np.sort(known["values"])
    assert len(values) == 48
    assert np.diff(values).min() > 0.99 * (DIAGONAL[1] - DIAGONAL[0])
    assert [np.abs(DIAGONAL - value).min() for value in values] == pytest.approx([0] * len(values), abs=1e-12)


def test_a_repeated_eigenvalue_is_known_as_often_as_it_is_there():
    repeated = from_matrix(np.diag([5.0, 5.0, 5.0, *np.linspace(0, 1, 20)]))
    known, *probes = density_readings(repeated, ASKED, both_ends(repeated, (3, 1)))
    assert known["values"] == pytest.approx([5.0, 5.0, 5.0, 0.0], abs=1e-12)
    assert max(probes[0]["nodes"]) < 1.1


def test_a_pair_that_has_not_converged_is_left_to_the_probes(turned):
    known, *probes = density_readings(turned, ASKED, both_ends(turned, tolerance=1e-30))
    assert known["values"] == []
    assert seen(probes[0]) == pytest.approx(DIAGONAL, abs=1e-6)


def test_every_group_of_probes_draws_its_own(turned):
    ends = both_ends(turned)
    weights = {
        tuple(row["weights"])
        for first in (0, 4, 8)
        for row in density_readings(turned, ASKED | {"first": first}, ends)
        if row["kind"] == "probe"
    }
    assert len(weights) == 12
    again = list(density_readings(turned, ASKED, ends))
    assert again == list(density_readings(turned, ASKED, ends))
    assert again != list(density_readings(turned, ASKED | {"seed": 1}, ends))


def test_all_eigenvalues_are_those_of_the_matrix(turned):
    told = exact_reading(turned)
    assert told["kind"] == "exact"
    assert told["values"] == pytest.approx(DIAGONAL)
