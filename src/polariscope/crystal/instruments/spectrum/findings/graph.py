"""Has the graph communities beyond what its degrees alone give?"""

from statistics import mean

from polariscope.crystal.instruments.finding import Finding
from polariscope.crystal.instruments.spectrum.summary import Reading, Summary
from polariscope.reports import counted, number, p_value

_ASKED = "Has the graph communities beyond its degrees?"
_LEVEL = 0.05
_HALF = 0.5


def communities_finding(summary: Summary) -> Finding | None:
    """Compare the modularity of the spectral cut in two with that of rewired graphs of the same degrees.

    Args:
        summary: The run's numbers.

    Returns:
        Shown where p is at most 0.05; ruled out where at least half of the null reach the graph; else undecided.
        None where the graph's own reading is missing.
    """
    found, null = summary.one("graph"), summary.one("rewired")
    if found is None:
        return None
    parts = _parts(found)
    if null is not None and not null["null"]:
        told = f"{parts}A component of fewer than three nodes has no communities to compare."
        return Finding("communities", _ASKED, "undecided", told, "Too small a graph for communities.")
    if null is None:
        told = f"{parts}No rewired graphs were measured, so nothing says what degrees alone give."
        return Finding(
            "communities", _ASKED, "undecided", told, "Communities: no null.", "--rewired 99 would decide."
        )
    seen, most = (number(value, 3) for value in (mean(null["null"]), max(null["null"])))
    told = (
        f"{parts}Cut in two it has modularity {number(null['observed'], 3)}; "
        f"{counted(len(null['null']), 'graph')} of the same degrees, rewired, have {seen} on average and {most} "
        f"at most (p {p_value(null['p'])})."
    )
    if null["p"] <= _LEVEL:
        return Finding("communities", _ASKED, "shown", told, "Communities beyond what the degrees give.")
    if null["p"] >= _HALF:
        return Finding("communities", _ASKED, "ruled out", told, "No communities beyond what the degrees give.")
    return Finding("communities", _ASKED, "undecided", told, "Communities: undecided.")


def _parts(found: Reading) -> str:
    if found["components"] == 1:
        return ""
    pieces = counted(int(found["components"]), "component")
    return f"The graph falls into {pieces}; of the largest, of {counted(int(found['largest']), 'node')}: "
