"""What a run claims, in words that every instrument shares: siblings never import each other, they meet here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Claims:
    """What a run of any instrument amounts to, without its numbers.

    >>> claims = Claims("0123456789ab", "demo", "tiny", "no", "No: noise does.", {"noise": "ruled out"}, 3, 4)
    >>> claims.complete, claims.outcomes["noise"]
    (False, 'ruled out')

    Args:
        run: The run's id.
        instrument: The instrument's name.
        model: What was examined, as the user named it.
        answer: The verdict.
        headline: The verdict in a sentence.
        outcomes: What was found of each question, by the instrument's own keys; copied.
        finished: Cells finished.
        total: Cells planned.

    Raises:
        ValueError: More cells are finished than were planned, or none was.
    """

    run: str
    instrument: str
    model: str
    answer: Literal["yes", "no", "undecided"]
    headline: str
    outcomes: Mapping[str, str]
    finished: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.finished <= self.total or self.total < 1:
            raise ValueError(f"no progress of a run: {self.finished} of {self.total} cells")
        object.__setattr__(self, "outcomes", MappingProxyType(dict(self.outcomes)))

    @property
    def complete(self) -> bool:
        """Whether every planned cell is finished; else the answer may still change."""
        return self.finished == self.total
