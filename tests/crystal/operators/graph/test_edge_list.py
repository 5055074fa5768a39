"""Edge lists as programs and people write them, and what is refused with its line."""

import pytest

from polariscope.crystal.operators.graph.edge_list import parse_edge_list
from polariscope.errors import PolariscopeError


def named(text):
    graph = parse_edge_list(text)
    first, second, weight = graph.edges
    pairs = zip(first, second, weight.tolist(), strict=True)
    return {(*sorted((graph.names[a], graph.names[b])), each) for a, b, each in pairs}


@pytest.mark.parametrize(
    "text",
    [
        "a b 2\nb c\n",
        "a b 2\nb c",
        "a   b\t2\nb c".replace("\t", "  "),
        "a\tb\t2\nb\tc\n",
        "a,b,2\nb, c\n",
        "a , b , 2\r\nb,c\r\n",
        "# SNAP\n\n  \na b 2\n# more\nb c 1.0\n",
        "from to weight\na b 2\nb c 1\n",
        "Source,Target\na,b,2\nb,c\n",
        "node another WEIGHT\na b 2\nb c\n",
        "a b 2\nb a 2\nb c\nc b\n",
    ],
)
def test_all_of_these_are_one_graph(text):
    assert named(text) == {("a", "b", 2.0), ("b", "c", 1.0)}


def test_names_may_hold_what_does_not_separate_columns():
    assert named("New York\tBoston, MA\t3\n") == {("Boston, MA", "New York", 3.0)}
    assert named("New York,Boston\n") == {("Boston", "New York", 1.0)}
    assert named("a,b c\n") == {("a", "b c", 1.0)}


def test_names_are_made_printable():
    assert parse_edge_list("\x1b[31mred blue\n").names == ("\\x1b[31mred", "blue")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a b\na b c d\n", "line 2: an edge is two names"),
        ("a b\n\n# three\nalone\n", "line 4: an edge is two names"),
        ("a\tb\n\tc\n", "line 2: an edge is two names"),
        ("a,b\nc,,\n", "line 2: an edge is two names"),
        ("a b\nb c {}\n", "line 2: a weight is a number"),
        ("a b\nb c nan\n", "line 2: a weight is finite and not negative"),
        ("a b x\nb c\n", "line 1: a weight is a number"),
        ("a b\nsource target weight\n", "line 2: a weight is a number"),
        ("source target\ntarget b\n", "line 1: the first line is a header, or an edge"),
        ("Once upon a time\nthere was a graph.\n", "line 1: an edge is two names"),
        ("", "at least one edge"),
        ("# nothing\n\n", "at least one edge"),
        ("source target\n", "at least one edge"),
        ("a " * 100_000, "line 1: an edge is two names"),
    ],
)
def test_what_is_no_edge_list_is_refused_with_its_line(text, rule):
    with pytest.raises(PolariscopeError, match=rule) as refused:
        parse_edge_list(text)
    assert len(str(refused.value)) < 600
