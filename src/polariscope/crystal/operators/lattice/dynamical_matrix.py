"""The dynamical matrix of a lattice: its eigenvalues are squared frequencies."""

from typing import Any

import numpy as np
from scipy import sparse

from polariscope.crystal.operators.lattice.force_constants import ForceConstants, force_constants, spring_entries
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix


def dynamical_matrix(lattice: Lattice | ForceConstants) -> SymmetricOperator:
    """D_ij = Phi_ij / sqrt(m_i m_j), whose eigenvalues are omega^2; of a crystal, at wave vector 0.

    A ring's dynamical matrix is (k/m) times the Laplacian of the cycle: the identity of the posts.

    >>> from polariscope.crystal.operators.lattice.chains import ring
    >>> dynamical_matrix(ring(4, k=3.0, m=2.0)).dense() / (3.0 / 2.0)
    array([[ 2., -1.,  0., -1.],
           [-1.,  2., -1.,  0.],
           [ 0., -1.,  2., -1.],
           [-1.,  0., -1.,  2.]])

    Args:
        lattice: Atoms with springs, or force constants; a crystal as one whole cell.

    Returns:
        D, (N c, N c), explicit and sparse; in units of frequency squared.
    """
    constants = lattice if isinstance(lattice, ForceConstants) else force_constants(lattice)
    inverse_root: Any = sparse.diags_array(np.repeat(constants.masses, constants.components) ** -0.5)
    return from_matrix(inverse_root @ constants.matrix @ inverse_root, "dynamical matrix")


def norm_bound(lattice: Lattice | ForceConstants) -> float:
    """max_i sum |Phi_ij(R)| / sqrt(m_i m_j) over all terms: no |omega^2| exceeds it, at any wave vector.

    Rounding is relative to it, also where the terms cancel: a one-atom cell has D = 0 at wave vector 0.

    >>> from polariscope.crystal.operators.lattice.chains import monatomic_chain
    >>> round(norm_bound(monatomic_chain(k=3.0, m=2.0)), 9)  # 4k/m, reached at the zone's edge
    6.0

    Args:
        lattice: Atoms with springs, or force constants.

    Returns:
        The bound, in units of frequency squared.
    """
    if isinstance(lattice, ForceConstants):
        listed: Any = lattice.matrix.tocoo()
        rows, columns, values = listed.row, listed.col, listed.data
    else:
        rows, columns, values, _ = spring_entries(lattice)
    root = np.sqrt(np.repeat(lattice.masses, lattice.components))
    terms = np.abs(values) / (root[rows] * root[columns])
    return float(np.bincount(rows, terms, lattice.size).max())
