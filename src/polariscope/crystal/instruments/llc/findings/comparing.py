"""An interval against a value that is known, and two intervals against each other."""

from dataclasses import dataclass
from math import hypot

WIDENED = 0.02
"""Of the exact value: by how much an interval is widened on each side before it must hold it.

The interval counts the randomness of the chains alone. Two percent, asked of this instrument on eight exact cases,
is left to what chains have not yet reached.
"""
TELLING = 0.25
"""Of the exact value: half an interval wider than this holds too much to be a test."""


def holds(low: float, high: float, exact: float, error: float = 0.0) -> bool:
    """Whether [low - s, high + s] holds a value, s = 0.02 |value| + error.

    >>> holds(5.7, 5.93, 6.04), holds(5.7, 5.9, 6.04)
    (True, False)

    Args:
        low: Of the interval.
        high: Of the interval.
        exact: The value.
        error: Of the value itself.

    Returns:
        No where an end is no number.
    """
    slack = WIDENED * abs(exact) + error
    return low - slack <= exact <= high + slack


def tells(low: float, high: float, exact: float) -> bool:
    """Whether an interval is narrow enough that to hold a value means something: half of it is 25 % at most.

    >>> tells(5.0, 7.0, 6.0), tells(1.0, 11.0, 6.0)
    (True, False)

    Args:
        low: Of the interval.
        high: Of the interval.
        exact: The value.

    Returns:
        No where an end is no number.
    """
    return (high - low) / 2 <= TELLING * abs(exact)


@dataclass(frozen=True)
class Ended:
    """A value with its interval.

    Args:
        value: The value.
        low: Of the interval.
        high: Of the interval.
    """

    value: float
    low: float
    high: float

    def less(self, other: "Ended") -> "Ended":
        """Give a - b +- sqrt(h_a^2 + h_b^2), with h half an interval: the two are independent.

        >>> Ended(5.0, 2.0, 8.0).less(Ended(1.0, -3.0, 5.0))
        Ended(value=4.0, low=-1.0, high=9.0)

        Args:
            other: What is taken away.

        Returns:
            The difference with its interval, of the same level.
        """
        half = hypot(self.high - self.low, other.high - other.low) / 2
        gap = self.value - other.value
        return Ended(gap, gap - half, gap + half)
