"""The words that the report, its figures and the terminal share."""

from collections.abc import Mapping
from typing import Any

from polariscope.introspection.presets import find_preset
from polariscope.introspection.summary import Setting, Summary
from polariscope.introspection.verdict import Outcome
from polariscope.reports import Cell, Tone, counted, number, percent, points
from polariscope.statistics import Estimate, Interval

LABELS = {
    "concept": "Concept vector",
    "noise": "Random direction",
    "mismatched": "Mismatched lines",
    "opposite": "Opposite sign",
    "abstract": "“Most abstract?”",
    "sham": "Dose of zero",
}
"""The conditions as tables and figures call them; how each is made stands in `how_made`."""

TONES: dict[Outcome, Tone] = {"shown": "good", "ruled out": "bad", "undecided": "open", "not run": "absent"}

_DOSES = {
    "vector": "{:g} × the vector’s own norm",
    "raw": "norm {:g}",
    "relative": "{:g} × the residual stream’s norm",
}
_SPANS = {
    "sentence": "all tokens of the sentence",
    "with-label": "all tokens of the sentence and of its label “SENTENCE k:”",
    "first-token": "the first token of the sentence",
    "last-token": "the last token of the sentence",
}


def leading(summary: Summary) -> int:
    """Tell which setting stands first: the only one, or the best on one half of the vectors.

    Args:
        summary: The numbers.

    Returns:
        Its index.
    """
    return summary.sweep.best if summary.sweep else 0


def dose_in_words(scale: float, unit: str) -> str:
    """Say a dose with its unit.

    >>> dose_in_words(10.0, "vector")
    '10 × the vector’s own norm'

    Args:
        scale: The experiment's.
        unit: The experiment's.

    Returns:
        A phrase.
    """
    return _DOSES[unit].format(scale)


def setting_in_words(setting: Setting, experiment: Mapping[str, Any]) -> str:
    """Say where and how much.

    Args:
        setting: Block and dose.
        experiment: As the run records it.

    Returns:
        A phrase.
    """
    return f"block {setting.block}, dose {dose_in_words(setting.scale, experiment['unit'])}"


def interval(found: Interval) -> str:
    """Write an interval of shares, in percent.

    >>> interval(Interval(0.18, 0.251, 0.95))
    '[18.0, 25.1]'

    Args:
        found: The interval.

    Returns:
        Both ends.
    """
    return f"[{number(100 * found.low, 1)}, {number(100 * found.high, 1)}]"


def points_interval(found: Interval) -> str:
    """Write an interval of differences of shares, in points.

    >>> points_interval(Interval(-0.01, 0.05, 0.95))
    '[−1.0, +5.0]'

    Args:
        found: The interval.

    Returns:
        Both ends.
    """
    return f"[{points(found.low)}, {points(found.high)}]"


def share_cell(estimate: Estimate) -> Cell:
    """A share in percent over its interval."""
    return Cell(percent(estimate.value), interval(estimate.interval))


def points_cell(estimate: Estimate) -> Cell:
    """A difference of shares in points over its interval."""
    return Cell(points(estimate.value), points_interval(estimate.interval))


def logits_cell(estimate: Estimate | None) -> Cell:
    """An effect in logits over its interval; no reading without a NaN leaves none."""
    if estimate is None:
        return Cell(number(float("nan")))
    ends = estimate.interval
    return Cell(
        number(estimate.value, 3, signed=True),
        f"[{number(ends.low, 3, signed=True)}, {number(ends.high, 3, signed=True)}]",
    )


def would_decide(trials: int | None, vectors: int | None) -> str:
    """Say how much more would decide; nothing where nothing is known to.

    Args:
        trials: How many trials in all.
        vectors: Over how many vectors.

    Returns:
        A sentence, or "".

    >>> would_decide(131, 59)
    'About 131 trials over 59 vectors, in all, would decide.'
    """
    if trials is None or vectors is None:
        return ""
    return f"About {counted(trials, 'trial')} over {counted(vectors, 'vector')}, in all, would decide."


def how_made(condition: str, experiment: Mapping[str, Any]) -> str:
    """Say how a condition is made.

    Args:
        condition: Its name.
        experiment: As the run records it.

    Returns:
        A sentence.
    """
    preset = find_preset(experiment["preset"])
    away = (experiment["sign"] or preset.sign) == "away"
    drawn = (
        "a direction drawn at random for each trial, of the vector’s norm"
        if preset.noise == "norm of v"
        else "a standard normal draw for each trial, whose norm is the root of the width, not the vector’s"
    )
    return {
        "concept": "the vector of the trial’s concept, " + ("away from" if away else "toward") + " it.",
        "noise": f"{drawn}: is it the concept, or any perturbation?",
        "mismatched": "the difference of two other pairs’ generic lines, at the vector’s norm: natural, without "
        "a concept in common.",
        "opposite": "the same vector with its sign turned.",
        "abstract": "the concept’s vector again, but the question is which sentence is the most abstract: is it "
        "the question about thoughts, or any question?",
        "sham": "a dose of zero through the same hooks: nothing may change, bit for bit.",
    }[condition]


def span_in_words(span: str) -> str:
    """Say which tokens are injected."""
    return _SPANS[span]
