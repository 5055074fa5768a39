"""The Hessian is that of torch's own second derivatives and of closed forms, however it is cut and computed."""

from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from conftest import make_model
from crystal_networks import NETWORKS, Once, dense_hessian, fingerprint, generators, off, problem, token_loss
from polariscope.crystal.operators.loss.hessian import hessian, hessian_of
from polariscope.errors import PolariscopeError

WAYS = ("reverse over reverse", "forward over reverse")
SINGLE, DOUBLE = 2e-6, 1e-12


def test_least_squares_is_twice_the_inputs_second_moments():
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(20, 3, generator=draw, dtype=torch.float64)
    line = nn.Linear(3, 2, bias=False).double()
    made = hessian(line, functional.mse_loss, (x, torch.zeros(20, 2).double())).dense()
    # mse_loss is a mean over outputs too, so that (2/n) X'X is halved.
    np.testing.assert_allclose(made, np.kron(np.eye(2), (x.T @ x / 20).numpy()), atol=1e-14)


def test_logistic_regression_weighs_the_second_moments_by_p_of_1_minus_p():
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(30, 4, generator=draw, dtype=torch.float64)
    y = torch.randint(2, (30, 1), generator=draw).double()
    line = nn.Linear(4, 1, bias=False).double()
    p = torch.sigmoid(line(x)).detach()
    made = hessian(line, functional.binary_cross_entropy_with_logits, (x, y)).dense()
    np.testing.assert_allclose(made, (x.T @ (p * (1 - p) * x) / 30).numpy(), atol=1e-14)


def test_a_quadratic_function_has_its_own_matrix():
    matrix = torch.randn(6, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    made = hessian_of(lambda w: w @ matrix @ w / 2, torch.arange(6.0, dtype=torch.float64))
    np.testing.assert_allclose(made.dense(), ((matrix + matrix.T) / 2).numpy(), atol=1e-14)
    assert made.rounding == np.finfo(np.float64).eps


def test_a_function_of_a_dict_or_a_tuple_has_the_matrix_of_their_entries_in_order():
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([[3.0]])
    by_name = hessian_of(lambda w: (w["a"].sum() * w["b"] ** 2).sum(), {"a": a, "b": b}).dense()
    by_place = hessian_of(lambda w: (w[0].sum() * w[1] ** 2).sum(), (a, b)).dense()
    np.testing.assert_allclose(by_name, [[0, 0, 6], [0, 0, 6], [6, 6, 6]])
    np.testing.assert_array_equal(by_name, by_place)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", NETWORKS)
def test_both_ways_give_the_hessian_that_torch_writes_out(kind, way):
    own = problem(kind)
    true = dense_hessian(*own)
    assert np.abs(true).max() > 0.01
    assert off(hessian(*own, dtype="float64", way=way).dense(), true) < DOUBLE
    single = hessian(*own, way=way)
    assert off(single.dense(), true) < SINGLE
    assert single.rounding == np.finfo(np.float32).eps


@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_the_librarys_transformers_bend_as_their_plain_attention_does(architecture):
    model = make_model(architecture).eval()
    tokens = torch.randint(3, 300, (3, 9), generator=torch.Generator().manual_seed(0))

    def loss(outputs, targets):
        return token_loss(outputs.logits[:, :-1], targets[:, 1:])

    model.set_attn_implementation("sdpa")
    data = {"input_ids": tokens, "use_cache": False}, tokens
    made = hessian(model, loss, data, parameters="*", batch=2)
    v = np.random.default_rng(0).standard_normal(made.size)
    model.set_attn_implementation("eager")
    own = list(model.requires_grad_().parameters())
    slopes = torch.autograd.grad(loss(model(tokens, use_cache=False), tokens), own, create_graph=True)
    pieces = torch.from_numpy(v).float().split([piece.numel() for piece in own])
    along = sum((slope.flatten() * piece).sum() for slope, piece in zip(slopes, pieces, strict=True))
    true = torch.cat([piece.flatten() for piece in torch.autograd.grad(along, own)])
    assert off(made @ v, true.numpy()) < 1e-5


def test_a_recurrent_network_has_one_too():
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.read, self.out = nn.LSTM(2, 3, batch_first=True), nn.Linear(3, 2)

        def forward(self, x):
            return self.out(self.read(x)[0][:, -1])

    draw = torch.Generator().manual_seed(0)
    own = Last(), functional.cross_entropy, (torch.randn(5, 4, 2, generator=draw), torch.tensor([0, 1, 1, 0, 1]))
    assert off(hessian(*own, dtype="float64").dense(), dense_hessian(*own)) < DOUBLE


@pytest.mark.parametrize("kind", ["mlp", "conv", "causal"])
@pytest.mark.parametrize("batch", [1, 5, 12, 100])
def test_minibatches_change_nothing(kind, batch):
    own = problem(kind)
    whole = hessian(*own, dtype="float64").dense()
    assert off(hessian(*own, dtype="float64", batch=batch).dense(), whole) < DOUBLE


def test_a_loader_a_list_and_a_generator_of_batches_are_the_same_data():
    model, loss, (x, y) = problem()
    whole = hessian(model, loss, (x, y)).dense()
    loader = DataLoader(TensorDataset(x, y), batch_size=5)
    pairs = [(x[at : at + 5], y[at : at + 5]) for at in (0, 5, 10)]
    for data in (loader, pairs, tuple(pairs), iter(pairs)):
        assert off(hessian(model, loss, data).dense(), whole) < SINGLE


def test_a_sum_is_as_many_times_the_mean():
    model, loss, data = problem()
    mean = hessian(model, loss, data).dense()
    total = nn.CrossEntropyLoss(reduction="sum")
    assert off(hessian(model, total, data, batch=5, reduction="sum").dense(), 12 * mean) < SINGLE


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(["mlp", "causal"]), columns=st.integers(1, 9))
def test_products_are_linear_and_symmetric(seed, kind, columns):
    operator = hessian(*problem(kind), dtype="float64")
    draw = np.random.default_rng(seed)
    u, v = draw.standard_normal((2, operator.size, columns))
    a, b = draw.standard_normal(2)
    made = operator @ u, operator @ v
    np.testing.assert_allclose(operator @ (a * u + b * v), a * made[0] + b * made[1], atol=1e-12)
    np.testing.assert_allclose(u.T @ made[1], (v.T @ made[0]).T, atol=1e-12)


