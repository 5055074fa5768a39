"""From numbers to words, by written rules: shown, ruled out, or undecided.

An effect is *ruled out* where every accuracy looked at lies, with its whole interval, below the smallest effect
of interest. Otherwise it is *shown* where an interval lies wholly above zero; a gap between two conditions only if
the bias-free effect's interval does so too and the prior-corrected gap is not ruled out. For answer bias cannot
lift an accuracy, but it can hide the control's, and then the raw gap flatters. All else is *undecided*.

Vectors that do not carry their concepts leave every question undecided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from polariscope.introspection.condition import Gap
from polariscope.introspection.summary import Separation, Setting, Summary
from polariscope.statistics import Estimate, Interval, trials_to_decide

Outcome = Literal["shown", "ruled out", "undecided", "not run"]

NOT_BUILT = (
    "labels shuffled against positions, or letters for numbers",
    "coordinate-shuffled and on-manifold vectors, vectors without the abstractness direction",
    "noise matched by its effect (KL) instead of its norm",
    "activation swap with another natural sentence; odd input without injection",
    "other questions (concrete, different, longest, random, preference)",
    "a preview of the vector; a factual question under the same injection",
)
"""Controls of the literature that this version does not have; every report says so."""

_ASKED = {
    "position": "Does the answer carry the injected position?",
    "noise": "Is it more than any perturbation of the same size does?",
    "mismatched": "Is it more than any natural difference does?",
    "abstract": "Is it particular to the question about injected thoughts?",
}


@dataclass(frozen=True)
class Finding:
    """The answer to one question.

    Args:
        key: "position", or the control that the question compares with.
        asked: The question in words.
        outcome: What the rules say.
        sentence: The answer in words, with its number.
        estimate: The raw quantity: accuracy minus chance, or concept minus control; None where not run.
        trials_needed: How many trials would decide, over how many vectors; None where decided, not run, or no
            number would.
        vectors_needed: See above.
    """

    key: str
    asked: str
    outcome: Outcome
    sentence: str
    estimate: Estimate | None
    trials_needed: int | None = None
    vectors_needed: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the readings at one setting amount to.

    Args:
        answer: "yes" only where every question is shown; "no" where one is ruled out; else "undecided".
        headline: One sentence.
        findings: The four questions in order.
        caveats: What limits the verdict, each a sentence.
        not_run: Controls that were not run.
    """

    answer: Literal["yes", "no", "undecided"]
    headline: str
    findings: tuple[Finding, ...]
    caveats: tuple[str, ...]
    not_run: tuple[str, ...]


def judge(summary: Summary, setting: Setting, smallest_effect: float = 0.05) -> Verdict:
    """Apply the rules to one setting.

    Args:
        summary: The run's numbers.
        setting: The block and dose to judge.
        smallest_effect: The smallest difference of accuracies of interest. Default: 5 points.

    Returns:
        The verdict.
    """
    gaps = {gap.control: gap for gap in setting.gaps}
    findings = (
        _position(summary, setting, smallest_effect),
        *(_against(key, gaps.get(key), smallest_effect) for key in ("noise", "mismatched", "abstract")),
    )
    if _tests_nothing(setting):
        findings = tuple(_undecided(finding) for finding in findings)
    answer, headline = _headline(findings, summary, setting, smallest_effect)
    return Verdict(answer, headline, findings, _caveats(summary, setting), _not_run(setting))


def decide(intervals: Sequence[Interval], smallest_effect: float, origin: float = 0.0) -> Outcome:
    """Shown, ruled out or undecided.

    Args:
        intervals: Of the quantities looked at.
        smallest_effect: The smallest effect of interest, above the origin.
        origin: Where there is no effect: 0, or chance.

    Returns:
        The outcome.

    >>> decide([Interval(0.01, 0.12, 0.98)], 0.05), decide([Interval(-0.02, 0.03, 0.98)], 0.05)
    ('shown', 'ruled out')
    >>> decide([Interval(-0.02, 0.08, 0.98)], 0.05), decide([Interval(0.01, 0.03, 0.98)], 0.05)
    ('undecided', 'ruled out')
    """
    if all(interval.high < origin + smallest_effect for interval in intervals):
        return "ruled out"
    return "shown" if any(interval.low > origin for interval in intervals) else "undecided"


