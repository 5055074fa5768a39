"""The polygons of superposition: minima of the expected loss, with the known losses and flatness."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from torch.func import functional_call, grad, jacrev, vmap

from crystal_networks import generators
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.specimens.superposition import expected_squares, superposition
from polariscope.errors import PolariscopeError

# Losses and coefficients from Chen et al. (arXiv 2310.06301), the losses recomputed.
KNOWN = [("5", 0.068744, 7.0), ("5+", 0.061799, 8.5), ("6", 0.048192, 8.5)]


def loss_at(subject, weight, bias):
    model, loss, (inputs, targets) = subject
    return float(loss(functional_call(model, {"weight": weight, "bias": bias}, (inputs,)), targets))


def weights(subject):
    return subject.model.weight.detach(), subject.model.bias.detach()


def expected_loss(weight, bias, magnitudes=40_000):
    """Mean over features and magnitudes by the plainest of rules, apart from the data."""
    weight, bias = weight.numpy(), bias.numpy()
    a = (np.arange(magnitudes) + 0.5)[:, None] / magnitudes
    overlaps = weight.T @ weight
    means = []
    for feature in range(6):
        errors = np.maximum(a * overlaps[feature] + bias, 0) - a * np.eye(6)[feature]
        means.append((errors**2).sum(axis=1).mean())
    return np.mean(means)


@pytest.mark.parametrize(("polygon", "loss", "coefficient"), KNOWN)
def test_losses_are_the_known_ones_and_the_data_give_the_expectation(polygon, loss, coefficient):
    subject = superposition(polygon)
    found = loss_at(subject, *weights(subject))
    assert found == pytest.approx(loss, abs=1.5e-6)
    assert found == pytest.approx(expected_loss(*weights(subject)), abs=1e-9)
    inputs, targets = subject.data
    assert torch.equal(inputs, torch.eye(6, dtype=torch.float64))
    assert torch.equal(targets, inputs)


LINES = [
    (slope, intercept) for slope in (1.7, 0.9, 1e-7, -1e-7, -0.4, -2.0) for intercept in (0.5, 1e-8, -1e-8, -0.6)
]
LEVEL = [(0.0, 0.5), (0.0, 0.0), (0.0, -0.5), (1e-300, 0.5), (1e-300, -5e-301), (-1e-300, 5e-301), (1e-90, -5e-91)]
BENDS = [(0.8, 0.0), (-0.8, 0.0), (0.8, -0.8), (-0.8, 0.8)]
"""Where the line starts or ends at 0."""


def one_line(line, target):
    """The loss of a single output."""
    return expected_squares(line.view(1, 1, 2), torch.full((1, 1), target, dtype=torch.float64))


def lines_of(pairs):
    return torch.tensor(pairs, dtype=torch.float64)


@pytest.mark.parametrize("target", [0.0, 1.0, -0.3])
def test_the_integral_is_that_of_quadrature(target):
    drawn = torch.randn(60, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    changes = 0
    for slope, intercept in [*drawn.tolist(), *LINES, *LEVEL, *BENDS]:
        zero = -intercept / slope if slope else 0.0
        inside = 0 < zero < 1
        changes += inside
        ends = [0.0, zero, 1.0] if inside else [0.0, 1.0]
        parts = [quad(squared, *pair, args=(slope, intercept, target), epsabs=1e-14) for pair in pairwise(ends)]
        found = float(one_line(lines_of([slope, intercept]), target))
        assert found == pytest.approx(sum(part for part, _ in parts), rel=1e-12, abs=1e-15), (slope, intercept)
    assert changes > 20


def squared(a, slope, intercept, target):
    return (target * a - max(slope * a + intercept, 0.0)) ** 2


def test_a_small_positive_corner_keeps_its_digits():
    """p^3/(3 s), of the order of 1e-30 beside a line of the order of 1."""
    for slope, intercept in ((2.0, -2.0 + 2**-33), (-2.0, 2**-33)):
        assert float(one_line(lines_of([slope, intercept]), 0.0)) == pytest.approx(2**-99 / 6, rel=1e-14, abs=0)


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("pairs", [LINES, LEVEL, BENDS], ids=["lines", "level", "bends"])
def test_two_derivatives_are_finite_everywhere_also_when_mapped(pairs, target):
    lines = lines_of(pairs)
    for derivative in (one_line, grad(one_line), jacrev(grad(one_line))):
        mapped = vmap(derivative, (0, None))(lines, target)
        assert mapped.isfinite().all()
        assert torch.equal(mapped, torch.stack([derivative(line, target) for line in lines]))


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_both_derivatives_are_those_of_differences(target):
    step = 1e-6
    # Against a target the second derivative jumps where the line is 0 at a = 1: there is nothing to compare.
    bends = [pair for pair in BENDS if target == 0 or sum(pair) != 0]
    lines = lines_of([*(pair for pair in LINES if abs(pair[0]) > 0.1), (0.0, 0.5), (0.0, -0.5), *bends])
    for line in lines:
        slopes, curvature = grad(one_line)(line, target), jacrev(grad(one_line))(line, target)
        for axis, shift in enumerate(step * torch.eye(2, dtype=torch.float64)):
            ahead, behind = line + shift, line - shift
            values = one_line(ahead, target) - one_line(behind, target)
            assert float(values / (2 * step)) == pytest.approx(float(slopes[axis]), abs=1e-9)
            turned = (grad(one_line)(ahead, target) - grad(one_line)(behind, target)) / (2 * step)
            # It has kinks where the line starts or ends at 0, and the difference sees both sides.
            assert torch.allclose(turned, curvature[axis], rtol=0, atol=1e-5)


@pytest.mark.parametrize("polygon", ["5", "5+", "6"])
def test_the_loss_of_many_weights_is_that_of_each(polygon):
    model, of, (inputs, targets) = superposition(polygon)
    draws = torch.Generator().manual_seed(0)

    def loss(parameters):
        return of(functional_call(model, parameters, (inputs,)), targets)

    def moved(own):
        return own.detach() + 0.3 * torch.randn(5, *own.shape, generator=draws, dtype=torch.float64)

    many = {name: moved(own) for name, own in model.named_parameters()}
    each = [{name: own[i] for name, own in many.items()} for i in range(5)]
    assert torch.allclose(vmap(loss)(many), torch.stack([loss(one) for one in each]), rtol=1e-14, atol=0)
    mapped, plain = vmap(grad(loss))(many), [grad(loss)(one) for one in each]
    for name, own in mapped.items():
        assert torch.allclose(own, torch.stack([one[name] for one in plain]), rtol=0, atol=1e-14)
    for one in each:
        assert float(loss(one)) == pytest.approx(expected_loss(one["weight"], one["bias"]), rel=1e-7)


@pytest.mark.parametrize(("polygon", "loss", "coefficient"), KNOWN)
def test_it_is_a_minimum_and_half_its_curved_directions_are_the_coefficient(polygon, loss, coefficient):
    subject = superposition(polygon)
    model, of, (inputs, targets) = subject
    slopes = torch.autograd.grad(of(model(inputs), targets), list(model.parameters()))
    assert sum(slope.square().sum() for slope in slopes) ** 0.5 < 1e-12
    eigenvalues = np.linalg.eigvalsh(hessian(*subject).dense())
    assert len(eigenvalues) == 18
    assert eigenvalues[0] > -1e-12
    curved = eigenvalues > 1e-12
    assert curved.sum() / 2 == coefficient
    assert eigenvalues[curved].min() > 0.02


@pytest.mark.parametrize(("polygon", "loss", "coefficient"), KNOWN)
def test_no_point_nearby_is_lower(polygon, loss, coefficient):
    subject = superposition(polygon)
    weight, bias = weights(subject)
    here, draws = loss_at(subject, weight, bias), torch.Generator().manual_seed(0)
    for size in (1e-3, 1e-2, 0.05):
        for _ in range(50):
            step = torch.randn(18, generator=draws, dtype=torch.float64) * size
            there = loss_at(subject, weight + step[:12].view(2, 6), bias + step[12:])
            assert there > here - 1e-12


@pytest.mark.parametrize(("polygon", "loss", "coefficient"), KNOWN)
def test_turning_the_plane_changes_nothing(polygon, loss, coefficient):
    subject = superposition(polygon)
    weight, bias = weights(subject)
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    assert loss_at(subject, turn @ weight, bias) == pytest.approx(loss_at(subject, weight, bias), abs=1e-15)


def test_the_unused_feature_of_the_5_gon_is_free_within_the_bounds_said_and_no_further():
    subject = superposition("5")
    weight, bias = weights(subject)
    here = loss_at(subject, weight, bias)
    free, bent = [(0.235, -1.0), (0.0, -0.01), (0.2, -0.3)], [(0.26, -1.0), (0.2, -0.1)]
    for length, level in free + bent:
        moved, lowered = weight.clone(), bias.clone()
        moved[:, 5] = length * weight[:, 0] / weight[:, 0].norm()
        lowered[5] = level
        assert (abs(loss_at(subject, moved, lowered) - here) < 1e-15) == ((length, level) in free)


def test_the_specimen_is_repeatable_whatever_surrounds_it():
    before = generators()
    with torch.inference_mode():
        model, _, data = superposition()
    assert generators() == before
    assert not model.training
    assert all(own.requires_grad and not own.is_inference() for own in model.parameters())
    assert all(tensor.dtype == torch.float64 for tensor in (*data, *model.parameters()))
    again = superposition("6").model.state_dict()
    assert all(torch.equal(own, again[name]) for name, own in model.state_dict().items())


def test_another_polygon_is_refused():
    with pytest.raises(PolariscopeError, match=r"polygon: one of 5, 5\+, 6; got 4. Cure: give 6"):
        superposition("4")