def test_columns_are_what_single_vectors_are_whatever_their_memory():
    operator = hessian(*problem(), dtype="float64")
    v = np.random.default_rng(0).standard_normal((operator.size, 7))
    one_by_one = np.stack([operator @ column for column in v.T], axis=1)
    v.setflags(write=False)
    for same in (v, np.asfortranarray(v)):
        np.testing.assert_allclose(operator @ same, one_by_one, atol=1e-14)
    np.testing.assert_allclose(operator @ v[:, ::-1], one_by_one[:, ::-1], atol=1e-14)


def test_chosen_parameters_give_the_submatrix():
    own = problem()
    whole = dense_hessian(*own)
    sizes = {name: parameter.numel() for name, parameter in own.model.named_parameters()}
    ends = np.cumsum([0, *sizes.values()])
    places = dict(zip(sizes, (np.arange(*ends[i : i + 2]) for i in range(len(sizes))), strict=True))
    for patterns in ("2.*", ("4.bias", "0.weight"), "*.bias"):
        chosen = hessian(*own, parameters=patterns, dtype="float64")
        names = {"2.*": ["2.weight", "2.bias"], "*.bias": ["0.bias", "2.bias", "4.bias"]}
        rows = np.concatenate([places[name] for name in names.get(patterns, ["0.weight", "4.bias"])])
        assert off(chosen.dense(), whole[np.ix_(rows, rows)]) < DOUBLE


def test_parameters_that_require_no_gradient_are_left_out_unless_named():
    own = problem()
    own.model[0].requires_grad_(False)
    whole = dense_hessian(*own)
    assert off(hessian(*own, dtype="float64").dense(), whole[30:, 30:]) < DOUBLE
    assert off(hessian(*own, dtype="float64", parameters="*").dense(), whole) < DOUBLE
    assert not own.model[0].weight.requires_grad


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("blocks", "ends"),
    [
        ("layer", [0, 30, 65, 83]),
        ("parameter", [0, 24, 30, 60, 65, 80, 83]),
        ((("0.*", "2.*"), "4.*"), [0, 65, 83]),
    ],
)
def test_blocks_leave_zeros_between_them(blocks, ends, way):
    own = problem()
    true = dense_hessian(*own)
    mask = np.zeros_like(true)
    for start, stop in pairwise(ends):
        mask[start:stop, start:stop] = 1
    made = hessian(*own, blocks=blocks, dtype="float64", batch=5, way=way)
    assert off(made.dense(), true * mask) < DOUBLE
    assert np.abs(true * (1 - mask)).max() > 0.01


class Tied(nn.Module):
    """A readout that is the embedding, transposed."""

    def __init__(self):
        super().__init__()
        self.embed, self.out = nn.Embedding(4, 3), nn.Linear(3, 4, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, x):
        return self.out(torch.tanh(self.embed(x)))


