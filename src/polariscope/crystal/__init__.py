"""How structure shows in spectra: dynamical matrix, Laplacian and Hessian as one kind of operator."""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__all__ = [
    "Bond",
    "Eigenpairs",
    "ForceConstants",
    "Graph",
    "Lattice",
    "LossSurface",
    "SpectralDensity",
    "SpectrumOutcome",
    "SymmetricOperator",
    "automorphism_order",
    "bands",
    "block_model",
    "bulk_and_outliers",
    "coactivation_graph",
    "communities",
    "complete",
    "cubic",
    "cycle",
    "debye",
    "density_of_states",
    "diatomic_cell",
    "diatomic_ring",
    "dirichlet_energy",
    "dynamical_matrix",
    "entropy_rank",
    "extreme_eigenpairs",
    "fiedler",
    "filter_response",
    "finite_difference_check",
    "fisher",
    "fit_laplacian",
    "follow",
    "free_chain",
    "from_force_constants",
    "from_matrix",
    "gauss_newton",
    "graph_fourier",
    "graph_from",
    "graph_laplacian",
    "hessian",
    "hessian_as_laplacian",
    "hessian_of",
    "hypercube",
    "interior_eigenpairs",
    "inverse_graph_fourier",
    "loss_surface",
    "low_frequency_exponent",
    "lowest_eigenpairs",
    "mixing_time",
    "modularity",
    "moment",
    "monatomic_chain",
    "near_zero_share",
    "negative_curvature",
    "negative_share",
    "parameter_graph",
    "participation_ratio",
    "path",
    "phonons",
    "read_graph",
    "rewired",
    "rewiring_test",
    "ring",
    "share_below",
    "smoothed",
    "sound_velocities",
    "spectral_density",
    "spectral_gap",
    "spectrum",
    "stable_rank",
    "star",
    "thermodynamics",
    "to_random_walk",
    "trace",
    "wasserstein",
    "weight_graph",
    "where",
]

if TYPE_CHECKING:
    from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
    from polariscope.crystal.instruments.spectrum.running import spectrum
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
    from polariscope.crystal.spectra.automorphisms import automorphism_order
    from polariscope.crystal.spectra.bands import bands
    from polariscope.crystal.spectra.bulk import bulk_and_outliers
    from polariscope.crystal.spectra.communities import communities, modularity
    from polariscope.crystal.spectra.debye import debye
    from polariscope.crystal.spectra.density import SpectralDensity, spectral_density
    from polariscope.crystal.spectra.density_of_states import density_of_states
    from polariscope.crystal.spectra.distribution import (
        moment,
        near_zero_share,
        negative_share,
        share_below,
        smoothed,
        wasserstein,
    )
    from polariscope.crystal.spectra.extremes import Eigenpairs, extreme_eigenpairs
    from polariscope.crystal.spectra.fiedler import fiedler, spectral_gap
    from polariscope.crystal.spectra.filter_response import filter_response
    from polariscope.crystal.spectra.graph_fourier import dirichlet_energy, graph_fourier, inverse_graph_fourier
    from polariscope.crystal.spectra.hessian_graph import hessian_as_laplacian
    from polariscope.crystal.spectra.interior import interior_eigenpairs
    from polariscope.crystal.spectra.laplacian_fit import fit_laplacian
    from polariscope.crystal.spectra.loss_modes import negative_curvature, where
    from polariscope.crystal.spectra.low_frequency import low_frequency_exponent
    from polariscope.crystal.spectra.lowest import lowest_eigenpairs
    from polariscope.crystal.spectra.mixing import mixing_time
    from polariscope.crystal.spectra.phonons import phonons
    from polariscope.crystal.spectra.rank import entropy_rank, participation_ratio, stable_rank
    from polariscope.crystal.spectra.rewiring import rewired, rewiring_test
    from polariscope.crystal.spectra.soft_mode import follow
    from polariscope.crystal.spectra.sound import sound_velocities
    from polariscope.crystal.spectra.thermodynamics import thermodynamics
    from polariscope.crystal.spectra.trace import trace

_HOMES = {
    "instruments.spectrum.outcome": ("SpectrumOutcome",),
    "instruments.spectrum.running": ("spectrum",),
    "operators.chains": ("cubic", "diatomic_cell", "diatomic_ring", "free_chain", "monatomic_chain", "ring"),
    "operators.difference_check": ("finite_difference_check",),
    "operators.dynamical_matrix": ("dynamical_matrix",),
    "operators.force_constants": ("ForceConstants", "from_force_constants"),
    "operators.gauss_newton": ("fisher", "gauss_newton"),
    "operators.graph": ("Graph", "graph_from"),
    "operators.graph_file": ("read_graph",),
    "operators.graph_laplacian": ("graph_laplacian", "to_random_walk"),
    "operators.hessian": ("hessian", "hessian_of"),
    "operators.lattice": ("Bond", "Lattice"),
    "operators.named_graphs": ("block_model", "complete", "cycle", "hypercube", "path", "star"),
    "operators.parameter_graph": ("parameter_graph",),
    "operators.surface": ("LossSurface", "loss_surface"),
    "operators.symmetric": ("SymmetricOperator", "from_matrix"),
    "operators.unit_graph": ("weight_graph",),
    "operators.unit_graph_activations": ("coactivation_graph",),
    "spectra.automorphisms": ("automorphism_order",),
    "spectra.bands": ("bands",),
    "spectra.bulk": ("bulk_and_outliers",),
    "spectra.communities": ("communities", "modularity"),
    "spectra.debye": ("debye",),
    "spectra.density": ("SpectralDensity", "spectral_density"),
    "spectra.density_of_states": ("density_of_states",),
    "spectra.distribution": (
        "moment",
        "near_zero_share",
        "negative_share",
        "share_below",
        "smoothed",
        "wasserstein",
    ),
    "spectra.extremes": ("Eigenpairs", "extreme_eigenpairs"),
    "spectra.fiedler": ("fiedler", "spectral_gap"),
    "spectra.filter_response": ("filter_response",),
    "spectra.graph_fourier": ("dirichlet_energy", "graph_fourier", "inverse_graph_fourier"),
    "spectra.hessian_graph": ("hessian_as_laplacian",),
    "spectra.interior": ("interior_eigenpairs",),
    "spectra.laplacian_fit": ("fit_laplacian",),
    "spectra.loss_modes": ("negative_curvature", "where"),
    "spectra.low_frequency": ("low_frequency_exponent",),
    "spectra.lowest": ("lowest_eigenpairs",),
    "spectra.mixing": ("mixing_time",),
    "spectra.phonons": ("phonons",),
    "spectra.rank": ("entropy_rank", "participation_ratio", "stable_rank"),
    "spectra.rewiring": ("rewired", "rewiring_test"),
    "spectra.soft_mode": ("follow",),
    "spectra.sound": ("sound_velocities",),
    "spectra.thermodynamics": ("thermodynamics",),
    "spectra.trace": ("trace",),
}
__getattr__, __dir__ = lazy_names(
    __name__, {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}
)
