"""Does a language model notice an injected thought, and where? Localization with its controls.

`localize` runs an experiment; `prepare`, `measure` and `read_outcome` are its steps.
"""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__all__ = [
    "Finding",
    "Localize",
    "Outcome",
    "Prepared",
    "Summary",
    "Verdict",
    "judge",
    "localize",
    "make_experiment",
    "measure",
    "prepare",
    "read_experiment",
    "read_outcome",
    "summarize",
]

if TYPE_CHECKING:
    from polariscope.introspection.experiment import Localize, make_experiment, read_experiment
    from polariscope.introspection.outcome import Outcome, read_outcome
    from polariscope.introspection.running import Prepared, localize, measure, prepare
    from polariscope.introspection.summary import Summary, summarize
    from polariscope.introspection.verdict import Finding, Verdict, judge

_HOMES = {
    "experiment": ("Localize", "make_experiment", "read_experiment"),
    "outcome": ("Outcome", "read_outcome"),
    "running": ("Prepared", "localize", "measure", "prepare"),
    "summary": ("Summary", "summarize"),
    "verdict": ("Finding", "Verdict", "judge"),
}
__getattr__, __dir__ = lazy_names(
    __name__, {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}
)