def _position(summary: Summary, setting: Setting, smallest: float) -> Finding:
    found, chance = setting.conditions[0], summary.chance
    if found.failed == found.predictions:
        return Finding("position", _ASKED["position"], "undecided", "Every prediction failed.", None)
    outcome = decide(found.decisive, smallest, chance)
    if found.failed and outcome == "ruled out":
        outcome = "undecided"  # failed predictions count as wrong: they may hold an effect back, not rule it out
    *direct, permuted = found.decisive
    if outcome == "shown" and found.best_permutation.raw.p_value > 1 - permuted.level:
        # The cross-fitted interval of a guesser lies above chance in 5 to 6 %: alone it shows nothing.
        outcome = "shown" if any(interval.low > chance for interval in direct) else "undecided"
    low, high = found.accuracy.interval.low, found.accuracy.interval.high
    sentence = (
        f"Accuracy {found.accuracy.value:.1%} [{low:.1%}, {high:.1%}] against chance {chance:.1%} "
        f"(permutation p {_p(found.p_value)}); after subtracting the model's own preference for a label "
        f"{found.corrected.value:.1%}."
    )
    if outcome == "shown" and found.decisive[0].low <= chance:
        sentence += " Raw accuracy alone does not show it: the answer names other positions, or a bias hides it."
    needed = _trials_needed(outcome, found.accuracy, found.decisive[0], chance, smallest)
    return _finding("position", outcome, sentence, found.accuracy, needed)


def decide_gap(gap: Gap, smallest_effect: float) -> Outcome:
    """Shown, ruled out or undecided, for concept minus a control.

    Args:
        gap: The differences.
        smallest_effect: The smallest effect of interest.

    Returns:
        The outcome.
    """
    raw, corrected, free = gap.decisive
    outcome = decide((raw, corrected), smallest_effect)
    if outcome != "shown":
        return outcome
    flattered = corrected.high < smallest_effect
    return "shown" if free.low > 0 and not flattered else "undecided"


def _against(key: str, gap: Gap | None, smallest: float) -> Finding:
    if gap is None:
        return Finding(key, _ASKED[key], "not run", "This control was not run, or every trial of it failed.", None)
    outcome = decide_gap(gap, smallest)
    sentence = (
        f"Concept minus {_NAMES[key]}: {_points(gap.raw)} points as answered, {_points(gap.corrected)} after "
        f"subtracting the model's preference for a label; bias-free effect {_logits(gap.diagonal)}."
    )
    raw, corrected = gap.decisive[:2]
    if outcome == "undecided" and max(raw.low, corrected.low) > 0 and min(raw.high, corrected.high) < smallest:
        sentence += " The two disagree: a preference for a label hides answers in one of the conditions."
        return Finding(key, _ASKED[key], outcome, sentence, gap.raw)
    return _finding(key, outcome, sentence, gap.raw, _trials_for(outcome, gap, smallest))


def _finding(key: str, outcome: Outcome, sentence: str, estimate: Estimate, trials: int | None) -> Finding:
    # More trials of the same vectors do not settle what differs between vectors, so those must grow alike.
    vectors = None if trials is None else ceil(trials * estimate.clusters / estimate.observations)
    return Finding(key, _ASKED[key], outcome, sentence, estimate, trials, vectors)


def _trials_for(outcome: Outcome, gap: Gap, smallest: float) -> int | None:
    looks = zip((gap.raw, gap.corrected), gap.decisive[:2], strict=True)
    needed = [_trials_needed(outcome, estimate, interval, 0.0, smallest) for estimate, interval in looks]
    known = [trials for trials in needed if trials is not None]
    return max(known) if len(known) == len(needed) else None


def _points(estimate: Estimate) -> str:
    low, high = estimate.interval.low, estimate.interval.high
    return f"{100 * estimate.value:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]".translate(_SIGNS)


def _logits(estimate: Estimate) -> str:
    low, high = estimate.interval.low, estimate.interval.high
    return f"{estimate.value:+.3f} logits [{low:+.3f}, {high:+.3f}]".translate(_SIGNS)


_SIGNS = str.maketrans({"-": "\N{MINUS SIGN}"})


def _undecided(finding: Finding) -> Finding:
    outcome: Outcome = "not run" if finding.outcome == "not run" else "undecided"
    return Finding(finding.key, finding.asked, outcome, finding.sentence, finding.estimate)


