"""Readings that every symmetric matrix has: its ends, its density, all of it, and whether it is symmetric."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.crystal.spectra.krylov.extremes import Eigenpairs
from polariscope.runs import Reading

_DIRECTIONS = 4
_CHECK = 1  # a stream of its own: what another draw has found must not be drawn again
_NEW = 0.9
"""Length that is left of a vector, beside those that are known, where it is another one."""


def end_readings(found: Eigenpairs) -> Iterator[tuple[Reading, Any]]:
    """Tell the outermost pairs of one end.

    Args:
        found: The pairs.

    Yields:
        A reading and the vector that belongs to it, None for the end's own: what all its pairs share.
    """
    end = found.end
    shared: Reading = {"kind": "end", "end": end, "norm": found.norm, "tolerance": found.tolerance}
    shared |= {"unlisted_beyond": float(found.unlisted_beyond), "miss_probability": found.miss_probability}
    yield shared | {"products": int(found.products)}, None
    for index in range(len(found.values)):
        pair: Reading = {"kind": "pair", "end": end, "index": index, "value": float(found.values[index])}
        pair |= {"residual": float(found.residuals[index]), "converged": int(found.converged[index])}
        yield pair, found.vectors[:, index]


def density_readings(
    operator: SymmetricOperator, asked: Mapping[str, Any], ends: Sequence[Eigenpairs]
) -> Iterator[Reading]:
    """Take the quadrature of some probes, of what is left beside the pairs that are known.

    Args:
        operator: The matrix.
        asked: The cell's parameters: first, probes, steps, seed.
        ends: Both ends; their converged pairs are counted, not sampled.

    Yields:
        The known eigenvalues, then a reading a probe: its nodes and weights.
    """
    known = _known(ends)
    # Each group of probes draws from a stream of its own, so that more probes leave these as they are.
    seed = asked["seed"] + 1_000_003 * asked["first"]
    options = {"probes": asked["probes"], "steps": asked["steps"], "seed": seed}
    found = spectral_density(operator, **options, known=known)
    shared: Reading = {"kind": "known", "first": asked["first"], "values": known[0].tolist()}
    yield shared | {"noise": found.noise}
    for index, (nodes, weights) in enumerate(zip(found.nodes, found.weights, strict=True)):
        there = weights > 0
        told: Reading = {"kind": "probe", "probe": asked["first"] + index}
        yield told | {"nodes": nodes[there].tolist(), "weights": weights[there].tolist()}


def _known(ends: Sequence[Eigenpairs]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The converged pairs of all ends, each once: of a small matrix one pair can stand at both."""
    values: list[float] = []
    vectors = np.empty((len(ends[0].vectors), 0))
    for end in ends:
        for index in np.flatnonzero(end.converged):
            left = end.vectors[:, index]
            for _ in range(2):
                left = left - vectors @ (vectors.T @ left)
            length = float(np.linalg.norm(left))
            if length > _NEW and vectors.shape[1] + 2 < len(vectors):
                values.append(float(end.values[index]))
                vectors = np.column_stack([vectors, left / length])
    return np.array(values), vectors


def exact_reading(operator: SymmetricOperator) -> Reading:
    """Write the matrix out and compute all its eigenvalues.

    Args:
        operator: The matrix, small enough.

    Returns:
        The reading.
    """
    return {"kind": "exact", "values": np.linalg.eigvalsh(operator.dense()).tolist()}


def check_reading(operator: SymmetricOperator, seed: int) -> Reading:
    """Compare u'(A v) with (A u)'v, relative to |u| |A v|, for random u and a v along which A is large.

    Args:
        operator: The matrix.
        seed: Of the vectors.

    Returns:
        The reading; the worst of several u.
    """
    draws = np.random.default_rng([seed, _CHECK]).standard_normal((operator.size, 1 + _DIRECTIONS))
    along, others = operator @ draws[:, 0], draws[:, 1:]
    scale = float(np.linalg.norm(along))
    along = along / scale if scale else draws[:, 0]
    image = operator @ along
    gaps = np.abs(others.T @ image - (operator @ others).T @ along)
    size = np.linalg.norm(others, axis=0) * np.linalg.norm(image)
    worst = float(np.max(gaps / np.where(size > 0, size, 1.0)))
    return {"kind": "check", "size": operator.size, "rounding": operator.rounding, "symmetry": worst}
