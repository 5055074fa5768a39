"""Lattice, graph and loss as one thing: symmetric operators that are known by their products."""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__all__ = [
    "Bond",
    "ForceConstants",
    "Graph",
    "Lattice",
    "LossSurface",
    "SymmetricOperator",
    "block_model",
    "coactivation_graph",
    "complete",
    "cubic",
    "cycle",
    "diatomic_cell",
    "diatomic_ring",
    "dynamical_matrix",
    "finite_difference_check",
    "fisher",
    "free_chain",
    "from_force_constants",
    "from_matrix",
    "gauss_newton",
    "graph_from",
    "graph_laplacian",
    "hessian",
    "hessian_of",
    "hypercube",
    "loss_surface",
    "monatomic_chain",
    "parameter_graph",
    "path",
    "read_graph",
    "ring",
    "star",
    "to_random_walk",
    "weight_graph",
]

if TYPE_CHECKING:
    from polariscope.crystal.operators.chains import (
        cubic,
        diatomic_cell,
        diatomic_ring,
        free_chain,
        monatomic_chain,
        ring,
    )
    from polariscope.crystal.operators.difference_check import finite_difference_check
    from polariscope.crystal.operators.dynamical_matrix import dynamical_matrix
    from polariscope.crystal.operators.force_constants import ForceConstants, from_force_constants
    from polariscope.crystal.operators.gauss_newton import fisher, gauss_newton
    from polariscope.crystal.operators.graph import Graph, graph_from
    from polariscope.crystal.operators.graph_file import read_graph
    from polariscope.crystal.operators.graph_laplacian import graph_laplacian, to_random_walk
    from polariscope.crystal.operators.hessian import hessian, hessian_of
    from polariscope.crystal.operators.lattice import Bond, Lattice
    from polariscope.crystal.operators.named_graphs import block_model, complete, cycle, hypercube, path, star
    from polariscope.crystal.operators.parameter_graph import parameter_graph
    from polariscope.crystal.operators.surface import LossSurface, loss_surface
    from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
    from polariscope.crystal.operators.unit_graph import weight_graph
    from polariscope.crystal.operators.unit_graph_activations import coactivation_graph

_HOMES = {
    "chains": (
        "cubic",
        "diatomic_cell",
        "diatomic_ring",
        "free_chain",
        "monatomic_chain",
        "ring",
    ),
    "difference_check": ("finite_difference_check",),
    "dynamical_matrix": ("dynamical_matrix",),
    "force_constants": (
        "ForceConstants",
        "from_force_constants",
    ),
    "gauss_newton": (
        "fisher",
        "gauss_newton",
    ),
    "graph": (
        "Graph",
        "graph_from",
    ),
    "graph_file": ("read_graph",),
    "graph_laplacian": (
        "graph_laplacian",
        "to_random_walk",
    ),
    "hessian": (
        "hessian",
        "hessian_of",
    ),
    "lattice": (
        "Bond",
        "Lattice",
    ),
    "named_graphs": (
        "block_model",
        "complete",
        "cycle",
        "hypercube",
        "path",
        "star",
    ),
    "parameter_graph": ("parameter_graph",),
    "surface": (
        "LossSurface",
        "loss_surface",
    ),
    "symmetric": (
        "SymmetricOperator",
        "from_matrix",
    ),
    "unit_graph": ("weight_graph",),
    "unit_graph_activations": ("coactivation_graph",),
}
__getattr__, __dir__ = lazy_names(
    __name__, {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}
)
