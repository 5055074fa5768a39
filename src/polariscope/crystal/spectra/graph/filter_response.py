"""Which modes of a graph a message-passing filter keeps, and which it smooths away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

from polariscope.crystal.operators.graph.graph import Graph
from polariscope.crystal.operators.graph.graph_laplacian import LaplacianKind, graph_laplacian, to_random_walk
from polariscope.crystal.operators.symmetric import DENSE_LIMIT
from polariscope.crystal.spectra.graph.fiedler import upright
from polariscope.errors import PolariscopeError

Propagation = Literal["gcn", "mean", "normalized", "diffusion"]
_Floats = NDArray[np.float64]
_Layer: TypeAlias = Callable[[_Floats], object]

_KINDS: dict[str, LaplacianKind] = {
    "mean": "random-walk",
    "normalized": "normalized",
    "diffusion": "combinatorial",
}
_LINEAR = 1e-4  # of an answer: single precision keeps a linear layer within it, a ReLU leaves it far behind


@dataclass(frozen=True, eq=False)
class FilterResponse:
    """What a filter makes of each mode of a propagation matrix S.

    Attributes:
        eigenvalues: lambda of I - S, (n,), rising: smooth modes first.
        gains: Factor by which each mode is multiplied, (n,); of a measured layer, by which it comes out in itself.
        leaks: How much of other modes comes out for one unit of each, (n,); 0 for a polynomial in S.
        kept: Where |gain| is at least the stated share of the largest, (n,).
    """

    eigenvalues: _Floats
    gains: _Floats
    leaks: _Floats
    kept: NDArray[np.bool_]


def filter_response(
    layer: Sequence[float] | _Layer, graph: Graph, *, propagation: Propagation = "gcn", share: float = 0.5
) -> FilterResponse:
    """g(lambda) = sum_k c_k (1 - lambda)^k: the gain of sum_k c_k S^k at each eigenvalue lambda of I - S.

    S is, by ``propagation``: "gcn" D'^-1/2 (A + I) D'^-1/2, D' the degrees of A + I (Kipf and Welling 2017);
    "mean" D^-1 A, the mean over neighbours; "normalized" D^-1/2 A D^-1/2; "diffusion" I - L, one step of
    dx/dt = -Lx. In each of them a node without edges keeps its signal.

    Where the layer is code, each mode is put through it and the answer taken apart into modes.

    >>> from polariscope.crystal.operators.graph.named_graphs import complete
    >>> filter_response([0, 1], complete(3)).gains.round(12) + 0.0  # one GCN layer leaves the mean of three nodes
    array([1., 0., 0.])
    >>> filter_response([0, 1], complete(3), propagation="mean").gains.round(12)
    array([ 1. , -0.5, -0.5])
    >>> filter_response(lambda x: 2 * x, complete(3)).gains.round(12)
    array([2., 2., 2.])

    Args:
        layer: The coefficients c_0, c_1, ...: [0, 1] is one step, [0, 0, 0, 1] three, [1, 1] one with a residual
            connection. Or a function of one signal, (n,) to (n,), that is linear: a layer of one feature, without
            bias and activation.
        graph: The graph, of n nodes, at most 5,000.
        propagation: The matrix whose modes are looked at.
        share: Of the largest |gain|: what is at least so strong counts as kept. Default: 1/2.

    Returns:
        The response, by rising eigenvalue. Where eigenvalues coincide, their modes are one basis of many, which
        the gains and leaks of a measured layer may depend on; those of a polynomial do not.

    Raises:
        PolariscopeError: The graph is too large, there is no such propagation, the share does not lie in (0, 1],
            no coefficient is given or one is not finite, or the function is not linear or gives other shapes.
    """
    if propagation not in get_args(Propagation):
        rule = "one of " + ", ".join(get_args(Propagation))
        raise PolariscopeError("propagation", rule, propagation, "choose one of these")
    if not 0 < share <= 1:
        raise PolariscopeError("share", "a share lies in (0, 1]", share, "give 0.5, the default")
    values, modes, duals = _modes(graph, propagation)
    if callable(layer):
        response = duals.T @ _measured(layer, modes)
        gains = np.diag(response).copy()
        leaks = np.linalg.norm(response - np.diag(gains), axis=0)
    else:
        gains, leaks = np.asarray(polyval(1 - values, _coefficients(layer))), np.zeros(graph.size)
    largest = np.abs(gains).max()
    kept = (np.abs(gains) >= share * largest) & (largest > 0)
    return FilterResponse(values, gains, np.asarray(leaks, np.float64), kept)


def _modes(graph: Graph, propagation: Propagation) -> tuple[_Floats, _Floats, _Floats]:
    """Eigenvalues, right eigenvectors V, and W with W'V = I."""
    own = propagation == "gcn"
    values, modes = np.linalg.eigh(
        _self_looped(graph) if own else graph_laplacian(graph, _KINDS[propagation]).dense()
    )
    modes = upright(modes)
    if propagation != "mean":
        return values, modes, modes
    root = 1 / to_random_walk(graph, np.ones((graph.size, 1)))
    return values, modes / root, modes * root


def _self_looped(graph: Graph) -> _Floats:
    if graph.size > DENSE_LIMIT:
        rule = f"at most {DENSE_LIMIT:,} nodes where all modes are asked"
        raise PolariscopeError("graph", rule, f"{graph.size:,}", "take a part of the graph")
    identity = np.eye(graph.size)
    looped = identity + graph.weights.toarray()
    root = np.sqrt(looped.sum(axis=1))
    return np.asarray(identity - looped / root / root[:, None], np.float64)


def _coefficients(given: Sequence[float]) -> _Floats:
    rule = "finite numbers c_0, c_1, ..., at least one"
    try:
        coefficients = np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
        raise PolariscopeError("layer", rule, error, "give [0, 1] for one step, or a function") from error
    if coefficients.ndim != 1 or coefficients.size == 0 or not np.isfinite(coefficients).all():
        raise PolariscopeError("layer", rule, given, "give [0, 1] for one step, or a function")
    return coefficients


def _measured(layer: _Layer, modes: _Floats) -> _Floats:
    answers = np.column_stack([_answer(layer, mode) for mode in modes.T])
    mixture = np.random.default_rng(0).standard_normal(modes.shape[1])
    together, apart = _answer(layer, modes @ mixture), answers @ mixture
    gap, scale = float(np.linalg.norm(together - apart)), float(np.linalg.norm(apart))
    if gap > _LINEAR * max(scale, float(np.linalg.norm(together))):
        cure = "leave out bias and activation, or give its derivative at a signal"
        value = f"an answer to a sum of modes that is {gap:.3g} from the sum of answers, {scale:.3g}"
        raise PolariscopeError("layer", "a linear function of the signal", value, cure)
    return answers


def _answer(layer: _Layer, signal: _Floats) -> _Floats:
    answer = np.asarray(layer(signal.copy()), np.float64)
    if answer.shape != signal.shape or not np.isfinite(answer).all():
        value = f"shape {answer.shape}" if answer.shape != signal.shape else "nan or infinity"
        cure = "wrap the layer so that it takes and gives one feature"
        raise PolariscopeError("layer", f"from ({signal.size},) to ({signal.size},), finite", value, cure)
    return answer
