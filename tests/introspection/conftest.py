"""Readings of models whose outcome is known, for the tests of everything that shows readings."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from polariscope.introspection.experiment import Localize
from polariscope.introspection.outcome import Outcome
from polariscope.introspection.summary import summarize
from polariscope.introspection.verdict import judge
from polariscope.runs import Run

SENTENCES = ("The dog barks loudly.", "A bird flies over the lake.", "She reads a book quietly.")
CONTROLS = ("noise", "mismatched", "opposite", "abstract", "sham")

Logits = Callable[[str, int, int, np.random.Generator], list[float]]
"""From a condition, a trial, the injected position and chance to the label logits."""


def perfect_reader(condition: str, trial: int, position: int, rng: np.random.Generator) -> list[float]:
    """Names the position of a concept, and guesses everything else."""
    told = position if condition == "concept" else int(rng.integers(3))
    return [3.0 if label == told else float(rng.normal(0, 0.1)) for label in range(3)]


def constant_answerer(condition: str, trial: int, position: int, rng: np.random.Generator) -> list[float]:
    """Always says 2."""
    return [0.0, 2.0, 0.0]


def guesser(condition: str, trial: int, position: int, rng: np.random.Generator) -> list[float]:
    """Says anything."""
    return [float(z) for z in rng.normal(0, 1, 3)]


def failing(condition: str, trial: int, position: int, rng: np.random.Generator) -> list[float]:
    """Gives no number for noise, and none in one trial of the concept."""
    lost = condition == "noise" or (condition == "concept" and trial == 1)
    return [float("nan")] * 3 if lost else guesser(condition, trial, position, rng)


def readings(
    logits: Logits,
    *,
    trials: int = 24,
    blocks: tuple[int, ...] = (8,),
    scales: tuple[float, ...] = (10.0,),
    controls: tuple[str, ...] = CONTROLS,
) -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    rows: list[dict[str, Any]] = []
    for block in blocks:
        rows += [
            {"kind": "separation", "block": block, "pair": k, "auroc": 0.8 + 0.01 * k, "norm": 9.0}
            | {"auroc_others": 0.6 + 0.005 * k, "lines": "held-out"}
            for k in range(12)
        ]
    for block in blocks:
        for scale in scales:
            for condition in ("concept", *controls):
                for trial in range(4 if condition == "sham" else trials):
                    for position in range(3):
                        found = logits(condition, trial, position, rng)
                        rows.append(prediction(condition, block, scale, trial, position, found))
    return rows


def prediction(
    condition: str, block: int, scale: float, trial: int, position: int, logits: list[float]
) -> dict[str, Any]:
    failed = bool(np.isnan(logits).any())
    sham = condition == "sham"
    return {
        "kind": "prediction",
        "condition": condition,
        "question": "abstract" if condition == "abstract" else "introspection",
        "block": block,
        "scale": scale,
        "trial": trial,
        "pair": trial % 12,
        "position": position,
        "sentences": list(SENTENCES),
        "status": "failed" if failed else "ok",
        "answer": -1 if failed else int(np.argmax([0.0, 2.0, 0.0] if sham else logits)),
        "label_logits": logits,
        "clean_label_logits": [0.0, 0.1, 0.0],
        "answer_mass": float("nan") if failed else 0.9,
        "top_token": -1 if failed else 1,
        "top_is_label": not failed,
        "near_tie": False,
        "best_label_rank": -1 if failed else 1,
        "bit_equal_to_clean": sham,
        "vector_norm": 9.0,
        "dose_raw": 9.0 * scale,
        "dose_vector": scale,
        "dose_relative": 0.07 * scale,
    }


def run(**changes: Any) -> Run:
    """A run as the ledger records it; changes are to its experiment, its environment's model, or itself."""
    before = {"introspection": "<|user|>Where?\n", "abstract": "<|user|>Abstract?\n"}
    after = {"introspection": "\nLocated in SENTENCE ", "abstract": "\nThe most abstract is SENTENCE "}
    frame = {"before": before, "after": after, "deviations": []}
    asked = Localize(model="tiny", trials=24, sentences=3).model_dump(mode="json") | {"frame": frame}
    model = {
        "source": "tiny", "kind": "folder", "commit": None, "weights_digest": "a" * 64,
        "tokenizer_digest": "b" * 64, "template_digest": None, "architecture": "LlamaForCausalLM",
        "blocks": 30, "width": 64, "vocabulary": 320, "dtype": "float32", "device_class": "cpu",
        "weights_note": "random", "libraries": {"torch": "2", "transformers": "5"},
    }  # fmt: skip
    environment = {
        "polariscope": "0.1.0", "python": "3.11", "machine": "Linux", "model": model | changes.pop("model", {}),
        "path": "fast", "path_reason": "fast path: agrees", "deviations": [], "blocks": [8], "pack": 4,
        "shared_tokens": 5,
    }  # fmt: skip
    fields = {
        "id": "0123456789ab", "instrument": "localize", "created_at": "2026-01-01T00:00:00+00:00",
        "command": "polariscope localize tiny", "experiment": asked | changes.pop("experiment", {}),
        "environment": environment, "finished": 7, "total": 7,
    }  # fmt: skip
    return Run(**(fields | changes))


def outcome(rows: list[dict[str, Any]], **changes: Any) -> Outcome:
    summary = summarize(rows)
    assert summary is not None
    verdicts = tuple(judge(summary, setting) for setting in summary.settings)
    return Outcome(run(**changes), tuple(rows), summary, verdicts)


_SWEPT = ("noise", "mismatched", "abstract")
HOSTILE = ("</script><script>alert(1)</script>", "\x1b[31mred\u202egnp.exe", "<b>&amp;\u2066 a'b\"c")


def _hostile() -> Outcome:
    rows = [
        row | {"sentences": list(HOSTILE)} if "sentences" in row else row for row in readings(guesser, trials=12)
    ]
    return outcome(
        rows,
        model={"source": "evil</title>\x1b[2J\u202e", "weights_note": "<img src=http://a.example/x>"},
        command="polariscope localize '</pre><script>'",
    )


_PLANTED: dict[str, Callable[[], Outcome]] = {
    "perfect": lambda: outcome(readings(perfect_reader)),
    "constant": lambda: outcome(readings(constant_answerer)),
    "incomplete": lambda: outcome(readings(guesser, trials=12), finished=3),
    "failing": lambda: outcome(readings(failing)),
    "sweep": lambda: outcome(
        readings(perfect_reader, trials=12, blocks=(0, 6, 12, 18, 24, 29), controls=_SWEPT),
        experiment={"layers": [0, 6, 12, 18, 24, 29]},
    ),
    "grid": lambda: outcome(readings(guesser, trials=12, blocks=(0, 12), scales=(2.0, 50.0), controls=())),
    "doses": lambda: outcome(readings(guesser, trials=12, scales=(2.0, 10.0, 50.0), controls=("noise",))),
    "hostile": _hostile,
}


@cache
def _planted(name: str) -> Outcome:
    return _PLANTED[name]()


@pytest.fixture
def planted() -> Callable[[str], Outcome]:
    """Runs of models whose outcome is known, by name; read only."""
    return _planted
