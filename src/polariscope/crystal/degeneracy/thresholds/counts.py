"""Whole numbers as arguments: widths, ranks, powers."""

from collections.abc import Iterable
from operator import index
from typing import Any

from polariscope.errors import PolariscopeError

_MOST = 10**15  # products of two of them, and their quarters, are still far from the end of doubles


def count(argument: str, value: Any, least: int = 0) -> int:
    """Check that an argument is a whole number.

    >>> count("rank", 2)
    2

    Args:
        argument: Its name.
        value: What was given.
        least: The least it may be. Default: 0.

    Returns:
        The number.

    Raises:
        PolariscopeError: It is not a whole number, below the least, or above 10^15.
    """
    try:
        number = index(value)
    except TypeError:
        raise PolariscopeError(argument, "a whole number", repr(value), "give an int, such as 5") from None
    if number < least:
        raise PolariscopeError(argument, f"at least {least}", number, f"give {least} or more")
    at_most(argument, number, _MOST, "ten to the fifteenth")
    return number


def counts(argument: str, values: Any, shortest: int = 1, least: int = 0) -> tuple[int, ...]:
    """Check that an argument is a sequence of whole numbers.

    >>> counts("widths", [5, 3, 5], shortest=2, least=1)
    (5, 3, 5)

    Args:
        argument: Its name.
        values: What was given.
        shortest: Least number of entries. Default: 1.
        least: The least an entry may be. Default: 0.

    Returns:
        The numbers.

    Raises:
        PolariscopeError: It is no sequence, too short, or an entry is not a whole number or below the least.
    """
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise PolariscopeError(
            argument, "a sequence of whole numbers", repr(values), "give a list, such as [5, 3]"
        )
    numbers = tuple(count(argument, value, least) for value in values)
    if len(numbers) < shortest:
        rule = f"at least {shortest} entries" if shortest > 1 else "at least one entry"
        raise PolariscopeError(argument, rule, list(numbers), "give a list, such as [5, 3]")
    return numbers


def at_most(argument: str, value: int, most: int, meaning: str) -> None:
    """Check that a number is not above what others allow.

    Args:
        argument: Its name.
        value: The number.
        most: The largest it may be.
        meaning: What the largest is.

    Raises:
        PolariscopeError: It is larger.
    """
    if value > most:
        raise PolariscopeError(argument, f"at most {meaning}, {most:,}", value, f"give {most:,} or less")
