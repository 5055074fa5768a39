"""What one condition gave at one block and one dose, and how two of them differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from polariscope.statistics import (
    BestPermutation,
    Estimate,
    Interval,
    Permuted,
    accuracy_test,
    best_permutation_test,
    clustered_mean,
    confusion_matrix,
    design_effect,
    diagonal_effect,
    diagonal_test,
    mutual_information_test,
    paired_gap,
    prior_corrected,
    recall,
    wilson,
)

_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trials:
    """Complete trials of one condition as arrays: T trials, n positions.

    Args:
        index: The trials' numbers, shape (T,).
        pair: The pair of each, shape (T,): the cluster.
        answers: The answered position for each injected one, -1 where failed, shape (T, n).
        logits: Label logits z[t, injected, label], NaN where failed, shape (T, n, n).
        clean: Label logits without injection, shape (T, n).
        mass: Probability of all labels together, shape (T, n).
        rank: Rank of the best label in the vocabulary, shape (T, n).
        near_tie: Whether rounding alone could change the answer, shape (T, n).
        is_label: Whether the vocabulary's top token is a label, shape (T, n).
        dose: Relative dose, shape (T, n).
    """

    index: NDArray[np.intp]
    pair: NDArray[np.intp]
    answers: NDArray[np.intp]
    logits: _Floats
    clean: _Floats
    mass: _Floats
    rank: _Floats
    near_tie: NDArray[np.bool_]
    is_label: NDArray[np.bool_]
    dose: _Floats

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Self | None:
        """Group one condition's readings by trial; None where there are none.

        Args:
            rows: Readings of one condition at one block and dose; a cell holds whole trials.

        Returns:
            The trials, in the order of their numbers.
        """
        if not rows:
            return None
        ordered = sorted(rows, key=lambda row: (row["trial"], row["position"]))
        n = len(ordered[0]["label_logits"])

        def column(name: str, kind: Any = np.float64) -> NDArray[Any]:
            return np.array([row[name] for row in ordered], dtype=kind).reshape(len(ordered) // n, n, -1)

        answers, logits, clean = (column(name) for name in ("answer", "label_logits", "clean_label_logits"))
        # A failed prediction can hold numbers beside the one that failed; none of them counts.
        logits[answers[..., 0] < 0] = np.nan
        clean[~np.isfinite(clean)] = np.nan
        return cls(
            index=column("trial", np.intp)[:, 0, 0],
            pair=column("pair", np.intp)[:, 0, 0],
            answers=answers[..., 0].astype(np.intp),
            logits=logits,
            clean=clean[:, 0],
            mass=column("answer_mass")[..., 0],
            rank=column("best_label_rank")[..., 0],
            near_tie=column("near_tie", np.bool_)[..., 0],
            is_label=column("top_is_label", np.bool_)[..., 0],
            dose=column("dose_relative")[..., 0],
        )

    def only(self, index: Sequence[int]) -> "Trials":
        """Return the trials of these numbers."""
        chosen = np.isin(self.index, index)
        return Trials(**{name: getattr(self, name)[chosen] for name in self.__dataclass_fields__})

    def scores(self) -> _Floats:
        """Each trial's share of right answers, shape (T,)."""
        return np.asarray((self.answers == np.arange(self.answers.shape[1])).mean(axis=1))

    def corrected_answers(self) -> NDArray[np.intp]:
        """argmax_d [z(d|j) - z0(d)]: the answers without the model's bias for a label, shape (T, n)."""
        return prior_corrected(self.logits, self.clean)

    def corrected_scores(self) -> _Floats:
        """Each trial's share of right answers after the correction, shape (T,)."""
        return np.asarray((self.corrected_answers() == np.arange(self.answers.shape[1])).mean(axis=1))

    def sampled(self) -> _Floats:
        """Each trial's expected share of right answers when the next token is sampled, shape (T,)."""
        shifted = np.exp(self.logits - self.logits.max(axis=2, keepdims=True))
        chosen = (shifted / shifted.sum(axis=2, keepdims=True)).diagonal(axis1=1, axis2=2)
        return np.asarray(np.nan_to_num(chosen * self.mass).mean(axis=1))

    def sound(self) -> NDArray[np.bool_]:
        """Trials whose logits are all numbers, shape (T,)."""
        return np.asarray(np.isfinite(self.logits).all(axis=(1, 2)) & np.isfinite(self.clean).all(axis=1))


@dataclass(frozen=True)
class ConditionSummary:
    """One condition's numbers. Intervals come from a bootstrap over vectors with their trials nested.

    Args:
        name: The condition.
        trials: How many.
        predictions: How many, failed ones included (they count as wrong).
        failed: How many failed.
        accuracy: Share of right answers.
        wilson: Wilson's interval, as if all predictions were independent: beside, for reference.
        design_effect: How much wider the truth is: clustered over independent variance.
        p_value: Within-trial permutation of the injected position.
        corrected: Accuracy after subtracting the clean label logits.
        sampled: Expected accuracy when the answer is sampled, as the post says.
        diagonal: Mean diagonal of the doubly centred label logits: the bias-free effect, in logits.
        diagonal_p: Its within-trial permutation p-value.
        confusion: Counts, row injected, column answered.
        recall: For each position, the share answered right.
        information: Mutual information of injected and answered position in bits, and its null.
        best_permutation: Accuracy when every answer may stand for another position (shows anti-localization).
        mass: Mean probability of all labels together.
        rank: Median rank of the best label in the vocabulary, 1 for the top.
        near_ties: Predictions that rounding alone could change.
        top_is_label: Share of predictions whose most probable token is a label.
        dose: Median dose relative to the residual stream.
        decisive: Intervals of accuracy, corrected accuracy and the cross-fitted best permutation's accuracy at the
            level at which the verdict decides.
    """

    name: str
    trials: int
    predictions: int
    failed: int
    accuracy: Estimate
    wilson: Interval
    design_effect: float
    p_value: float
    corrected: Estimate
    sampled: Estimate
    diagonal: Estimate | None
    diagonal_p: float
    confusion: tuple[tuple[int, ...], ...]
    recall: tuple[float, ...]
    information: Permuted
    best_permutation: BestPermutation
    mass: float
    rank: float
    near_ties: int
    top_is_label: float
    dose: float
    decisive: tuple[Interval, ...]


