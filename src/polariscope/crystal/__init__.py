"""How structure forms and shows: spectra of lattices, graphs and losses; how degenerate a minimum is."""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__all__ = [
    "Bond",
    "Calibration",
    "Eigenpairs",
    "ExactValue",
    "ForceConstants",
    "Graph",
    "Lattice",
    "LearningCoefficient",
    "LlcOutcome",
    "LossSurface",
    "SpectralDensity",
    "SpectrumOutcome",
    "SymmetricOperator",
    "Threshold",
    "automorphism_order",
    "bands",
    "block_model",
    "bulk_and_outliers",
    "calibrate_sampler",
    "coactivation_graph",
    "communities",
    "complete",
    "cubic",
    "cycle",
    "debye",
    "deep_linear_threshold",
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
    "free_energy",
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
    "llc",
    "local_learning_coefficient",
    "loss_surface",
    "low_frequency_exponent",
    "lowest_eigenpairs",
    "mixing_time",
    "modularity",
    "moment",
    "monatomic_chain",
    "monomial_threshold",
    "monomial_value",
    "morse_bott_threshold",
    "near_zero_share",
    "negative_curvature",
    "negative_share",
    "parameter_graph",
    "participation_ratio",
    "path",
    "phonons",
    "quadratic_value",
    "read_graph",
    "reduced_rank_threshold",
    "reduced_rank_threshold_at",
    "reduced_rank_value",
    "regular_threshold",
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
    from polariscope.crystal.degeneracy.calibration import Calibration
    from polariscope.crystal.degeneracy.coefficient import LearningCoefficient
    from polariscope.crystal.degeneracy.exact.exact_value import ExactValue
    from polariscope.crystal.degeneracy.exact.monomial import monomial_value
    from polariscope.crystal.degeneracy.exact.quadratic import quadratic_value
    from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
    from polariscope.crystal.degeneracy.local import calibrate_sampler, local_learning_coefficient
    from polariscope.crystal.degeneracy.thresholds.deep_linear import deep_linear_threshold
    from polariscope.crystal.degeneracy.thresholds.free_energy import free_energy
    from polariscope.crystal.degeneracy.thresholds.monomial import monomial_threshold
    from polariscope.crystal.degeneracy.thresholds.reduced_rank import (
        reduced_rank_threshold,
        reduced_rank_threshold_at,
    )
    from polariscope.crystal.degeneracy.thresholds.regular import morse_bott_threshold, regular_threshold
    from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
    from polariscope.crystal.instruments.llc.outcome import LlcOutcome
    from polariscope.crystal.instruments.llc.running import llc
    from polariscope.crystal.instruments.spectrum.outcome import SpectrumOutcome
    from polariscope.crystal.instruments.spectrum.running import spectrum
    from polariscope.crystal.operators.graph.graph import Graph, graph_from
    from polariscope.crystal.operators.graph.graph_file import read_graph
    from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian, to_random_walk
    from polariscope.crystal.operators.graph.named_graphs import (
        block_model,
        complete,
        cycle,
        hypercube,
        path,
        star,
    )
    from polariscope.crystal.operators.graph.unit_graph import weight_graph
    from polariscope.crystal.operators.graph.unit_graph_activations import coactivation_graph
    from polariscope.crystal.operators.lattice.chains import (
        cubic,
        diatomic_cell,
        diatomic_ring,
        free_chain,
        monatomic_chain,
        ring,
    )
    from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
    from polariscope.crystal.operators.lattice.force_constants import ForceConstants, from_force_constants
    from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
    from polariscope.crystal.operators.loss.difference_check import finite_difference_check
    from polariscope.crystal.operators.loss.gauss_newton import fisher, gauss_newton
    from polariscope.crystal.operators.loss.hessian import hessian, hessian_of
    from polariscope.crystal.operators.loss.parameter_graph import parameter_graph
    from polariscope.crystal.operators.loss.surface import LossSurface, loss_surface
    from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
    from polariscope.crystal.spectra.following.soft_mode import follow
    from polariscope.crystal.spectra.graph.automorphisms import automorphism_order
    from polariscope.crystal.spectra.graph.communities import communities, modularity
    from polariscope.crystal.spectra.graph.fiedler import fiedler, spectral_gap
    from polariscope.crystal.spectra.graph.filter_response import filter_response
    from polariscope.crystal.spectra.graph.graph_fourier import (
        dirichlet_energy,
        graph_fourier,
        inverse_graph_fourier,
    )
    from polariscope.crystal.spectra.graph.mixing import mixing_time
    from polariscope.crystal.spectra.graph.rewiring import rewired, rewiring_test
    from polariscope.crystal.spectra.krylov.density import SpectralDensity, spectral_density
    from polariscope.crystal.spectra.krylov.distribution import (
        moment,
        near_zero_share,
        negative_share,
        share_below,
        smoothed,
        wasserstein,
    )
    from polariscope.crystal.spectra.krylov.extremes import Eigenpairs, extreme_eigenpairs
    from polariscope.crystal.spectra.krylov.interior import interior_eigenpairs
    from polariscope.crystal.spectra.krylov.lowest import lowest_eigenpairs
    from polariscope.crystal.spectra.krylov.rank import entropy_rank, participation_ratio, stable_rank
    from polariscope.crystal.spectra.krylov.trace import trace
    from polariscope.crystal.spectra.lattice.bands import bands
    from polariscope.crystal.spectra.lattice.debye import debye
    from polariscope.crystal.spectra.lattice.density_of_states import density_of_states
    from polariscope.crystal.spectra.lattice.low_frequency import low_frequency_exponent
    from polariscope.crystal.spectra.lattice.phonons import phonons
    from polariscope.crystal.spectra.lattice.sound import sound_velocities
    from polariscope.crystal.spectra.lattice.thermodynamics import thermodynamics
    from polariscope.crystal.spectra.loss.bulk import bulk_and_outliers
    from polariscope.crystal.spectra.loss.hessian_graph import hessian_as_laplacian
    from polariscope.crystal.spectra.loss.laplacian_fit import fit_laplacian
    from polariscope.crystal.spectra.loss.loss_modes import negative_curvature, where

_HOMES = {
    "degeneracy.calibration": ("Calibration",),
    "degeneracy.coefficient": ("LearningCoefficient",),
    "degeneracy.exact.exact_value": ("ExactValue",),
    "degeneracy.exact.monomial": ("monomial_value",),
    "degeneracy.exact.quadratic": ("quadratic_value",),
    "degeneracy.exact.reduced_rank": ("reduced_rank_value",),
    "degeneracy.local": ("calibrate_sampler", "local_learning_coefficient"),
    "degeneracy.thresholds.deep_linear": ("deep_linear_threshold",),
    "degeneracy.thresholds.free_energy": ("free_energy",),
    "degeneracy.thresholds.monomial": ("monomial_threshold",),
    "degeneracy.thresholds.reduced_rank": ("reduced_rank_threshold", "reduced_rank_threshold_at"),
    "degeneracy.thresholds.regular": ("morse_bott_threshold", "regular_threshold"),
    "degeneracy.thresholds.threshold": ("Threshold",),
    "instruments.llc.outcome": ("LlcOutcome",),
    "instruments.llc.running": ("llc",),
    "instruments.spectrum.outcome": ("SpectrumOutcome",),
    "instruments.spectrum.running": ("spectrum",),
    "operators.lattice.chains": (
        "cubic",
        "diatomic_cell",
        "diatomic_ring",
        "free_chain",
        "monatomic_chain",
        "ring",
    ),
    "operators.loss.difference_check": ("finite_difference_check",),
    "operators.lattice.dynamical_matrix": ("dynamical_matrix",),
    "operators.lattice.force_constants": ("ForceConstants", "from_force_constants"),
    "operators.loss.gauss_newton": ("fisher", "gauss_newton"),
    "operators.graph.graph": ("Graph", "graph_from"),
    "operators.graph.graph_file": ("read_graph",),
    "operators.graph.graph_laplacian": ("graph_laplacian", "to_random_walk"),
    "operators.loss.hessian": ("hessian", "hessian_of"),
    "operators.lattice.lattice": ("Bond", "Lattice"),
    "operators.graph.named_graphs": ("block_model", "complete", "cycle", "hypercube", "path", "star"),
    "operators.loss.parameter_graph": ("parameter_graph",),
    "operators.loss.surface": ("LossSurface", "loss_surface"),
    "operators.symmetric": ("SymmetricOperator", "from_matrix"),
    "operators.graph.unit_graph": ("weight_graph",),
    "operators.graph.unit_graph_activations": ("coactivation_graph",),
    "spectra.graph.automorphisms": ("automorphism_order",),
    "spectra.lattice.bands": ("bands",),
    "spectra.loss.bulk": ("bulk_and_outliers",),
    "spectra.graph.communities": ("communities", "modularity"),
    "spectra.lattice.debye": ("debye",),
    "spectra.krylov.density": ("SpectralDensity", "spectral_density"),
    "spectra.lattice.density_of_states": ("density_of_states",),
    "spectra.krylov.distribution": (
        "moment",
        "near_zero_share",
        "negative_share",
        "share_below",
        "smoothed",
        "wasserstein",
    ),
    "spectra.krylov.extremes": ("Eigenpairs", "extreme_eigenpairs"),
    "spectra.graph.fiedler": ("fiedler", "spectral_gap"),
    "spectra.graph.filter_response": ("filter_response",),
    "spectra.graph.graph_fourier": ("dirichlet_energy", "graph_fourier", "inverse_graph_fourier"),
    "spectra.loss.hessian_graph": ("hessian_as_laplacian",),
    "spectra.krylov.interior": ("interior_eigenpairs",),
    "spectra.loss.laplacian_fit": ("fit_laplacian",),
    "spectra.loss.loss_modes": ("negative_curvature", "where"),
    "spectra.lattice.low_frequency": ("low_frequency_exponent",),
    "spectra.krylov.lowest": ("lowest_eigenpairs",),
    "spectra.graph.mixing": ("mixing_time",),
    "spectra.lattice.phonons": ("phonons",),
    "spectra.krylov.rank": ("entropy_rank", "participation_ratio", "stable_rank"),
    "spectra.graph.rewiring": ("rewired", "rewiring_test"),
    "spectra.following.soft_mode": ("follow",),
    "spectra.lattice.sound": ("sound_velocities",),
    "spectra.lattice.thermodynamics": ("thermodynamics",),
    "spectra.krylov.trace": ("trace",),
}
__getattr__, __dir__ = lazy_names(
    __name__, {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}
)
