"""Edge lists: one edge a line, ``a b`` or ``a b weight``."""

import re
from collections.abc import Iterator

from polariscope.crystal.operators.graph.gathered_edges import GatheredEdges
from polariscope.crystal.operators.graph.graph import Graph

_LINE = re.compile(r"[^\n]*\n?")
_MOST_COLUMNS = 3
_HEADERS = {("source", "target"), ("from", "to")}


def parse_edge_list(text: str, source: str = "edge list") -> Graph:
    r"""Read one edge a line: two node names, and a weight or none (1).

    Lines that are empty or begin with # are skipped. The first of the others settles for the whole text what
    stands between the columns: tabs, else commas, else spaces. It is a header if its third column is "weight", or
    if it is "source target" or "from to", in any case of letters.

    >>> parse_edge_list("# a triangle\na b 2\nb c\nc a 0.5\n").degrees
    array([2.5, 3. , 1.5])

    Args:
        text: The list.
        source: Its file, for refusals.

    Returns:
        The graph, its nodes in the order in which they are named.

    Raises:
        PolariscopeError: A line has other columns, a weight is no finite number of 0 or more, a node is joined to
            itself, an edge has two weights, there are more than 2,000,000 edges or 1,000,000 nodes, or none.
    """
    gathered = GatheredEdges(source)
    first, opening = next(_lines(text), (0, ""))
    separator = next((mark for mark in "\t," if mark in opening), None)
    names = _columns(opening, separator)
    has_header = _is_header(names)
    for number, line in _lines(text):
        if number != first or not has_header:
            _take(gathered, _columns(line, separator), number)
    if has_header and len(names) < _MOST_COLUMNS:
        _check_header(gathered, names, first)
    return gathered.graph()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Number the lines that say something; one at a time, as all of them would take several times the text."""
    for number, line in enumerate(_LINE.finditer(text), 1):
        content = line[0].strip(" \r\n")  # but not tabs: one at an end means an empty column
        if content.strip() and not content.startswith("#"):
            yield number, content


def _columns(line: str, separator: str | None) -> list[str]:
    return [column.strip() for column in line.split(separator, _MOST_COLUMNS)]


def _is_header(columns: list[str]) -> bool:
    names = [column.lower() for column in columns]
    return names[2:] == ["weight"] or (len(names) == 2 and tuple(names) in _HEADERS)


def _take(gathered: GatheredEdges, columns: list[str], number: int) -> None:
    if not 2 <= len(columns) <= _MOST_COLUMNS or not all(columns):
        cure = "write 'a b' or 'a b weight'; names that hold spaces need tabs or commas between the columns"
        rule = "an edge is two names and perhaps a weight"
        gathered.refuse(number, rule, " | ".join(columns), cure)
    weight = columns[2] if len(columns) > 2 else "1"
    gathered.edge((columns[0], columns[1]), weight, number)


def _check_header(gathered: GatheredEdges, names: list[str], number: int) -> None:
    """Refuse "source target" where a node has such a name: the line may then be an edge."""
    again = [name for name in names if name in gathered]
    if again:
        cure = "give the line a weight if it is an edge, and remove it if it is a header"
        gathered.refuse(number, "the first line is a header, or an edge, but not perhaps either", again[0], cure)
