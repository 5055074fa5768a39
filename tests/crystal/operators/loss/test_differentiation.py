"""Derivatives by graphs and by dual numbers are those of closed forms; a graph holds no value it does not need."""

import gc
import weakref

import pytest
import torch

from polariscope.crystal.operators.loss.differentiation import (
    HESSIAN_WAYS,
    choose_ways,
    differentiate,
    edges,
    pull,
    push,
    replaced,
)
from polariscope.errors import PolariscopeError


def cubes() -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    leaves = [torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor(3.0, requires_grad=True)]
    return leaves, list(differentiate((leaves[0] ** 3).sum() + 5 * leaves[1], leaves))


@pytest.mark.parametrize("many", [False, True])
def test_a_graph_is_gone_through_again_and_again(many):
    leaves, slopes = cubes()
    assert torch.equal(slopes[0], torch.tensor([3.0, 12.0]))
    ends = edges(slopes)
    assert ends[1] is None
    along = [torch.eye(2), torch.ones(2)] if many else [torch.tensor([1.0, 10.0]), torch.tensor(1.0)]
    for _ in range(2):
        curved, flat = pull(ends, leaves, along, many=many)
        assert torch.equal(curved, torch.diag(torch.tensor([6.0, 12.0])) if many else torch.tensor([6.0, 120.0]))
        assert float(flat.abs().max()) == 0


def test_the_gradients_own_memory_is_freed():
    leaves, slopes = cubes()
    ends, value = edges(slopes), weakref.ref(slopes[0])
    del slopes
    gc.collect()
    assert value() is None
    assert torch.equal(pull(ends[:1], leaves[:1], [torch.ones(2)], many=False)[0], torch.tensor([6.0, 12.0]))


def test_constants_have_no_derivative():
    leaves, _ = cubes()
    assert [float(own.abs().max()) for own in pull([None], leaves, [torch.ones(2)], many=False)] == [0, 0]
    (moved,) = push(lambda values: [torch.ones(3)], [torch.ones(2)], [torch.ones(2)])
    assert torch.equal(moved, torch.zeros(3))


def test_dual_numbers_carry_a_direction():
    (moved,) = push(lambda values: [values[0] ** 2], [torch.tensor([1.0, 3.0])], [torch.tensor([1.0, 2.0])])
    assert torch.equal(moved, torch.tensor([2.0, 12.0]))


def test_others_are_put_at_their_places():
    made = replaced([torch.tensor(float(i)) for i in range(4)], (3, 1), [torch.tensor(30.0), torch.tensor(10.0)])
    assert [float(own) for own in made] == [0, 10, 2, 30]


def test_ways_are_chosen_by_name():
    assert choose_ways(HESSIAN_WAYS, None) == list(HESSIAN_WAYS)
    assert choose_ways(HESSIAN_WAYS, "forward over reverse") == [HESSIAN_WAYS[1]]
    with pytest.raises(PolariscopeError, match=r"^way: one of"):
        choose_ways(HESSIAN_WAYS, "forward")
