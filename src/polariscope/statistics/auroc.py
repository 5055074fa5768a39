"""Area under the ROC curve: how well a score tells two groups apart."""

import numpy as np


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """P(score of a positive > score of a negative) + 1/2 P(equal), over all pairs.

    Args:
        positive: Scores of one group, shape (a,).
        negative: Scores of the other, shape (b,).

    Returns:
        In [0, 1]; 1/2 is chance; NaN where a score is NaN.

    >>> auroc(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    apart = np.subtract.outer(positive, negative)
    if np.isnan(apart).any():
        return float("nan")
    return float((apart > 0).mean() + (apart == 0).mean() / 2)
