"""A graph from a file that may be anything: huge, endless, binary, hostile, or no graph at all."""

import stat
from pathlib import Path

from polariscope.crystal.operators.graph.edge_list import parse_edge_list
from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graphml import parse_graphml
from polariscope.errors import PolariscopeError

_LARGEST = 128 * 2**20  # bytes: 64 for each of the 2,000,000 edges that are read at most
_CURE = "give a text file of lines 'a b weight', or GraphML"


def read_graph(path: str | Path) -> Graph:
    """Read an edge list or GraphML: GraphML where the text begins with <, whatever the file's name.

    What the two formats may say is told by `parse_edge_list` and `parse_graphml`. Nothing in the file is executed,
    and nothing outside it is opened.

    Args:
        path: The file, of at most 128 MiB, UTF-8; a larger one is not opened.

    Returns:
        The graph.

    Raises:
        PolariscopeError: There is no such file, it is no plain file, too large, no text, or no graph.
    """
    text = _text(Path(path))
    opening = text[:1024].lstrip()[:1]
    if opening in {"{", "["}:  # on one line, it could pass for an edge with commas
        raise PolariscopeError(str(path), "must be an edge list or GraphML", "what begins as JSON", _CURE)
    return parse_graphml(text, str(path)) if opening == "<" else parse_edge_list(text, str(path))


def _text(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise PolariscopeError(str(path), "must be a file", "a folder, a device or a pipe", "give its file")
        if found.st_size > _LARGEST:
            raise _too_large(path, f"{found.st_size / 2**20:.0f} MiB")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)  # it may have grown, and files of /proc claim no size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise PolariscopeError(str(path), "must be a file that can be read", why, "check its name") from None
    if len(content) > _LARGEST:
        raise _too_large(path, "more")
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    if b"\0" in content:
        raise PolariscopeError(str(path), "must be text", "a binary file", _CURE)
    try:
        return content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        value = f"a byte that is not, at {error.start:,}"
        raise PolariscopeError(str(path), "must be UTF-8 text", value, _CURE) from None


def _too_large(path: Path, value: str) -> PolariscopeError:
    cure = "give a part of the graph, or its matrix to graph_from"
    return PolariscopeError(str(path), "has at most 128 MiB", value, cure)
