"""The surface's value, slope and products are those of torch, at the parameters it was built at."""

import numpy as np
import pytest
import torch
from torch import nn

from crystal_networks import NETWORKS, dense_hessian, fingerprint, generators, off, problem
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import function_surface, loss_surface
from polariscope.errors import PolariscopeError


def torch_gradient(own) -> np.ndarray:
    model, loss, (x, y) = own
    made = torch.autograd.grad(loss(model(x), y), list(model.parameters()))
    return torch.cat([piece.flatten() for piece in made]).numpy()


@pytest.mark.parametrize("batch", [None, 5])
@pytest.mark.parametrize("kind", NETWORKS)
def test_loss_and_gradient_are_torchs(kind, batch):
    own = problem(kind)
    surface = loss_surface(*own, batch=batch)
    model, loss, (x, y) = own
    assert surface.loss() == pytest.approx(loss(model(x), y).item(), rel=1e-6)
    assert off(surface.gradient(), torch_gradient(own)) < 2e-6
    assert surface.gradient().dtype == np.float64


def test_slices_say_where_each_parameter_lies():
    own = problem()
    surface = loss_surface(*own)
    gradient = surface.gradient()
    assert surface.names == tuple(dict(own.model.named_parameters()))
    assert surface.size == gradient.size == 83
    whole = torch_gradient(own)
    for name, piece in surface.parameter_slices.items():
        assert piece.stop - piece.start == own.model.get_parameter(name).numel()
        np.testing.assert_allclose(gradient[piece], whole[piece], atol=1e-6)
    bias = loss_surface(*own, parameters="2.bias")
    assert off(bias.gradient(), gradient[surface.parameter_slices["2.bias"]]) < 2e-6


def test_a_shift_moves_the_parameters():
    own = problem()
    surface = loss_surface(*own, dtype="float64")
    shift = np.random.default_rng(0).standard_normal(83)
    with torch.no_grad():
        pieces = torch.from_numpy(shift).float().split([one.numel() for one in own.model.parameters()])
        moved = surface.gradient(shift)
        for parameter, piece in zip(own.model.parameters(), pieces, strict=True):
            parameter.add_(piece.view_as(parameter))
    assert off(moved, torch_gradient(own)) < 1e-5
    assert off(moved, loss_surface(*own).gradient()) < 1e-5


@pytest.mark.parametrize("shape", [(83,), (83, 1), (83, 4)])
def test_torch_products_keep_shape_and_dtype(shape):
    own = problem()
    surface = loss_surface(*own, batch=7)
    v = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    made = surface.product(v)
    assert (made.shape, made.dtype) == (torch.Size(shape), torch.float32)
    assert off(made, dense_hessian(*own) @ v.numpy()) < 2e-6
    assert surface.in_double().product(v).dtype == torch.float64
    assert off(surface.in_double().product(v), dense_hessian(*own) @ v.numpy()) < 1e-12


@pytest.mark.parametrize("shape", [(4, 83), (82,), (83, 2, 2), ()])
def test_vectors_of_another_shape_are_refused(shape):
    with pytest.raises(PolariscopeError, match=r"^vectors: \(83,\) or \(83, k\)"):
        loss_surface(*problem()).product(torch.ones(shape))


def test_training_on_ends_a_surface_and_its_operators():
    own = problem()
    surface, operator = loss_surface(*own), hessian(*own)
    surface.product(torch.ones(83))
    operator @ np.ones(83)
    optimizer = torch.optim.SGD(own.model.parameters(), lr=0.1)
    own.loss(own.model(own.data[0]), own.data[1]).backward()
    optimizer.step()
    for use in (
        surface.gradient,
        surface.in_double,
        lambda: surface.product(torch.ones(83)),
        lambda: operator @ np.ones(83),
    ):
        with pytest.raises(PolariscopeError, match=r"^0\.weight: parameters stay as they were.*build it anew"):
            use()


class Scaled(nn.Linear):
    """A layer with a buffer."""

    def __init__(self):
        super().__init__(4, 5)
        self.register_buffer("scale", torch.ones(5))

    def forward(self, x):
        return super().forward(x) * self.scale


