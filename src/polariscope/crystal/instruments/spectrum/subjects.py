"""From a name to what it names: a specimen, a graph file, or a function of the user's own."""

import difflib
import hashlib
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from scipy import sparse

from polariscope.crystal.instruments.spectrum.experiment import CURVATURES, LAPLACIANS, Spectrum
from polariscope.crystal.instruments.spectrum.subject import Path, Subject
from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_file import read_graph
from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.specimens.graphs import GRAPHS
from polariscope.crystal.specimens.lattices import LATTICES
from polariscope.crystal.specimens.loading import split_name
from polariscope.errors import PolariscopeError

NETWORKS = ("network", "transformer", "training")
"""Specimens that are small trained networks; torch is loaded for them only."""


def find_subject(experiment: Spectrum, report: Callable[[str], None] = lambda _: None) -> Subject:
    """Find what is to be examined, and check that the matrix asked for is one of its own.

    Args:
        experiment: What is asked for.
        report: Is told in one line what takes a while.

    Returns:
        The subject.

    Raises:
        PolariscopeError: Nothing has that name, or it has no such matrix, or it is refused by its own rules.
    """
    name = experiment.subject
    if name in LATTICES:
        return _lattice(experiment)
    if name in GRAPHS:
        title, make = GRAPHS[name]
        return _graph(experiment, title, make())
    if name in NETWORKS or (":" in name and not _is_there(name)):
        _check_matrix(experiment, "a network", CURVATURES)
        if name not in NETWORKS:
            split_name(name)  # what is no name is refused before torch is loaded
        from polariscope.crystal.instruments.spectrum.losses import find_loss

        return find_loss(experiment, report)
    if _is_there(name) or "." in name or "/" in name:
        graph = read_graph(name)
        return _graph(experiment, f"graph of {FilePath(name).name}", graph)
    known = (*LATTICES, *GRAPHS, *NETWORKS)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known
    cure = f"name one of {', '.join(near)}; a graph file; or module:function"
    raise PolariscopeError("SUBJECT", "a specimen, a file, or module:function", name, cure)


def _is_there(name: str) -> bool:
    try:
        return FilePath(name).exists()
    except OSError:  # a name too long for a file
        return False


def _lattice(experiment: Spectrum) -> Subject:
    _check_matrix(experiment, "a lattice", ("dynamical",))
    _refuse_loss_options(experiment)
    found = LATTICES[experiment.subject]()
    operator = dynamical_matrix(found.lattice)
    path = None
    if found.along is not None:
        label, at, lattices = found.along
        path = Path(label, at, tuple(dynamical_matrix(each) for each in lattices), found.expected)
    facts = (("Lattice", found.title), ("Modes", f"{operator.size:,}"), ("Units", "ħ = k_B = 1; k, m and a of 1"))
    identity = {"family": "lattice", "name": experiment.subject, "matrix": matrix_digest(operator)}
    return Subject(
        "lattice", experiment.subject, found.title, operator, "dynamical matrix", identity, facts, found,
        found.closed_form, path,
    )  # fmt: skip


def _graph(experiment: Spectrum, title: str, graph: Graph) -> Subject:
    _check_matrix(experiment, "a graph", LAPLACIANS)
    _refuse_loss_options(experiment)
    kind: Any = "combinatorial" if experiment.matrix == "auto" else experiment.matrix
    operator = graph_laplacian(graph, kind)
    edges = len(graph.edges.weight)
    facts = (("Graph", title), ("Nodes, edges", f"{graph.size:,}, {edges:,}"), ("Laplacian", kind))
    identity = {"family": "graph", "matrix": matrix_digest(operator), "laplacian": kind}
    identity |= {"weights": _digest(graph.weights), "groups": list(graph.groups) if graph.groups else []}
    identity |= {"names": hashlib.sha256(repr(graph.names).encode()).hexdigest()}
    return Subject("graph", experiment.subject, title, operator, f"{kind} Laplacian", identity, facts, graph)


def _check_matrix(experiment: Spectrum, what: str, its: tuple[str, ...]) -> None:
    if experiment.matrix not in {"auto", *its}:
        raise PolariscopeError("--matrix", f"{what} has {', '.join(its)}", experiment.matrix, f"give {its[0]}")


def _refuse_loss_options(experiment: Spectrum) -> None:
    """What only a network has must not be given in vain."""
    for name in ("parameters", "batch", "dtype", "relabelled"):
        if getattr(experiment, name):
            rule = "only a network's loss has it"
            raise PolariscopeError(f"--{name}", rule, experiment.subject, f"leave --{name} out")


def matrix_digest(operator: SymmetricOperator) -> str:
    """SHA-256 of a matrix that is known.

    Args:
        operator: With its matrix at hand.

    Returns:
        Hex digits.

    Raises:
        ValueError: The matrix is not at hand.
    """
    if operator.explicit is None:
        raise ValueError(f"{operator.name} is known by its products only")
    return _digest(operator.explicit)


def _digest(matrix: Any) -> str:
    if sparse.issparse(matrix):
        own = sparse.csr_array(matrix)
        own.sort_indices()
        parts = [own.indptr.astype(np.int64), own.indices.astype(np.int64), own.data]
    else:
        parts = [np.ascontiguousarray(matrix)]
    found = hashlib.sha256(repr(matrix.shape).encode())
    for part in parts:
        found.update(part.tobytes())
    return found.hexdigest()
