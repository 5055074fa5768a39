"""How much of a symmetric matrix is the Laplacian of a given graph: the nearest one, signed or not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.loss._edge_weights import Edges, Target, edges_of
from polariscope.errors import PolariscopeError

MOST_NODES = 3_000
"""Nodes of the largest matrix fitted: it is written out, 72 MB, and its complete graph has 4.5 million edges."""


@dataclass(frozen=True, eq=False)
class LaplacianFit:
    """The Laplacian L(w) = D - A on given edges that is nearest to H in the Frobenius norm.

    Args:
        weights: w, (n, n), symmetric; an edge whose best weight is 0 still stands there.
        explained: 1 - ||H - L(w)||_F^2 / ||H||_F^2, between 0 (w = 0 is allowed) and 1 (H is such a Laplacian).
        signed: Whether weights were allowed to be negative.
        edges: Edges, E; each is one free number.
        clipped: Edges at which a negative weight was wanted and 0 was taken; 0 of a signed fit.
        kkt: Largest breach of the conditions of the minimum, max |w_e - best w_e given the others|, relative to
            the largest entry of H: what rounding left, and all that separates ``weights`` from the minimum.
    """

    weights: sparse.csr_array
    explained: float
    signed: bool
    edges: int
    clipped: int
    kkt: float

    def laplacian(self) -> sparse.csr_array:
        """Write L(w) = D - A out.

        >>> import numpy as np
        >>> path = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
        >>> fit_laplacian([[2, -2, 0], [-2, 5, -3], [0, -3, 3]], path, signed=True).laplacian().toarray()
        array([[ 2., -2.,  0.],
               [-2.,  5., -3.],
               [ 0., -3.,  3.]])

        Returns:
            (n, n), its off-diagonal entries -w_e, its diagonal the sums of w at each node.
        """
        return sparse.csr_array(sparse.diags_array(self.weights.sum(axis=1)) - self.weights)


def fit_laplacian(matrix: Any, edges: Any, *, signed: bool) -> LaplacianFit:
    """Minimise ||H - L(w)||_F^2 over the weights w of the edges, exactly.

    A Laplacian of the complete graph is any symmetric matrix whose rows sum to 0, so the share that signed weights
    on it explain is ||P H P||^2 / ||H||^2, P = I - 11'/n: the most that any graph can explain. For the identity
    that is (n - 1)/n:

    >>> import numpy as np
    >>> complete = 1 - np.eye(4)
    >>> round(fit_laplacian(np.eye(4), complete, signed=True).explained, 12)
    0.75

    Args:
        matrix: H, (n, n), n at most `MOST_NODES`: a `SymmetricOperator`, or what `from_matrix` takes.
        edges: Adjacency, (n, n), dense or sparse, symmetric, with an empty diagonal; only where it is not 0
            matters.
        signed: Allow negative weights. Without them L(w) is positive semidefinite, as a Laplacian of springs is.

    Returns:
        The fit.

    Raises:
        PolariscopeError: The matrix is too large, not symmetric, or 0; the edges are no simple graph on its rows.
    """
    dense = dense_matrix(matrix)
    pattern = adjacency_of(edges, len(dense))
    return fit(dense, edges_of(pattern), signed=signed)


def fit(dense: NDArray[np.float64], edges: Edges, *, signed: bool) -> LaplacianFit:
    """Fit a matrix that is known to be fine; see `fit_laplacian`.

    Args:
        dense: H, (n, n).
        edges: Its edges.
        signed: Allow negative weights.

    Returns:
        The fit.
    """
    target = Target(edges, np.diag(dense).copy(), dense[edges.rows, edges.columns], -np.inf if signed else 0.0)
    weights = target.best_weights()
    left = target.diagonal - edges.at_nodes(weights)
    wanted = edges.means(left) - target.entries
    breach = float(np.abs(weights - np.maximum(wanted, target.lowest)).max(initial=0.0))
    return LaplacianFit(
        weights=edges.matrix(weights),
        explained=target.gained(weights) / float((dense**2).sum()),
        signed=signed,
        edges=len(weights) // 2,
        clipped=0 if signed else int((wanted < 0).sum()) // 2,
        kkt=breach / float(np.abs(dense).max()),
    )


def dense_matrix(matrix: Any) -> NDArray[np.float64]:
    """Write a matrix of at most `MOST_NODES` rows out.

    Args:
        matrix: A `SymmetricOperator`, or what `from_matrix` takes.

    Returns:
        H, (n, n).

    Raises:
        PolariscopeError: It is too large, not symmetric, or 0.
    """
    operator = matrix if isinstance(matrix, SymmetricOperator) else from_matrix(matrix)
    if operator.size > MOST_NODES:
        cure = "take the Hessian of a named subset of the parameters, such as one layer's"
        rule = f"at most {MOST_NODES:,} rows where a Laplacian is fitted"
        raise PolariscopeError(operator.name, rule, f"{operator.size:,}", cure)
    dense = operator.dense()
    if not np.isfinite(dense).all():
        raise PolariscopeError(operator.name, "finite entries", "nan or infinity", "mend what makes them so")
    if not dense.any():
        raise PolariscopeError(operator.name, "an entry that is not 0", "zeros", "there is nothing to explain")
    return dense


def adjacency_of(edges: Any, size: int) -> sparse.csr_array:
    """Read a graph's edges: 1 where an entry is not 0.

    Args:
        edges: Adjacency, (n, n), dense or sparse.
        size: n.

    Returns:
        The pattern, canonical.

    Raises:
        PolariscopeError: It is no symmetric (n, n) adjacency with an empty diagonal.
    """
    pattern = sparse.csr_array(edges if sparse.issparse(edges) else np.asarray(edges, np.float64), copy=True)
    if pattern.shape != (size, size):
        cure = f"give the adjacency of a graph on the matrix's {size:,} rows"
        raise PolariscopeError("edges", "one row and column a row of the matrix", f"shape {pattern.shape}", cure)
    pattern.sum_duplicates()
    pattern.eliminate_zeros()
    pattern.data = np.ones_like(pattern.data, np.float64)
    if pattern.diagonal().any() or (pattern != pattern.T).nnz:
        problem = "a node joined to itself" if pattern.diagonal().any() else "an edge in one direction only"
        raise PolariscopeError("edges", "a simple undirected graph", problem, "give A + A' without its diagonal")
    return pattern