@pytest.mark.parametrize("way", ["reverse over reverse", "forward over reverse"])
@pytest.mark.parametrize(
    ("which", "match"),
    [
        ("frozen", r"^1\.weight: parameters stay as they were.*copy\.deepcopy"),
        ("buffer", r"^0\.scale: buffers stay as they were.*copy\.deepcopy"),
        ("inputs", r"^data: data stay as they were.*clones"),
        ("targets", r"^data: data stay as they were.*clones"),
    ],
)
@pytest.mark.parametrize("batch", [None, 5])
def test_whatever_else_is_written_to_ends_them_too(which, match, way, batch):
    model = nn.Sequential(Scaled(), nn.Linear(5, 3))
    model[1].weight.requires_grad_(False)
    x, y = (part.clone() for part in problem().data)
    surface = loss_surface(model, nn.functional.cross_entropy, (x, y), batch=batch, dtype="float64")
    operator = hessian(model, nn.functional.cross_entropy, (x, y), batch=batch, way=way)
    operator @ np.ones(28)
    with torch.no_grad():
        {"frozen": model[1].weight, "buffer": model[0].scale, "inputs": x, "targets": y}[which].mul_(0)
    for use in (lambda: operator @ np.ones(28), surface.gradient, surface.in_double):
        with pytest.raises(PolariscopeError, match=match):
            use()


@pytest.mark.parametrize("way", ["reverse over reverse", "forward over reverse"])
def test_a_buffer_that_is_put_in_the_place_of_another_changes_nothing(way):
    model = nn.Sequential(Scaled(), nn.Linear(5, 3))
    operator = hessian(model, nn.functional.cross_entropy, problem().data, way=way)
    before = operator @ np.ones(operator.size)
    model[0].scale = torch.full((5,), 3.0)
    np.testing.assert_array_equal(operator @ np.ones(operator.size), before)


def test_the_caller_may_be_without_gradients_or_in_half_precision_arithmetic():
    own = problem("causal")
    v = torch.ones(loss_surface(*own).size)
    surface = loss_surface(*own)
    plain = surface.loss(), surface.gradient(), surface.product(v)
    for around in (torch.no_grad(), torch.inference_mode(), torch.autocast("cpu", torch.bfloat16)):
        with around:
            within = loss_surface(*own)
            made = within.loss(), within.gradient(), within.product(v), surface.product(v)
        assert made[0] == plain[0]
        np.testing.assert_array_equal(made[1], plain[1])
        assert torch.equal(made[2], plain[2])
        assert torch.equal(made[3], plain[2])


def test_nothing_of_the_callers_is_changed():
    own = problem("conv")
    before = fingerprint(own.model), generators()
    surface = loss_surface(*own, batch=5, dtype="float64")
    surface.gradient(np.ones(surface.size))
    surface.product(torch.ones(surface.size))
    assert (fingerprint(own.model), generators()) == before


def test_a_function_of_tensors_is_a_surface_too():
    point = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor(3.0, dtype=torch.bfloat16)}
    surface = function_surface(lambda w: (w["a"] ** 2).sum() * w["b"], point)
    assert surface.loss() == 15.0
    np.testing.assert_array_equal(surface.gradient(), [6.0, 12.0, 5.0])
    assert surface.parameter_slices == {"a": slice(0, 2), "b": slice(2, 3)}
    assert surface.objective.dtype == torch.float32


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"model": lambda x: x}, r"^model: a torch\.nn\.Module; got function"),
        ({"loss": "mse"}, r"^loss: something that can be called; got str"),
        ({"reduction": "none"}, r'^reduction: "mean" or "sum"; got none'),
        ({"model": nn.Linear(2, 2, device="meta")}, r"^model: parameters lie on one device; got meta"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(change, match):
    model, loss, data = problem()
    given = {"model": model, "loss": loss, "data": data} | change
    with pytest.raises(PolariscopeError, match=match):
        loss_surface(**given)
