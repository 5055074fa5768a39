"""The answer to one question."""

from dataclasses import dataclass, replace
from typing import Literal

Outcome = Literal["shown", "ruled out", "undecided"]


@dataclass(frozen=True)
class Finding:
    """The answer to one question.

    Args:
        key: Its name.
        asked: The question in words.
        outcome: What the rule says.
        sentence: The answer in words, with its numbers.
        headline: The same, short, for the first line; "" where it need not stand there.
        would_decide: What to try where there is no answer, or a bad one; "" where nothing is known to help.
    """

    key: str
    asked: str
    outcome: Outcome
    sentence: str
    headline: str = ""
    would_decide: str = ""

    def distrusted(self, told: str) -> "Finding":
        """The same question, undecided because what it would be answered from is not trusted.

        Args:
            told: Why not.

        Returns:
            The finding without an answer.
        """
        return replace(self, outcome="undecided", sentence=told, headline="", would_decide="")
