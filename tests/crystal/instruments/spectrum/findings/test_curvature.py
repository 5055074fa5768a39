"""A minimum needs both a level place and no way down; a Laplacian needs to beat both nulls."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.curvature import laplacian_finding, minimum_finding
from spectrum_runs import rows, summary_of

BULK = tuple(np.linspace(1.0, 4.0, 10))
LOSS = {"kind": "loss", "loss": 0.5, "gradient_norm": 1e-3, "parameters": 11}
WHERE = {
    "kind": "where", "end": "smallest", "index": 0, "names": ["first", "second", "last\x1b[2J"],
    "shares": [0.1, 0.3, 0.6],
}  # fmt: skip


def minimum(values, loss=LOSS, own=(), **changes):
    experiment = {"matrix": changes.pop("matrix", "auto")}
    return minimum_finding(summary_of("loss", [*rows(values, **changes), loss, *own], **experiment))


def test_level_and_curving_up_everywhere_is_a_minimum():
    """It promises |g|^2 / (2 lambda) = 1e-6 / 8, which is 2.5e-7 of the loss."""
    told = minimum((0.5, *BULK))
    assert (told.outcome, told.headline) == ("shown", "A minimum, to second order.")
    assert told.sentence.startswith("The smallest eigenvalue is 0.5; none was missed, with probability 99%")
    assert told.sentence.endswith("The gradient promises 0.00% of the loss at most.")
    assert minimum((0.5, *BULK), exact=True).sentence.startswith(
        "The smallest eigenvalue is 0.5; all eigenvalues of the matrix were computed."
    )


def test_one_direction_down_is_none_and_where_it_points_is_told():
    told = minimum((-0.5, *BULK), own=[WHERE])
    assert (told.outcome, told.headline) == (
        "ruled out",
        "No minimum: 1 direction curves down by more than 4×10⁻⁹, the steepest by −0.5.",
    )
    assert r"It points into last\x1b[2J (60%), second (30%). " in told.sentence


@pytest.mark.parametrize(
    ("values", "changes", "words"),
    [
        ((-0.5, -0.25, *BULK), {}, "2 directions curve down by more than 4×10⁻⁹, "),
        ((-1.0, -0.5, -0.25, -0.1, *BULK), {}, ": at least 3 directions curve down by more"),
        ((-1.0, -0.5, -0.25, -0.1, *BULK), {"exact": True}, ": 4 directions curve down by more"),
        ((-1.0, *BULK), {"ends": {"smallest": {"unlisted_beyond": -0.7}}}, "at least 1 direction"),
    ],
)
def test_how_many_directions_is_told_as_far_as_it_is_known(values, changes, words):
    told = minimum(values, **changes)
    assert told.outcome == "ruled out"
    assert words in told.headline


def test_a_slope_is_none_though_it_curves_up():
    """sqrt(2 lambda_max L / 1000) is the gradient that promises 0.1 % of the loss."""
    most = (2 * 4.0 * 0.5 / 1000) ** 0.5
    assert minimum(BULK, LOSS | {"gradient_norm": 0.999 * most}).outcome == "shown"
    told = minimum(BULK, LOSS | {"gradient_norm": 1.001 * most})
    assert (told.outcome, told.headline) == ("ruled out", "No minimum: the point lies on a slope.")


@pytest.mark.parametrize(
    ("values", "loss", "outcome"),
    [
        (BULK, {"loss": 0.0, "gradient_norm": 0.0}, "shown"),
        (BULK, {"loss": 0.0, "gradient_norm": 1e-9}, "ruled out"),
        (BULK, {"loss": -0.5, "gradient_norm": 1e-3}, "shown"),
        ((0.0,) * 6, {"gradient_norm": 0.0}, "shown"),
        ((0.0,) * 6, {"gradient_norm": 1e-3}, "ruled out"),
        (BULK, {"gradient_norm": float("nan")}, "ruled out"),
    ],
)
def test_a_promise_that_is_no_number_is_a_slope(values, loss, outcome):
    assert minimum(values, LOSS | loss, exact=True).outcome == outcome


def test_a_direction_that_may_be_unlisted_leaves_it_open():
    told = minimum(BULK, ends={"smallest": {"unlisted_beyond": -0.3}})
    assert told.outcome == "undecided"
    assert "one may, below −0.3" in told.sentence


@pytest.mark.parametrize("matrix", ["gauss-newton", "fisher"])
def test_a_matrix_that_cannot_be_negative_says_nothing_of_a_minimum(matrix):
    assert minimum(BULK, matrix=matrix) is None
    assert minimum(BULK, matrix="hessian").outcome == "shown"


def test_nothing_is_said_before_both_ends_and_the_loss_are_measured():
    told = [*rows(BULK), LOSS]
    for gone in ("largest", "smallest"):
        assert minimum_finding(summary_of("loss", [row for row in told if row.get("end") != gone])) is None
    assert minimum_finding(summary_of("loss", rows(BULK))) is None


def fit(sign, null, explained, shares, p):
    return {
        "kind": "laplacian", "sign": sign, "null": null, "explained": explained, "complete": 0.9, "diagonal": 0.1,
        "edges": 40, "null_shares": shares, "p": p,
    }  # fmt: skip


def laplacian(explained=0.6, within=0.01, anywhere=0.01, null=(0.2, 0.4)):
    fits = [
        fit("signed", "anywhere", 0.7, [0.3], 0.5),
        fit("non-negative", "anywhere", explained, [0.15, 0.25], anywhere),
        fit("signed", "within", 0.7, [0.35], 0.25),
        fit("non-negative", "within", explained, list(null), within),
    ]
    return laplacian_finding(summary_of("loss", [*rows(BULK), LOSS, *fits]))


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "shown"),
        ({"within": 0.05, "anywhere": 0.05}, "shown"),
        ({"within": 0.06}, "undecided"),
        ({"anywhere": 0.06}, "undecided"),
        ({"within": 0.8, "explained": 0.3}, "ruled out"),
        ({"within": 0.8, "explained": 0.31}, "undecided"),
        ({"within": 0.8, "anywhere": 0.01, "explained": 0.2}, "ruled out"),
    ],
)
def test_a_laplacian_must_beat_both_nulls(changes, outcome):
    told = laplacian(**changes)
    assert told.outcome == outcome
    assert bool(told.would_decide) == (outcome == "undecided")


def test_both_nulls_and_both_signs_are_told():
    assert laplacian(within=0.02, anywhere=0.03).sentence == (
        "The best Laplacian with non-negative edges explains 60.0% of the squared norm. With labels permuted "
        "within each parameter tensor 30.0% on average, 40.0% at most (p 0.02); with labels anywhere 20.0% "
        "(p 0.03). With edges of any sign: 70.0% (p 0.25)."
    )


def test_it_is_not_answered_where_it_was_not_asked():
    assert laplacian_finding(summary_of("loss", [*rows(BULK), LOSS])) is None
