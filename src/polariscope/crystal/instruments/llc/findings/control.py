"""Does this sampler find a known answer? The control that all other answers rest on."""

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.llc.findings.comparing import TELLING, WIDENED, holds, tells
from polariscope.crystal.instruments.llc.findings.number import cures
from polariscope.crystal.instruments.llc.summary import Reading, Summary, remarks
from polariscope.crystal.instruments.llc.wording import at_settings, together
from polariscope.reports import percent, significant

_ASKED = "Does this sampler find a known answer?"


def control_finding(summary: Summary) -> Finding:
    """Compare the sampler's value of reduced rank (5, 5, 3), white inputs, with the exact one at its temperature.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where the interval, widened by 2 % of the exact value, holds it; ruled out where it does not;
        undecided where the sampler gave no number there, or half the interval is wider than 25 % of the value.
    """
    row = summary.one("control")
    if row is None:
        told = "The control is not measured yet."
        return Finding("control", _ASKED, "undecided", told, told)
    reasons = remarks(row["reasons"])
    if reasons:
        told = " ".join(["There the sampler gives no number.", *(reason.sentence for reason in reasons)])
        headline = "The sampler’s control gave no number."
        return Finding("control", _ASKED, "undecided", told, headline, cures(reasons))
    ends = row["low"], row["high"], row["exact"]
    told = _compared(row)
    if not holds(*ends, row["exact_error"]):
        headline = "No reading: the sampler misses a value that is known exactly."
        return Finding("control", _ASKED, "ruled out", f"{told} That is outside.", headline, _CURE)
    if not tells(*ends):
        told += f" Half that interval is more than {percent(TELLING, 0)} of the value: it could hold anything."
        return Finding("control", _ASKED, "undecided", told, "The sampler’s control is too wide to tell.", _MORE)
    return Finding("control", _ASKED, "shown", told)


_CURE = "To try: longer burn-in, more draws, a smaller step; or --sampler hmc, which corrects for its step."
_MORE = "More --chains or more --draws would decide."


def _compared(row: Reading) -> str:
    found = together(row["value"], row["low"], row["high"])
    return (
        "On reduced-rank regression of 5 inputs, 5 outputs and 3 hidden units, at "
        f"{at_settings(row['scale'], row['localization'])}, it finds {found}; exactly it is "
        f"{significant(row['exact'], 5)}. The interval is widened by {percent(WIDENED, 0)} before it must "
        "hold that."
    )
