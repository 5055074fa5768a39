"""The models of degeneracy are their formulas, at the points they say, with nobody else's state touched."""

import numpy as np
import pytest
import torch
from torch.func import functional_call, grad, vmap

from crystal_networks import generators
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.specimens.degenerate import monomial, reduced_rank
from polariscope.errors import PolariscopeError

FIBRE = [(5, 5, 3, 0, 0), (5, 5, 3, 1, 1), (5, 4, 3, 2, 1), (4, 6, 3, 0, 3), (2, 3, 5, 2, 0), (3, 2, 5, 1, 2)]
MADE = [reduced_rank, lambda: reduced_rank(4, 3, 3, 40, rank_first=1, rank_second=2), monomial]


def loss_at(subject, parameters):
    model, loss, (inputs, targets) = subject
    return loss(functional_call(model, parameters, (inputs,)), targets)


def drawn(model, spread=1.0):
    draws = torch.Generator().manual_seed(1)
    shapes = {name: own.shape for name, own in model.named_parameters()}
    return {name: spread * torch.randn(shape, generator=draws) for name, shape in shapes.items()}


@pytest.mark.parametrize(("sizes", "examples"), [((5, 5, 3), 1000), ((2, 7, 4), 30), ((6, 1, 1), 6)])
def test_reduced_rank_is_half_the_square_of_the_product(sizes, examples):
    subject = reduced_rank(*sizes, examples)
    weights = drawn(subject.model)
    product = weights["second.weight"] @ weights["first.weight"]
    assert product.shape == (sizes[1], sizes[0])
    assert loss_at(subject, weights).item() == pytest.approx(float(product.square().sum() / 2), rel=1e-5)
    inputs, targets = subject.data
    assert len(inputs) == len(targets) == examples
    assert torch.allclose(inputs.T @ inputs / examples, torch.eye(sizes[0]), atol=1e-6)
    assert not targets.any()


@pytest.mark.parametrize(("inputs", "outputs", "hidden", "a", "b"), FIBRE)
def test_the_point_is_on_the_fibre_with_the_ranks_asked(inputs, outputs, hidden, a, b):
    """There the Hessian has rank aN + bM - ab, twice the regular part of the local learning coefficient."""
    model, loss, data = reduced_rank(inputs, outputs, hidden, 20, rank_first=a, rank_second=b)
    first, second = model.first.weight.detach(), model.second.weight.detach()
    assert not (second @ first).any()
    assert (torch.linalg.matrix_rank(first), torch.linalg.matrix_rank(second)) == (a, b)
    eigenvalues = np.linalg.eigvalsh(hessian(model, loss, data, dtype="float64").dense())
    assert eigenvalues[0] > -1e-6
    assert (eigenvalues > 0.1).sum() == a * outputs + b * inputs - a * b
    assert np.abs(eigenvalues[eigenvalues < 0.1]).max() < 1e-6


@pytest.mark.parametrize(("inputs", "outputs", "hidden", "a", "b"), FIBRE)
def test_off_the_ranks_a_smaller_problem_of_rank_0_is_left(inputs, outputs, hidden, a, b):
    """With what the ranks use held fast, L = |B' A'|^2 / 2 of sizes M - a, N - b and H - a - b."""
    subject = reduced_rank(inputs, outputs, hidden, 20, rank_first=a, rank_second=b)
    for size in (1.0, 0.1):
        moved, step = dict(subject.model.named_parameters()), drawn(subject.model, size)
        free = slice(a, hidden - b)
        first, second = step["first.weight"][free, a:], step["second.weight"][b:, free]
        moved = {name: own.detach().clone() for name, own in moved.items()}
        moved["first.weight"][free, a:] += first
        moved["second.weight"][b:, free] += second
        left = float((second @ first).square().sum() / 2)
        assert loss_at(subject, moved).item() == pytest.approx(left, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("powers", [(1, 1), (2,), (1, 2, 3)])
def test_a_monomial_is_the_product_of_even_powers(powers):
    subject = monomial(powers)
    assert not subject.model.weights.any()
    weights = drawn(subject.model)
    formula = float((weights["weights"] ** (2 * torch.tensor(powers))).prod())
    assert loss_at(subject, weights).item() == pytest.approx(formula, rel=1e-5)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_one_power_has_its_learning_coefficient_at_every_temperature(power):
    """t E[K] = 1/(2k) under exp(-t w^2k): the integrals by the trapezium rule."""
    subject = monomial((power,))
    grid = torch.linspace(-4, 4, 4001)
    values = vmap(lambda w: loss_at(subject, {"weights": w}))(grid[:, None]).double()
    for scale in (3.0, 300.0):
        density = torch.exp(-scale * values)
        mean = (density * scale * values).sum() / density.sum()
        assert float(mean) == pytest.approx(1 / (2 * power), rel=1e-4)


def test_monomials_are_differentiated_in_a_batch_through_zeros():
    subject = monomial((1, 2))
    points = torch.tensor([[0.0, 0.0], [0.0, 2.0], [3.0, 0.0], [3.0, 2.0]])
    slopes = vmap(grad(lambda w: loss_at(subject, {"weights": w})))(points)
    x, y = points.T
    assert torch.allclose(slopes, torch.stack([2 * x * y**4, 4 * x**2 * y**3], dim=1))


@pytest.mark.parametrize("make", MADE)
def test_specimens_are_repeatable_and_leave_all_else_alone(make):
    before = generators()
    with torch.inference_mode():
        model, _, data = make()
    assert generators() == before
    assert not model.training
    assert all(own.requires_grad and own.grad is None for own in model.parameters())
    assert all(tensor.dtype == torch.float32 for tensor in (*data, *model.parameters()))
    assert not any(tensor.is_inference() for tensor in (*data, *model.parameters()))
    kept = torch.get_default_dtype()
    try:
        torch.set_default_dtype(torch.float64)
        again = make()
    finally:
        torch.set_default_dtype(kept)
    others = (*again.data, *again.model.parameters())
    for own, other in zip((*data, *model.parameters()), others, strict=True):
        assert own.dtype == other.dtype
        assert torch.equal(own, other)


@pytest.mark.parametrize(
    ("make", "argument", "value"),
    [
        (lambda: reduced_rank(inputs=0), "inputs", "0"),
        (lambda: reduced_rank(outputs=2.0), "outputs", "2.0"),
        (lambda: reduced_rank(hidden=True), "hidden", "True"),
        (lambda: reduced_rank(examples=4), "examples", "4"),
        (lambda: reduced_rank(rank_first=-1), "rank_first", "-1"),
        (lambda: reduced_rank(rank_first=4), "rank_first, rank_second", "4 and 0"),
        (lambda: reduced_rank(inputs=2, hidden=4, rank_first=3), "rank_first", "3"),
        (lambda: reduced_rank(outputs=2, hidden=4, rank_second=3), "rank_second", "3"),
        (lambda: reduced_rank(rank_first=2, rank_second=2), "rank_first, rank_second", "2 and 2"),
        (lambda: monomial(()), "powers", "()"),
        (lambda: monomial((1, 0)), "powers", "0"),
        (lambda: monomial((1, 0.5)), "powers", "0.5"),
    ],
)
def test_mistakes_are_named(make, argument, value):
    with pytest.raises(PolariscopeError) as caught:
        make()
    assert (caught.value.argument, caught.value.value) == (argument, value)
