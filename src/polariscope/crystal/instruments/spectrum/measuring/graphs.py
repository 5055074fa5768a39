"""Readings that only a graph has: the cut, the walk, the communities, and what its degrees alone would give."""

from collections.abc import Iterator

import numpy as np

from polariscope.crystal.operators.graph.graph import Graph, largest_component
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.spectra.graph.automorphisms import automorphism_order
from polariscope.crystal.spectra.graph.communities import communities
from polariscope.crystal.spectra.graph.fiedler import fiedler
from polariscope.crystal.spectra.graph.mixing import mixing_time
from polariscope.crystal.spectra.graph.rewiring import rewiring_test
from polariscope.errors import PolariscopeError
from polariscope.runs import Reading

_LEAST = 3
"""Nodes that can be cut in more than one way."""

LAYOUT_LIMIT = 2_000
"""Nodes whose places are kept for a picture."""


def graph_readings(graph: Graph, seed: int) -> Iterator[Reading]:
    """Read a graph; cut, walk and communities are those of its largest component.

    Args:
        graph: Any.
        seed: Of the clustering.

    Yields:
        Its own reading, and its layout where it is small.
    """
    own: Reading = {"kind": "graph", "components": int(graph.components.max()) + 1}
    own |= {"edges": len(graph.edges.weight)}
    order = _symmetries(graph)
    own |= {"automorphisms": order} if order else {}
    largest = largest_component(graph)
    own |= {"largest": largest.size}
    if largest.size < _LEAST:
        yield own
        return
    found, cut, walk = communities(largest, seed=seed), fiedler(largest), mixing_time(largest)
    own |= {"communities": found.count, "modularity": found.modularity}
    own |= {"agreement": found.agreement} if found.agreement is not None else {}
    own |= {"fiedler": cut.value, "fiedler_residual": cut.residual, "fiedler_multiplicity": cut.multiplicity}
    own |= {"relaxation": walk.relaxation, "mixing_low": walk.lower, "mixing_high": walk.upper}
    own |= {"mixing": walk.exact} if walk.exact is not None else {}
    yield own
    if largest.size <= LAYOUT_LIMIT:
        yield _layout(largest, cut.vector, found.labels)


def rewired_reading(graph: Graph, draws: int, seed: int) -> Reading:
    """Measure the graph's largest component and rewired ones of the same degrees alike.

    Args:
        graph: Connected or not.
        draws: How many.
        seed: Of the rewiring.

    Returns:
        The modularity of the cut in two, of the component and of each draw, and p; no draws where it has fewer
        than three nodes.
    """
    largest = largest_component(graph)
    if largest.size < _LEAST:
        return {"kind": "rewired", "observed": float("nan"), "null": [], "p": float("nan")}
    found = rewiring_test(largest, "modularity", draws=draws, seed=seed)
    told: Reading = {"kind": "rewired", "observed": found.observed, "null": found.null.tolist()}
    return told | {"p": found.p_value}


def _symmetries(graph: Graph) -> str:
    """Count them; "" where the graph is too large or too regular for that. In words, as it may not fit a float."""
    try:
        return str(automorphism_order(graph))
    except PolariscopeError:
        return ""


def _layout(graph: Graph, vector: np.ndarray, labels: np.ndarray) -> Reading:
    # The random walk's two slowest modes pull communities apart further than the combinatorial ones.
    _, vectors = np.linalg.eigh(graph_laplacian(graph, "normalized").dense())
    scale = 1 / np.sqrt(graph.degrees)
    first, second = vectors[:, 1] * scale, vectors[:, 2] * scale
    edges = graph.edges
    told: Reading = {"kind": "layout", "x": first.tolist(), "y": second.tolist(), "labels": labels.tolist()}
    told |= {
        "names": list(graph.names),
        "fiedler": vector.tolist(),
        "first": edges.first.tolist(),
        "second": edges.second.tolist(),
    }
    return told | {"groups": list(graph.groups)} if graph.groups is not None else told
