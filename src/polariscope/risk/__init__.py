"""Where a system lies among Beingness, Cognition and Intelligence, and which families of risk are open there.

`read_profile` or `worked_examples` gives a system, `load_edition` the rules, `assess` the answer with its reasons.
"""

# At once, not when first asked for: two names are also those of their modules, which would hide them later.
from polariscope.risk.comparison import Comparison, compare
from polariscope.risk.edition import Edition
from polariscope.risk.profile import SystemProfile
from polariscope.risk.reading.examples import worked_examples
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.reading.profile_file import read_profile
from polariscope.risk.regions import regions
from polariscope.risk.rules import Assessment, Finding, assess
from polariscope.risk.what_if import what_if

__all__ = [
    "Assessment",
    "Comparison",
    "Edition",
    "Finding",
    "SystemProfile",
    "assess",
    "compare",
    "load_edition",
    "read_profile",
    "regions",
    "what_if",
    "worked_examples",
]
