"""From numbers to words, by written rules: shown, ruled out, or undecided.

Two questions are the same for all: do the chains agree on a number, and does the sampler find one that is known? A
sampler that misses it is not trusted with any other. Then: is the number exact where that is known, was the start
a minimum, does the number stay at other temperatures and localisations, and does it fall along training?
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.findings.control import control_finding
from polariscope.crystal.instruments.llc.findings.exact import exact_finding
from polariscope.crystal.instruments.llc.findings.minimum import minimum_finding
from polariscope.crystal.instruments.llc.findings.number import number_finding
from polariscope.crystal.instruments.llc.findings.scans import localization_finding, temperature_finding
from polariscope.crystal.instruments.llc.findings.training import training_finding
from polariscope.crystal.instruments.llc.summary import Summary

Answer = Literal["yes", "no", "undecided"]
_DISTRUSTED = "Not answered: the sampler misses a value that is known exactly."
_ANSWERS: dict[str, Answer] = {"shown": "yes", "ruled out": "no"}


@dataclass(frozen=True)
class Verdict:
    """What a run amounts to.

    Args:
        answer: Whether there is a number to believe: of the first of ``findings``; "undecided" where the
            sampler is not trusted.
        headline: One line.
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
    control = control_finding(summary)
    number, *others = _others(summary)
    if control.outcome == "ruled out":
        number, *others = (finding.distrusted(_DISTRUSTED) for finding in (number, *others))
    findings = (number, control, *others)
    headline = " ".join(filter(None, (finding.headline for finding in findings)))
    return Verdict(_ANSWERS.get(number.outcome, "undecided"), headline, findings)


def _others(summary: Summary) -> Iterator[Finding]:
    yield number_finding(summary)
    for rule in (exact_finding, minimum_finding, temperature_finding, localization_finding, training_finding):
        finding = rule(summary)
        if finding is not None:
            yield finding
