"""From a record of chains to a learning coefficient, or to the reasons why there is none.

lambda = t (E[L] - L*), t = n beta (Lau et al. 2308.12108). The rules are written down here, each with its bound: a
number that breaks one of the first kind is not given; what only weakens it is said beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.degeneracy.sampling.chains import Chains
from polariscope.crystal.degeneracy.start import Start
from polariscope.statistics import ChainMean, chain_mean, effective_sample_size, split_rhat

REFUSED_RHAT, DOUBTED_RHAT = 1.1, 1.05
"""Split R-hat beyond which chains disagree (Gelman and Rubin 1992), and from which it is said. Vehtari et al.
(2021) want 1.01 for a posterior's quantiles; here the mean's error is measured over chains anyway."""
REFUSED_DIVERGENT, DOUBTED_DIVERGENT = 0.1, 0.01
"""Shares of all draws. HMC rejects a diverged proposal, which costs draws in the stiffest places, not truth."""
STUCK = 0.1
"""Acceptance below which a chain hardly moves."""
STILL = 0.01
"""A chain's spread relative to the median chain's below which it does not move."""
APART = 10.0
"""Robust standard deviations of a chain's mean from the median chain's. R-hat hardly sees one chain among many;
of fewer than `MANY` chains it does, and the robust deviation is too rough."""
MANY = 16
REFUSED_FALL, DOUBTED_FALL = 0.25, 0.05
"""How far below L* the loss lies where chains went, as a share of what they would say relative to there."""
LEFT = -1.0
"""t (L - L*) of a chain that has found a lower loss than w* by more than the temperature blurs."""
OUT_OF_EQUILIBRIUM = 0.1
"""Difference of the virial from 1 that is said; above 1 it is the step's doing, and no number is given."""
REFUSED_NOISE, NOISY = 0.2, 0.05
"""Share of the injected variance that minibatches add where the loss acts: the value is too high by as much."""
COARSE = 0.1
"""t |L*| times the roundoff: what rounding does to each t (L - L*)."""
_BOUNDLESS = 1e100
"""A draw beyond counts as not finite: sums of its squares would overflow."""

SLOPE = 0.1
"""t |grad L|^2 / (2 lambda_max) at w* from which it is said."""

_NORMAL = 1.4826
"""Standard deviation of a normal variable in median absolute deviations."""

Code = Literal[
    "diverged", "stuck", "left", "disagree", "hot",
    "cold", "slow", "apart", "stiff", "noisy", "coarse", "fallen", "slope", "saddle",
]  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """Why there is no number, or what weakens it.

    Args:
        code: Its name.
        sentence: What was seen, with the figure and the bound.
        cure: What to try.
    """

    code: Code
    sentence: str
    cure: str


@dataclass(frozen=True, eq=False)
class LearningCoefficient:
    """An estimate of the local learning coefficient, with what it is worth.

    Args:
        value: lambda; nan where a reason forbids it.
        standard_error: Over independent chains.
        low: Of the interval.
        high: Of the interval.
        level: Of the interval.
        reasons: Why there is no number; () where there is one.
        doubts: What weakens it.
        rhat: Split R-hat of t (L - L*), rank-normalised.
        ess: Effective sample size of all chains.
        virial: Mean of (w - w*)'grad U / d over chains: 1 in equilibrium.
        acceptance: Mean, and of the chain with the lowest; nan for SGLD.
        lowest_acceptance: See there.
        distance: Root mean square of |w - w*|.
        held: gamma E|w - w*|^2 / d: 1 where nothing but the localisation holds the chains, 0 where only the loss.
        start: Loss, gradient and curvature at w*.
        chains: The record.
    """

    value: float
    standard_error: float
    low: float
    high: float
    level: float
    reasons: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    rhat: float
    ess: float
    virial: ChainMean
    acceptance: float
    lowest_acceptance: float
    distance: float
    held: float
    start: Start
    chains: Chains


