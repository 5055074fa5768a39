"""Temperatures and precisions as arguments."""

import math
from typing import Any

from polariscope.errors import PolariscopeError


def positive(argument: str, value: Any) -> float:
    """Check that an argument is a finite number above 0.

    >>> positive("t", 145)
    145.0

    Args:
        argument: Its name.
        value: What was given.

    Returns:
        The number.

    Raises:
        PolariscopeError: It is something else.
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        cure = "give a number such as 100.0"
        raise PolariscopeError(argument, "a finite number above 0", repr(value), cure)
    return number
