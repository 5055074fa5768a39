"""The words that the report and the terminal share."""

from math import floor, isfinite, log10

from polariscope.crystal.instruments.finding import Outcome
from polariscope.crystal.instruments.llc.summary import Estimate, Remark, Summary
from polariscope.reports import Tone, counted, number, significant

TONES: dict[Outcome, Tone] = {"shown": "good", "ruled out": "bad", "undecided": "open"}

ABSENT = "–"
"""Stands where there is no number."""

SAMPLERS = {"hmc": "HMC", "sgld": "SGLD"}

_BRIEFLY = {
    "diverged": "chains diverged",
    "stuck": "chains stuck",
    "left": "chains left downhill",
    "disagree": "chains disagree",
    "hot": "chains too hot",
    "cold": "chains have not filled their room",
    "slow": "few independent draws",
    "apart": "one chain far from the others",
    "stiff": "places too stiff for the step",
    "noisy": "minibatches add noise",
    "coarse": "rounding blurs the loss",
    "fallen": "lower losses nearby",
    "slope": "start on a slope",
    "saddle": "start on a saddle",
}


def briefly(remark: Remark) -> str:
    """A remark in a few words.

    >>> briefly(Remark("stuck", "2 of 8 chains accepted fewer than 10% of their draws.", ""))
    'chains stuck'

    Args:
        remark: The remark.

    Returns:
        The words; its code, where it is a new one.
    """
    return _BRIEFLY.get(remark.code, remark.code)


def spelled(value: float, low: float, high: float) -> tuple[str, str]:
    """Write a value and its interval with as many digits as tell the interval's width by about two.

    >>> spelled(6.03123, 5.97, 6.0899), spelled(346.123, 340.2, 352.0)
    (('6.03', '[5.97, 6.09]'), ('346', '[340, 352]'))

    Args:
        value: The value; nan where there is none.
        low: Of the interval.
        high: Of the interval.

    Returns:
        Both; dashes and nothing where there is no value.
    """
    if not isfinite(value):
        return ABSENT, ""
    if not (isfinite(low) and isfinite(high) and high > low):
        return significant(value, 4), ""
    digits = min(max(1 - floor(log10(high - low)), 0), 9)
    return number(value, digits), f"[{number(low, digits)}, {number(high, digits)}]"


def together(value: float, low: float, high: float) -> str:
    """Write a value with its interval in one piece.

    >>> together(6.03, 5.97, 6.09), together(float("nan"), 0.0, 0.0)
    ('6.03 [5.97, 6.09]', '–')

    Args:
        value: The value; nan where there is none.
        low: Of the interval.
        high: Of the interval.

    Returns:
        The text.
    """
    return " ".join(filter(None, spelled(value, low, high)))


def figure(value: float, digits: int = 3) -> str:
    """Write a number, or a dash where it is none.

    >>> figure(0.0123456), figure(float("nan"))
    ('0.0123', '–')

    Args:
        value: Any float.
        digits: Significant ones.

    Returns:
        The text.
    """
    return significant(value, digits) if isfinite(value) else ABSENT


def at_settings(scale: float, localization: float) -> str:
    """Say at which posterior.

    >>> at_settings(144.76, 1.0)
    't = 145, γ = 1'

    Args:
        scale: t.
        localization: gamma.

    Returns:
        A phrase, in the field's symbols.
    """
    return f"t = {significant(scale)}, γ = {significant(localization)}"


def numeral(estimate: Estimate) -> str:
    """Write an estimate as the field does.

    Args:
        estimate: One with a number.

    Returns:
        Such as "λ̂ = 6.03 [5.97, 6.09] at t = 145, γ = 1".
    """
    told = together(estimate.value, estimate.low, estimate.high)
    return f"λ̂ = {told} at {at_settings(estimate.scale, estimate.localization)}"


def plateau_told(summary: Summary) -> str:
    """Say where the estimate does not depend on the step.

    Args:
        summary: Of a run with a calibration.

    Returns:
        A sentence or two.
    """
    found = summary.one("plateau")
    if found is None or not found["found"]:
        return "No plateau: at no three steps in a row do the estimates at the run’s own temperature agree."
    return (
        f"A plateau from step {significant(found['start'])} to {significant(found['stop'])}: "
        f"{figure(found['value'], 4)} ± {figure(found['standard_error'], 2)}. Chosen: "
        f"{significant(found['chosen'])}."
    )


def what(summary: Summary, title: str) -> str:
    """Say what the coefficient is of, and how it is estimated.

    Args:
        summary: The numbers.
        title: The subject's.

    Returns:
        A phrase.
    """
    main = summary.main
    if main is None:
        return f"local learning coefficient of {title}"
    sampler = SAMPLERS.get(main.sampler, main.sampler)
    place = "" if main.at is None else f", {main.point}"
    return f"local learning coefficient of {title}{place}: {counted(main.free, 'parameter')}, {sampler}"
