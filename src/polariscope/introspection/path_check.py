"""The fast path is used only where it agrees with the plain one, on this model and the run's longest prompt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from polariscope.intervene import Agreement, Edit, Row, UnsupportedModelError, compare, open_path
from polariscope.introspection.planning import MEASURE_VERSION
from polariscope.introspection.prompt import Prompt
from polariscope.introspection.trials import noise_direction
from polariscope.models import OpenModel
from polariscope.runs import Ledger, digest

# What foreign model code raises when it is called in a way that it does not know.
_FOREIGN = (
    RuntimeError, TypeError, ValueError, AttributeError, IndexError, KeyError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class PathChoice:
    """Which path a run takes, and why.

    Args:
        path: "fast" or "plain".
        reason: One sentence for the report.
        agreement: The comparison, where one was made.
    """

    path: str
    reason: str
    agreement: Agreement | None = None


def choose_path(
    opened: OpenModel,
    prompts: Sequence[Prompt],
    shared: int,
    blocks: Sequence[int],
    ledger: Ledger,
    report: Callable[[str], None] = lambda _: None,
) -> PathChoice:
    """Compare the two paths on the longest prompt, once for a model, its libraries, a length and the blocks.

    Args:
        opened: The model.
        prompts: The run's prompts.
        shared: Tokens that they share.
        blocks: The blocks that the run injects.
        ledger: Remembers the outcome.
        report: Is told when a comparison is made.

    Returns:
        The choice: the plain path where the two do not agree or the fast one cannot be taken.
    """
    longest = max(prompts, key=lambda prompt: len(prompt.tokens))
    edges = sorted({min(blocks), max(blocks)})
    key = "fast path: " + _check_key(opened, len(longest.tokens), edges)
    known = ledger.recall(key)
    if known is None:
        report("comparing the fast path with the plain one on the longest prompt")
        known = _told(opened, longest, shared, edges)
        if not known.get("passing"):
            ledger.remember(key, known)
    return _choice(known)


def _check_key(opened: OpenModel, length: int, edges: Sequence[int]) -> str:
    return digest([MEASURE_VERSION, asdict(opened.identity), length, list(edges)])


def _told(opened: OpenModel, prompt: Prompt, shared: int, edges: Sequence[int]) -> dict[str, Any]:
    try:
        return asdict(_agreement(opened, prompt, shared, edges))
    except torch.OutOfMemoryError:
        raise
    except UnsupportedModelError as error:
        return {"error": str(error)[:300]}
    except _FOREIGN as error:
        # It may be the model, or the weather of this machine: plain for now, and asked again next time.
        return {"error": f"{type(error).__name__}: {error}"[:300], "passing": True}


def _agreement(opened: OpenModel, prompt: Prompt, shared: int, edges: Sequence[int]) -> Agreement:
    paths = [open_path(opened.model, name, prompt.tokens[:shared]) for name in ("plain", "fast")]
    readings: list[torch.Tensor] = []
    rows: list[Row] = []
    for path in paths:
        clean = path.clean([prompt.tokens], keep=edges)
        rows = rows or [Row(0), *_probes(clean, prompt, edges, opened.identity.width)]
        readings.append(path.edited(clean, rows).cpu())  # type: ignore[arg-type]
    return compare(readings[0], readings[1], opened.identity.dtype)


def _probes(clean: Any, prompt: Prompt, edges: Sequence[int], width: int) -> list[Row]:
    """Edits as long as the residual stream itself, on the first sentence and on the last."""
    rows: list[Row] = []
    for block in edges:
        for span in (prompt.spans[0], prompt.spans[-1]):
            norm = clean.residual(block, 0, span).float().norm(dim=-1).median().cpu()
            delta = torch.tensor(noise_direction(0, len(rows), width), dtype=torch.float32) * norm
            rows.append(Row(0, (Edit(block, span, delta),)))
    return rows


def _choice(known: Mapping[str, Any]) -> PathChoice:
    if "error" in known:
        return PathChoice("plain", f"plain path: the fast one does not know this model ({known['error']})")
    found = Agreement(**known)
    apart = f"largest difference {found.largest:.1e} of the largest logit, {found.flips} of {found.rows} flipped"
    if not found.agrees:
        return PathChoice("plain", f"plain path: the fast one does not agree with it ({apart})", found)
    return PathChoice("fast", f"fast path: agrees with the plain one on the longest prompt ({apart})", found)
