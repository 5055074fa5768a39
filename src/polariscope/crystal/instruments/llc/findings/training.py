"""Does the coefficient fall along training, confidence matched?"""

from collections.abc import Iterator, Sequence
from math import isfinite

from polariscope.crystal.instruments.finding import Finding, Outcome
from polariscope.crystal.instruments.llc.findings.comparing import Ended
from polariscope.crystal.instruments.llc.findings.number import WEAKENING, cures
from polariscope.crystal.instruments.llc.summary import Estimate, Remark, Summary
from polariscope.crystal.instruments.llc.wording import briefly, spelled, together
from polariscope.reports import percent

_ASKED = "Does the coefficient fall along training, confidence matched?"
FIT = 0.1
"""Of the highest training loss among the checkpoints: below it the data is fitted, and comparing begins.

While it is still being fitted the loss moves, and a coefficient of a point on the way is of no minimum.
"""
_OF_START = ("slope", "saddle")
"""Doubts of the start, which leave the answer open where nobody looked how far the loss falls from it; where
chains did look, it is `fallen` that counts."""


def training_finding(summary: Summary) -> Finding | None:
    """Compare the first fitted checkpoint that has a number with the last.

    As logits grow the loss gets flat, and the coefficient falls even where nothing else changes; so the answer is
    of logits scaled to one training loss.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where the matched fall's interval lies above 0, ruled out where it lies below or ends at 0, undecided
        else, without matched estimates, and where the number at an end is in doubt. None
        where there are not two checkpoints.
    """
    fitted = {each.point for each in _fitted(summary.along(matched=False))}
    if len(summary.along(matched=False)) < 2:
        return None
    raw, matched = (
        [each for each in summary.along(matched=kind) if each.given and each.point in fitted]
        for kind in (False, True)
    )
    told = " ".join(_told((("Logits as they are", raw), ("Matched", matched))))
    if len(matched) < 2:
        return _unmatched(summary, told)
    told, doubts = f"{told} {_SCALED}", _doubts(matched)
    if doubts:
        names = ", ".join(dict.fromkeys(map(briefly, doubts)))
        # To train further, a slope's cure, mends none that the scaling made.
        mends = cures([doubt for doubt in doubts if doubt.code != "slope"])
        return Finding("training", _ASKED, "undecided", f"{told} In doubt at an end: {names}.", "", mends)
    return _answered(matched, told)


_SCALED = (
    f"Compared from the first checkpoint with at most {percent(FIT, 0)} of the highest training loss. One whose "
    "logits are scaled to another loss is no minimum of it by construction."
)


def _answered(matched: Sequence[Estimate], told: str) -> Finding:
    fall = _fall(matched)
    outcome: Outcome = "shown" if fall.low > 0 else "ruled out" if fall.high <= 0 else "undecided"
    first, last = (spelled(each.value, each.low, each.high)[0] for each in (matched[0], matched[-1]))
    headlines = {
        "shown": f"Along training it falls from {first} to {last}, confidence matched.",
        "ruled out": f"Along training it does not fall, confidence matched: {first} to {last}.",
    }
    more = "More --chains or more --draws would decide." if outcome == "undecided" else ""
    return Finding("training", _ASKED, outcome, told, headlines.get(outcome, ""), more)


def _fitted(along: Sequence[Estimate]) -> list[Estimate]:
    """From the first checkpoint on whose training loss is a tenth of the highest; all where none is."""
    bound = FIT * max((each.train_loss for each in along), default=0.0)
    start = next((k for k, each in enumerate(along) if each.train_loss <= bound), 0)
    return list(along[start:])


def _fall(along: Sequence[Estimate]) -> Ended:
    first, last = (Ended(each.value, each.low, each.high) for each in (along[0], along[-1]))
    return first.less(last)


def _told(kinds: Sequence[tuple[str, Sequence[Estimate]]]) -> Iterator[str]:
    for name, along in kinds:
        if len(along) < 2:
            continue
        first, last, fall = along[0], along[-1], _fall(along)
        yield (
            f"{name}: {together(first.value, first.low, first.high)} at step {first.at:,.0f}, "
            f"{together(last.value, last.low, last.high)} at step {last.at:,.0f}; a fall of "
            f"{together(fall.value, fall.low, fall.high)}."
        )


def _unmatched(summary: Summary, told: str) -> Finding:
    if not summary.along(matched=True):
        told = f"{told} Growing logits alone make the loss flat and the coefficient small.".strip()
        return Finding("training", _ASKED, "undecided", told, "", "--matched would decide.")
    told = f"{told} Fewer than two fitted checkpoints have a number, logits matched.".strip()
    return Finding("training", _ASKED, "undecided", told, "", "More draws, or checkpoints later in training.")


def _doubts(along: Sequence[Estimate]) -> list[Remark]:
    """Those at the ends that leave the answer open: a difference is worth no more than the weaker of the two."""
    return [doubt for each in (along[0], along[-1]) for doubt in each.doubts if doubt.code in _open(each)]


def _open(end: Estimate) -> tuple[str, ...]:
    return WEAKENING if isfinite(end.fall) else (*WEAKENING, *_OF_START)
