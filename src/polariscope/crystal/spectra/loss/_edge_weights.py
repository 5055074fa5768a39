"""The weights w of the Laplacian L(w) = D - A nearest to a matrix, through n unknowns instead of one an edge.

With h the diagonal, H_e the entry at edge e = (i, j) and B the unsigned incidence, (B w)_i the sum of weights at
node i, half of the gradient of ||H - L(w)||_F^2 is B'(B w - h) + 2 (H_e + w_e). So, for u = h - B w, the best
weights are w_e = (u_i + u_j)/2 - H_e, or the larger of that and 0 where weights must not be negative (the
conditions of Karush, Kuhn and Tucker); and u is where

    phi(u) = |u|^2 / 2 + sum over edges of w_e(u)^2 - h'u,    gradient u + B w(u) - h,

has its minimum. phi is strongly convex with Jacobian I + (1/2) B_a B_a', B_a the edges that are not clipped:
Newton's method with a line search ends in a few steps, in one where nothing is clipped. That step solves
(2 I + B B') x = b, which is what Woodbury's identity makes of the normal equations (2 I + B'B) w = B'h - 2 H_e.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg

_Floats = NDArray[np.float64]
_STEPS = 100
_TOLERANCE = 1e-12  # of the gradient, relative to what it is the difference of
_ARMIJO = 1e-4
_FORCING = 1e-3  # a Newton step solved no better than this: the set of clipped edges still changes meanwhile
_ROUNDING = 1e-15
_SHORTEST = 1e-6


@dataclass(frozen=True, eq=False)
class Edges:
    """Every edge in both directions, sorted by row.

    Args:
        size: Nodes, n.
        rows: Node i of each directed edge, (2E,).
        columns: Node j of it, (2E,).
        starts: Where each row's edges begin, (n + 1,).
    """

    size: int
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    starts: NDArray[np.int32]

    def at_nodes(self, values: _Floats) -> _Floats:
        """Sum over the edges at each node, (B w): from (2E,), equal in both directions, to (n,)."""
        sums: _Floats = self.matrix(values) @ np.ones(self.size)
        return sums

    def means(self, values: _Floats) -> _Floats:
        """Mean of each edge's two nodes, (B'u)/2: from (n,) to (2E,)."""
        ends: _Floats = np.repeat(values, np.diff(self.starts))
        ends += values[self.columns]
        ends /= 2
        return ends

    def matrix(self, values: _Floats) -> sparse.csr_array:
        """Give the symmetric matrix with these entries at the edges, (n, n)."""
        return sparse.csr_array((values, self.columns, self.starts), shape=(self.size, self.size))


def edges_of(adjacency: sparse.csr_array) -> Edges:
    """Read the edges off the pattern of an adjacency, symmetric and with an empty diagonal.

    Args:
        adjacency: (n, n), canonical, its entries all different from 0.

    Returns:
        The edges.
    """
    degrees = np.diff(adjacency.indptr)
    rows = np.repeat(np.arange(adjacency.shape[0], dtype=np.int32), degrees)
    starts = adjacency.indptr.astype(np.int32)
    return Edges(adjacency.shape[0], rows, adjacency.indices.astype(np.int32), starts)


def complete_edges(size: int) -> Edges:
    """Join every node with every other.

    Args:
        size: Nodes, n.

    Returns:
        n (n - 1) directed edges.
    """
    nodes = np.arange(size, dtype=np.int32)
    columns = np.broadcast_to(nodes, (size, size))[~np.eye(size, dtype=bool)]
    starts = np.arange(size + 1, dtype=np.int32) * np.int32(size - 1)
    return Edges(size, np.repeat(nodes, size - 1), columns, starts)


@dataclass(frozen=True, eq=False)
class Target:
    """What a Laplacian on given edges can bring near: a matrix's diagonal, and its entries at the edges.

    Args:
        edges: The E edges.
        diagonal: h, (n,).
        entries: H_e, both directions, (2E,).
        lowest: Least weight that is allowed: 0, or -inf.
    """

    edges: Edges
    diagonal: _Floats
    entries: _Floats
    lowest: float

    def weights(self, u: _Floats) -> _Floats:
        """w_e = max(lowest, (u_i + u_j)/2 - H_e), (2E,), of u, (n,)."""
        wanted = self.edges.means(u)
        wanted -= self.entries
        return np.maximum(wanted, self.lowest, out=wanted)

    def gained(self, weights: _Floats) -> float:
        """||H||^2 - ||H - L(w)||^2, from where the two differ: the diagonal and the edges."""
        left = self.diagonal - self.edges.at_nodes(weights)
        diagonal = self.diagonal @ self.diagonal - left @ left
        return float(diagonal - 2 * (weights @ self.entries) - weights @ weights)

    def best_weights(self) -> _Floats:
        """Minimise ||H - L(w)||_F^2: w at the edges, both directions, (2E,)."""
        scale = float(np.linalg.norm(self.diagonal) + np.linalg.norm(self.entries))
        here = self._at(np.zeros(self.edges.size))
        for _ in range(_STEPS):
            size = float(np.linalg.norm(here.gradient))
            if size <= _TOLERANCE * scale:
                break
            forcing = min(_FORCING, size / scale) if np.isfinite(self.lowest) else _TOLERANCE
            here = self._along(here, self._newton_direction(here, max(_TOLERANCE, forcing)))
        return here.weights

    def _at(self, u: _Floats) -> "_Point":
        weights = self.weights(u)
        gradient = u + self.edges.at_nodes(weights) - self.diagonal
        squares = float(weights @ weights) / 2  # each edge stands there twice
        norm = float(u @ u)
        return _Point(u, weights, gradient, norm / 2 + squares - float(self.diagonal @ u), squares + norm)

    def _newton_direction(self, here: "_Point", forcing: float) -> _Floats:
        active = self.edges.matrix((here.weights > self.lowest).astype(np.float64))
        diagonal = 1 + active @ np.ones(self.edges.size) / 2
        shape = active.shape
        jacobian = LinearOperator(shape, lambda v: diagonal * v + (active @ v) / 2, dtype=np.float64)
        by_diagonal = LinearOperator(shape, lambda v: v / diagonal, dtype=np.float64)
        direction: _Floats = cg(jacobian, -here.gradient, rtol=forcing, M=by_diagonal, maxiter=shape[0])[0]
        return direction

    def _along(self, here: "_Point", direction: _Floats) -> "_Point":
        """Halve the step until phi has fallen enough, or its fall is below what doubles can tell."""
        slope, length = float(here.gradient @ direction), 1.0
        while True:
            there = self._at(here.u + length * direction)
            enough = here.phi + _ARMIJO * length * slope + _ROUNDING * here.scale
            if there.phi <= enough or length < _SHORTEST:
                return there
            length /= 2


class _Point(NamedTuple):
    u: _Floats
    weights: _Floats
    gradient: _Floats
    phi: float
    scale: float  # of what phi is the sum of
