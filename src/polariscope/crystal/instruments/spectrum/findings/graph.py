"""Has the graph communities beyond what its degrees alone give?"""

import numpy as np

from polariscope.crystal.instruments.spectrum.findings.finding import Finding
from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import counted, p_value

_ASKED = "Has the graph communities beyond its degrees?"
_LEVEL = 0.05


def communities_finding(summary: Summary) -> Finding | None:
    """Compare the modularity of the spectral communities with that of rewired graphs.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where at most 5 % of the null reach it; ruled out where at least half of the null do; else undecided.
        None where the graph's own reading is missing.
    """
    found = summary.one("graph")
    null = [float(row["modularity"]) for row in summary.own.get("rewired", ())]
    if found is None:
        return None
    if found["components"] > 1:
        told = f"The graph falls into {counted(found['components'], 'component')}, joined by nothing."
        return Finding("communities", _ASKED, "shown", told, f"Disconnected: {told}")
    own = float(found["modularity"])
    if not null:
        told = f"Modularity {own:.3f}; no rewired graphs were asked for, so nothing says what degrees alone give."
        return Finding(
            "communities", _ASKED, "undecided", told, "Communities: no null.", "--rewired 99 would decide."
        )
    p = (1 + sum(each >= own for each in null)) / (1 + len(null))
    told = (
        f"{counted(int(found['communities']), 'spectral community').replace('communitys', 'communities')} of "
        f"modularity {own:.3f}; {counted(len(null), 'graph')} of the same degrees, rewired, reach "
        f"{np.mean(null):.3f} on average and {max(null):.3f} at most (p {p_value(p)})."
    )
    if p <= _LEVEL:
        return Finding("communities", _ASKED, "shown", told, "Communities beyond what the degrees give.")
    if p >= 0.5:
        return Finding("communities", _ASKED, "ruled out", told, "No communities beyond what the degrees give.")
    return Finding(
        "communities", _ASKED, "undecided", told, "Communities: undecided.", "More rewired graphs may decide."
    )
