"""The sections of a loss: where its extreme directions point, and whether its Hessian is a Laplacian."""

from statistics import mean

from polariscope.crystal.instruments.spectrum.summary import Reading, Summary
from polariscope.crystal.instruments.spectrum.wording import eigenvalue
from polariscope.reports import Cell, Section, Table, p_value, percent

_NULLS = {"anywhere": "labels anywhere", "within": "labels within each tensor"}
_SHOWN = 3


def directions_section(summary: Summary) -> Section | None:
    """Share the extreme directions out over the parameters.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it is no loss, or no end is measured.
    """
    rows = summary.own.get("where", ())
    if not rows:
        return None
    columns = (Cell("direction"), Cell("eigenvalue"), Cell("where it points"))
    body = tuple(
        (Cell(f"{row['end']} {row['index'] + 1}"), Cell(_value(summary, row)), Cell(_places(row))) for row in rows
    )
    caption = f"Shares of each direction’s squared length, by parameter tensor; the {_SHOWN} largest."
    return Section("directions", "Where the directions point", (Table(caption, columns, body),))


def laplacian_section(summary: Summary) -> Section | None:
    """Tell the shares that Laplacians explain, beside those of relabelled graphs.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it was not asked for.
    """
    rows = summary.own.get("laplacian", ())
    if not rows:
        return None
    columns = tuple(
        map(Cell, ("edges", "null", "explained", "null: mean", "null: most", "p", "complete graph", "diagonal"))
    )
    body = tuple(
        (
            Cell(row["sign"]),
            Cell(_NULLS[row["null"]]),
            Cell(percent(row["explained"])),
            Cell(percent(mean(row["null_shares"]))),
            Cell(percent(max(row["null_shares"]))),
            Cell(p_value(row["p"])),
            Cell(percent(row["complete"])),
            Cell(percent(row["diagonal"])),
        )
        for row in rows
    )
    caption = (
        f"Share of the Hessian’s squared Frobenius norm that the best Laplacian on the computation graph explains "
        f"({rows[0]['edges']:,} edges; {len(rows[0]['null_shares'])} relabellings). The complete graph bounds "
        "every graph. The last column is the diagonal’s share of that norm."
    )
    return Section("laplacian", "Is the Hessian a Laplacian?", (Table(caption, columns, body),))


def _value(summary: Summary, row: Reading) -> str:
    end = summary.ends[row["end"]]
    return eigenvalue(end.pairs[row["index"]], end.norm)


def _places(row: Reading) -> str:
    ranked = sorted(zip(row["shares"], row["names"], strict=True), reverse=True)[:_SHOWN]
    return ", ".join(f"{name} {percent(share, 0)}" for share, name in ranked)
