"""What is known of one property: a span of levels, from a single one to all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, order=True)
class Span:
    """The levels low..high, both included; levels count from 1, and no and yes are 1 and 2.

    >>> Span(2, 4).meet(Span(3, 7)), Span(1, 2).meet(Span(3, 3))
    (Span(low=3, high=4), None)

    Args:
        low: Lowest level that the property may have.
        high: Highest.

    Raises:
        ValueError: ``low`` is below 1 or above ``high``.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high:
            raise ValueError(f"no span: {self.low} to {self.high}")

    @property
    def known(self) -> bool:
        """Whether a single level is left."""
        return self.low == self.high

    def meet(self, other: Self) -> "Span | None":
        """The levels in both.

        Args:
            other: Another span.

        Returns:
            Their intersection, None where there is none.
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Span(low, high) if low <= high else None

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.low, self.high + 1))
