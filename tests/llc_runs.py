"""Learning coefficients for tests: planted readings whose outcome is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np

from polariscope.crystal.instruments.llc.outcome import LlcOutcome
from polariscope.crystal.instruments.llc.summary import Summary, summarize
from polariscope.crystal.instruments.llc.verdict import judge
from polariscope.runs import Run

Row = dict[str, Any]

STUCK = ["stuck", "2 of 32 chains stood still, or accepted under 10% of their draws.", "take a smaller step"]
DISAGREE = ["disagree", "The chains disagree: split R-hat 1.3 exceeds 1.1.", "draw more, after a longer burn-in"]
DIVERGED = ["diverged", "8 of 8 chains diverged.", "take a smaller step"]
COLD = ["cold", "The chains have not filled the room.", "burn in for longer, or localize more"]
NOISY = ["noisy", "Minibatches add 9% to the injected noise.", "take larger minibatches, or a smaller step"]
STIFF = ["stiff", "3.0% of the proposals diverged and were rejected.", "take a smaller step"]
SLOW = ["slow", "Split R-hat is 1.070, above 1.05.", "draw more for a narrower and surer interval"]
SLOPE = ["slope", "The start is no minimum: its gradient promises 0.3.", "train further"]
FALLEN = ["fallen", "The loss lies below L* by t (L* − L) = 0.9 where chains went.", "train further"]
LEFT = [
    "left",
    "Chains found a lower loss than the start's: the start is no minimum at this scale.",
    "train further",
]
SADDLE = ["saddle", "The start is no minimum: the loss curves down by 2.", "train further, or localize more"]


def ended(value: float, half: float) -> Row:
    """A value with half its 95 % interval, of many chains; nan is one that was refused."""
    return {"value": value, "standard_error": half / 1.96, "low": value - half, "high": value + half}


def estimate(value: float = 6.03, half: float = 0.06, **changes: Any) -> Row:
    """Reduced rank (5, 5, 3) by HMC, as it comes out, but for what is changed by name."""
    told: Row = {
        "kind": "estimate", "part": "whole", "point": "origin", "at": None, "matched": 0, "logit_scale": 1.0,
        "train_loss": 0.0, **ended(value, half), "reasons": [], "doubts": [], "rhat": 1.003, "ess": 4100.0,
        "virial": 1.005, "virial_error": 0.006, "acceptance": 0.81, "lowest_acceptance": 0.74, "distance": 4.4,
        "held": 0.62, "step": 0.21, "noise": 0.0, "gradients": 4001, "chains": 32, "draws": 200,
        "burn_in": 200, "scale": 144.76, "temperature": 6.908, "localization": 1.0, "prior": 0.0, "free": 30,
        "examples": 1000, "sampler": "hmc", "fall": 0.0,
    }  # fmt: skip
    return told | changes


def refused(*reasons: Sequence[str], **changes: Any) -> Row:
    """An estimate without a number, for these reasons."""
    return estimate(nan, nan, reasons=[list(each) for each in reasons], **changes)


def start(**changes: Any) -> Row:
    """The origin of reduced rank: no loss, no slope, no curvature."""
    told: Row = {
        "kind": "start", "part": "whole", "point": "origin", "loss": 0.0, "gradient": 0.0, "largest": 0.0,
        "smallest": 0.0, "residual": 0.0, "free": 30, "examples": 1000, "bytes_a_chain": 48_000, "chunk": 5592,
        "mapped": 1,
    }  # fmt: skip
    return told | changes


def control(value: float = 6.05, half: float = 0.1, **changes: Any) -> Row:
    """The sampler on reduced rank (5, 5, 3), exactly 6.0384 at t = 145."""
    told: Row = {"kind": "control", **ended(value, half), "exact": 6.0384, "exact_error": 1e-9, "reasons": []}
    return told | {"rhat": 1.004, "scale": 145.0, "localization": 1.0} | changes


def known(**changes: Any) -> Row:
    """What is known of reduced rank (5, 5, 3)."""
    told: Row = {"kind": "known", "exact": 6.0381, "exact_error": 1e-9, "threshold": 6.5, "multiplicity": 2}
    return told | {"name": "reduced rank (5, 5, 3)"} | changes


def temperatures(
    values: Sequence[float] = (6.0, 6.03, 6.05),
    half: float = 0.06,
    exact: Sequence[float | None] = (None, None, None),
) -> list[Row]:
    """Estimates at t/4, t and 4t, and what they should be where that is known."""
    rows = []
    for factor, value, known in zip((0.25, 1.0, 4.0), values, exact, strict=True):
        place: Row = {"kind": "temperature", "factor": factor, "scale": 144.76 * factor, "localization": 1.0}
        own: Row = {"exact": known, "exact_error": None if known is None else 1e-9}
        rows.append(place | ended(value, half) | own | {"reasons": []})
    return rows


def chains(value: float = 6.03, count: int = 32) -> list[Row]:
    """What each chain says, and its way."""
    draws = np.random.default_rng(0)
    means = value + 0.17 * draws.standard_normal(count)
    ways = means[:, None] + 1.7 * draws.standard_normal((count, 40))
    ways[:, :20] *= np.linspace(0, 1, 20)
    place: Row = {"part": "whole", "point": "origin", "matched": 0}
    trace: Row = {"kind": "trace", **place, "burn_in": 200, "steps": list(range(1, 400, 10))}
    return [
        {"kind": "chains", **place, "means": means.tolist(), "acceptance": [0.8] * count},
        trace | {"values": ways.tolist()},
    ]


def calibration(*, found: bool = True) -> list[Row]:
    """A scan of three temperatures and six steps each: too small a one is slow, too large a one diverges."""
    slow, fast = (4.0, [DISAGREE]), (nan, [DIVERGED])
    rows: list[Row] = []
    for factor in (0.5, 1.0, 2.0):
        told = [slow, *((6.0 + 0.1 * factor + 0.02 * place, []) for place in range(1, 5)), fast]
        for step, (value, reasons) in zip((0.01, 0.03, 0.1, 0.2, 0.4, 1.0), told, strict=True):
            own: Row = {"kind": "calibration", "temperature_factor": factor, "scale": 144.76 / factor}
            own |= {"step": step * factor**0.5, "reasons": reasons}
            rows.append(own | ended(value, 0.1))
    flat: Row = {"start": 0.03, "stop": 0.4, "value": 6.13, "standard_error": 0.025, "chosen": 0.2}
    return [*rows, {"kind": "plateau", "found": 1, **flat} if found else {"kind": "plateau", "found": 0}]


STEPS = (100, 200, 450, 1000, 2500)


def training(
    raw: Sequence[float] = (120.0, 348.0, 200.0, 90.0, 54.0),
    matched: Sequence[float] | None = (140.0, 346.0, 260.0, 150.0, 106.0),
    *,
    half: float = 8.0,
    losses: Sequence[float] = (1.2, 0.08, 0.005, 3e-5, 8e-7),
) -> list[Row]:
    """A run through grokking: it is fitted at step 200; with logits as they are, and matched at the loss 1.2."""
    rows = []
    for step, value, loss in zip(STEPS, raw, losses, strict=True):
        place: Row = {"point": f"step {step}", "at": float(step), "free": 18_368, "examples": 1124}
        rows.append(estimate(value, half, **place, train_loss=loss))
        rows.append(start(point=f"step {step}", loss=loss, gradient=1e-7, largest=0.2, residual=1e-4))
    for step, value in zip(STEPS, matched or (), strict=False):
        place = {"point": f"step {step}", "at": float(step), "free": 18_368, "examples": 1124}
        rows.append(estimate(value, half, **place, matched=1, logit_scale=200 / step, train_loss=1.2))
    return rows


LAYERS = [
    estimate(2.4, 0.05, part="first", free=15),
    estimate(2.6, 0.05, part="second", free=15),
    refused(DISAGREE, part="a.layer.with.a.name.far.too.long.to.be.drawn", free=7),
]


def whole(**changes: Any) -> list[Row]:
    """All readings of a run on reduced rank, complete."""
    return [start(), known(), control(), estimate(**changes), *chains(), *temperatures()]


def summary_of(told: Sequence[Mapping[str, Any]], **experiment: Any) -> Summary:
    """What these readings amount to."""
    found = summarize(told, {"level": 0.95} | experiment)
    assert found is not None
    return found


def outcome_of(told: Sequence[Row], title: str = "a planted thing", **run: Any) -> LlcOutcome:
    """The same as a finished run."""
    summary = summary_of(told)
    environment = {
        "polariscope": "0", "python": "3", "machine": "none", "torch": "2", "numpy": "2", "scipy": "1",
        "title": title, "facts": [["Model", title]],
    }  # fmt: skip
    base = Run("0123456789ab", "llc", "now", f"polariscope llc {title}", {"level": 0.95}, environment, 6, 6)
    return LlcOutcome(replace(base, **run), tuple(told), summary, judge(summary))