def read_chains(
    chains: Chains, *, start: Start, scale: float, localization: float, size: int, level: float = 0.95
) -> LearningCoefficient:
    """Estimate from a record, by the rules of this module.

    Args:
        chains: Of one posterior.
        start: Where they started.
        scale: t.
        localization: gamma.
        size: d, parameters that move.
        level: Of the interval.

    Returns:
        The estimate.
    """
    kept, forces, distance = (
        _kept(each, chains.burn_in) for each in (chains.excess, chains.virial, chains.distance)
    )
    found, virial, square = _mean(kept, level), _mean(forces, level), distance**2
    accepted = chains.acceptance[:, chains.burn_in :].mean(1)
    rhat = split_rhat(kept)
    reasons = tuple(_reasons(chains, kept, accepted, rhat, virial))
    nothing = float("nan")
    given = (found.value, found.standard_error, found.low, found.high)
    held = localization * float(square.mean()) / size
    return LearningCoefficient(
        *(given if not reasons else (nothing, nothing, nothing, nothing)),
        level=level,
        reasons=reasons,
        doubts=(
            *_of_start(start, scale, localization),
            *_fallen(chains, found.value),
            *_doubts(chains, rhat, virial),
        ),
        rhat=rhat,
        ess=effective_sample_size(kept) if np.isfinite(kept).all() else nothing,
        virial=virial,
        acceptance=float(accepted.mean()),
        lowest_acceptance=float(accepted.min()),
        distance=float(np.sqrt(square.mean())),
        held=held,
        start=start,
        chains=chains,
    )


def _kept(draws: NDArray[np.float64], burn_in: int) -> NDArray[np.float64]:
    own = draws[:, burn_in:]
    return np.where(np.abs(own) < _BOUNDLESS, own, np.inf)


def _mean(draws: NDArray[np.float64], level: float) -> ChainMean:
    if np.isfinite(draws).all():
        return chain_mean(draws, level)
    nothing = float("nan")
    return ChainMean(nothing, nothing, nothing, nothing, len(draws))


def _reasons(
    chains: Chains, kept: NDArray[np.float64], accepted: NDArray[np.float64], rhat: float, virial: ChainMean
) -> Iterator[Remark]:
    count = len(kept)
    smaller = "take a smaller step, or a higher temperature"
    lost, share = int((~np.isfinite(kept).all(1)).sum()), float(chains.divergent.sum() / kept.size)
    if lost or share > REFUSED_DIVERGENT:
        told = f"{lost} of {count} chains diverged: their loss left all bounds."
        many = f"{share:.1%} of the draws diverged: their energy was off by more than 1,000."
        yield Remark("diverged", told if lost else many, "take a smaller step; calibrate shows which ones hold")
        return
    spread = kept.std(1)
    if not spread.any():
        told = "No chain changed the loss: it is flat, or the step is too small to be seen."
        yield Remark("stuck", told, "take a larger step; look whether the loss depends on these parameters")
        return
    still = (accepted < STUCK) | (spread < STILL * np.median(spread))
    if still.any():
        told = f"{int(still.sum())} of {count} chains stood still, or accepted under {STUCK:.0%} of their draws."
        yield Remark("stuck", told, smaller)
    means, fall = kept.mean(1), _fall(chains)
    lower = max(fall, -float(means.min()))
    if means.min() < LEFT or means.mean() <= 0 or fall > REFUSED_FALL * (means.mean() + fall):
        told = (
            f"Chains found a lower loss than the start's, by t (L* − L) = {lower:.3g}: the start is no minimum at "
            "this scale."
        )
        yield Remark("left", told, "train further, or hold the chains closer by a larger localization")
    if not rhat <= REFUSED_RHAT:
        told = f"The chains disagree: split R-hat {rhat:.3g} exceeds {REFUSED_RHAT}."
        yield Remark("disagree", told, "draw more, after a longer burn-in")
    if virial.value - 1 > max(OUT_OF_EQUILIBRIUM, 3 * virial.standard_error):
        told = f"The chains are hotter than they should be: the virial is {virial.value:.3g}, not 1."
        yield Remark("hot", told, "take a smaller step, or larger minibatches")
    if chains.noise.mean() > REFUSED_NOISE:
        yield _noisy(chains)


