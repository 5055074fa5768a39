"""How a product is computed, kept or anew, in stacks or singly, changes its time and not its value."""

import subprocess
import sys

import pytest
import torch

from crystal_networks import NETWORKS, dense_hessian, off, problem
from polariscope.crystal.operators import products as module
from polariscope.crystal.operators.differentiation import HESSIAN_WAYS
from polariscope.crystal.operators.gauss_newton import GAUSS_NEWTON_WAYS
from polariscope.crystal.operators.products import Product, Way
from polariscope.crystal.operators.surface import function_surface, loss_surface
from polariscope.errors import PolariscopeError


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


def test_graphs_are_kept_only_where_all_minibatches_fit(monkeypatch):
    whole = loss_surface(*problem(examples=64)).objective
    cut = loss_surface(*problem(examples=64), batch=4).objective
    block = [range(6)]
    for bound, kept in ((10_000, False), (200_000, True)):
        monkeypatch.setattr(module, "KEEP_BYTES", bound)
        assert [Product(own, HESSIAN_WAYS, block).kept for own in (whole, cut)] == [kept, kept]


def test_a_way_that_fails_gives_place_to_the_next_and_the_first_failure_is_told():
    own = problem()
    objective = loss_surface(*own, dtype="float64").objective

    def fails(*_):
        raise NotImplementedError("derivative for aten::thing is not implemented")

    broken = Way("broken", fails, keeps=True)
    product = Product(objective, [broken, HESSIAN_WAYS[1]], [range(6)])
    assert (product.way, product.kept) == ("forward over reverse", False)
    v = columns(83)
    assert off(product(v), dense_hessian(*own) @ v.numpy()) < 1e-12
    with pytest.raises(
        PolariscopeError, match=r"^model and loss: every operation.*got derivative for aten::thing"
    ):
        Product(objective, [broken, broken], [range(6)])


def test_columns_fall_back_to_one_by_one_where_they_cannot_be_stacked():
    class NoStack(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, slope):
            (x,) = ctx.saved_tensors
            return Cubed.apply(x, slope)

    class Cubed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, slope):
            ctx.save_for_backward(x, slope)
            return 3 * x**2 * slope

        @staticmethod
        def backward(ctx, along):
            x, slope = ctx.saved_tensors
            assert float(along.detach().sum()) == float(along.detach().sum())  # no number under vmap
            return 6 * x * slope * along, 3 * x**2 * along

    surface = function_surface(lambda w: NoStack.apply(w).sum(), torch.tensor([1.0, 2.0]))
    assert torch.equal(surface.product(torch.eye(2)), torch.diag(torch.tensor([6.0, 12.0])))


MEMORY = """
from pathlib import Path
import torch
from torch import nn
from torch.nn import functional
from polariscope.crystal.operators.hessian import hessian

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
