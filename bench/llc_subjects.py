"""What is measured: networks at the end of their training, and the settings that all libraries are given."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from polariscope.crystal.specimens.degenerate import reduced_rank as specimen
from polariscope.crystal.specimens.networks import AddingTransformer


@dataclass(frozen=True, eq=False)
class Subject:
    """A network at the end of its training.

    Args:
        each: (outputs, targets) to the loss of each example; the loss is their mean.
        batch: Of everyone's minibatches; it divides the number of examples, for devinterp drops the remainder.
        lr: Of everyone's steps at equal settings.
        localization: Gamma at equal settings.
    """

    name: str
    model: nn.Module
    each: Callable[[Tensor, Tensor], Tensor]
    data: tuple[Tensor, Tensor]
    batch: int
    lr: float
    localization: float

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return self.each(outputs, targets).mean()

    @property
    def size(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def nbeta(self) -> float:
        """What the literature tempers with, n / log n (Watanabe 2013)."""
        return len(self.data[0]) / math.log(len(self.data[0]))


@dataclass(frozen=True)
class Settings:
    """What every library asks for, under one name."""

    lr: float
    nbeta: float
    localization: float
    batch: int
    chains: int = 4
    draws: int = 200
    burn: int = 0


def equal(subject: Subject) -> Settings:
    return Settings(subject.lr, subject.nbeta, subject.localization, subject.batch)


def reduced_rank(inputs: int = 5, outputs: int = 5, hidden: int = 3) -> Subject:
    """Reduced-rank regression, y = B A x, at A = B = 0, with 1,000 examples whose inputs are exactly white."""
    model, _, data = specimen(inputs, outputs, hidden)

    def each(given: Tensor, targets: Tensor) -> Tensor:
        return ((given - targets) ** 2).sum(-1) / 2

    return Subject(f"reduced rank {inputs, outputs, hidden}", model, each, data, 100, 1e-3, 1.0)


def mlp() -> Subject:
    """A 20-64-64-21 tanh network on 21 Gaussian classes."""
    torch.manual_seed(0)
    targets = torch.arange(1_024) % 21
    inputs = torch.randn(21, 20)[targets] + torch.randn(1_024, 20)
    model = nn.Sequential(nn.Linear(20, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 21))
    return trained("MLP 20-64-64-21", model, (inputs, targets), steps=400)


def transformer() -> Subject:
    """One block that adds modulo 32: all 1,024 pairs."""
    torch.manual_seed(0)
    pairs = torch.cartesian_prod(torch.arange(32), torch.arange(32))
    tokens = torch.cat([pairs, torch.full((1_024, 1), 32)], dim=1)
    model = AddingTransformer(modulus=32, width=54, heads=3)
    return trained("transformer, 1 layer", model, (tokens, pairs.sum(dim=1) % 32), steps=120)


def trained(name: str, model: nn.Module, data: tuple[Tensor, Tensor], steps: int) -> Subject:
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward(cross_entropy(model(data[0]), data[1]))
        optimizer.step()
    optimizer.zero_grad()
    return Subject(name, model.eval(), each_cross_entropy, data, batch=128, lr=1e-4, localization=100.0)


def each_cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    return cross_entropy(outputs, targets, reduction="none")
