"""Is the Hessian a Laplacian on the computation graph? The nearest one, beside the same graph at random."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.spectra.loss._edge_weights import Edges, Target, complete_edges, edges_of
from polariscope.crystal.spectra.loss.laplacian_fit import LaplacianFit, adjacency_of, dense_matrix, fit
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_TIE = 1e-9  # shares of the same matrix on equal graphs differ by rounding alone
_LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class AgainstRelabelled:
    """A fit beside the shares that the same graph explains once its nodes' labels are permuted.

    Args:
        fit: The fit on the graph as it is.
        complete: The share that the same kind of weights explains on the complete graph: no graph explains more.
        null: Shares under permuted labels, (N,).
        p_value: (1 + #{null >= explained}) / (1 + N).
    """

    fit: LaplacianFit
    complete: float
    null: _Floats
    p_value: float

    @property
    def null_mean(self) -> float:
        """Mean share of the permuted graphs: what the number of edges explains by itself."""
        return float(self.null.mean())

    def null_quantiles(self, *levels: float) -> _Floats:
        """Quantiles of the permuted graphs' shares. Default: the 2.5, 50 and 97.5 % points."""
        return np.quantile(self.null, levels or (0.025, 0.5, 0.975))


@dataclass(frozen=True, eq=False)
class HessianGraph:
    """What a graph's Laplacians explain of a matrix, beside what needs no graph.

    Args:
        size: Nodes, n.
        edges: Edges, E.
        signed: The fit whose weights may be negative.
        nonnegative: The fit whose weights may not.
        diagonal: Share of ||H||_F^2 on the diagonal, which the best diagonal matrix explains: no Laplacian, and no
            graph.
        within: Groups of nodes that labels were permuted within; none where any label could go anywhere.
        relabellable: Whether some permutation gives another graph; otherwise nothing can be said.
    """

    size: int
    edges: int
    signed: AgainstRelabelled
    nonnegative: AgainstRelabelled
    diagonal: float
    within: tuple[str, ...]
    relabellable: bool

    @property
    def explains_more(self) -> bool | None:
        """Whether the graph explains more than a random relabelling of it, at 5 % for both fits together.

        Twice the smaller p-value is compared (Bonferroni). None where every relabelling gives the same graph
        (no edge, or all of them) or there are too few permutations for any p-value to be small enough.
        """
        if not self.relabellable or 2 / (1 + len(self.signed.null)) > _LEVEL:
            return None
        return 2 * min(self.signed.p_value, self.nonnegative.p_value) <= _LEVEL


def hessian_as_laplacian(
    matrix: Any,
    edges: Any,
    *,
    permutations: int = 100,
    seed: int = 0,
    within: Mapping[str, slice] | None = None,
) -> HessianGraph:
    """Fit the nearest Laplacians on a graph, and compare with the graph whose node labels are permuted.

    A planted Laplacian is found whole:

    >>> import numpy as np
    >>> ring = np.roll(np.eye(12), 1, axis=0) + np.roll(np.eye(12), -1, axis=0)
    >>> found = hessian_as_laplacian(2 * np.eye(12) - ring, ring, permutations=99)
    >>> round(found.nonnegative.fit.explained, 12), found.nonnegative.p_value, found.explains_more
    (1.0, 0.01, True)

    Under random labels the entries of a trained network's Hessian are mixed over its layers, whose scales differ:
    a graph that follows the layers explains more for that alone. ``within`` permutes inside of each parameter's
    tensor only, and so asks whether the units matter beyond the layers.

    100 relabellings of the 2,685 parameters and 134,300 edges of a 20-40-40-5 network take 6 seconds on one core,
    half of them for the complete graph, and half a gigabyte.

    Args:
        matrix: H, (n, n), n at most `MOST_NODES`: a `SymmetricOperator`, or what `from_matrix` takes.
        edges: Adjacency of the graph, (n, n); see `parameter_graph`.
        permutations: Relabellings, N. Default: 100, for p-values down to 1/101.
        seed: Seed of the relabellings.
        within: Slices of the nodes, by name, that do not overlap; labels move inside of a slice only, and nodes in
            none keep theirs. A loss surface's ``parameter_slices`` fit. Default: labels go anywhere.

    Returns:
        Both fits and what they are to be compared with.

    Raises:
        PolariscopeError: No permutation is asked for, a slice lies outside of the nodes or on another, or
            `fit_laplacian` refuses the matrix or the edges.
    """
    if permutations < 1:
        raise PolariscopeError("permutations", "one relabelling or more", permutations, "give 100")
    dense = dense_matrix(matrix)
    graph = edges_of(adjacency_of(edges, len(dense)))
    blocks = _blocks(within, len(dense))
    orders = list(_orders(blocks, len(dense), permutations, np.random.default_rng(seed)))
    signed, nonnegative = (_against_relabelled(dense, graph, orders, signed=each) for each in (True, False))
    diagonal = float((np.diag(dense) ** 2).sum() / (dense**2).sum())
    changes = any(_is_another(graph, order) for order in orders)
    names = tuple(within) if within else ()
    return HessianGraph(len(dense), len(graph.rows) // 2, signed, nonnegative, diagonal, names, changes)


def _against_relabelled(
    dense: _Floats, graph: Edges, orders: list[NDArray[np.intp]], *, signed: bool
) -> AgainstRelabelled:
    found = fit(dense, graph, signed=signed)
    lowest, total = -np.inf if signed else 0.0, float((dense**2).sum())
    targets = (_relabelled(dense, graph, order, lowest) for order in orders)
    null = np.array([target.gained(target.best_weights()) / total for target in targets])
    p_value = (1 + int((null >= found.explained - _TIE).sum())) / (1 + len(null))
    return AgainstRelabelled(found, _complete_share(dense, signed=signed), null, p_value)


def _relabelled(dense: _Floats, graph: Edges, order: NDArray[np.intp], lowest: float) -> Target:
    """Relabel the matrix instead of the graph: it is the same, and keeps the edges' arrays."""
    entries = dense[order[graph.rows], order[graph.columns]]
    return Target(graph, np.diag(dense)[order], entries, lowest)


def _complete_share(dense: _Floats, *, signed: bool) -> float:
    """Share explained on the complete graph: in closed form for signed weights, see `fit_laplacian`."""
    if not signed:
        return fit(dense, complete_edges(len(dense)), signed=False).explained
    centred = dense - dense.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    return float((centred**2).sum() / (dense**2).sum())


def _is_another(graph: Edges, order: NDArray[np.intp]) -> bool:
    before = graph.rows.astype(np.int64) * graph.size + graph.columns
    after = order[graph.rows] * graph.size + order[graph.columns]
    return not np.array_equal(before, np.sort(after))


def _blocks(within: Mapping[str, slice] | None, size: int) -> list[range]:
    if not within:
        return [range(size)]
    blocks = sorted((range(*each.indices(size)) for each in within.values()), key=lambda block: block.start)
    ends = [0, *(block.stop for block in blocks)]
    sound = all(each.step in {None, 1} and (each.stop or 0) <= size for each in within.values())
    if not sound or any(block.start < end for block, end in zip(blocks, ends, strict=False)):
        cure = "give the slices of the parameters that the matrix is taken over"
        raise PolariscopeError("within", f"slices of {size:,} nodes that do not overlap", dict(within), cure)
    return blocks


def _orders(blocks: list[range], size: int, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    for _ in range(count):
        order = np.arange(size)
        for block in blocks:
            order[block.start : block.stop] = rng.permutation(np.arange(block.start, block.stop))
        yield order
