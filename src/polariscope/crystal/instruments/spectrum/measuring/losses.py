"""Readings that only a loss has: slope, where its extreme directions point, whether it is a Laplacian; torch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.instruments.spectrum.losses import LossSource
from polariscope.crystal.operators.loss.difference_check import finite_difference_check
from polariscope.crystal.operators.loss.parameter_graph import parameter_graph
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.loss.hessian_graph import AgainstRelabelled, hessian_as_laplacian
from polariscope.crystal.spectra.loss.loss_modes import where
from polariscope.runs import Reading


def loss_reading(source: LossSource) -> Reading:
    """Read the loss and the norm of its gradient at the parameters.

    Args:
        source: The loss.

    Returns:
        The reading.
    """
    gradient = source.surface.gradient()
    told: Reading = {
        "kind": "loss",
        "loss": source.surface.loss(),
        "gradient_norm": float(np.linalg.norm(gradient)),
    }
    return told | {"parameters": source.surface.size}


def differences(source: LossSource, operator: SymmetricOperator, seed: int) -> dict[str, float]:
    """Compare the Hessian's product with a difference of gradients in double precision.

    Args:
        source: The loss.
        operator: The matrix.
        seed: Of the direction.

    Returns:
        An entry of the controls' reading; none where the matrix is not the Hessian.
    """
    if not source.is_hessian:
        return {}
    return {"differences": finite_difference_check(operator, source.surface, seed=seed).relative_error}


def where_reading(source: LossSource, end: str, index: int, vector: NDArray[np.float64]) -> Reading:
    """Share out a direction's squared length over the parameters.

    Args:
        source: The loss.
        end: Which end of the spectrum.
        index: Which pair of it.
        vector: The direction, (n,).

    Returns:
        The reading.
    """
    shares = where(vector, source.surface.parameter_slices)
    told: Reading = {"kind": "where", "end": end, "index": index}
    return told | {"names": list(shares), "shares": list(shares.values())}


def relabelled_readings(source: LossSource, operator: SymmetricOperator, asked: Any) -> Iterator[Reading]:
    """Fit the nearest Laplacians on the computation graph, and on the same graph relabelled.

    Args:
        source: The loss.
        operator: Its Hessian, at most 3,000 rows.
        asked: The cell's parameters: permutations, seed.

    Yields:
        A reading for each sign rule and each null: labels anywhere, and within each parameter tensor only.
    """
    edges = parameter_graph(source.model, source.surface.names)
    dense = operator.dense()
    for null, within in (("anywhere", None), ("within", source.surface.parameter_slices)):
        options = {"permutations": asked["permutations"], "seed": asked["seed"]}
        found = hessian_as_laplacian(dense, edges, within=within, **options)
        for sign, fit in (("signed", found.signed), ("non-negative", found.nonnegative)):
            shared: Reading = {"kind": "laplacian", "sign": sign, "null": null, "diagonal": found.diagonal}
            yield shared | {"edges": found.edges} | _fitted(fit)


def _fitted(fit: AgainstRelabelled) -> Reading:
    return {
        "explained": fit.fit.explained,
        "complete": fit.complete,
        "null_shares": fit.null.tolist(),
        "p": fit.p_value,
    }
