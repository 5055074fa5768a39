"""What a run claims, in words that every instrument shares: siblings never import each other, they meet here."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Claims:
    """What a run of any instrument amounts to, without its numbers.

    >>> Claims("0123456789ab", "demo", "tiny", "no", "No: noise does.", finished=3, total=4).complete
    False

    Args:
        run: The run's id.
        instrument: The instrument's name.
        model: What was examined, as the user named it.
        answer: The verdict.
        headline: The verdict in a sentence.
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
    finished: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.finished <= self.total or self.total < 1:
            raise ValueError(f"no progress of a run: {self.finished} of {self.total} cells")

    @property
    def complete(self) -> bool:
        """Whether every planned cell is finished; else the answer may still change."""
        return self.finished == self.total
