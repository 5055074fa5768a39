"""Measuring a cell: the only part of this instrument that touches the model."""

from collections.abc import Mapping
from typing import Any

import torch

from polariscope.intervene import Edit, FastPath, PlainPath, Row, near_tie_band, open_path
from polariscope.introspection.materials import Materials
from polariscope.introspection.prompt import Prompt, PromptBuilder
from polariscope.introspection.vectors import VectorBank, injected_vector, read_lines, separations
from polariscope.models import OpenModel
from polariscope.runs import Cell, Reading

_CLEAN_KEPT = 2
"""Clean readings kept for the next cells: the same trials under the two questions."""


class Measurer:
    """Measures cells with one open model; a cell's readings depend on the cell alone, not on what came before.

    Args:
        opened: The model.
        builder: Builds the prompts.
        materials: The lines that vectors come from.
        blocks: Every block that the plan injects.
    """

    def __init__(
        self, opened: OpenModel, builder: PromptBuilder, materials: Materials, blocks: tuple[int, ...]
    ) -> None:
        self._opened, self._builder, self._materials, self._blocks = opened, builder, materials, blocks
        self._paths: dict[tuple[str, tuple[int, ...]], PlainPath | FastPath] = {}
        self._banks: dict[str, VectorBank] = {}
        self._clean: dict[Any, Any] = {}

    def __call__(self, cell: Cell) -> list[Reading]:
        """Measure a cell and return its readings, one a prediction (or one a pair for its vectors)."""
        asked = cell.parameters
        bank = self._bank(asked["path"])
        if asked["kind"] == "separation":
            rows = separations(bank, self._materials.pairs, asked["block"])
            return [{"kind": "separation", "block": asked["block"]} | row for row in rows]
        return self._predictions(asked, bank)

    def _predictions(self, asked: Mapping[str, Any], bank: VectorBank) -> list[Reading]:
        prompts = [self._builder.build(trial["sentences"], asked["question"]) for trial in asked["trials"]]
        path = self._path(asked["path"], prompts[0].tokens[: asked["shared"]])
        clean = self._read_clean(path, prompts, asked["block"])
        rows, facts = [], []
        for index, (trial, prompt) in enumerate(zip(asked["trials"], prompts, strict=True)):
            v = injected_vector(bank, asked["condition"], trial, asked["block"], asked)
            for position, span in enumerate(prompt.spans):
                stream = clean.residual(asked["block"], index, span).float().cpu()
                delta, dose = _dosed(v, stream, asked)
                rows.append(Row(index, (Edit(asked["block"], span, delta),)))
                facts.append((index, position, dose | {"vector_norm": float(v.norm())}))
        logits = path.edited(clean, rows).cpu()
        before = clean.logits.cpu()
        return [
            _reading(asked, asked["trials"][i], position, prompts[i], logits[k], before[i]) | dose
            for k, (i, position, dose) in enumerate(facts)
        ]

    def _path(self, name: str, prefix: tuple[int, ...]) -> PlainPath | FastPath:
        key = (name, prefix)
        if key not in self._paths:
            self._paths[key] = open_path(self._opened.model, name, prefix)
        return self._paths[key]

    def _bank(self, name: str) -> VectorBank:
        if name not in self._banks:
            path = self._path(name, ())
            lines, tokenizer = self._materials.lines, self._opened.tokenizer
            self._banks[name] = read_lines(path, tokenizer, lines, self._blocks)
        return self._banks[name]

    def _read_clean(self, path: PlainPath | FastPath, prompts: list[Prompt], block: int) -> Any:
        # Keeping the last block's residuals means not trimming it, which moves last bits: only its own cells may.
        last = self._opened.identity.blocks - 1
        keep = (last,) if block == last else tuple(each for each in self._blocks if each != last)
        key = (path.name, keep, tuple(prompt.tokens for prompt in prompts))
        if key not in self._clean:
            while len(self._clean) >= _CLEAN_KEPT:
                self._clean.pop(next(iter(self._clean)))
            self._clean[key] = path.clean([prompt.tokens for prompt in prompts], keep=keep)
        return self._clean[key]


def _dosed(
    v: torch.Tensor, stream: torch.Tensor, asked: Mapping[str, Any]
) -> tuple[torch.Tensor, dict[str, float]]:
    """Return delta, as long as the unit says, and its length in all units."""
    typical = stream.norm(dim=-1).median()
    length = v.norm()
    factor = {"vector": torch.tensor(1.0), "raw": 1 / length, "relative": typical / length}[asked["unit"]]
    scale = 0.0 if asked["condition"] == "sham" else asked["scale"]
    delta = scale * factor * v
    norm = delta.norm()
    return delta, {
        "dose_raw": float(norm),
        "dose_vector": float(norm / length),
        "dose_relative": float(norm / typical),
    }


def _nearly_tied(answers: torch.Tensor, dtype: str) -> bool:
    """Whether the top two labels lie so close that rounding may have chosen between them."""
    first, second = answers.topk(2).values.tolist()
    return bool(first - second <= near_tie_band(dtype) * max(1.0, float(answers.abs().max())))


def _reading(
    asked: Mapping[str, Any],
    trial: Mapping[str, Any],
    position: int,
    prompt: Prompt,
    logits: torch.Tensor,
    before: torch.Tensor,
) -> Reading:
    """One prediction; a NaN or an overflow in the logits makes it a failed one, kept as it came."""
    labels = list(prompt.labels)
    answers, clean = logits[labels], before[labels]
    failed = bool((logits.isnan() | logits.isposinf()).any()) or not bool(answers.isfinite().all())
    top = int(logits.nan_to_num(float("-inf")).argmax())
    return {
        "kind": "prediction",
        "condition": asked["condition"],
        "question": asked["question"],
        "block": asked["block"],
        "scale": asked["scale"],
        "trial": trial["index"],
        "pair": trial["pair"],
        "concept": trial["concept"],
        "generic": trial["generic"],
        "position": position,
        "sentences": list(trial["sentences"]),
        "status": "failed" if failed else "ok",
        "answer": -1 if failed else int(answers.argmax()),
        "label_logits": answers.tolist(),
        "clean_label_logits": clean.tolist(),
        "answer_mass": float((answers.logsumexp(0) - logits.logsumexp(0)).exp()),
        "top_token": -1 if failed else top,
        "top_is_label": top in labels and not failed,
        "near_tie": not failed and _nearly_tied(answers, asked["dtype"]),
        "best_label_rank": -1 if failed else int((logits > answers.max()).sum()) + 1,
        "bit_equal_to_clean": bool(torch.equal(logits, before)),
    }
