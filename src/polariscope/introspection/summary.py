"""From readings to numbers with intervals: a pure function, so it can be run again years later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.introspection.condition import (
    ConditionSummary,
    Gap,
    Levels,
    Trials,
    gap,
    summarize_condition,
)
from polariscope.introspection.experiment import CONDITIONS
from polariscope.statistics import Estimate, best_of_half, clustered_mean, holm

_GAPS = ("noise", "mismatched", "opposite", "abstract")


@dataclass(frozen=True)
class Sham:
    """The hook with a dose of zero, on the plain path: everything must come out as without it.

    Args:
        predictions: How many.
        bit_equal: How many gave logits bit for bit those of the clean prompt.
        accuracy: Exactly 1/n where the answer is the clean one each time.
    """

    predictions: int
    bit_equal: int
    accuracy: float


@dataclass(frozen=True)
class Prior:
    """What the model answers when nothing is injected.

    Args:
        answers: For each label, the share of trials in which the clean prompt is answered so.
    """

    answers: tuple[float, ...]


@dataclass(frozen=True)
class Separation:
    """Whether the vectors carry their concepts at this block.

    Args:
        own: Mean AUROC of held-out lines of the concept against generic lines, projected on its own vector.
        others: The same with the other concepts' vectors: what is not particular to the concept.
        lines: "held-out", or "other pairs" where the pair file has none.
        pairs: The AUROC of each pair.
    """

    own: Estimate
    others: float
    lines: str
    pairs: tuple[float, ...]


@dataclass(frozen=True)
class Setting:
    """All that was found at one block and one dose.

    Args:
        block: The injected block.
        scale: The dose, in the experiment's unit.
        conditions: What each condition gave, in the order of measuring.
        gaps: Concept minus each control, on the same trials.
        prior: The clean answers.
        separation: Of the vectors; None while not measured.
        sham: The sham; None where it was not run.
    """

    block: int
    scale: float
    conditions: tuple[ConditionSummary, ...]
    gaps: tuple[Gap, ...]
    prior: Prior
    separation: Separation | None
    sham: Sham | None

    def condition(self, name: str) -> ConditionSummary | None:
        """Return what a condition gave, or None where it was not run."""
        return next((found for found in self.conditions if found.name == name), None)


@dataclass(frozen=True)
class Sweep:
    """Several settings at once: which is best, said without being flattered by the choice.

    Args:
        holm: For each setting, the p-value of the concept's accuracy, adjusted for their number.
        best: Index of the setting that is best on one half of the vectors.
        best_accuracy: Its accuracy on the other half.
    """

    holm: tuple[float, ...]
    best: int
    best_accuracy: Estimate


@dataclass(frozen=True)
class Summary:
    """All numbers of a localization run.

    Args:
        sentences: How many sentences a prompt lists; chance is one in so many.
        settings: One for each block and dose.
        sweep: Where there are several settings.
        levels: Of the intervals.
    """

    sentences: int
    settings: tuple[Setting, ...]
    sweep: Sweep | None
    levels: Levels

    @property
    def chance(self) -> float:
        """1/n."""
        return 1 / self.sentences


_LOOKS = 3
"""Ways in which the verdict looks at a condition: raw, corrected, best permutation."""


def summarize(readings: Iterable[Mapping[str, Any]], level: float = 0.95) -> Summary | None:
    """Summarize readings, of a finished run or of one under way.

    Args:
        readings: As `measure` left them in the ledger; those of incomplete trials wait.
        level: Confidence of the intervals shown; those that decide share what is left of 1 among the ways of
            looking and the settings (Bonferroni).

    Returns:
        The numbers, or None while no trial of the concept condition is complete.
    """
    rows = list(readings)
    predictions = [row for row in rows if row["kind"] == "prediction"]
    keys = dict.fromkeys((row["block"], row["scale"]) for row in predictions if row["condition"] == "concept")
    if not keys:
        return None
    levels = Levels(level, 1 - (1 - level) / (_LOOKS * len(keys)))
    settings = tuple(_setting(rows, block, scale, levels) for block, scale in keys)
    return Summary(len(predictions[0]["label_logits"]), settings, _sweep(rows, settings, levels), levels)


def _setting(rows: Sequence[Mapping[str, Any]], block: int, scale: float, levels: Levels) -> Setting:
    here = [r for r in rows if r["kind"] == "prediction" and (r["block"], r["scale"]) == (block, scale)]
    trials = {name: Trials.of([r for r in here if r["condition"] == name]) for name in CONDITIONS}
    known = {name: found for name, found in trials.items() if found is not None}
    concept = known["concept"]
    return Setting(
        block=block,
        scale=scale,
        conditions=tuple(
            summarize_condition(name, found, levels) for name, found in known.items() if name != "sham"
        ),
        gaps=tuple(filter(None, (gap(name, concept, known[name], levels) for name in _GAPS if name in known))),
        prior=_prior(concept),
        separation=_separation([r for r in rows if r["kind"] == "separation" and r["block"] == block], levels),
        sham=_sham([r for r in here if r["condition"] == "sham"]),
    )


def _prior(concept: Trials) -> Prior:
    n = concept.clean.shape[1]
    answers = np.where(np.isnan(concept.clean).any(1), -1, concept.clean.argmax(1))
    return Prior(tuple(float((answers == d).mean()) for d in range(n)))


def _separation(rows: Sequence[Mapping[str, Any]], levels: Levels) -> Separation | None:
    scores = np.array([row["auroc"] for row in rows])
    if not len(scores) or np.isnan(scores).any():
        return None
    own = clustered_mean(scores, np.arange(len(scores)), level=levels.shown, bounds=(0, 1))
    others = float(np.mean([row["auroc_others"] for row in rows]))
    return Separation(own, others, rows[0]["lines"], tuple(scores.tolist()))


def _sham(rows: Sequence[Mapping[str, Any]]) -> Sham | None:
    if not rows:
        return None
    hits = [row["answer"] == row["position"] for row in rows]
    return Sham(len(rows), sum(row["bit_equal_to_clean"] for row in rows), sum(hits) / len(hits))


def _sweep(rows: Sequence[Mapping[str, Any]], settings: Sequence[Setting], levels: Levels) -> Sweep | None:
    each = [_concept_trials(rows, setting) for setting in settings]
    common = sorted(set.intersection(*(set(found.index.tolist()) for found in each)))
    if len(settings) < 2 or not common:
        return None
    scores: NDArray[np.float64] = np.stack([found.only(common).scores() for found in each])
    best, estimate = best_of_half(
        scores, each[0].only(common).pair, seed=levels.seed, level=levels.shown, bounds=(0, 1)
    )
    found = [setting.conditions[0].p_value for setting in settings]
    return Sweep(tuple(holm(found).tolist()), best, estimate)


def _concept_trials(rows: Sequence[Mapping[str, Any]], setting: Setting) -> Trials:
    found = Trials.of([
        row
        for row in rows
        if row["kind"] == "prediction"
        and row["condition"] == "concept"
        and (row["block"], row["scale"]) == (setting.block, setting.scale)
    ])
    assert found is not None, "a setting has concept trials"  # noqa: S101
    return found