def _headline(
    findings: Sequence[Finding], summary: Summary, setting: Setting, smallest: float
) -> tuple[Literal["yes", "no", "undecided"], str]:
    outcomes: Mapping[str, Outcome] = {finding.key: finding.outcome for finding in findings}
    accuracy = f"{setting.conditions[0].accuracy.value:.1%} right against {summary.chance:.0%} by chance"
    if _sham_failed(setting):
        return (
            "undecided",
            f"Undecided: a dose of zero changed answers, so this run cannot be trusted ({accuracy}).",
        )
    if _carries_nothing(setting.separation):
        return (
            "undecided",
            f"Undecided: the vectors were not seen to carry their concepts at this block ({accuracy}).",
        )
    if outcomes["position"] == "ruled out":
        return "no", f"No: the answers do not carry the injected position ({accuracy})."
    lost = [_EQUALS[key] for key in _NAMES if outcomes[key] == "ruled out"]
    if lost:
        lead = (
            "the answers carry the position" if outcomes["position"] == "shown" else "whatever is in the answers"
        )
        told = " and ".join(lost)
        return "no", f"No: {lead} ({accuracy}), but {told}, to within {100 * smallest:.0f} points."
    if outcomes["position"] == "undecided":
        why = "predictions failed" if setting.conditions[0].failed else "too few trials"
        return "undecided", f"Undecided: {why}, so whether the position is carried is not known ({accuracy})."
    still_open = [name for key, name in _NAMES.items() if outcomes[key] != "shown"]
    if still_open:
        told = " or ".join(still_open)
        return (
            "undecided",
            f"Undecided: the answers carry the position ({accuracy}); not shown: more than {told}.",
        )
    told = ", ".join(_NAMES.values())
    return "yes", f"Yes, above {told} ({accuracy}); controls not run could still end it."


_NAMES = {
    "noise": "noise",
    "mismatched": "natural differences without a concept",
    "abstract": 'the question "most abstract?"',
}
_EQUALS = {
    "noise": "noise does as well",
    "mismatched": "natural differences without a concept do as well",
    "abstract": 'the question "most abstract?" is answered as well',
}


def _caveats(summary: Summary, setting: Setting) -> tuple[str, ...]:
    found, said = setting.conditions[0], []
    if setting.separation is None:
        said.append("Whether the vectors carry their concepts was not measured.")
    elif setting.separation.lines != "held-out":
        said.append("The pair file has no held-out lines: vectors were judged on the other pairs' lines.")
    failed = sum(each.failed for each in setting.conditions)
    if failed:
        said.append(f"{failed} predictions failed (not a number): wrong in accuracies, left out of gaps.")
    if found.top_is_label < 0.9:
        said.append(f"Only {found.top_is_label:.0%} of the most probable tokens are labels.")
    if setting.sham is not None and _sham_failed(setting):
        wrong = setting.sham.predictions - setting.sham.bit_equal
        said.append(f"The sham failed: {wrong} predictions changed under a dose of zero. Do not trust this run.")
    if len(summary.settings) > 1:
        said.append(f"{len(summary.settings)} settings were tried; intervals that decide allow for it.")
    return tuple(said)


def _not_run(setting: Setting) -> tuple[str, ...]:
    ran = {gap.control for gap in setting.gaps} | ({"sham"} if setting.sham else set())
    own = {**_NAMES, "opposite": "the opposite sign", "sham": "a dose of zero through the same hooks"}
    return (*(text for key, text in own.items() if key not in ran), *NOT_BUILT)


def _carries_nothing(separation: Separation | None) -> bool:
    return separation is None or separation.own.interval.low <= 0.5


def _sham_failed(setting: Setting) -> bool:
    return setting.sham is not None and setting.sham.bit_equal < setting.sham.predictions


def _tests_nothing(setting: Setting) -> bool:
    return _carries_nothing(setting.separation) or _sham_failed(setting)


def _trials_needed(
    outcome: Outcome, estimate: Estimate, decisive: Interval, origin: float, smallest: float
) -> int | None:
    if outcome != "undecided":
        return None
    return trials_to_decide(replace(estimate, interval=decisive), origin, origin + smallest)


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"= {value:.2g}"
