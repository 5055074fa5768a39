"""Files that may be anything."""

import os
import pickle

import networkx as nx
import pytest

from polariscope.crystal.operators.graph import graph_file
from polariscope.crystal.operators.graph.graph_file import read_graph
from polariscope.errors import PolariscopeError

XML = '<graphml><graph><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>'


@pytest.mark.parametrize("content", ["a b\n", XML, "\n  " + XML, "\ufeffa b\n", '<?xml version="1.0"?>\n' + XML])
def test_the_text_and_not_the_name_says_what_it_is(tmp_path, content):
    for name in ("graph.txt", "graph.graphml", "graph"):
        (tmp_path / name).write_text(content.lstrip() if "<?" in content else content)
        assert read_graph(tmp_path / name).names == ("a", "b")
    assert read_graph(str(tmp_path / "graph")).size == 2


def test_the_file_and_its_line_are_told(tmp_path):
    file = tmp_path / "edges.txt"
    file.write_text("a b\nb c nan\n")
    with pytest.raises(PolariscopeError) as refused:
        read_graph(file)
    assert refused.value.argument == f"{file}, line 2"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (pickle.dumps(nx.path_graph(3)), "must be UTF-8 text|must be text"),
        (b"\x1f\x8b\x08\x00\x00\x00", "must be text"),
        ("a b\n".encode("utf-16"), "must be text"),
        (b"a b\n\xff\xfe\n", "must be UTF-8 text"),
        (b"%PDF-1.7 is a document", "an edge is two names"),
        (b'{"nodes": [], "links": []}', "must be an edge list or GraphML"),
        (b"", "at least one edge"),
    ],
)
def test_what_is_no_graph_is_refused(tmp_path, content, rule):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(PolariscopeError, match=rule):
        read_graph(tmp_path / "file")


def test_missing_files_folders_and_pipes_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(PolariscopeError, match="must be a file; got a folder, a device or a pipe"):
            read_graph(path)
    for path in (tmp_path / "none", tmp_path / ("x" * 5_000), "a\0b"):
        with pytest.raises(PolariscopeError, match="must be a file that can be read"):
            read_graph(path)


def test_a_large_file_is_not_opened(tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as made:
        made.truncate(graph_file._LARGEST + 1)
    file.chmod(0)
    with pytest.raises(PolariscopeError, match="has at most 128 MiB; got 128 MiB"):
        read_graph(file)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "growing"
    file.write_text("a b\n" * 10)
    monkeypatch.setattr(graph_file, "_LARGEST", 8)
    monkeypatch.setattr(graph_file.Path, "stat", lambda _path: os.stat_result((0o100644, *[0] * 9)))
    with pytest.raises(PolariscopeError, match="got more"):
        read_graph(file)
