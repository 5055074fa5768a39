"""From readings to numbers: a pure function of what the ledger holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf, nan
from typing import Any

Reading = Mapping[str, Any]

WHOLE = "whole"
"""The part that is all parameters that were asked for, together."""


@dataclass(frozen=True)
class Remark:
    """Why there is no number, or what weakens it.

    Args:
        code: Its name, as in `polariscope.crystal.degeneracy.coefficient`.
        sentence: What was seen, with the figure and the bound.
        cure: What to try.
    """

    code: str
    sentence: str
    cure: str


@dataclass(frozen=True)
class Estimate:
    """An estimate of a learning coefficient, t (E[L] - L*), with its diagnosis.

    Args:
        part: Which parameters moved: "whole", or a layer.
        point: Which checkpoint.
        at: Its training step; None where there are no checkpoints.
        matched: Whether the logits were scaled to a common training loss.
        logit_scale: By what; 1 where not.
        train_loss: L*, at the start of the chains.
        value: lambda; nan where a reason forbids it.
        standard_error: Over chains.
        low: Of the interval.
        high: Of the interval.
        reasons: Why there is no number; () where there is one.
        doubts: What weakens it.
        rhat: Split R-hat of t (L - L*).
        ess: Effective sample size of all chains.
        virial: 1 in equilibrium.
        virial_error: Its standard error.
        acceptance: Mean; nan for SGLD.
        lowest_acceptance: Of the chain with the lowest.
        distance: Root mean square of |w - w*|.
        held: 1 where only the localization holds the chains, 0 where only the loss does.
        step: Median over chains.
        noise: SGLD: what minibatches add to the injected variance.
        gradients: Evaluations a chain.
        chains: How many.
        draws: Kept of each.
        burn_in: Left out of each.
        scale: t = n/temperature.
        temperature: 1/beta.
        localization: gamma, a precision.
        prior: Precision of a Gaussian at 0.
        free: d, parameters that moved.
        examples: n.
        sampler: "hmc" or "sgld".
        fall: How far below L* the loss lies from where chains ended, t (L* - L); nan where not looked.
    """

    part: str
    point: str
    at: float | None
    matched: bool
    logit_scale: float
    train_loss: float
    value: float
    standard_error: float
    low: float
    high: float
    reasons: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    rhat: float
    ess: float
    virial: float
    virial_error: float
    acceptance: float
    lowest_acceptance: float
    distance: float
    held: float
    step: float
    noise: float
    gradients: int
    chains: int
    draws: int
    burn_in: int
    scale: float
    temperature: float
    localization: float
    prior: float
    free: int
    examples: int
    sampler: str
    fall: float = nan

    @property
    def given(self) -> bool:
        """Whether there is a number."""
        return not self.reasons

    @property
    def regular(self) -> float:
        """d/2: what a regular model of as many parameters has."""
        return self.free / 2


@dataclass(frozen=True, eq=False)
class Summary:
    """A run's numbers.

    Args:
        level: Confidence of intervals.
        estimates: All of them, in the order of measuring.
        own: The other readings, by kind: start, chains, trace, control, known, temperature,
            localization, calibration, plateau.
    """

    level: float
    estimates: tuple[Estimate, ...]
    own: Mapping[str, tuple[Reading, ...]]

    def one(self, kind: str) -> Reading | None:
        """The only reading of a kind, or None where it was not measured."""
        found = self.own.get(kind, ())
        return found[0] if found else None

    @property
    def main(self) -> Estimate | None:
        """The estimate that the run is about: of the whole, at the last checkpoint, logits as they are."""
        plain = [each for each in self.estimates if not each.matched]
        whole = [each for each in plain if each.part == WHOLE] or plain
        return max(whole, key=_time) if whole else None

    @property
    def parts(self) -> tuple[Estimate, ...]:
        """The whole and its layers, at the main estimate's checkpoint."""
        main = self.main
        return tuple(e for e in self.estimates if main and not e.matched and e.point == main.point)

    def along(self, *, matched: bool) -> tuple[Estimate, ...]:
        """The main estimate's part at every checkpoint.

        Args:
            matched: Whether with logits scaled to one training loss.

        Returns:
            By training step; () where there are no checkpoints.
        """
        main = self.main
        own = (e for e in self.estimates if main and e.part == main.part and e.matched == matched)
        return tuple(sorted((e for e in own if e.at is not None), key=_time))

    def of_main(self, kind: str) -> Reading | None:
        """The reading of a kind that belongs to the main estimate, or None where it was not measured."""
        main = self.main
        own = (row for row in self.own.get(kind, ()) if main and _belongs(row, main))
        return next(own, None)


def summarize(readings: Iterable[Reading], experiment: Mapping[str, Any]) -> Summary | None:
    """Gather a run's readings.

    Args:
        readings: As the ledger gives them.
        experiment: As the run records it.

    Returns:
        The numbers; None where nothing is measured.
    """
    by_kind: dict[str, list[Reading]] = {}
    for row in readings:
        by_kind.setdefault(str(row["kind"]), []).append(row)
    if not by_kind:
        return None
    estimates = tuple(_estimate(row) for row in by_kind.pop("estimate", []))
    own = {kind: tuple(rows) for kind, rows in by_kind.items()}
    return Summary(float(experiment["level"]), estimates, own)


def remarks(told: Sequence[Sequence[str]]) -> tuple[Remark, ...]:
    """Take code, sentence and cure of each remark from a reading.

    >>> remarks([["stuck", "Chains stood still.", "take a smaller step"]])[0].code
    'stuck'

    Args:
        told: As the ledger has them.

    Returns:
        The remarks.
    """
    return tuple(Remark(*each) for each in told)


def _estimate(row: Reading) -> Estimate:
    told = {field.name: row[field.name] for field in fields(Estimate) if field.name in row}
    changed = {"matched": bool(row["matched"]), **{key: remarks(row[key]) for key in ("reasons", "doubts")}}
    return Estimate(**(told | changed))


def _time(estimate: Estimate) -> float:
    return -inf if estimate.at is None else estimate.at


def _belongs(row: Reading, estimate: Estimate) -> bool:
    same = (row["part"], row["point"]) == (estimate.part, estimate.point)
    return same and bool(row.get("matched", 0)) == estimate.matched
