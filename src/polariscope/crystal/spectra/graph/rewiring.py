"""The null of communities: graphs with the same degrees and the same weights, in which nothing else is kept."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.crystal.spectra.graph.communities import communities
from polariscope.crystal.spectra.graph.fiedler import fiedler, require_connected
from polariscope.errors import PolariscopeError

RewiringStatistic = Literal["modularity", "fiedler"]

_MOST_EDGES = 50_000  # a hundred rewired graphs of so many take some minutes
_SWAPS = 10  # tried for each edge; Milo and others (2003) find mixing well before it
_TIE = 1e-9  # statistics of equal graphs differ by rounding


@dataclass(frozen=True, eq=False)
class RewiringTest:
    """A statistic of a graph beside those of rewired ones.

    Attributes:
        statistic: "modularity" of the division in two, or the "fiedler" value.
        observed: Of the graph itself.
        null: Of the rewired graphs, (draws,).
        p_value: (1 + #{null at least as divided as observed}) / (1 + draws).
    """

    statistic: RewiringStatistic
    observed: float
    null: NDArray[np.float64]
    p_value: float


def rewired(graph: Graph, seed: int = 0) -> Graph:
    """Swap ends of pairs of edges, a-b and c-d to a-d and c-b, ten tries for each edge; then shuffle the weights.

    A try that would join a node to itself or to a neighbour leaves the graph as it is, so that every simple graph
    of these degrees (numbers of edges at the nodes) becomes equally likely.

    >>> from polariscope.crystal.operators.graph.named_graphs import cycle
    >>> before, after = cycle(50), rewired(cycle(50))
    >>> bool((before.degrees == after.degrees).all()), (before.weights != after.weights).nnz > 0
    (True, True)

    Args:
        graph: The graph, of at most 50,000 edges.
        seed: Of what is drawn.

    Returns:
        A graph of the same nodes, numbers of edges at them, and weights.

    Raises:
        PolariscopeError: The graph has more edges.
    """
    _require_few(graph)
    return _rewired(graph, np.random.default_rng(seed))


def rewiring_test(
    graph: Graph, statistic: RewiringStatistic = "modularity", *, draws: int = 99, seed: int = 0
) -> RewiringTest:
    """Is the graph divided in two beyond what its degrees bring with them?

    The null is that all graphs of these degrees, with the weights in any order, are equally likely. The draws
    start from a graph that was itself rewired from the observed one, so that the observed graph and the draws are
    exchangeable under the null, and the p-value is exact however slowly the swaps mix (Besag and Clifford 1989).

    >>> from polariscope.crystal.operators.graph.named_graphs import block_model
    >>> rewiring_test(block_model([15, 15], 0.7, 0.1), draws=19).p_value
    0.05

    Args:
        graph: The graph, of at most 50,000 edges; connected for the Fiedler value.
        statistic: The modularity of its division in two communities, where large is divided; or its Fiedler value,
            where small is divided and that of a disconnected draw is 0.
        draws: Rewired graphs. Default: 99, for p-values down to 0.01.
        seed: Of what is drawn.

    Returns:
        The statistic, its null, and the p-value (one-sided).

    Raises:
        PolariscopeError: The graph does not fit the statistic, has too many edges, or draws is below 1.
    """
    if statistic not in get_args(RewiringStatistic):
        rule = "one of " + ", ".join(get_args(RewiringStatistic))
        raise PolariscopeError("statistic", rule, statistic, "choose one of these")
    if draws < 1:
        raise PolariscopeError("draws", "at least 1", draws, "give 99, the default")
    _require_few(graph)
    if statistic == "fiedler":
        require_connected(graph)
    rng = np.random.default_rng(seed)
    observed, hub = _value(graph, statistic), _rewired(graph, rng)
    null = np.array([_value(_rewired(hub, rng), statistic) for _ in range(draws)])
    slack = _TIE * max(1.0, abs(observed))
    divided = null >= observed - slack if statistic == "modularity" else null <= observed + slack
    return RewiringTest(statistic, observed, null, (1 + int(divided.sum())) / (1 + draws))


def _value(graph: Graph, statistic: RewiringStatistic) -> float:
    if statistic == "modularity":
        return communities(graph, min(2, graph.size)).modularity
    return 0.0 if graph.components.any() else fiedler(graph).value


def _require_few(graph: Graph) -> None:
    edges = len(graph.edges.weight)
    if edges > _MOST_EDGES:
        rule = f"at most {_MOST_EDGES:,} edges to rewire"
        raise PolariscopeError("graph", rule, f"{edges:,}", "take a part of the graph")


def _rewired(graph: Graph, rng: np.random.Generator) -> Graph:
    first, second, weight = graph.edges
    ends = list(zip(first.tolist(), second.tolist(), strict=True))
    if len(ends) > 1:
        _swap(ends, rng)
    pairs = np.array(ends, np.intp).reshape(-1, 2).T
    half = sparse.coo_array((rng.permutation(weight), tuple(pairs)), shape=(graph.size, graph.size))
    return graph_from(half + half.T, graph.names)


def _swap(ends: list[tuple[int, int]], rng: np.random.Generator) -> None:
    """Try swaps in place; edges stand with the lower node first."""
    there = set(ends)
    tries = _SWAPS * len(ends)
    picks = rng.integers(len(ends), size=(tries, 2)).tolist()
    turns = rng.integers(2, size=tries).tolist()
    for (one, other), turn in zip(picks, turns, strict=True):
        (a, b), (c, d) = ends[one], ends[other]
        if turn:
            c, d = d, c
        new = (min(a, d), max(a, d)), (min(c, b), max(c, b))
        # Also where one is other: then a-d and c-b are a loop, or the edge itself.
        if a == d or c == b or new[0] in there or new[1] in there:
            continue
        there -= {ends[one], ends[other]}
        there |= set(new)
        ends[one], ends[other] = new
