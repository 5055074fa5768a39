"""The verdict: the question of the kind of subject first, and no answer where the values are not trusted."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.verdict import judge
from spectrum_runs import measured, rows, summary_of

BULK = tuple(np.linspace(1.0, 4.0, 40))
GRAPH = [
    {"kind": "graph", "components": 1, "edges": 30},
    {"kind": "rewired", "observed": 0.4, "null": [0.1], "p": 0.01},
]
LOSS = [{"kind": "loss", "loss": 0.5, "gradient_norm": 0.0, "parameters": 40}]
POINTS = [
    {"kind": "point", "label": "time", "at": at, "value": value, "residual": 0.0, "overlap": 1.0, "rank": 0}
    | {"lost": 0, "levels": [value]}
    for at, value in ((0.0, 1.0), (1.0, -1.0))
]
POINTS += [{"kind": "crossing", "at": 0.5, "low": 0.0, "high": 1.0, "falling": 1, "found": 1}]
FITS = [
    {"kind": "laplacian", "sign": sign, "null": null, "explained": 0.5, "null_shares": [0.1], "p": 0.01}
    for sign in ("signed", "non-negative")
    for null in ("within", "anywhere")
]
ORDER = {
    "lattice": (POINTS, ["stable", "values", "soft"], "Stable: no mode lies below zero. A mode softens to zero"),
    "graph": (GRAPH, ["communities", "values"], "Communities beyond what the degrees give."),
    "loss": (
        [*LOSS, *POINTS, *FITS],
        ["minimum", "values", "outliers", "soft", "laplacian"],
        "A minimum, to second order. A mode softens to zero",
    ),
}


def judged(family, own, values=BULK, experiment=None, **changes):
    return judge(summary_of(family, [*rows(values, **changes), *own], **(experiment or {})))


def outcomes(verdict):
    return [finding.outcome for finding in verdict.findings]


@pytest.mark.parametrize("family", ORDER)
def test_the_family_s_question_comes_first_then_the_values_then_the_others(family):
    own, keys, headline = ORDER[family]
    told = judged(family, own)
    assert [finding.key for finding in told.findings] == keys
    assert told.answer == "yes"
    assert told.headline.startswith(headline)


@pytest.mark.parametrize("family", ORDER)
@pytest.mark.parametrize("check", [{"symmetry": 1.0}, {"differences": 1.0}])
def test_a_control_that_fails_distrusts_all_the_others(family, check):
    own, keys, _ = ORDER[family]
    told = judged(family, own, check=check)
    assert (told.answer, told.headline) == ("undecided", "No reading: a control of the values has failed.")
    assert [finding.key for finding in told.findings] == keys
    for finding in told.findings:
        if finding.key == "values":
            assert finding.outcome == "ruled out"
        else:
            assert finding.outcome == "undecided"
            assert finding.sentence == "Not answered: a control of the values themselves has failed."
            assert not finding.headline
            assert not finding.would_decide


def test_the_first_question_answers():
    assert judged("lattice", [], (-1.0, *BULK)).answer == "no"
    assert judged("lattice", [], ends={"smallest": {"unlisted_beyond": -1.0}}).answer == "undecided"
    assert judged("graph", GRAPH[:1]).answer == "undecided"
    assert judged("loss", LOSS, (-1.0, *BULK)).answer == "no"


def test_values_that_have_not_converged_are_told_in_the_headline_too():
    told = judged("graph", GRAPH, pairs={("largest", 0): {"converged": 0}})
    assert told.answer == "yes"
    assert told.headline == (
        "Communities beyond what the degrees give. Not all values converged: 1 of the 3 largest did not converge."
    )


def test_a_run_that_has_only_begun_says_so():
    told = judge(summary_of("loss", rows(BULK)[:1]))
    assert (told.answer, [finding.key for finding in told.findings]) == ("undecided", ["values"])
    assert told.headline == "Not all values converged: The ends are not measured yet."


@pytest.mark.parametrize("matrix", ["gauss-newton", "fisher"])
def test_of_another_matrix_than_the_hessian_no_minimum_is_told(matrix):
    told = judged("loss", LOSS, experiment={"matrix": matrix}, exact=True)
    assert [finding.key for finding in told.findings] == ["outliers", "values"]
    assert told.headline == f"{told.findings[0].asked} {told.findings[0].outcome.capitalize()}."


@pytest.mark.parametrize("name", ["ring", "landau", "sbm", "training"])
def test_every_headline_is_one_line_and_every_finding_says_something(name):
    told = measured(name).verdict
    assert told.headline
    assert "\n" not in told.headline
    assert all(finding.sentence.endswith(".") and finding.asked.endswith("?") for finding in told.findings)