def _apart(means: NDArray[np.float64]) -> float:
    away = np.abs(means - np.median(means))
    usual = _NORMAL * float(np.median(away))
    return float(away.max()) / usual if usual > 0 else 0.0


def _doubts(chains: Chains, rhat: float, virial: ChainMean) -> Iterator[Remark]:
    if DOUBTED_RHAT < rhat <= REFUSED_RHAT:
        told = f"Split R-hat is {rhat:.3f}, above {DOUBTED_RHAT}: each chain holds few independent draws."
        yield Remark("slow", told, "draw more for a narrower and surer interval")
    means = chains.excess[:, chains.burn_in :].mean(1)
    if len(means) >= MANY and (far := _apart(means)) > APART:
        rest = float(np.delete(means, np.abs(means - np.median(means)).argmax()).mean())
        told = (
            f"One chain of {len(means)} lies {far:.3g} robust standard deviations from the others, whose mean is "
            f"{rest:.3g}."
        )
        yield Remark("apart", told, "look at its trace; draw more, so that others visit where it has been")
    share = float(chains.divergent.sum() / chains.excess[:, chains.burn_in :].size)
    if share > DOUBTED_DIVERGENT:
        told = f"{share:.1%} of the proposals diverged and were rejected: some places are too stiff for the step."
        yield Remark("stiff", told, "want a higher acceptance, or take a smaller step")
    if 1 - virial.value > max(OUT_OF_EQUILIBRIUM, 3 * virial.standard_error):
        told = (
            f"The chains have not filled the room that the localization leaves: the virial is {virial.value:.2f}, "
            "not 1. The value is of the time that they had, and may grow."
        )
        yield Remark("cold", told, "burn in for longer, or localize more")
    if NOISY < chains.noise.mean() <= REFUSED_NOISE:
        yield _noisy(chains)


def _noisy(chains: Chains) -> Remark:
    share = chains.noise.mean()
    told = (
        f"Minibatches add {share:.0%} to the injected noise where the loss acts: the value is too high by as much."
    )
    return Remark("noisy", told, "take larger minibatches, or a smaller step")


def _fall(chains: Chains) -> float:
    """The largest over chains; 0 where it was not looked for."""
    known = chains.fall[np.isfinite(chains.fall)]
    return float(known.max()) if len(known) else 0.0


def _of_start(start: Start, scale: float, localization: float) -> Iterator[Remark]:
    """No minimum is said, not hidden; where it matters, the chains find lower losses and are refused."""
    slope, down = start.slope(scale), start.curves_down(scale, localization)
    if slope > SLOPE:
        told = f"The start is no minimum: its gradient promises {slope:.2g} of the temperature's blur."
        yield Remark("slope", told, "train further")
    if down > 0:
        told = (
            f"The start is no minimum: the loss curves down by {-start.smallest:.3g}, which takes {down:.2g} of "
            "the localization."
        )
        yield Remark("saddle", told, "train further, or localize more")
    if scale * start.rounding > COARSE:
        told = f"Rounding blurs each t (L − L*) by {scale * start.rounding:.2g}."
        yield Remark("coarse", told, 'compute in doubles, dtype="float64"')


def _fallen(chains: Chains, value: float) -> Iterator[Remark]:
    fall = _fall(chains)
    if DOUBTED_FALL * (value + fall) < fall <= REFUSED_FALL * (value + fall):
        told = (
            f"The loss lies below L* by t (L* − L) = {fall:.3g} where chains went; against that loss the value "
            f"would be {value + fall:.3g}."
        )
        yield Remark("fallen", told, "train further, or hold the chains closer by a larger localization")
