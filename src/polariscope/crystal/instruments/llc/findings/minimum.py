"""Is the start a minimum of the loss?"""

from math import isfinite

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.summary import Estimate, Reading, Remark, Summary
from polariscope.crystal.instruments.llc.wording import figure

_ASKED = "Is the start a minimum of the loss?"
_BY_CURVATURE = ("slope", "saddle")
_NONE = (*_BY_CURVATURE, "fallen", "left")
"""Remarks that say it is none, the surest last; `polariscope.crystal.degeneracy.coefficient` has their bounds."""
HIDDEN = 1.0
"""Share of the localization that a curvature below the search's residual may take away; beyond, chains run off."""
FALLS = 0.05
"""Of the estimate: where no curvature tells, the loss may fall by less than this from where the chains ended."""


def minimum_finding(summary: Summary) -> Finding | None:
    """Read gradient and curvature at the start, in units of the posterior, and where the chains descended to.

    Args:
        summary: The run's numbers.

    Returns:
        Ruled out where the gradient promises more than 0.1 of the temperature's blur, the loss curves down for
        certain, or chains found it lower by more than 5 % of the estimate; shown where none does, and what the
        search for curvature may have missed is outweighed by the localization, t (residual - lambda_min) <= gamma.
        Where the largest curvature is 0 within its residual, second order says nothing, and it is shown only where
        from the chains' ends the loss falls by less than 5 % of the estimate. Else undecided. None where it is not
        measured.
    """
    start, main = summary.of_main("start"), summary.main
    if start is None or main is None:
        return None
    searched = isfinite(start["largest"]) and isfinite(start["smallest"])
    against = _against(main, _NONE if searched else _NONE[len(_BY_CURVATURE) :])
    if against:
        return _no_minimum(main, against, start)
    numbers = f"{_numbers(start)} {_descent(main)}"
    if not searched:
        told = f"{numbers} The curvature was not searched for, without which a slope has no measure."
        return Finding("minimum", _ASKED, "undecided", told)
    return _by_curvature(main, start, numbers)


def _by_curvature(main: Estimate, start: Reading, numbers: str) -> Finding:
    hidden = _hidden(start, main)
    if hidden > HIDDEN:
        told = f"{numbers} A curvature that the search may have missed could be {figure(hidden, 2)} localizations."
        return Finding("minimum", _ASKED, "undecided", told, "", "A larger --localization would decide.")
    if start["largest"] <= start["residual"]:
        told = f"Second order is silent: no curvature exceeds its own error. {numbers}"
        return Finding("minimum", _ASKED, "shown" if main.fall < FALLS * main.value else "undecided", told)
    return Finding("minimum", _ASKED, "shown", f"To second order. {numbers}")


def _against(main: Estimate, codes: tuple[str, ...]) -> list[Remark]:
    found = {remark.code: remark for remark in (*main.reasons, *main.doubts)}
    return [found[code] for code in codes if code in found]


def _no_minimum(main: Estimate, against: list[Remark], start: Reading) -> Finding:
    told = " ".join([*(remark.sentence for remark in against), _numbers(start)])
    # Why there is no number is told in the first line; that the start is none need not stand there twice.
    said = any(reason.code == "left" for reason in main.reasons[:1])
    headline = "" if said else "The start is no minimum of the loss."
    cure = f"To try: {against[-1].cure}."  # the surest is told last, and what mends it mends a slope
    return Finding("minimum", _ASKED, "ruled out", told, headline, cure)


def _hidden(start: Reading, main: Estimate) -> float:
    """How far the loss may curve down, in localizations: t (residual - lambda_min) / gamma."""
    return max(main.scale * float(start["residual"] - start["smallest"]) / main.localization, 0.0)


def _numbers(start: Reading) -> str:
    curvature = ""
    if isfinite(start["largest"]) and isfinite(start["smallest"]):
        ends = f"from {figure(start['smallest'])} to {figure(start['largest'])}"
        curvature = f", curvatures {ends}, each within {figure(start['residual'], 1)}"
    return f"Loss {figure(start['loss'], 4)}, |∇L| {figure(start['gradient'], 2)}{curvature}."


def _descent(main: Estimate) -> str:
    ended = "From where the chains ended"
    if not isfinite(main.fall):
        return f"{ended} no descent was looked for."
    if main.fall <= 0:
        return f"{ended} the loss falls no lower."
    return f"{ended} the loss falls below L* by t (L* − L) = {figure(main.fall)}."
