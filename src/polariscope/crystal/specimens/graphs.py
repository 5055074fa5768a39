"""Graphs whose spectra are known, and one with communities that were planted."""

from collections.abc import Callable

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.named_graphs import block_model, cycle, hypercube, path

GRAPHS: dict[str, tuple[str, Callable[[], Graph]]] = {
    "sbm": (
        "stochastic block model, two communities of 60, p 0.20 within and 0.02 between",
        lambda: block_model([60, 60], 0.20, 0.02, seed=0),
    ),
    "random": (
        "random graph of 120 nodes, p 0.11: the block model's density without its blocks",
        lambda: block_model([120], 0.11, 0.0, seed=0),
    ),
    "cycle": ("cycle of 64 nodes", lambda: cycle(64)),
    "path": ("path of 64 nodes", lambda: path(64)),
    "hypercube": ("hypercube of 2⁶ nodes", lambda: hypercube(6)),
}
"""By name: what it is, and how it is made."""
