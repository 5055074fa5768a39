"""The section of single eigenvalues: a table with bounds, and both ends by rank."""

from polariscope.crystal.instruments.spectrum.figures import scree_figure
from polariscope.crystal.instruments.spectrum.summary import End, Summary
from polariscope.crystal.instruments.spectrum.wording import QUANTITY, eigenvalue, sureness
from polariscope.reports import Block, Bullets, Cell, Picture, Section, Table


def values_section(summary: Summary) -> Section | None:
    """Show the outermost eigenvalues.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where no end is measured.
    """
    if not summary.ends:
        return None
    name = QUANTITY[summary.family]
    ends = tuple(summary.ends.values())
    blocks: tuple[Block, ...] = (
        Picture((scree_figure(summary),), f"The outermost {name} by rank; whiskers are residuals. {_sure(ends)}"),
        *(_table(end, name) for end in ends),
        Bullets(tuple(f"{end.name.capitalize()}: {sureness(end)}." for end in ends), "What may be missing"),
    )
    return Section("values", "Single eigenvalues", blocks)


def _sure(ends: tuple[End, ...]) -> str:
    return "An open mark has not converged." if not all(end.converged for end in ends) else "All converged."


def _table(end: End, name: str) -> Table:
    rows = tuple(
        (
            Cell(str(rank)),
            Cell(eigenvalue(pair, end.norm)),
            Cell(f"{pair.residual:.1e}", "" if pair.converged else "not converged"),
        )
        for rank, pair in enumerate(end.pairs, 1)
    )
    caption = (
        f"The {end.name}. An eigenvalue lies within the residual of each value. Converged: a residual of at most "
        f"{end.tolerance:.1e} of the largest |eigenvalue| seen. {end.products:,} products."
    )
    columns = (Cell("rank"), Cell(name), Cell("± residual"))
    return Table(caption, columns, rows)
