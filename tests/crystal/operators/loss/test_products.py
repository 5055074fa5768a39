"""How a product is computed, kept or anew, in stacks or singly, changes its time and not its value."""

import subprocess
import sys

import pytest
import torch

from crystal_networks import NETWORKS, off, problem
from polariscope.crystal.operators.loss import curvature as module
from polariscope.crystal.operators.loss.differentiation import HESSIAN_WAYS
from polariscope.crystal.operators.loss.gauss_newton import GAUSS_NEWTON_WAYS
from polariscope.crystal.operators.loss.products import Product
from polariscope.crystal.operators.loss.surface import loss_surface


def columns(size: int, count: int = 7) -> torch.Tensor:
    return torch.randn(size, count, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("ways", [HESSIAN_WAYS, GAUSS_NEWTON_WAYS])
@pytest.mark.parametrize("kind", NETWORKS)
def test_kept_or_anew_stacked_or_single_all_ways_agree(kind, ways, monkeypatch):
    objective = loss_surface(*problem(kind), batch=5, dtype="float64").objective
    blocks = [range(len(objective.leaves))]
    v = columns(sum(objective.sizes))
    first = Product(objective, ways, blocks)
    assert (first.way, first.kept) == ("reverse over reverse", True)
    true = first(v)
    made = [first(v), torch.stack([first(column) for column in v.T], 1), Product(objective, ways[1:], blocks)(v)]
    monkeypatch.setattr(module, "_SMALL_GRAPH", 0)
    made.append(Product(objective, ways, blocks)(v))
    monkeypatch.setattr(module, "KEEP_BYTES", 0)
    anew = Product(objective, ways, blocks)
    assert not anew.kept
    made += [anew(v), anew(v)]
    assert max(off(own, true) for own in made) < 1e-12


MEMORY = """
from pathlib import Path
import torch
from torch import nn
from torch.nn import functional
from polariscope.crystal.operators.loss.hessian import hessian

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

model = nn.Sequential(nn.Linear(1000, 2500), nn.Tanh(), nn.Linear(2500, 1000))
data = torch.randn(16, 1000), torch.randn(16, 1000)
small = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
hessian(small, functional.mse_loss, (torch.eye(2), torch.eye(2))).dense()  # what torch loads at first use
own = sum(parameter.nbytes for parameter in model.parameters())
vector = torch.randn(own // 4).double().numpy()
Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from what is held now
before = peak()
operator = hessian(model, functional.mse_loss, data)
operator @ vector
print((peak() - before) / own)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can start a process's memory peak again")
def test_building_and_multiplying_take_at_most_six_times_the_parameters_memory(tmp_path):
    script = tmp_path / "memory.py"
    script.write_text(MEMORY)
    fixed = {"MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"}
    made = subprocess.run([sys.executable, script], env=fixed, capture_output=True, text=True, check=True)
    assert 1 < float(made.stdout) < 6
