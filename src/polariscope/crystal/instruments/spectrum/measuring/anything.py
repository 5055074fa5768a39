"""Readings that every symmetric matrix has: its ends, its density, all of it, and whether it is symmetric."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.density import spectral_density
from polariscope.crystal.spectra.extremes import extreme_eigenpairs
from polariscope.runs import Reading

_DIRECTIONS = 4


def end_readings(operator: SymmetricOperator, asked: Mapping[str, Any]) -> Iterator[tuple[Reading, Any]]:
    """Find the outermost pairs of one end.

    Args:
        operator: The matrix.
        asked: The cell's parameters: end, count, tolerance, seed.

    Yields:
        A reading and the vector that belongs to it, None for the end's own: what all its pairs share.
    """
    count, end = asked["count"], asked["end"]
    found = extreme_eigenpairs(operator, count, end=end, tolerance=asked["tolerance"], seed=asked["seed"])
    shared: Reading = {"kind": "end", "end": end, "norm": found.norm, "tolerance": found.tolerance}
    shared |= {"unlisted_beyond": float(found.unlisted_beyond), "miss_probability": found.miss_probability}
    yield shared | {"products": int(found.products)}, None
    for index in range(count):
        pair: Reading = {"kind": "pair", "end": end, "index": index, "value": float(found.values[index])}
        pair |= {"residual": float(found.residuals[index]), "converged": int(found.converged[index])}
        yield pair, found.vectors[:, index]


def density_readings(operator: SymmetricOperator, asked: Mapping[str, Any]) -> Iterator[Reading]:
    """Take the quadrature of some probes.

    Args:
        operator: The matrix.
        asked: The cell's parameters: first, probes, steps, seed.

    Yields:
        A reading a probe: its nodes and weights.
    """
    # Each group of probes draws from a stream of its own, so that more probes leave these as they are.
    seed = asked["seed"] + 1_000_003 * asked["first"]
    found = spectral_density(operator, probes=asked["probes"], steps=asked["steps"], seed=seed)
    for index, (nodes, weights) in enumerate(zip(found.nodes, found.weights, strict=True)):
        there = weights > 0
        told: Reading = {"kind": "probe", "probe": asked["first"] + index}
        yield told | {"nodes": nodes[there].tolist(), "weights": weights[there].tolist()}


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
    draws = np.random.default_rng(seed).standard_normal((operator.size, 1 + _DIRECTIONS))
    along, others = operator @ draws[:, 0], draws[:, 1:]
    scale = float(np.linalg.norm(along))
    along = along / scale if scale else draws[:, 0]
    image = operator @ along
    gaps = np.abs(others.T @ image - (operator @ others).T @ along)
    size = np.linalg.norm(others, axis=0) * np.linalg.norm(image)
    worst = float(np.max(gaps / np.where(size > 0, size, 1.0)))
    return {"kind": "check", "size": operator.size, "rounding": operator.rounding, "symmetry": worst}
