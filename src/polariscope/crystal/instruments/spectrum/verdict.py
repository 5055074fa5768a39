"""From numbers to words, by written rules: shown, ruled out, or undecided.

One question is the same for all: are the values what they say? A control that fails rules that out, and then
nothing else is answered. The others belong to the kind of subject: is the lattice stable, has the graph
communities beyond its degrees, is the point a minimum of the loss, does a mode cross zero, is the Hessian a
Laplacian.

That *no* eigenvalue lies below zero is claimed only with the pass that looked for missed ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.findings.curvature import laplacian_finding, minimum_finding
from polariscope.crystal.instruments.spectrum.findings.graph import communities_finding
from polariscope.crystal.instruments.spectrum.findings.lattice import stability_finding
from polariscope.crystal.instruments.spectrum.findings.outliers import outliers_finding
from polariscope.crystal.instruments.spectrum.findings.softening import softening_finding
from polariscope.crystal.instruments.spectrum.findings.values import values_finding
from polariscope.crystal.instruments.spectrum.summary import Summary

Answer = Literal["yes", "no", "undecided"]
_DISTRUSTED = "Not answered: a control of the values themselves has failed."
_ANSWERS: dict[str, Answer] = {"shown": "yes", "ruled out": "no"}


@dataclass(frozen=True)
class Verdict:
    """What a run amounts to.

    Args:
        answer: To the question that is asked of this kind of subject, the first of ``findings`` after the values;
            "undecided" where the values themselves are not trusted.
        headline: One sentence.
        findings: The questions in order.
    """

    answer: Answer
    headline: str
    findings: tuple[Finding, ...]


def judge(summary: Summary) -> Verdict:
    """Apply the rules.

    Args:
        summary: The run's numbers.

    Returns:
        The verdict.
    """
    values = values_finding(summary)
    others = tuple(_others(summary))
    if values.outcome == "ruled out":
        others = tuple(finding.distrusted(_DISTRUSTED) for finding in others)
    headline = values.headline if values.outcome == "ruled out" else _headline(values, others)
    main = others[0].outcome if others else "undecided"
    return Verdict(_ANSWERS.get(main, "undecided"), headline, (*others[:1], values, *others[1:]))


def _others(summary: Summary) -> Iterator[Finding]:
    found = {
        "lattice": (stability_finding, softening_finding),
        "graph": (communities_finding,),
        "loss": (minimum_finding, outliers_finding, softening_finding, laplacian_finding),
    }[summary.family]
    for rule in found:
        finding = rule(summary)
        if finding is not None:
            yield finding


def _headline(values: Finding, others: tuple[Finding, ...]) -> str:
    told = [finding.headline for finding in others]
    told += [values.headline] if values.outcome != "shown" else []
    first = (*others, values)[0]
    return " ".join(filter(None, told)) or f"{first.asked} {first.outcome.capitalize()}."
