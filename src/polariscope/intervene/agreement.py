"""Do two readings agree? The fast path is believed only where it agrees with the plain one."""

from dataclasses import dataclass

import torch

_TOLERANCES = {"float32": 1e-4, "bfloat16": 4e-2, "float16": 5e-3}
"""Share of max(1, max|z|). float32: the rounding of thirty blocks is 1e-6 to 1e-5, a wrong mask 1e-2 and more.

bfloat16: bench/localize.py prints its rounding, less than half of this on the embedded model; a fault that moves
the logits by less than 4 % of the largest is not told from rounding there: run such a model once in float32.
float16 has eight times the digits.
"""


def tolerance(dtype: str) -> float:
    """Return the share of max(1, max|z|) within which two paths must agree in a dtype.

    Args:
        dtype: "float32", "bfloat16" or "float16".

    Returns:
        The share.

    >>> tolerance("float32")
    0.0001
    """
    return _TOLERANCES[dtype]


def near_tie_band(dtype: str) -> float:
    """Return the gap of two logits, as a share of max(1, max|z|), within which rounding may turn them round.

    Twice the tolerance in float32, as two paths may differ; in 16 bits the spacing of neighbouring numbers, since
    the tolerance is the largest error over a whole vocabulary and says little of two labels.

    Args:
        dtype: "float32", "bfloat16" or "float16".

    Returns:
        The share.

    >>> near_tie_band("float32"), near_tie_band("bfloat16")
    (0.0002, 0.0078125)
    """
    return max(2 * tolerance("float32"), float(torch.finfo(getattr(torch, dtype)).eps))


@dataclass(frozen=True)
class Agreement:
    """How far two readings of the same rows lie apart.

    Args:
        rows: How many rows were compared.
        largest: max|a - b| over max(1, max|a|).
        flips: Rows whose largest logit lies elsewhere.
        near_ties: Rows whose top two logits in ``a`` lie within twice the tolerance: there a flip means nothing.
        agrees: All differences within the tolerance, and no flip outside the near-ties.
    """

    rows: int
    largest: float
    flips: int
    near_ties: int
    agrees: bool


def compare(a: torch.Tensor, b: torch.Tensor, dtype: str) -> Agreement:
    """Compare two readings: |a - b| <= tolerance max(1, max|a|), argmax equal unless nearly tied.

    Args:
        a: Logits, shape (rows, vocabulary); the plain path's.
        b: The other path's.
        dtype: What the model computed in.

    Returns:
        The comparison. NaN never agrees, except with NaN in the same place.
    """
    bound = tolerance(dtype) * max(1.0, float(a.abs().nan_to_num().max()))
    apart = (a - b).abs()
    apart[a.isnan() & b.isnan()] = 0.0
    top = a.topk(2, dim=-1).values
    tied = (top[:, 0] - top[:, 1]) <= 2 * bound
    flipped = a.argmax(-1) != b.argmax(-1)
    within = bool((apart <= bound).all())
    return Agreement(
        rows=len(a),
        largest=float(apart.max()) * tolerance(dtype) / bound,
        flips=int(flipped.sum()),
        near_ties=int(tied.sum()),
        agrees=within and not bool((flipped & ~tied).any()),
    )
