"""GraphML as networkx writes it, and all that is refused in it: attacks, directions, what is no plain graph."""

import networkx as nx
import numpy as np
import pytest

from polariscope.crystal.operators.graph.graphml import parse_graphml
from polariscope.errors import PolariscopeError

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<graphml><graph edgedefault="undirected"><node id="&b;"/></graph></graphml>"""
FOREIGN = """<!DOCTYPE graphml [<!ENTITY file SYSTEM "file:///etc/passwd">]><graphml>&file;</graphml>"""


def document(body, head="", edgedefault='edgedefault="undirected"'):
    nodes = '<node id="a"/><node id="b"/><node id="c"/>'
    return f"<graphml>{head}<graph {edgedefault}>{nodes}{body}</graph></graphml>"


def edge(ends="ab", weight=None, more=""):
    inside = "" if weight is None else f'<data key="w">{weight}</data>'
    return f'<edge source="{ends[0]}" target="{ends[1]}" {more}>{inside}</edge>'


KEY = '<key id="w" for="edge" attr.name="weight" attr.type="double">{}</key>'


@pytest.mark.parametrize("weighted", [True, False])
def test_what_networkx_writes_comes_back(weighted):
    source = nx.gnp_random_graph(12, 0.4, seed=1)
    for position, (one, other) in enumerate(source.edges):
        source.edges[one, other]["color"] = "red"
        if weighted:
            source.edges[one, other]["weight"] = 0.25 + position
    graph = parse_graphml("\n".join(nx.generate_graphml(source)))
    assert graph.names == tuple(map(str, source))
    assert (graph.weights.toarray() == nx.to_numpy_array(source)).all()


def test_weights_come_from_their_key_or_its_default_or_are_one():
    body = edge("ab", 2.5) + edge("bc")
    for head, other in ((KEY.format(""), 1.0), (KEY.format("<default> 0.5 </default>"), 0.5)):
        assert np.allclose(parse_graphml(document(body, head)).degrees, [2.5, 2.5 + other, other])
    assert np.allclose(parse_graphml(document(body)).degrees, [1, 2, 1])
    nodes_weight = KEY.format("<default>7</default>").replace('for="edge"', 'for="node"')
    assert np.allclose(parse_graphml(document(body, nodes_weight)).degrees, [1, 2, 1])


def test_prefixes_and_data_of_other_programs_do_not_matter():
    text = document(edge("ab", 2), KEY.format("")).replace(
        "<data", '<data key="y"><y:P xmlns:y="u">9</y:P></data><data'
    )
    assert parse_graphml(text.replace("<graph ", "<!-- x --><graph ")).degrees.tolist() == [2, 2, 0]
    prefixed = (
        text.replace("<edge", "<g:edge").replace("</edge", "</g:edge").replace("<graphml", '<graphml xmlns:g="v"')
    )
    assert parse_graphml(prefixed).degrees.tolist() == [2, 2, 0]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (BOMB, "line 1: a document type is not allowed"),
        (FOREIGN, "a document type is not allowed"),
        ("<!DOCTYPE html><html></html>", "a document type is not allowed"),
        ("<html></html>", "the root element is graphml"),
        ("<graphml><graph>", "well-formed XML"),
        ("<graphml>&other;</graphml>", "well-formed XML"),
        ("<graphml/>", "at least one edge"),
        (document(""), "at least one edge"),
        (document(edge(), edgedefault='edgedefault="directed"'), "edges are undirected"),
        (document(edge(more='directed="true"')), "edges are undirected"),
        (document(edge("az")), "declared above it; got z"),
        (document("<edge source='a'/>"), "a <edge> has the attribute target"),
        (document("<node/>"), "a <node> has the attribute id"),
        (document('<node id="a"/>'), "a node is declared once"),
        (document(edge("aa")), "no node is joined to itself"),
        (document(edge("ab", "nan"), KEY.format("")), "finite and not negative"),
        (document(edge("ab", "heavy"), KEY.format("")), "a weight is a number"),
        (document("<hyperedge><endpoint/></hyperedge>"), "a plain graph"),
        (document('<node id="d"><graph><node id="e"/></graph></node>'), "a plain graph"),
        (document('<edge source="a" target="b"><edge source="a" target="c"/></edge>'), "a plain graph"),
        (document(edge()).replace("</graphml>", "<graph/></graphml>"), "a file holds one graph"),
        ("<graphml>" + "<data>" * 100_000, "nested at most 16 deep"),
    ],
)
def test_what_is_no_plain_undirected_graph_is_refused(text, rule):
    with pytest.raises(PolariscopeError, match=rule):
        parse_graphml(text)


def test_the_line_is_told():
    text = document("\n\n" + edge("az"))
    with pytest.raises(PolariscopeError, match="GraphML, line 3:"):
        parse_graphml(text)
