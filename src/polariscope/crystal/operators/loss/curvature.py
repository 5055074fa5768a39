"""One minibatch's matrix, and the way to have it: tried on the first minibatch, and remembered; torch."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import torch
from torch import Tensor

from polariscope.crystal.operators.loss.objective import Objective
from polariscope.crystal.operators.loss.saved_bytes import SavedBytes
from polariscope.errors import PolariscopeError

KEEP_BYTES = 1 << 28
"""Most bytes that the kept graphs of all minibatches may hold (256 MiB)."""
_SMALL_GRAPH = 1 << 18  # up to 256 KiB a call's own time exceeds the arithmetic's: columns go through together,
_TOGETHER_BYTES = 1 << 22  # as many as touch 4 MiB; beyond, one by one is the faster
_Block: TypeAlias = Sequence[int]


class Curvature(Protocol):
    """One minibatch's matrix: directions in the parameters of a block to directions in the same parameters."""

    @property
    def ends(self) -> Sequence[Any]:
        """Where its graphs end: what is gone through backward; nothing where no graph is held."""

    def __call__(self, directions: Sequence[Tensor], block: _Block, *, many: bool = False) -> Sequence[Tensor]:
        """Multiply one direction, or with `many` a stack of them along a new first dimension."""


@dataclass(frozen=True, eq=False)
class Way:
    """How a minibatch's matrix is had.

    Args:
        name: In words.
        open: Gives it for an objective and a minibatch.
        keeps: Whether that holds a graph worth keeping.
    """

    name: str
    open: Callable[[Objective, Any], Curvature]
    keeps: bool


@dataclass(frozen=True, eq=False)
class Plan:
    """How products are computed, chosen once on the first minibatch.

    Args:
        way: The first that works.
        kept: Whether the graphs of all minibatches are kept.
        together: Columns that go through a graph at once.
    """

    way: Way
    kept: bool
    together: int


def choose_plan(objective: Objective, ways: Sequence[Way]) -> Plan:
    """Try ways on the first minibatch.

    Args:
        objective: What is differentiated.
        ways: Tried in turn.

    Returns:
        The first way that works, and what its graph's size allows.

    Raises:
        PolariscopeError: None works.
    """
    failures = []
    with objective.reading():
        _, part = next(iter(objective.parts()))
        for way in ways:
            try:
                held, together = _try(objective, way, part)
            except RuntimeError as error:
                failures.append(error)
                continue
            share = getattr(part, "examples", 1) / objective.examples
            return Plan(way, way.keeps and held <= KEEP_BYTES * share, together)
    cure = 'use operations that torch can differentiate twice (attn_implementation="eager", no torch.compile)'
    rule = "every operation of the model and the loss has a second derivative"
    raise PolariscopeError("model and loss", rule, failures[0], cure) from failures[0]


def _try(objective: Objective, way: Way, part: Any) -> tuple[int, int]:
    with SavedBytes(objective.leaves) as saved:
        curvature = way.open(objective, part)
    block = range(len(objective.leaves))
    _refuse_dead_ends(curvature.ends)
    curvature([torch.ones_like(leaf) for leaf in objective.leaves], block)
    together = _TOGETHER_BYTES // max(saved.bytes, 4 * sum(objective.sizes))
    if not way.keeps or saved.bytes > _SMALL_GRAPH or together < 2:
        return saved.bytes, 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # torch's word that it cannot stack a kernel and loops
            curvature(
                [torch.ones_like(leaf).expand(2, *leaf.shape) for leaf in objective.leaves], block, many=True
            )
    except (RuntimeError, UserWarning):
        return saved.bytes, 1
    return saved.bytes, together


def _refuse_dead_ends(ends: Sequence[Any]) -> None:
    """Torch passes in silence by a node that `once_differentiable` left, as if the derivative were 0."""
    waiting, seen = [end.node for end in ends if end is not None], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node.name() == "torch::autograd::Error":
            raise RuntimeError("an autograd.Function that is marked once_differentiable")
        waiting += [earlier for earlier, _ in node.next_functions]
