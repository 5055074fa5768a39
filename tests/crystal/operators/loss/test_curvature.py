"""The way is chosen by what works, graphs are kept by their size, and a failure is told."""

import pytest
import torch

from crystal_networks import dense_hessian, off, problem
from polariscope.crystal.operators.loss import curvature as module
from polariscope.crystal.operators.loss.curvature import Way
from polariscope.crystal.operators.loss.differentiation import HESSIAN_WAYS
from polariscope.crystal.operators.loss.products import Product
from polariscope.crystal.operators.loss.surface import function_surface, loss_surface
from polariscope.errors import PolariscopeError


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
    v = torch.eye(83, dtype=torch.float64)
    assert off(product(v), dense_hessian(*own)) < 1e-12
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
