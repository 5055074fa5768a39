"""Each control of the values rules them out alone; convergence decides the rest."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.values import values_finding
from spectrum_runs import rows, summary_of

VALUES = tuple(np.linspace(0.0, 4.0, 12))
FORMULA = {"closed_form": list(VALUES)}


def found(family="lattice", values=VALUES, **changes):
    return values_finding(summary_of(family, rows(values, **changes)))


def test_converged_values_that_pass_every_control_are_shown_with_each_of_them():
    check = {"differences": 2e-7, "translations": 3, "translations_expected": 3, **FORMULA}
    told = found(exact=True, check=check)
    assert told.outcome == "shown"
    for part in (
        "All pairs converged, with residuals of at most 1e-12.",
        "u′Av and v′Au differ by 1e-17 of ‖A‖",
        "Hv and the difference of two gradients by 2e-07",
        "3 of 3 translations are zero modes",
        "the values and those of the whole matrix by 0 of ‖A‖",
        "those and the closed form by 0",
    ):
        assert part in told.sentence


def test_a_control_that_was_not_run_is_not_told():
    told = found().sentence
    assert told.endswith("Controls: u′Av and v′Au differ by 1e-17 of ‖A‖.")


SHIFTED = {("largest", 0): {"value": VALUES[-1] + 1e-5}}
FAILING = {
    "not symmetric": ({"check": {"symmetry": 1e-13}}, "not those of a symmetric matrix"),
    "symmetry is nan": ({"check": {"symmetry": float("nan")}}, "not those of a symmetric matrix"),
    "not the gradient's": ({"check": {"differences": 2e-3}}, "the difference of two gradients differ by 0.002"),
    "differences nan": ({"check": {"differences": float("nan")}}, "the difference of two gradients differ by nan"),
    "a translation": (
        {"check": {"translations": 2, "translations_expected": 3}},
        "3 translations must be zero modes, and 2 are",
    ),
    "not the matrix's": ({"exact": True, "pairs": SHIFTED}, "those of the whole matrix differ by 2.5e-06"),
    "the lower end": (
        {"exact": True, "pairs": {("smallest", 1): {"value": VALUES[1] - 1e-5}}},
        "those of the whole matrix differ by 2.5e-06",
    ),
    "one above the bound": (
        {"exact": True, "ends": {"largest": {"unlisted_beyond": VALUES[-4] - 1e-3}}},
        "4 eigenvalues lie beyond 2.91; at most 3 should",
    ),
    "one below the bound": (
        {"exact": True, "ends": {"smallest": {"unlisted_beyond": VALUES[3] + 1e-3}}},
        "4 eigenvalues lie beyond 1.09; at most 3 should",
    ),
    "not the formula's": (
        {"exact": True, "check": {"closed_form": [*VALUES[:5], VALUES[5] + 1e-5, *VALUES[6:]]}},
        "and the closed form differ by 2.5e-06",
    ),
}


@pytest.mark.parametrize(("changes", "words"), FAILING.values(), ids=FAILING)
def test_a_control_that_fails_rules_the_values_out(changes, words):
    told = found(**changes)
    assert told.outcome == "ruled out"
    assert words in told.sentence
    assert told.headline == "No reading: a control of the values has failed."


def test_controls_that_fail_are_all_told():
    told = found(check={"symmetry": 1.0, "differences": 1.0}).sentence
    assert "symmetric" in told
    assert "gradients" in told


@pytest.mark.parametrize(
    "changes",
    [
        {"check": {"symmetry": 2e-14}},
        {"check": {"symmetry": 1e-6, "rounding": 1.2e-7}},
        {"check": {"differences": 9e-4}},
        {"check": {"translations": 1, "translations_expected": 1}},
        {"exact": True, "pairs": {("largest", 0): {"value": VALUES[-1] + 3e-9}}},
        {"exact": True, "ends": {"largest": {"unlisted_beyond": VALUES[-4] - 3e-9}}},
        {"exact": True, "tolerance": 1e-4, "pairs": SHIFTED},
    ],
)
def test_what_arithmetic_and_tolerance_allow_is_no_failure(changes):
    assert found(**changes).outcome == "shown"


def test_a_pair_that_has_not_converged_leaves_the_values_undecided():
    told = found(pairs={("largest", 2): {"converged": 0, "residual": 1e-3}})
    assert told.outcome == "undecided"
    assert told.sentence == "1 of the 3 largest did not converge."
    assert told.headline == "Not all values converged: 1 of the 3 largest did not converge."
    assert told.would_decide
    both = found(pairs={("largest", 2): {"converged": 0}, ("smallest", 0): {"converged": 0}})
    assert both.sentence == "1 of the 3 largest and 1 of the 3 smallest did not converge."


def test_a_pair_that_has_not_converged_is_not_held_against_the_matrix():
    """A Ritz value lies inside of the spectrum: it may differ, and was never said to be an eigenvalue."""
    changes = {("largest", 0): {"value": VALUES[-1] - 0.1, "converged": 0}}
    assert found(exact=True, pairs=changes).outcome == "undecided"
    assert found(exact=True, pairs=changes, check={"symmetry": 1.0}).outcome == "ruled out"


@pytest.mark.parametrize("gone", ["largest", "smallest"])
def test_an_end_that_is_not_there_yet_leaves_them_undecided(gone):
    told = [row for row in rows(VALUES, exact=True) if row.get("end") != gone]
    finding = values_finding(summary_of("graph", told))
    assert (finding.outcome, finding.sentence) == ("undecided", "The ends are not measured yet.")


def test_a_matrix_of_zeros_passes():
    assert found(values=(0.0,) * 5, exact=True, check={"closed_form": [0.0] * 5}).outcome == "shown"