def test_a_shared_parameter_is_one_parameter_by_either_name():
    own = Tied(), functional.cross_entropy, (torch.arange(4), torch.tensor([1, 2, 3, 0]))
    true = dense_hessian(*own)
    assert true.shape == (12, 12)
    for patterns in (None, "embed.*", "out.*", "*"):
        assert off(hessian(*own, parameters=patterns, dtype="float64").dense(), true) < DOUBLE


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_in_single(half):
    model, loss, (x, y) = problem()
    rounded = model.to(half)
    made = hessian(rounded, loss, (x.to(half), y))
    true = hessian(deepcopy(rounded).float(), loss, (x.to(half).float(), y))
    np.testing.assert_array_equal(made.dense(), true.dense())
    assert {own.dtype for own in rounded.parameters()} == {half}


def test_inputs_may_be_one_tensor_a_tuple_or_a_dict():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(2, 2), nn.Linear(3, 2)

        def forward(self, left, right, scale=1.0):
            return scale * (self.a(left).tanh() + self.b(right).tanh())

    draw = torch.Generator().manual_seed(0)
    left, right = torch.randn(6, 2, generator=draw), torch.randn(6, 3, generator=draw)
    y, model = torch.zeros(6, 2), Sum()
    by_place = hessian(model, functional.mse_loss, ((left, right), y), batch=4).dense()
    by_name = hessian(model, functional.mse_loss, ({"right": right, "left": left}, y), batch=4).dense()
    np.testing.assert_array_equal(by_place, by_name)
    doubled = hessian(
        model, functional.mse_loss, ({"right": right, "left": left, "scale": 2.0}, y), batch=4
    ).dense()
    assert off(doubled, by_place) > 0.5


def test_one_parameter_is_enough_and_an_unused_one_is_flat():
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.idle = nn.Parameter(torch.tensor(3.0)), nn.Parameter(torch.ones(2))

        def forward(self, x):
            return self.c * x

    own = Scale(), functional.mse_loss, (torch.tensor([1.0, 2.0]), torch.zeros(2))
    assert hessian(*own, parameters="c").dense() == pytest.approx(np.array([[5.0]]))
    np.testing.assert_allclose(hessian(*own).dense(), np.diag([5.0, 0, 0]))
    model, _, data = own
    for way in WAYS:
        made = hessian(model, lambda outputs, targets: outputs.square().mean(), data, way=way).dense()
        np.testing.assert_allclose(made, np.diag([5.0, 0, 0]))


def test_a_loss_without_curvature_gives_zero():
    line = nn.Linear(2, 1)
    for way in WAYS:
        made = hessian(line, lambda out, y: (out * y).mean(), (torch.eye(2), torch.ones(2, 1)), way=way)
        np.testing.assert_array_equal(made.dense(), np.zeros((3, 3)))


def test_the_model_and_all_generators_are_as_before_also_after_an_exception():
    own = problem("conv")
    own.model(own.data[0]).sum().backward()
    own.model[1].requires_grad_(False)
    before = fingerprint(own.model), generators()
    loader = DataLoader(TensorDataset(*own.data), batch_size=5)
    operator = hessian(own.model, own.loss, loader, dtype="float64")
    operator @ np.ones(operator.size)

    def fails(outputs, targets):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hessian(own.model, fails, own.data)
    with pytest.raises(PolariscopeError):
        hessian(own.model, lambda outputs, targets: outputs, own.data)
    assert (fingerprint(own.model), generators()) == before


def test_a_point_without_second_derivatives_is_named():
    operator = hessian_of(lambda w: w.norm() + w.square().sum(), torch.zeros(3))
    with pytest.raises(PolariscopeError, match=r"second derivatives exist at the parameters; got nan"):
        operator @ np.ones(3)


def test_an_operation_without_second_derivative_is_named():
    with pytest.raises(PolariscopeError, match=r"has a second derivative; got .*once_differentiable"):
        hessian_of(lambda w: Once.apply(w).square().sum(), torch.ones(2))


@pytest.mark.parametrize("at", [3.0, torch.tensor([1, 2]), {}, (torch.ones(2), 1.0), np.ones(3)])
def test_a_point_that_holds_no_tensors_of_floats_is_refused(at):
    with pytest.raises(PolariscopeError, match=r"^at: tensors of floating point"):
        hessian_of(lambda w: w.sum(), at)


def test_an_unknown_way_is_refused_by_the_known_ones():
    with pytest.raises(PolariscopeError, match=r'^way: one of "reverse over reverse" or "forward over reverse"'):
        hessian(*problem(), way="sideways")
