"""Is it the value that is known in closed form, at this temperature or in the limit?"""

from math import isfinite

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.findings.comparing import TELLING, WIDENED, holds, tells
from polariscope.crystal.instruments.llc.summary import Estimate, Reading, Summary
from polariscope.crystal.instruments.llc.wording import at_settings, together
from polariscope.reports import percent, significant

_EXACT, _LIMIT = "Is it the exact value at this temperature?", "Is it consistent with the RLCT?"
MISSED = 0.1
"""Of the RLCT: an interval that lies further off than this at a finite temperature is not about it."""
_WIDE = f" Half the interval is more than {percent(TELLING, 0)} of the value: it could hold anything."
_MORE = "More --chains or more --draws would decide."


def exact_finding(summary: Summary) -> Finding | None:
    """Compare the main estimate with the exact value at its t and gamma, or else with the RLCT.

    Args:
        summary: The run's numbers.

    Returns:
        The exact value: shown where the interval, widened by 2 % and the value's own error, holds it, else ruled
        out; undecided where half the interval exceeds 25 % of it. The RLCT: shown where the interval holds it
        and half of it is 25 % at most, ruled out where it misses it by more than 10 %, else undecided. None where
        nothing is known, or measured.
    """
    known, main = summary.one("known"), summary.main
    if known is None or main is None:
        return None
    exact = known["exact"]
    limit = exact is None or not isfinite(exact)
    if not main.given:
        asked, told = _LIMIT if limit else _EXACT, "There is no number to compare."
        return Finding("exact", asked, "undecided", f"{told} {_threshold(known)}")
    return _of_limit(main, known) if limit else _of_exact(main, known)


def _of_exact(main: Estimate, known: Reading) -> Finding:
    exact, found = known["exact"], together(main.value, main.low, main.high)
    told = (
        f"At {at_settings(main.scale, main.localization)} it is {significant(exact, 5)} exactly; found: "
        f"{found}, which is widened by {percent(WIDENED, 0)} before it must hold that. {_apart(known)}"
    )
    if not holds(main.low, main.high, exact, known["exact_error"]):
        headline = f"That misses the exact value, {significant(exact, 4)}."
        return Finding("exact", _EXACT, "ruled out", told, headline, "A longer burn-in or more draws may help.")
    if not tells(main.low, main.high, exact):
        return Finding("exact", _EXACT, "undecided", told + _WIDE, "", _MORE)
    return Finding("exact", _EXACT, "shown", told, f"Exact there: {significant(exact, 4)}.")


def _of_limit(main: Estimate, known: Reading) -> Finding:
    threshold, found = known["threshold"], together(main.value, main.low, main.high)
    told = (
        f"Found at {at_settings(main.scale, main.localization)}: {found}. {_threshold(known)} The value at a "
        "finite temperature is not known in closed form here."
    )
    if main.low <= threshold <= main.high:
        if not tells(main.low, main.high, threshold):
            return Finding("exact", _LIMIT, "undecided", told + _WIDE, "", _MORE)
        return Finding("exact", _LIMIT, "shown", told, f"Consistent with the RLCT, {significant(threshold)}.")
    missed = max(main.low - threshold, threshold - main.high)
    if missed > MISSED * threshold:
        told += f" The interval misses it by more than {percent(MISSED, 0)}."
        headline = f"The RLCT, {significant(threshold)}, is far from that."
        return Finding("exact", _LIMIT, "ruled out", told, headline)
    told += f" The interval misses it by {percent(missed / threshold)}, which the temperature may do."
    return Finding("exact", _LIMIT, "undecided", told, "", "A lower --temperature would decide.")


def _threshold(known: Reading) -> str:
    threshold, multiplicity = known["threshold"], known["multiplicity"]
    if threshold is None:
        return "The RLCT is not known."
    way = f" only like {multiplicity - 1}/log t" if multiplicity > 1 else ""
    return f"The RLCT is {significant(threshold, 4)}, of multiplicity {multiplicity}: what t E[K] approaches{way}."


def _apart(known: Reading) -> str:
    """What the RLCT is, and that the exact value is another number."""
    threshold, exact = known["threshold"], known["exact"]
    if threshold is None:
        return _threshold(known)
    gap = significant(abs(exact - threshold), 2)
    side = "below" if exact < threshold else "above"
    return f"{_threshold(known)} The exact value lies {gap} {side} it."
