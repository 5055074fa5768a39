"""What counts as a whole number, a real number, or a level, whoever gave it."""

from math import isfinite
from numbers import Real
from operator import index
from typing import Any

from polariscope.errors import PolariscopeError


def whole_number(name: str, value: Any, least: int, why: str = "") -> int:
    """Take what counts as a whole number, numpy's among them, as Python's own.

    Args:
        name: Of the argument.
        value: What was given.
        least: The least that is allowed.
        why: What the rule says beside it.

    Returns:
        The number.

    Raises:
        PolariscopeError: It is none, or less.
    """
    try:
        whole = least - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        whole = least - 1
    if whole < least:
        rule = f"a whole number, at least {least}{why}"
        raise PolariscopeError(name, rule, value, f"give {least} or more")
    return whole


def check_level(level: Any) -> None:
    """Refuse what is no confidence level.

    Args:
        level: Of intervals.

    Raises:
        PolariscopeError: It is no number between 0 and 1.
    """
    if not (is_finite(level) and 0 < level < 1):
        raise PolariscopeError("level", "a number between 0 and 1", level, "give 0.95")


def is_finite(value: Any) -> bool:
    """Whether it is a finite real number; True and False are none."""
    return type(value) is not bool and isinstance(value, Real) and isfinite(value)
