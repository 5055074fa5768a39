"""The words that the report and the terminal share."""

from polariscope.crystal.instruments.spectrum.findings.finding import Outcome
from polariscope.crystal.instruments.spectrum.summary import End, Pair, Summary
from polariscope.reports import Tone, percent, significant

TONES: dict[Outcome, Tone] = {"shown": "good", "ruled out": "bad", "undecided": "open"}

QUANTITY = {"lattice": "ω²", "graph": "λ", "loss": "λ"}
"""What the eigenvalues are called."""


def eigenvalue(pair: Pair) -> str:
    """Write an eigenvalue; one that its own bound does not tell from zero is zero.

    >>> eigenvalue(Pair(-1.5, 1e-9, True)), eigenvalue(Pair(3e-18, 2e-15, True))
    ('−1.5', '0')

    Args:
        pair: The value and its residual.

    Returns:
        The text.
    """
    return significant(pair.value if abs(pair.value) > pair.residual else 0.0, 7)


def sureness(end: End) -> str:
    """Say how sure it is that nothing was missed at an end.

    Args:
        end: The end.

    Returns:
        A clause.
    """
    count = len(end.pairs)
    if end.miss_probability == 0:
        return "all eigenvalues were computed: none is missing"
    side = "above" if end.name == "largest" else "below"
    return (
        f"at most {count} eigenvalues lie {side} {significant(end.unlisted_beyond, 7)}, with probability "
        f"{percent(1 - end.miss_probability, 0)} over the random start"
    )


def what(summary: Summary, matrix: str, title: str) -> str:
    """Say what the spectrum is of.

    Args:
        summary: The numbers.
        matrix: The matrix's name.
        title: The subject's.

    Returns:
        A phrase.
    """
    return f"{matrix} of {title}: {summary.size:,} × {summary.size:,}"
