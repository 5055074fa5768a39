"""Polariscope: readings of neural networks with the controls that could kill them.

Importing this package loads no torch; a name is imported when it is first asked for.
"""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__version__ = "0.1.0"

__all__ = [
    "Edit",
    "Ledger",
    "OpenModel",
    "Outcome",
    "PolariscopeError",
    "Row",
    "SpectrumOutcome",
    "last_logits",
    "localize",
    "open_model",
    "spectrum",
]

if TYPE_CHECKING:
    from polariscope.crystal import SpectrumOutcome, spectrum
    from polariscope.errors import PolariscopeError
    from polariscope.intervene import Edit, Row, last_logits
    from polariscope.introspection import Outcome, localize
    from polariscope.models import OpenModel, open_model
    from polariscope.runs import Ledger

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Edit": "polariscope.intervene",
        "Ledger": "polariscope.runs",
        "OpenModel": "polariscope.models",
        "Outcome": "polariscope.introspection",
        "PolariscopeError": "polariscope.errors",
        "Row": "polariscope.intervene",
        "SpectrumOutcome": "polariscope.crystal",
        "last_logits": "polariscope.intervene",
        "localize": "polariscope.introspection",
        "open_model": "polariscope.models",
        "spectrum": "polariscope.crystal",
    },
)
