"""Edges of a file, gathered one by one under the rules that hold for every format, and the graph they make."""

from math import isfinite
from typing import NoReturn, final

import numpy as np
from scipy import sparse

from polariscope.crystal.operators.graph.graph import Graph, graph_from
from polariscope.errors import PolariscopeError

MOST_EDGES = 2_000_000
MOST_NODES = 1_000_000
_SHIFT = 32  # a pair of nodes as one number: a tenth of the memory of a pair


@final
class GatheredEdges:
    """What a file has said so far; each rule that a line breaks is told with that line's number.

    Args:
        source: The file, for refusals.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._nodes: dict[str, int] = {}
        self._weights: dict[int, float] = {}

    def __contains__(self, node: object) -> bool:
        return node in self._nodes

    def node(self, name: str, line: int) -> int:
        """Return the node's index, a new one where the name is new.

        Args:
            name: As the file has it.
            line: Where.

        Returns:
            The index, from 0.
        """
        index = self._nodes.setdefault(name, len(self._nodes))
        if index >= MOST_NODES:
            rule = f"a graph file names at most {MOST_NODES:,} nodes"
            self.refuse(line, rule, "more", "give a part of the graph, or its matrix to graph_from")
        return index

    def edge(self, ends: tuple[str, str], weight: str, line: int) -> None:
        """Take one undirected edge; the same edge again, in whichever direction, must have the same weight.

        Files that list both directions therefore read as those that list one.

        Args:
            ends: The names of its nodes.
            weight: As the file has it.
            line: Where.
        """
        number = self._number(weight, line)
        low, high = sorted(self.node(name, line) for name in ends)
        if low == high:
            self.refuse(line, "no node is joined to itself", ends[0], "remove the line: it adds nothing to x'Lx")
        if len(self._weights) >= MOST_EDGES:
            rule = f"a graph file holds at most {MOST_EDGES:,} edges"
            self.refuse(line, rule, "more", "give a part of the graph, or its matrix to graph_from")
        if self._weights.setdefault(low << _SHIFT | high, number) != number:
            value = f"{ends[0]} and {ends[1]} joined by {weight} here and by another weight above"
            self.refuse(line, "an edge has one weight", value, "give each edge once, with the sum of its weights")

    def graph(self) -> Graph:
        """Make the graph of all that was gathered.

        Returns:
            The graph, its nodes in the order in which they were named first.

        Raises:
            PolariscopeError: There was no edge.
        """
        if not self._weights:
            cure = "check that it is the file you mean"
            raise PolariscopeError(self._source, "a graph file has at least one edge", "none", cure)
        pairs = np.fromiter(self._weights, np.int64, len(self._weights))
        weights = np.fromiter(self._weights.values(), np.float64, len(pairs))
        ends = (pairs >> _SHIFT, pairs & (1 << _SHIFT) - 1)
        half = sparse.coo_array((weights, ends), shape=(len(self._nodes),) * 2)
        return graph_from(half + half.T, tuple(self._nodes))

    def refuse(self, line: int, rule: str, value: object, cure: str) -> NoReturn:
        """Refuse the file.

        Args:
            line: Where it breaks the rule.
            rule: What holds.
            value: What is there instead.
            cure: What to do.

        Raises:
            PolariscopeError: Always.
        """
        raise PolariscopeError(f"{self._source}, line {line}", rule, value, cure)

    def _number(self, weight: str, line: int) -> float:
        try:
            number = float(weight)
        except ValueError:
            cure = "write 'a b' or 'a b 1.5' on the line of each edge"
            self.refuse(line, "a weight is a number", weight, cure)
        if not isfinite(number) or number < 0:
            cure = "remove the edges that have no such weight"
            self.refuse(line, "a weight is finite and not negative", weight, cure)
        return number
