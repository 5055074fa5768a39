"""Which eigenvalues lie below zero, for certain."""

from dataclasses import dataclass

from polariscope.crystal.instruments.spectrum.summary import Summary
from polariscope.reports import percent


@dataclass(frozen=True)
class Signs:
    """What is known of the eigenvalues below zero.

    Args:
        negative: How many are below zero for certain; where all could be computed, exactly how many.
        exactly: Whether there are no more than that.
        none_below: Whether it is known that none is, within the resolution.
        lowest: The smallest value.
        unlisted: None that is not listed lies below this, with the probability in ``how_sure``.
        resolution: Values this near to zero are not told from it.
        how_sure: On what grounds, in words.
    """

    negative: int
    exactly: bool
    none_below: bool
    lowest: float
    unlisted: float
    resolution: float
    how_sure: str


def signs(summary: Summary) -> Signs | None:
    """Count the eigenvalues below zero.

    The resolution is the tolerance times the largest |eigenvalue|: what a converged value may be off by.

    Args:
        summary: The run's numbers.

    Returns:
        What is known; None where the lower end is not measured.
    """
    end = summary.ends.get("smallest")
    if end is None:
        return None
    norm = max(each.norm for each in summary.ends.values())
    resolution = end.tolerance * norm
    if summary.exact is not None:
        negative = sum(value < -resolution for value in summary.exact)
        sure = "all eigenvalues of the matrix were computed"
        return Signs(negative, True, negative == 0, summary.exact[0], summary.exact[0], resolution, sure)
    # A Ritz value below zero proves an eigenvalue below zero, converged or not (Cauchy's interlacing).
    negative = sum(pair.value < -resolution for pair in end.pairs)
    # Where every listed one is negative there may be more.
    exactly = negative < len(end.pairs) and end.converged and end.unlisted_beyond >= -resolution
    sure = f"none was missed, with probability {percent(1 - end.miss_probability, 0)} over the random start"
    lowest = end.outermost.value
    return Signs(negative, exactly, exactly and negative == 0, lowest, end.unlisted_beyond, resolution, sure)
