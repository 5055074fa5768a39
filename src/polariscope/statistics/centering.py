"""What a logit matrix says about its rows once the labels' and the rows' own sizes are taken out."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.errors import PolariscopeError
from polariscope.statistics._checks import FAILED

_Floats = NDArray[np.float64]


def double_center(z: ArrayLike) -> _Floats:
    """z[j, d] - mean_d z[j, :] - mean_j z[:, d] + mean z: what is left are interactions of row and column.

    >>> double_center([[1.0, 0.0], [0.0, 1.0]]).tolist()
    [[0.5, -0.5], [-0.5, 0.5]]

    Args:
        z: Label logits, row = injected position, column = label. Shape ``(..., n, m)``.

    Returns:
        A matrix whose rows and columns all have mean 0, nan where one of its entries was. Shape of ``z``.

    Raises:
        PolariscopeError: If ``z`` has fewer than two axes or none of its entries.
    """
    array = np.asarray(z, dtype=np.float64)
    if array.ndim < 2 or array.size == 0:
        rule = "a matrix of logits, or a stack of them, is needed"
        raise PolariscopeError("z", rule, f"shape {array.shape}", "give (trials, positions, labels)")
    rows = array - array.mean(axis=-1, keepdims=True)
    centred: _Floats = rows - rows.mean(axis=-2, keepdims=True)
    return centred


def diagonal_effect(z: ArrayLike) -> _Floats:
    """sum_j C[t, j, j] / n with C the doubly centred logits: how much an injection raises its own label.

    Its expectation is 0 when it does not matter which row is injected, whatever the labels' priors; adding
    any number to a row or to a column does not change it. For n = 2 it is half the bias-free
    S = (z[0, 0] - z[0, 1] - z[1, 0] + z[1, 1]) / 2.

    >>> diagonal_effect([[[1.0, 0.0], [0.0, 1.0]], [[5.0, 1.0], [5.0, 1.0]]]).tolist()
    [0.5, 0.0]

    Args:
        z: Label logits of each trial, row = injected position, column = label. Shape ``(T, n, n)``.

    Returns:
        One effect a trial, in the units of z; nan where the trial has one. Shape ``(T,)``.

    Raises:
        PolariscopeError: If the matrices are not square.
    """
    centred = double_center(_square(z))
    effects: _Floats = centred.diagonal(axis1=1, axis2=2).mean(axis=1)
    return effects


def prior_corrected(z: ArrayLike, prior: ArrayLike) -> NDArray[np.intp]:
    """argmax_d (z[t, j, d] - prior[t, d]): the answer, were no label liked better than another.

    >>> prior_corrected([[[3.0, 2.0], [3.0, 2.5]]], [[3.0, 2.25]]).tolist()
    [[0, 1]]

    Args:
        z: Label logits, row = injected position, column = label. Shape ``(T, n, n)``.
        prior: Label logits of the same prompts without injection. Shape ``(T, n)``.

    Returns:
        Predicted position of every injected one, the first of equals; -1 where the row or the prior has a
        nan. Shape ``(T, n)``.

    Raises:
        PolariscopeError: If the shapes do not match.
    """
    logits, base = _square(z), np.asarray(prior, dtype=np.float64)
    if base.shape != logits.shape[:2]:
        rule = f"one logit is needed for each of {logits.shape[1]} labels in {logits.shape[0]} trials"
        raise PolariscopeError("prior", rule, f"shape {base.shape}", "measure the trials without injection")
    lifted = logits - base[:, None, :]
    return np.where(np.isnan(lifted).any(axis=2), FAILED, lifted.argmax(axis=2)).astype(np.intp)


def _square(z: ArrayLike) -> _Floats:
    array = np.asarray(z, dtype=np.float64)
    if array.ndim != 3 or array.size == 0 or array.shape[1] != array.shape[2]:
        rule = "one square matrix of logits is needed for each trial"
        raise PolariscopeError("z", rule, f"shape {array.shape}", "give (trials, positions, positions)")
    return array
