"""Readings with a planted truth, as `measure` would have left them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from polariscope.introspection import condition
from polariscope.statistics import assignment

Floats = NDArray[np.float64]
N = 5


def resample_less(monkeypatch: pytest.MonkeyPatch, permutations: int = 499, unread: int = 499) -> None:
    """Resample as often as tells what is planted from chance; ``unread``: for tests that no rule looks at."""
    counts = {
        "best_permutation_test": permutations,
        "mutual_information_test": unread,
        "diagonal_test": unread,
        "clustered_mean": 1000,
        "paired_gap": 1000,
    }
    for name, resamples in counts.items():
        monkeypatch.setattr(condition, name, partial(getattr(condition, name), resamples=resamples))
    monkeypatch.setattr(assignment, "clustered_mean", condition.clustered_mean)


def draw(seed: int = 0) -> np.random.Generator:
    """Random numbers of a test's own."""
    return np.random.default_rng(seed)


def noisy(rng: np.random.Generator, trials: int, n: int = N) -> Floats:
    """Label logits of a guesser: independent of the injection, shape (trials, n, n)."""
    return rng.standard_normal((trials, n, n))


def reader(rng: np.random.Generator, trials: int, accuracy: float = 1.0, shift: int = 0, n: int = N) -> Floats:
    """Label logits that answer the injected position (moved on by a shift) in a share of the cases, else guess.

    Right by knowing or by a lucky guess: ``accuracy`` counts both.
    """
    knows = rng.random((trials, n)) < (accuracy - 1 / n) / (1 - 1 / n)
    return (
        noisy(rng, trials, n) / 10
        + 8.0 * knows[..., None] * np.roll(np.eye(n), shift, axis=1)
        + (4.0 * ~knows[..., None] * np.eye(n)[rng.integers(n, size=(trials, n))])
    )


def rows(
    condition: str,
    logits: Floats,
    clean: Floats | None = None,
    pair: Sequence[int] | None = None,
    block: int = 8,
    scale: float = 10.0,
    bit_equal: bool = False,
) -> list[dict[str, Any]]:
    """One reading a prediction; a NaN in its logits makes it a failed one. ``clean`` has shape (trials, n)."""
    trials, n, _ = logits.shape
    before = np.zeros((trials, n)) if clean is None else clean
    return [
        {
            "kind": "prediction",
            "condition": condition,
            "block": block,
            "scale": scale,
            "trial": t,
            "pair": t // 2 if pair is None else int(pair[t]),
            "position": j,
            "answer": -1 if np.isnan(logits[t, j]).any() else int(logits[t, j].argmax()),
            "label_logits": logits[t, j].tolist(),
            "clean_label_logits": before[t].tolist(),
            "answer_mass": float("nan") if np.isnan(logits[t, j]).any() else 0.9,
            "best_label_rank": -1 if np.isnan(logits[t, j]).any() else 1,
            "near_tie": False,
            "top_is_label": not np.isnan(logits[t, j]).any(),
            "dose_relative": 2.0,
            "bit_equal_to_clean": bit_equal,
        }
        for t in range(trials)
        for j in range(n)
    ]


def vectors(
    auroc: float = 0.9, spread: float = 0.05, block: int = 8, lines: str = "held-out"
) -> list[dict[str, Any]]:
    """What separates held-out lines, for twenty pairs."""
    scores = np.clip(auroc + spread * np.linspace(-1, 1, 20), 0, 1)
    return [
        {
            "kind": "separation",
            "block": block,
            "pair": k,
            "auroc": float(score),
            "auroc_others": 0.5,
            "lines": lines,
        }
        for k, score in enumerate(scores)
    ]
