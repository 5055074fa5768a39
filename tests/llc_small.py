"""Learning coefficients of small networks for tests: settings that take well under a second, and checkpoints."""

from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from polariscope.crystal.specimens.modular_addition import ModularRun

FEW: dict[str, Any] = {"chains": 4, "draws": 12, "burn_in": 12, "leapfrog": 3}
FEW_WORDS = ("--chains", "4", "--draws", "12", "--burn-in", "12", "--leapfrog", "3")
"""Enough for readings, not for a number to be trusted."""

OWN = """
import torch
from torch import nn

def network(seed=0):
    draws = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(generator=draws)
    inputs = torch.randn(20, 3, generator=draws, dtype=torch.float64)
    return model, nn.functional.cross_entropy, (inputs, (inputs[:, 0] > 0).long())

def line():
    model = nn.Linear(4, 1, bias=False).double()
    nn.init.zeros_(model.weight)
    inputs = torch.eye(4, dtype=torch.float64).repeat(3, 1) * 2
    return model, nn.functional.mse_loss, (inputs, torch.zeros(12, 1, dtype=torch.float64))
"""
"""A user's module: a network of 26 parameters, and a regular model of 4 at its minimum."""


def small_run(steps: Any = (10, 40, 160)) -> ModularRun:
    """A linear classifier of two clouds along its training, its loss falling, in place of a longer run."""
    draws = torch.Generator().manual_seed(1)
    targets = torch.arange(40) % 2
    inputs = torch.randn(40, 3, generator=draws) + targets[:, None]
    model, models = nn.Linear(3, 2), []
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for step in range(max(steps) + 1):
        if step in steps:
            twin = nn.Linear(3, 2)
            twin.load_state_dict(model.state_dict())
            models.append(twin.eval())
        optimizer.zero_grad()
        cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    losses = tuple(cross_entropy(each(inputs), targets).item() for each in models)
    data, nothing = (inputs, targets), tuple(0.0 for _ in steps)
    return ModularRun(tuple(steps), tuple(models), cross_entropy, data, data, losses, losses, nothing, nothing)
