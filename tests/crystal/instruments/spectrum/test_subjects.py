"""A name finds a specimen, a graph file or a function; everything else is refused with what was meant, perhaps."""

import networkx
import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.experiment import make_spectrum
from polariscope.crystal.instruments.spectrum.subjects import find_subject, matrix_digest
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.specimens.graphs import GRAPHS
from polariscope.crystal.specimens.lattices import LATTICES
from polariscope.errors import PolariscopeError

TRIANGLE = np.array([[2.5, -2, -0.5], [-2, 3, -1], [-0.5, -1, 1.5]])


def find(subject, **fields):
    return find_subject(make_spectrum(subject=str(subject), **fields))


def refusal(subject, **fields):
    with pytest.raises(PolariscopeError) as caught:
        find(subject, **fields)
    return caught.value


@pytest.mark.parametrize("name", [*LATTICES, *GRAPHS])
def test_a_specimen_is_found_by_its_name(name):
    found = find(name)
    assert found.name == name
    assert found.family == ("lattice" if name in LATTICES else "graph")
    assert found.operator.explicit is not None
    assert (found.closed_form is not None) == (name in LATTICES)
    assert (found.path is not None) == (name == "landau")


@pytest.mark.parametrize(
    ("name", "near"), [("rnig", "ring, training"), ("sbn", "sbm"), ("hyper", "hypercube"), ("netwrk", "network")]
)
def test_an_unknown_name_is_answered_with_those_near_to_it(name, near):
    told = str(refusal(name))
    assert told == (
        f"SUBJECT: a specimen, a file, or module:function; got {name}. "
        f"Cure: name one of {near}; a graph file; or module:function."
    )


@pytest.mark.parametrize("name", ["zzz", "x" * 5000])
def test_a_name_like_none_is_answered_with_all(name):
    told = refusal(name).cure
    assert all(known in told for known in (*LATTICES, *GRAPHS, "network", "transformer", "training"))


@pytest.mark.parametrize(
    ("subject", "matrix", "rule", "cure"),
    [
        ("ring", "hessian", "a lattice has dynamical", "dynamical"),
        ("ring", "combinatorial", "a lattice has dynamical", "dynamical"),
        ("sbm", "dynamical", "a graph has combinatorial, normalized, random-walk", "combinatorial"),
        ("sbm", "fisher", "a graph has combinatorial, normalized, random-walk", "combinatorial"),
        ("training", "normalized", "a network has hessian, gauss-newton, fisher", "hessian"),
        ("nowhere:made", "dynamical", "a network has hessian, gauss-newton, fisher", "hessian"),
    ],
)
def test_a_matrix_of_another_family_is_refused(subject, matrix, rule, cure):
    assert str(refusal(subject, matrix=matrix)) == f"--matrix: {rule}; got {matrix}. Cure: give {cure}."


@pytest.mark.parametrize("subject", ["ring", "sbm"])
@pytest.mark.parametrize(
    ("name", "value"), [("parameters", ("a",)), ("batch", 3), ("dtype", "float32"), ("relabelled", 19)]
)
def test_what_only_a_loss_has_is_refused_elsewhere(subject, name, value):
    told = str(refusal(subject, **{name: value}))
    assert told == f"--{name}: only a network's loss has it; got {subject}. Cure: leave --{name} out."


@pytest.mark.parametrize("form", ["edge list", "GraphML"])
def test_a_graph_file_is_read(tmp_path, form):
    path = tmp_path / "triangle"
    if form == "edge list":
        path.write_text("a b 2\nb c 1\nc a 0.5\n")
    else:
        graph = networkx.Graph()
        graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 1.0), ("c", "a", 0.5)])
        networkx.write_graphml(graph, path)
    found = find(path)
    assert (found.family, found.name, found.title) == ("graph", str(path), "graph of triangle")
    assert found.matrix == "combinatorial Laplacian"
    assert np.allclose(found.operator.dense(), TRIANGLE)
    normalized = find(path, matrix="normalized")
    scale = 1 / np.sqrt(TRIANGLE.diagonal())
    assert normalized.matrix == "normalized Laplacian"
    assert np.allclose(normalized.operator.dense(), scale[:, None] * TRIANGLE * scale)


def test_a_file_in_the_current_folder_needs_no_ending_and_may_hold_a_colon(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my:edges").write_text("a b\n")
    assert find("my:edges").operator.size == 2


def test_a_specimen_goes_before_a_file_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ring").write_text("a b\n")
    assert find("ring").family == "lattice"
    assert find("./ring").operator.size == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"once upon a time\n", "an edge is two names and perhaps a weight; got once | upon | a | time"),
        (b"a b heavy\n", "a weight is a number; got heavy"),
        (b"a b -1\n", "a weight is finite and not negative; got -1"),
        (b'{"nodes": []}', "must be an edge list or GraphML; got what begins as JSON"),
        (b"\x89PNG\0\0", "must be text; got a binary file"),
        (b"<html></html>", "the root element is graphml; got html"),
        (b"", ""),
    ],
)
def test_a_file_that_is_no_graph_is_refused(tmp_path, content, told):
    path = tmp_path / "graph.txt"
    path.write_bytes(content)
    error = refusal(path)
    assert error.argument.startswith(str(path))
    assert told in str(error)
    assert error.cure


@pytest.mark.parametrize("name", ["nowhere.graphml", "no/where", "."])
def test_a_file_that_is_not_there_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    error = refusal(name)
    assert (error.argument, error.rule[:14]) == (name, "must be a file")


def test_a_digest_tells_matrices_apart_and_nothing_else():
    one, again, file = find("cycle"), find("cycle"), find("path")
    assert matrix_digest(one.operator) == matrix_digest(again.operator) != matrix_digest(file.operator)
    hidden = SymmetricOperator(lambda vectors: vectors, 3, name="I")
    with pytest.raises(ValueError, match="known by its products only"):
        matrix_digest(hidden)
