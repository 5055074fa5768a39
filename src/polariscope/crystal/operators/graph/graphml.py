"""GraphML, as far as an undirected weighted graph needs it; no entity and nothing outside is ever resolved.

Format: http://graphml.graphdrawing.org/specification.html
"""

from typing import NoReturn, final
from xml.parsers import expat

from polariscope.crystal.operators.graph.gathered_edges import GatheredEdges
from polariscope.crystal.operators.graph.graph import Graph
from polariscope.errors import PolariscopeError

_DEEPEST = 16  # graphml, graph, edge, data, and what other programs keep there for drawing
_PARENTS = {"graph": "graphml", "node": "graph", "edge": "graph"}


def parse_graphml(text: str, source: str = "GraphML") -> Graph:
    """Read the nodes and the edges of the one graph in a GraphML document.

    An edge's weight is its data under the key whose ``attr.name`` is "weight", else that key's default, else 1.

    >>> parse_graphml('''<graphml><graph edgedefault="undirected"><node id="a"/><node id="b"/>
    ...     <edge source="a" target="b"/></graph></graphml>''').names
    ('a', 'b')

    Args:
        text: The document.
        source: Its file, for refusals.

    Returns:
        The graph, its nodes in the order of the document, named by their ids.

    Raises:
        PolariscopeError: It is no well-formed XML, declares a document type, is no GraphML of one undirected graph
            of plain edges, an edge names a node that is not declared above it, or breaks a rule of edge lists.
    """
    reader = _Reader(source)
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise PolariscopeError(source, "must be well-formed XML", error, "mend that place of the file") from None
    return reader.gathered.graph()


@final
class _Reader:
    """Handlers of one document; ``_open`` are the elements around the cursor."""

    def __init__(self, source: str) -> None:
        self.gathered = GatheredEdges(source)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._open: list[str] = []
        self._graphs = 0
        self._key: str | None = None  # of the weight
        self._is_weight_key = False
        self._default = "1"
        self._ends = ("", "")
        self._text: list[str] | None = None  # gathered only where it is a weight
        self._weight = ""

    def _doctype(self, *declared: object) -> None:
        # Entities, and with them endless expansion and foreign files, need a document type.
        cure = "remove the <!DOCTYPE ...>: GraphML needs none, and entities are never resolved"
        self._refuse("a document type is not allowed", declared[0], cure)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        self._check_place(tag)
        self._open.append(tag)
        match tag:
            case "key":
                self._start_key(attributes)
            case "graph":
                self._start_graph(attributes)
            case "node":
                self._start_node(attributes)
            case "edge":
                self._start_edge(attributes)
            case "default" | "data":
                self._start_value(tag, attributes)

    def _check_place(self, tag: str) -> None:
        if not self._open and tag != "graphml":
            self._refuse("the root element is graphml", tag, "save the graph as GraphML or as an edge list")
        if len(self._open) >= _DEEPEST:
            rule = f"elements are nested at most {_DEEPEST} deep"
            self._refuse(rule, "deeper nesting", "save the graph without its drawing")
        if tag == "hyperedge" or (tag in _PARENTS and self._open[-1] != _PARENTS[tag]):
            value = f"<{tag}> in <{self._open[-1]}>"
            self._refuse("a plain graph of nodes and edges", value, "save it without hyperedges and nested graphs")

    def _start_key(self, attributes: dict[str, str]) -> None:
        of_edges = attributes.get("for", "all") in {"edge", "all"}
        self._is_weight_key = of_edges and attributes.get("attr.name") == "weight"
        if self._is_weight_key:
            self._key = attributes.get("id")

    def _start_graph(self, attributes: dict[str, str]) -> None:
        self._graphs += 1
        if self._graphs > 1:
            self._refuse("a file holds one graph", "a second one", "save each graph in a file of its own")
        if attributes.get("edgedefault") == "directed":
            self._refuse_direction()

    def _start_node(self, attributes: dict[str, str]) -> None:
        name = self._attribute(attributes, "id")
        if name in self.gathered:
            self._refuse("a node is declared once", name, "remove one of the two")
        self.gathered.node(name, self.parser.CurrentLineNumber)

    def _start_edge(self, attributes: dict[str, str]) -> None:
        if attributes.get("directed") == "true":
            self._refuse_direction()
        self._ends = self._attribute(attributes, "source"), self._attribute(attributes, "target")
        self._weight = self._default
        for name in self._ends:
            if name not in self.gathered:
                self._refuse("an edge joins nodes that are declared above it", name, "declare that node first")

    def _start_value(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self._open[-2] if len(self._open) > 1 else ""
        if tag == "default":
            wanted = parent == "key" and self._is_weight_key
        else:
            wanted = parent == "edge" and self._key is not None and attributes.get("key") == self._key
        self._text = [] if wanted else None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        tag = self._open.pop()
        if self._text is not None:
            value, self._text = "".join(self._text).strip(), None
            if tag == "default":
                self._default = value
            else:
                self._weight = value
        if tag == "edge":
            self.gathered.edge(self._ends, self._weight, self.parser.CurrentLineNumber)

    def _attribute(self, attributes: dict[str, str], name: str) -> str:
        if not attributes.get(name):
            rule = f"a <{self._open[-1]}> has the attribute {name}"
            self._refuse(rule, "none", "mend that place of the file")
        return attributes[name]

    def _refuse_direction(self) -> NoReturn:
        cure = 'set edgedefault="undirected" if the direction does not matter; a Laplacian here is symmetric'
        self._refuse("edges are undirected", "directed ones", cure)

    def _refuse(self, rule: str, value: object, cure: str) -> NoReturn:
        self.gathered.refuse(self.parser.CurrentLineNumber, rule, value, cure)