@dataclass(frozen=True)
class Gap:
    """Concept minus control, trial by trial.

    Args:
        control: The control.
        trials: Trials that are sound in both.
        raw: Difference of accuracies.
        corrected: Difference of accuracies after subtracting the clean label logits.
        diagonal: Difference of the bias-free effects, in logits.
        decisive: Intervals of the three at the level at which the verdict decides.
    """

    control: str
    trials: int
    raw: Estimate
    corrected: Estimate
    diagonal: Estimate
    decisive: tuple[Interval, ...]


@dataclass(frozen=True)
class Levels:
    """Confidence of intervals.

    Args:
        shown: Of those in tables and figures.
        decisive: Of those that the verdict looks at; higher, since it looks at several.
        seed: Of resampling; the same seed gives the same numbers.
    """

    shown: float
    decisive: float
    seed: int = 0


def summarize_condition(name: str, trials: Trials, levels: Levels) -> ConditionSummary:
    """Return one condition's numbers.

    Args:
        name: The condition.
        trials: Its trials.
        levels: Of the intervals.

    Returns:
        The numbers.
    """
    count, n = trials.answers.shape
    scores = trials.scores()
    sound, answered, seed = trials.sound(), trials.answers >= 0, levels.seed
    confusion = confusion_matrix(trials.answers, n)
    corrected = trials.corrected_scores()

    def share(values: _Floats, level: float = levels.shown) -> Estimate:
        return clustered_mean(values, trials.pair, level=level, seed=seed, bounds=(0, 1))

    def best(level: float) -> BestPermutation:
        return best_permutation_test(trials.answers, n, trials.pair, seed=seed, level=level)

    return ConditionSummary(
        name=name,
        trials=count,
        predictions=count * n,
        failed=int((trials.answers < 0).sum()),
        accuracy=share(scores),
        wilson=wilson(round(float(scores.sum()) * n), count * n, levels.shown),
        design_effect=design_effect(scores, trials.pair, n),
        p_value=accuracy_test(trials.answers).p_value,
        corrected=share(corrected),
        sampled=share(trials.sampled()),
        diagonal=_diagonal(trials.logits[sound], trials.pair[sound], levels.shown, seed) if sound.any() else None,
        diagonal_p=diagonal_test(trials.logits[sound], seed=seed).p_value if sound.any() else float("nan"),
        confusion=tuple(map(tuple, confusion.tolist())),
        recall=tuple(recall(confusion).tolist()),
        information=mutual_information_test(trials.answers, n, seed=seed),
        best_permutation=best(levels.shown),
        mass=float(np.mean(trials.mass[answered])) if answered.any() else float("nan"),
        rank=float(np.median(trials.rank[answered])) if answered.any() else float("nan"),
        near_ties=int(trials.near_tie.sum()),
        top_is_label=float(trials.is_label.mean()),
        dose=float(np.nanmedian(trials.dose)) if np.isfinite(trials.dose).any() else float("nan"),
        decisive=(
            share(scores, levels.decisive).interval,
            share(corrected, levels.decisive).interval,
            best(levels.decisive).cross_fitted.interval,
        ),
    )


def gap(control: str, concept: Trials, other: Trials, levels: Levels) -> Gap | None:
    """Return concept minus control on the trials that are sound in both.

    A failed prediction counts as wrong, which for a control would flatter: so a trial with one is left out here.

    Args:
        control: The control's name.
        concept: The concept condition.
        other: The control.
        levels: Of the intervals.

    Returns:
        The paired differences, or None where no trial is sound in both.
    """
    common = sorted(set(concept.index[concept.sound()].tolist()) & set(other.index[other.sound()].tolist()))
    if not common:
        return None
    a, b = concept.only(common), other.only(common)

    def between(x: _Floats, y: _Floats, level: float = levels.shown) -> Estimate:
        return paired_gap(x, y, a.pair, level=level, seed=levels.seed)

    def free(level: float) -> Estimate:
        # The diagonal effect is linear in the logits, so that of a difference is the difference of effects.
        return _diagonal(a.logits - b.logits, a.pair, level, levels.seed)

    raw, corrected = (a.scores(), b.scores()), (a.corrected_scores(), b.corrected_scores())
    decisive = (between(*raw, levels.decisive), between(*corrected, levels.decisive), free(levels.decisive))
    return Gap(
        control,
        len(common),
        between(*raw),
        between(*corrected),
        free(levels.shown),
        tuple(estimate.interval for estimate in decisive),
    )


def _diagonal(logits: _Floats, pair: NDArray[np.intp], level: float, seed: int) -> Estimate:
    return clustered_mean(diagonal_effect(logits), pair, level=level, seed=seed)
