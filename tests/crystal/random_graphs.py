"""Small random graphs for laws that hold for all of them."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from polariscope.crystal.operators.graph.graph import Graph, graph_from


@st.composite
def graphs(draw: st.DrawFn, least: int = 1, most: int = 9) -> Graph:
    """Weighted, often disconnected, often with nodes that have no edge."""
    n = draw(st.integers(least, most))
    weights = draw(st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]), min_size=n * n, max_size=n * n))
    upper = np.triu(np.reshape(weights, (n, n)), 1)
    return graph_from(upper + upper.T)


@st.composite
def connected_graphs(draw: st.DrawFn, least: int = 2, most: int = 9) -> Graph:
    """As above, with a path through all nodes added."""
    graph = draw(graphs(least, most))
    along = np.eye(graph.size, k=1)
    return graph_from(graph.weights.toarray() + along + along.T)


def renamed(graph: Graph, order: NDArray[np.integer]) -> Graph:
    """The same graph with its nodes in another order."""
    groups = None if graph.groups is None else tuple(graph.groups[at] for at in order)
    return Graph(graph.weights[order][:, order].tocsr(), tuple(graph.names[at] for at in order), groups)
