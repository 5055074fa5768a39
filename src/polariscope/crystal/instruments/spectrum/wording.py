"""The words that the report and the terminal share."""

import numpy as np

from polariscope.crystal.instruments.finding import Outcome
from polariscope.crystal.instruments.spectrum.summary import End, Pair, Summary
from polariscope.reports import Tone, percent, significant

TONES: dict[Outcome, Tone] = {"shown": "good", "ruled out": "bad", "undecided": "open"}

QUANTITY = {"lattice": "ω²", "graph": "λ", "loss": "λ"}
"""What the eigenvalues are called."""


def eigenvalue(pair: Pair, norm: float) -> str:
    """Write an eigenvalue; one that its own bound or rounding does not tell from zero is zero.

    >>> eigenvalue(Pair(-1.5, 1e-9, True), 2.0), eigenvalue(Pair(3e-18, 0.0, True), 2.0)
    ('−1.5', '0')

    Args:
        pair: The value and its residual.
        norm: The largest |eigenvalue|.

    Returns:
        The text.
    """
    least = max(pair.residual, float(np.finfo(np.float64).eps) * norm)
    return significant(pair.value if abs(pair.value) > least else 0.0, 7)


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
    if not np.isfinite(end.unlisted_beyond):
        return "the search ended before anything could be said of what may be missing"
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
