"""Is the point a minimum of the loss, and is its Hessian a Laplacian on the computation graph?"""

from statistics import mean

from polariscope.crystal.instruments.finding import Finding, Outcome
from polariscope.crystal.instruments.spectrum.findings.signs import Signs, signs
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.errors import printable
from polariscope.reports import counted, p_value, percent, significant

_MINIMUM = "Is the point a minimum of the loss?"
_FLAT = 1e-3
"""Share of the loss that the gradient may still promise at a minimum."""
_LEVEL = 0.05


def minimum_finding(summary: Summary) -> Finding | None:
    """A minimum has no gradient to speak of, and no eigenvalue below zero.

    The gradient is judged by the decrease that it promises on a parabola of the largest curvature,
    |g|^2 / (2 lambda_max), as a share of the loss.

    Args:
        summary: The run's numbers.

    Returns:
        Ruled out where a direction curves down for certain or the gradient promises more than 0.1 % of the loss.
        None where too little is measured, or the matrix is not the Hessian: a Gauss-Newton or Fisher matrix has no
        eigenvalue below zero anywhere.
    """
    if summary.matrix not in {"auto", "hessian"}:
        return None
    found, loss = signs(summary), summary.one("loss")
    if found is None or loss is None or "largest" not in summary.ends:
        return None
    promised = _promised(summary)
    gradient = f"The gradient promises {percent(promised, 2)} of the loss at most."
    if found.negative:
        told = f"{_negative(found)} {_where(summary)}{gradient}"
        return Finding("minimum", _MINIMUM, "ruled out", told, f"No minimum: {_negative(found)}")
    if not promised <= _FLAT:
        told = f"{gradient} That is more than {percent(_FLAT)}: the point lies on a slope."
        return Finding("minimum", _MINIMUM, "ruled out", told, "No minimum: the point lies on a slope.")
    if found.none_below:
        told = f"The smallest eigenvalue is {significant(found.lowest)}; {found.how_sure}. {gradient}"
        return Finding("minimum", _MINIMUM, "shown", told, "A minimum, to second order.")
    told = f"No direction curves down for certain, but one may, below {significant(found.unlisted)}. {gradient}"
    return Finding("minimum", _MINIMUM, "undecided", told, "Whether the point is a minimum is undecided.")


def laplacian_finding(summary: Summary) -> Finding | None:
    """Compare the share that the best Laplacian explains with the same graph's, its nodes relabelled.

    Layers differ in scale, so a graph that follows the layers explains more than one whose labels went anywhere.
    The null that counts moves labels within each parameter tensor only.

    Args:
        summary: The run's numbers.

    Returns:
        The finding on the non-negative fit, a Laplacian in the posts' sense: shown where both nulls stay below it
        in all but 5 %; ruled out where it explains no more than the stricter null does on average. None if not
        asked.
    """
    fits = {(row["sign"], row["null"]): row for row in summary.own.get("laplacian", ())}
    fit, loose = fits.get(("non-negative", "within")), fits.get(("non-negative", "anywhere"))
    if fit is None or loose is None:
        return None
    asked = "Is the Hessian more of a Laplacian on its computation graph than on the same graph relabelled?"
    null, signed = fit["null_shares"], fits["signed", "within"]
    told = (
        f"The best Laplacian with non-negative edges explains {percent(fit['explained'])} of the squared norm. "
        f"With labels permuted within each parameter tensor {percent(mean(null))} on average, "
        f"{percent(max(null))} at most (p {p_value(fit['p'])}); with labels anywhere "
        f"{percent(mean(loose['null_shares']))} (p {p_value(loose['p'])}). "
        f"With edges of any sign: {percent(signed['explained'])} (p {p_value(signed['p'])})."
    )
    less = fit["explained"] <= mean(null)
    both = max(fit["p"], loose["p"]) <= _LEVEL
    outcome: Outcome = "shown" if both else "ruled out" if less else "undecided"
    more = "More relabellings would narrow p." if outcome == "undecided" else ""
    return Finding("laplacian", asked, outcome, told, "", more)


def _promised(summary: Summary) -> float:
    loss = summary.one("loss")
    top = summary.ends["largest"].outermost.value
    if loss is None or top <= 0 or loss["loss"] == 0:
        return float("nan") if loss is None or loss["gradient_norm"] > 0 else 0.0
    return float(loss["gradient_norm"] ** 2 / (2 * top) / abs(loss["loss"]))


def _negative(found: Signs) -> str:
    counts = counted(found.negative, "direction") if found.exactly else f"at least {found.negative} directions"
    verb = "curves" if found.negative == 1 and found.exactly else "curve"
    least, most = significant(found.resolution, 1), significant(found.lowest)
    return f"{counts} {verb} down by more than {least}, the steepest by {most}."


def _where(summary: Summary) -> str:
    rows = [row for row in summary.own.get("where", ()) if row["end"] == "smallest" and row["index"] == 0]
    if not rows:
        return ""
    shares = sorted(zip(rows[0]["shares"], rows[0]["names"], strict=True), reverse=True)[:2]
    named = ", ".join(f"{printable(name)} ({percent(share, 0)})" for share, name in shares)
    return f"It points into {named}. "
