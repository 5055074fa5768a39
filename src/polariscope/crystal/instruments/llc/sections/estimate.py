"""The section of the estimate: its table, the chains it is made of, and what each of them says."""

from polariscope.crystal.instruments.llc.figures import posterior_figure, traces_figure
from polariscope.crystal.instruments.llc.summary import Estimate, Summary
from polariscope.crystal.instruments.llc.wording import ABSENT, at_settings, briefly, figure, spelled
from polariscope.reports import Block, Cell, Picture, Section, Table, counted, percent

_COLUMNS = ("part", "λ̂", "d/2", "R-hat", "acceptance", "virial", "held")


def estimate_section(summary: Summary) -> Section | None:
    """Show the estimate with its diagnosis.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where there is no estimate yet.
    """
    main = summary.main
    if main is None:
        return None
    blocks: list[Block] = [_table(summary, main)]
    trace, means = traces_figure(summary, main), posterior_figure(summary, main)
    if trace is not None:
        blocks.append(Picture((trace,), _of_traces(main)))
    if means is not None:
        level = percent(summary.level, 0)
        told = (
            f"The mean of each of {counted(main.chains, 'chain')} after burn-in. The bar is the {level} "
            "interval of their mean: Student’s, over independent chains."
        )
        blocks.append(Picture((means,), told))
    return Section("estimate", "The estimate", tuple(blocks))


def _table(summary: Summary, main: Estimate) -> Table:
    caption = (
        f"λ̂ = t E[L − L*] with its {percent(summary.level, 0)} interval over chains, at "
        f"{at_settings(main.scale, main.localization)}. d/2 is what a regular model of as many parameters "
        "has. Virial: 1 in equilibrium. Held: 1 where only the localization holds the chains, 0 where only "
        "the loss does."
    )
    return Table(caption, tuple(map(Cell, _COLUMNS)), tuple(map(_row, summary.parts)))


def _row(found: Estimate) -> tuple[Cell, ...]:
    value, ends = spelled(found.value, found.low, found.high)
    why = ", ".join(map(briefly, found.reasons))
    return (
        Cell(found.part),
        Cell(value, why or ends),
        Cell(figure(found.regular, 6), f"λ̂ / (d/2) {figure(found.value / found.regular)}"),
        Cell(figure(found.rhat, 4), f"ESS {figure(found.ess)}"),
        Cell(figure(found.acceptance, 2), _lowest(found)),
        Cell(figure(found.virial, 4), f"± {figure(found.virial_error, 1)}"),
        Cell(figure(found.held)),
    )


def _lowest(found: Estimate) -> str:
    lowest = figure(found.lowest_acceptance, 2)
    return "" if lowest == ABSENT else f"lowest {lowest}"


def _of_traces(main: Estimate) -> str:
    seen = "on each draw’s minibatch, against w* on the same one" if main.sampler == "sgld" else "on all examples"
    return (
        f"t (L − L*) {seen}, {counted(main.chains, 'chain')} of {main.burn_in:,} + {main.draws:,} draws, "
        "thinned for the figure. The first are burn-in, in which the step is adapted: they belong to no "
        "number."
    )
