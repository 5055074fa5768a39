"""The section of what is known: the control, the exact value, and the place where the chains start."""

from collections.abc import Iterator

from polariscope.crystal.instruments.llc.figures import exact_value
from polariscope.crystal.instruments.llc.summary import Reading, Summary
from polariscope.crystal.instruments.llc.wording import ABSENT, at_settings, figure, spelled
from polariscope.reports import Block, Cell, Facts, Section, Table, significant

_COLUMNS = tuple(map(Cell, ("case", "at", "found", "exact", "RLCT")))


def controls_section(summary: Summary) -> Section | None:
    """Show the sampler against what is known.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where nothing of it is measured.
    """
    rows = (*_control(summary), *_known(summary))
    blocks: list[Block] = []
    if rows:
        caption = (
            "The sampler against values known in closed form, by quadrature at that t and γ; RLCT is the limit."
        )
        blocks.append(Table(caption, _COLUMNS, rows))
    start = summary.of_main("start")
    if start is not None:
        blocks.append(Facts(tuple(_start(start))))
    return Section("controls", "Controls", tuple(blocks)) if blocks else None


def _control(summary: Summary) -> Iterator[tuple[Cell, ...]]:
    row = summary.one("control")
    if row is not None:
        at = at_settings(row["scale"], row["localization"])
        found = Cell(*spelled(row["value"], row["low"], row["high"]))
        case = Cell("reduced rank (5, 5, 3)", "the control")
        yield case, Cell(at), found, Cell(figure(row["exact"], 5)), Cell("6.5", "multiplicity 2")


def _known(summary: Summary) -> Iterator[tuple[Cell, ...]]:
    known, main = summary.one("known"), summary.main
    if known is None or main is None:
        return
    case, at = Cell(known["name"], "the subject"), at_settings(main.scale, main.localization)
    found = Cell(*spelled(main.value, main.low, main.high))
    exact = exact_value(summary)
    threshold = Cell(figure(known["threshold"], 4), f"multiplicity {known['multiplicity']}")
    yield case, Cell(at), found, Cell(ABSENT if exact is None else figure(exact, 5)), threshold


def _start(start: Reading) -> Iterator[tuple[str, str]]:
    yield "Loss at the start, L*", figure(start["loss"], 5)
    yield "|∇L| there", figure(start["gradient"], 2)
    yield "Largest curvature", f"{figure(start['largest'])} ± {figure(start['residual'], 1)}"
    yield "Smallest curvature", f"{figure(start['smallest'])} ± {figure(start['residual'], 1)}"
    size = (
        f"{significant(start['bytes_a_chain'] / 2**20)} MiB a chain, chunks of {start['chunk']:,} chains at most"
    )
    yield "Memory", size if start["mapped"] else f"{size}; the loss cannot be mapped, so chains run one by one"
