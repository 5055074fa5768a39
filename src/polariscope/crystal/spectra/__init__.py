"""What the eigenvalues of a symmetric operator are, each with its bound, and what they say."""

from typing import TYPE_CHECKING

from polariscope._lazy import lazy_names

__all__ = [
    "Eigenpairs",
    "SpectralDensity",
    "automorphism_order",
    "bands",
    "bulk_and_outliers",
    "communities",
    "debye",
    "density_of_states",
    "dirichlet_energy",
    "entropy_rank",
    "extreme_eigenpairs",
    "fiedler",
    "filter_response",
    "fit_laplacian",
    "follow",
    "graph_fourier",
    "hessian_as_laplacian",
    "interior_eigenpairs",
    "inverse_graph_fourier",
    "low_frequency_exponent",
    "lowest_eigenpairs",
    "mixing_time",
    "modularity",
    "moment",
    "near_zero_share",
    "negative_curvature",
    "negative_share",
    "participation_ratio",
    "phonons",
    "rewired",
    "rewiring_test",
    "share_below",
    "smoothed",
    "sound_velocities",
    "spectral_density",
    "spectral_gap",
    "stable_rank",
    "thermodynamics",
    "trace",
    "wasserstein",
    "where",
]

if TYPE_CHECKING:
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
    "automorphisms": ("automorphism_order",),
    "bands": ("bands",),
    "bulk": ("bulk_and_outliers",),
    "communities": (
        "communities",
        "modularity",
    ),
    "debye": ("debye",),
    "density": (
        "SpectralDensity",
        "spectral_density",
    ),
    "density_of_states": ("density_of_states",),
    "distribution": (
        "moment",
        "near_zero_share",
        "negative_share",
        "share_below",
        "smoothed",
        "wasserstein",
    ),
    "extremes": (
        "Eigenpairs",
        "extreme_eigenpairs",
    ),
    "fiedler": (
        "fiedler",
        "spectral_gap",
    ),
    "filter_response": ("filter_response",),
    "graph_fourier": (
        "dirichlet_energy",
        "graph_fourier",
        "inverse_graph_fourier",
    ),
    "hessian_graph": ("hessian_as_laplacian",),
    "interior": ("interior_eigenpairs",),
    "laplacian_fit": ("fit_laplacian",),
    "loss_modes": (
        "negative_curvature",
        "where",
    ),
    "low_frequency": ("low_frequency_exponent",),
    "lowest": ("lowest_eigenpairs",),
    "mixing": ("mixing_time",),
    "phonons": ("phonons",),
    "rank": (
        "entropy_rank",
        "participation_ratio",
        "stable_rank",
    ),
    "rewiring": (
        "rewired",
        "rewiring_test",
    ),
    "soft_mode": ("follow",),
    "sound": ("sound_velocities",),
    "thermodynamics": ("thermodynamics",),
    "trace": ("trace",),
}
__getattr__, __dir__ = lazy_names(
    __name__, {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}
)
