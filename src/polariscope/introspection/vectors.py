"""Vectors to inject: a concept's, and the controls of the same norm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from polariscope.errors import PolariscopeError
from polariscope.introspection.materials import Pair
from polariscope.introspection.trials import noise_direction, standard_normal
from polariscope.statistics import auroc


@dataclass(frozen=True, eq=False)
class VectorBank:
    """Activations of lines at the output of some blocks, last token, raw text without a chat template.

    Args:
        places: The row of each line.
        activations: For each block, shape (lines, width), float32.
    """

    places: Mapping[str, int]
    activations: Mapping[int, torch.Tensor]

    def at(self, line: str, block: int) -> torch.Tensor:
        """Return act(line) after a block, shape (width,)."""
        return self.activations[block][self.places[line]]

    def difference(self, plus: str, minus: str, block: int) -> torch.Tensor:
        """Return act(plus) - act(minus) after a block, shape (width,)."""
        return self.at(plus, block) - self.at(minus, block)


def refuse_lines(tokenizer: Any, pairs: Sequence[Pair], room: int | None) -> None:
    """Refuse pairs of which no vector can be made, before anything is measured.

    Args:
        tokenizer: The model's.
        pairs: The pairs.
        room: How many positions the model has; None where it does not say.

    Raises:
        PolariscopeError: The tokenizer makes the same of both lines, or nothing of one, or more than fits.
    """
    for pair in pairs:
        concept, generic = (_line_tokens(tokenizer, line) for line in (pair.concept, pair.generic))
        if concept == generic or not concept or not generic:
            rule = "the model's tokenizer tells the lines of a pair apart"
            raise PolariscopeError("--pair-file", rule, pair.concept, "change one of the two")
        longest = max(len(concept), len(generic))
        if room is not None and longest > room:
            rule = f"a line fits the model's {room} positions"
            raise PolariscopeError("--pair-file", rule, f"{longest} tokens", "write a shorter one")


def read_lines(path: Any, tokenizer: Any, lines: Sequence[str], blocks: Sequence[int]) -> VectorBank:
    """Read every line once, all in an order that the experiment fixes.

    Args:
        path: A `FastPath` or `PlainPath`.
        tokenizer: The model's tokenizer; the BOS it adds by default stays, an EOS does not.
        lines: The lines.
        blocks: The blocks after which to read.

    Returns:
        The activations.
    """
    prompts = [_line_tokens(tokenizer, line) for line in lines]
    found = path.residuals(prompts, sorted(blocks))
    places = {line: index for index, line in enumerate(lines)}
    return VectorBank(places, {block: h.float().cpu() for block, h in found.items()})


def injected_vector(
    bank: VectorBank, condition: str, trial: Mapping[str, Any], block: int, settings: Mapping[str, Any]
) -> torch.Tensor:
    """Return what a condition injects, before the dose, shape (width,): as long as the concept's vector v.

    v = act(concept) - act(generic), or its opposite where the sign is "away".

    Args:
        bank: The lines' activations.
        condition: Its name.
        trial: The trial as a cell holds it.
        block: The injected block.
        settings: "sign", and for noise "seed" and "noise".

    Returns:
        The vector, float32.
    """
    toward = 1.0 if settings["sign"] == "toward" else -1.0
    v = toward * bank.difference(trial["concept"], trial["generic"], block)
    if condition == "opposite":
        return -v
    if condition == "mismatched":
        first, second = trial["mismatched"]
        return _resized(bank.difference(first, second, block), v.norm())
    if condition != "noise":
        return v
    if settings["noise"] == "standard normal":
        return torch.tensor(standard_normal(settings["seed"], trial["index"], len(v)), dtype=v.dtype)
    direction = noise_direction(settings["seed"], trial["index"], len(v))
    return _resized(torch.tensor(direction, dtype=v.dtype), v.norm())


def separations(bank: VectorBank, pairs: Sequence[Pair], block: int) -> list[dict[str, Any]]:
    """AUROC of the projections on each pair's vector: held-out lines of its concept against generic lines.

    Where a pair has no held-out lines of its own, the other pairs' concept lines stand in: then the figure says
    whether the vector tells any concept from the generic, not its own.

    Args:
        bank: The activations of all lines.
        pairs: The pairs.
        block: The block.

    Returns:
        For each pair: "auroc", with its own vector; "auroc_others", the mean with the other pairs' vectors; 1/2
        is chance.
    """
    vectors = torch.stack([bank.difference(p.concept, p.generic, block) for p in pairs])
    rows = []
    for k, pair in enumerate(pairs):
        others = [p for i, p in enumerate(pairs) if i != k]
        lines = pair.held_out or tuple(p.concept for p in others)
        concept = vectors @ torch.stack([bank.at(line, block) for line in lines]).T
        generic = vectors @ torch.stack([bank.at(p.generic, block) for p in others]).T
        scores = [auroc(a.numpy(), b.numpy()) for a, b in zip(concept, generic, strict=True)]
        rest = [score for i, score in enumerate(scores) if i != k]
        own_lines = "held-out" if pair.held_out else "other pairs"
        rows.append(
            {"pair": k, "auroc": scores[k], "auroc_others": sum(rest) / len(rest), "lines": own_lines}
            | {"norm": float(vectors[k].norm())}
        )
    return rows


def _line_tokens(tokenizer: Any, line: str) -> list[int]:
    ids: list[int] = tokenizer(line, add_special_tokens=False).input_ids
    default = tokenizer(line).input_ids
    bos = tokenizer.bos_token_id
    return [bos, *ids] if bos is not None and default[:1] == [bos] and ids[:1] != [bos] else ids


def _resized(u: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
    resized: torch.Tensor = u * (norm / u.norm())
    return resized
