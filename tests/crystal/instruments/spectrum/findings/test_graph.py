"""Communities are judged against graphs of the same degrees, and without those not at all."""

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.findings.graph import communities_finding
from spectrum_runs import rows, summary_of

OWN = {"kind": "graph", "components": 1, "edges": 30}


def found(p=None, components=1, null=(0.1, 0.2, -0.3)):
    rewired = [] if p is None else [{"kind": "rewired", "observed": 0.41, "null": list(null), "p": p}]
    told = [*rows(np.arange(9.0)), OWN | {"components": components, "largest": 7}, *rewired]
    return communities_finding(summary_of("graph", told))


@pytest.mark.parametrize(
    ("p", "outcome", "headline"),
    [
        (0.01, "shown", "Communities beyond what the degrees give."),
        (0.05, "shown", "Communities beyond what the degrees give."),
        (0.06, "undecided", "Communities: undecided."),
        (0.49, "undecided", "Communities: undecided."),
        (0.5, "ruled out", "No communities beyond what the degrees give."),
        (1.0, "ruled out", "No communities beyond what the degrees give."),
    ],
)
def test_the_null_decides(p, outcome, headline):
    told = found(p)
    assert (told.outcome, told.headline) == (outcome, headline)
    assert "Cut in two it has modularity 0.410; 3 graphs of the same degrees" in told.sentence
    assert "rewired, have 0.000 on average and 0.200 at most" in told.sentence
    assert told.sentence.endswith(f"(p {p:.2g}).")


def test_without_the_null_nothing_is_said_and_the_way_to_it_is():
    told = found()
    assert (told.outcome, told.would_decide) == ("undecided", "--rewired 99 would decide.")


@pytest.mark.parametrize(("p", "outcome"), [(None, "undecided"), (0.01, "shown"), (1.0, "ruled out")])
def test_of_a_graph_in_parts_the_largest_is_judged_and_that_is_said(p, outcome):
    told = found(p, components=3)
    assert told.outcome == outcome
    assert told.sentence.startswith("The graph falls into 3 components; of the largest, of 7 nodes: ")


def test_a_graph_too_small_to_cut_has_no_answer():
    told = found(float("nan"), null=())
    assert (told.outcome, told.headline) == ("undecided", "Too small a graph for communities.")


def test_nothing_is_said_before_the_graph_is_read():
    assert communities_finding(summary_of("graph", rows(np.arange(9.0)))) is None
