"""The section of a graph: its layout, its cut, its walk, its communities."""

from collections.abc import Iterator

from polariscope.crystal.instruments.spectrum.figures import layout_figure
from polariscope.crystal.instruments.spectrum.summary import Reading, Summary
from polariscope.reports import Block, Facts, Picture, Section, counted, significant

_NAMED = 12


def graph_section(summary: Summary) -> Section | None:
    """Show a graph by its slowest modes, with what they say.

    Args:
        summary: The run's numbers.

    Returns:
        The section; None where it is no graph, or not measured yet.
    """
    own = summary.one("graph")
    return None if own is None else Section("graph", "The graph", tuple(_blocks(summary, own)))


def _blocks(summary: Summary, own: Reading) -> Iterator[Block]:
    places = summary.one("layout")
    if places is not None:
        drawn = layout_figure(places, significant(own["fiedler"], 5))
        caption = (
            "Nodes stand where the two slowest modes of a random walk put them; signs are spectral communities."
        )
        yield Picture((drawn,), caption)
    yield Facts(tuple(_facts(own)))
    if places is not None:
        yield _members(places)


def _members(places: Reading) -> Facts:
    told = []
    for label in sorted(set(places["labels"])):
        own = [name for name, each in zip(places["names"], places["labels"], strict=True) if each == label]
        more = f", and {len(own) - _NAMED:,} more" if len(own) > _NAMED else ""
        told.append((f"Community {label + 1}, {counted(len(own), 'node')}", ", ".join(own[:_NAMED]) + more))
    return Facts(tuple(told))


def _facts(own: Reading) -> Iterator[tuple[str, str]]:
    yield "Edges", f"{own['edges']:,}"
    several = own["components"] > 1
    yield "Components", f"{own['components']}; below, the largest of {own['largest']:,} nodes" if several else "1"
    if "fiedler" in own:
        several = own["fiedler_multiplicity"]
        told = f"{significant(own['fiedler'], 7)} ± {own['fiedler_residual']:.1g}"
        yield "Fiedler value", told + (f", {several}-fold: the cut is one of many" if several > 1 else "")
        ends = f"{own['mixing_low']:.4g} to {own['mixing_high']:.4g} steps by its bounds"
        exact = f"{own['mixing']:,} steps exactly; " if "mixing" in own else ""
        yield "Relaxation time of the lazy walk", f"{own['relaxation']:.5g} steps"
        yield "Mixing time to 1/4", exact + ends
    if "communities" in own:
        told = f"{own['communities']} by the largest gap, of modularity {own['modularity']:.4f}"
        rand = f"; adjusted Rand index with those planted {own['agreement']:.3f}" if "agreement" in own else ""
        yield "Spectral communities", told + rand
    order = own.get("automorphisms")
    yield "Order of the automorphism group", order or "not computed: the graph is too large for an exact count"
