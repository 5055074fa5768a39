"""Every chain's loss and gradient are the surface's own, however they are computed."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from crystal_networks import NETWORKS, fingerprint, generators, problem
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.operators.loss.batches import Minibatch
from polariscope.crystal.operators.loss.surface import function_surface, loss_surface
from polariscope.errors import PolariscopeError

CHAINS = 5


class Branch(nn.Module):
    """A network that asks for a value on the way, which torch cannot map."""

    def __init__(self):
        super().__init__()
        self.inner = problem().model

    def forward(self, x):
        out = self.inner(x)
        return out if out.sum() > 0 else out.sin()


class Shared(nn.Module):
    """One matrix used twice, and one not at all."""

    def __init__(self):
        super().__init__()
        self.read, self.write, self.idle = nn.Linear(4, 3), nn.Linear(4, 3), nn.Linear(2, 2)
        self.write.weight = self.read.weight

    def forward(self, x):
        return self.read(x) * self.write(x).tanh()


class Counting(nn.Module):
    """A network that writes to a buffer before it uses it."""

    def __init__(self):
        super().__init__()
        self.inner = problem().model
        self.register_buffer("calls", torch.ones(()))

    def forward(self, x):
        self.calls.add_(1)
        return self.inner(x) * self.calls


class Flagged(nn.Module):
    """A network that is told by a flag, which is no tensor, what to compute."""

    def __init__(self):
        super().__init__()
        self.inner = problem().model

    def forward(self, x, flag):
        return self.inner(x) if flag else self.inner(x).sin()


def masked(outputs, targets):
    """A mean over examples in which one class counts for nothing: rows under a mask."""
    kept = targets > 0
    return functional.cross_entropy(outputs[kept], targets[kept], reduction="sum") / len(targets)


MODELS = {**NETWORKS, "branch": Branch, "shared": Shared, "counting": Counting}
CHAIN_BY_CHAIN = {"branch"}


def surface_of(kind="mlp", **options):
    own = problem(kind if kind in NETWORKS else "mlp")
    torch.manual_seed(1)
    model = own.model if kind in NETWORKS else MODELS[kind]()
    return loss_surface(model, own.loss, own.data, dtype="float64", **options)


def points_of(surface, chains=CHAINS, width=0.3):
    centre = torch.cat([leaf.reshape(-1) for leaf in surface.objective.leaves])
    noise = torch.randn(chains, surface.size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return centre + width * noise


def plain(surface, points):
    """Losses and gradients by the surface, one shift at a time."""
    objective, losses = surface.objective, []
    centre = torch.cat([leaf.reshape(-1) for leaf in objective.leaves])
    with objective.reading():
        for own in points:
            pieces = own.split(objective.sizes)
            leaves = [piece.view_as(leaf) for piece, leaf in zip(pieces, objective.leaves, strict=True)]
            losses.append(sum(share * float(objective.on(leaves, part)) for share, part in objective.parts()))
    return np.array(losses), np.stack([surface.gradient(own) for own in (points - centre).numpy()])


def assert_same(made, true, tolerance=1e-12):
    for one, other in zip(made, true, strict=True):
        assert one.dtype == torch.float64
        np.testing.assert_allclose(one.numpy(), np.asarray(other), rtol=tolerance, atol=tolerance)


def evaluate(loss, surface, points):
    with surface.objective.reading():
        return loss(points)


@pytest.mark.parametrize(("kind", "batch"), [("mlp", None), *((kind, 5) for kind in MODELS)])
def test_losses_and_gradients_are_those_of_the_surface(kind, batch):
    surface = surface_of(kind, batch=batch)
    loss, points = BatchedLoss(surface.objective), points_of(surface)
    assert loss.mapped is (kind not in CHAIN_BY_CHAIN)
    true = plain(surface, points)
    for _ in range(2):  # the second time from the record
        assert_same(evaluate(loss, surface, points), true)
    assert_same(evaluate(loss, surface, points + 0.1), plain(surface, points + 0.1))


@pytest.mark.parametrize(("kind", "chunk"), [("mlp", 1), ("mlp", 2), ("branch", 3)])
def test_the_memory_decides_the_chunk_and_the_chunk_nothing(kind, chunk):
    surface = surface_of(kind, batch=5)
    points, bytes_a_chain = points_of(surface), BatchedLoss(surface.objective).bytes_a_chain
    loss = BatchedLoss(surface.objective, memory=chunk * bytes_a_chain + bytes_a_chain // 2)
    assert loss.chunk == chunk
    assert_same(evaluate(loss, surface, points), plain(surface, points))


def test_a_bound_below_one_chain_is_refused_with_both_figures():
    surface = surface_of()
    needed = BatchedLoss(surface.objective).bytes_a_chain
    assert BatchedLoss(surface.objective, memory=needed).chunk == 1
    with pytest.raises(PolariscopeError, match=r"^memory: .*12 examples, .* MiB; got .* MiB.*batch=") as caught:
        BatchedLoss(surface.objective, memory=needed - 1)
    assert f"{needed / 2**20:.3g} MiB" in caught.value.rule
    assert BatchedLoss(surface.objective, memory=needed - 1, examples=6).bytes_a_chain < needed


def test_parameters_in_single_precision_keep_it_and_losses_are_doubles():
    own = problem()
    surface = loss_surface(*own)
    losses, gradients = evaluate(BatchedLoss(surface.objective), surface, points_of(surface).float())
    true = plain(loss_surface(*own, dtype="float64"), points_of(surface).float().double())
    assert (losses.dtype, gradients.dtype) == (torch.float64, torch.float32)
    np.testing.assert_allclose(losses, true[0], rtol=2e-6)
    np.testing.assert_allclose(gradients, true[1], atol=2e-6)


def test_parameters_that_are_not_chosen_stay():
    surface = surface_of("mlp", parameters="2.*")
    points = points_of(surface)
    assert points.shape == (CHAINS, 35)
    assert_same(evaluate(BatchedLoss(surface.objective), surface, points), plain(surface, points))


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_function_of_tensors(chunk):
    def function(at):
        return (at["a"] ** 4).sum() + (at["a"][:2] * at["b"].sin().sum()).sum()

    at = {"a": torch.arange(3, dtype=torch.float64), "b": torch.ones(2, 2, dtype=torch.float64)}
    surface = function_surface(function, at)
    memory = chunk * BatchedLoss(surface.objective).bytes_a_chain
    loss, points = BatchedLoss(surface.objective, memory), points_of(surface)
    assert (loss.chunk, loss.mapped) == (chunk, True)
    assert_same(evaluate(loss, surface, points), plain(surface, points))


def test_a_flag_among_the_inputs_is_that_of_each_minibatch():
    x, y = problem().data
    data = [((x[:6], True), y[:6]), ((x[6:], False), y[6:])]
    surface = loss_surface(Flagged(), functional.cross_entropy, data, dtype="float64")
    points = points_of(surface)
    assert_same(evaluate(BatchedLoss(surface.objective), surface, points), plain(surface, points))


def test_rows_under_a_mask_whose_number_changes_with_the_minibatch():
    x, y = problem().data
    y = torch.tensor([0, 0, 1, 0, 0, 2, 1, 1, 0, 1, 2, 2])
    surface = loss_surface(problem().model, masked, (x, y), batch=4, dtype="float64")
    loss, points = BatchedLoss(surface.objective), points_of(surface)
    assert loss.mapped
    true = plain(surface, points)
    assert_same(evaluate(loss, surface, points), true)
    assert not loss.mapped
    assert_same(evaluate(loss, surface, points), true)


def own_minibatches(surface, rows):
    """A minibatch for each chain, of rows (C, b) of all examples."""
    (_, whole) = next(iter(surface.objective.parts()))
    return whole.map(lambda tensor: tensor[rows])


@pytest.mark.parametrize(
    ("kind", "chunk"),
    [("mlp", 3), ("mlp", 100), ("conv", 100), ("branch", 2), ("masked", 100)],
)
def test_on_own_each_chain_has_the_loss_of_its_own_minibatch(kind, chunk):
    own = problem(kind if kind in NETWORKS else "mlp")
    model = Branch() if kind == "branch" else own.model
    criterion = masked if kind == "masked" else own.loss
    surface = loss_surface(model, criterion, own.data, dtype="float64")
    rows = torch.randint(12, (CHAINS, 4), generator=torch.Generator().manual_seed(0))
    loss, points = BatchedLoss(surface.objective), points_of(surface)
    loss.chunk = min(loss.chunk, chunk)
    with surface.objective.reading():
        made = loss.on_own(points, own_minibatches(surface, rows))
    for k in range(CHAINS):
        part = loss_surface(model, criterion, tuple(tensor[rows[k]] for tensor in own.data), dtype="float64")
        true = plain(part, points[k : k + 1])
        assert_same((made[0][k : k + 1], made[1][k : k + 1]), true)


@pytest.mark.parametrize("kind", ["mlp", "conv", "branch", "counting"])
def test_model_and_generators_stay_as_they_are(kind):
    own = problem(kind if kind in NETWORKS else "mlp")
    model = own.model if kind in NETWORKS else MODELS[kind]()
    surface = loss_surface(model, own.loss, own.data)
    before = fingerprint(model), generators()
    loss = BatchedLoss(surface.objective)
    points = points_of(surface).float()
    kept = points.clone()
    evaluate(loss, surface, points)
    assert (fingerprint(model), generators()) == before
    assert torch.equal(points, kept)
    assert not points.requires_grad
    surface.objective.check_unchanged()


@pytest.mark.parametrize("inner", [Branch, lambda: problem().model])
def test_the_model_is_unchanged_after_an_exception_too(inner):
    class Failing(nn.Module):
        fail = False

        def __init__(self):
            super().__init__()
            self.inner = inner()

        def forward(self, x):
            if self.fail:
                raise ArithmeticError("out of order")
            return self.inner(x)

    model = Failing()
    surface = loss_surface(model, *list(problem())[1:])
    loss, before = BatchedLoss(surface.objective), fingerprint(model)
    model.fail = True
    with pytest.raises(ArithmeticError, match="out of order"):
        evaluate(loss, surface, points_of(surface).float())
    with pytest.raises(ArithmeticError, match="out of order"):
        BatchedLoss(surface.objective)
    assert fingerprint(model) == before


def test_a_call_changes_neither_minibatch_nor_what_came_before():
    surface = surface_of(batch=5)
    loss, points = BatchedLoss(surface.objective), points_of(surface)
    first = evaluate(loss, surface, points)
    kept = [each.clone() for each in first]
    evaluate(loss, surface, points + 1)
    assert all(torch.equal(one, other) for one, other in zip(first, kept, strict=True))
    part = Minibatch(*(each.expand(CHAINS, *each.shape).clone() for each in problem().data), 12)
    copies = [each.clone() for each in part.tensors()]
    with surface.objective.reading():
        loss.on_own(points, part.map(lambda each: each.double() if each.is_floating_point() else each))
    assert all(torch.equal(one, other) for one, other in zip(part.tensors(), copies, strict=True))


def test_how_many_examples_of_one_chain_keep_within_the_memory():
    surface = surface_of()
    for examples in (4, 12):
        own = BatchedLoss(surface.objective, examples=examples).bytes_a_chain
        assert BatchedLoss(surface.objective, memory=3 * own, examples=examples).most == 3 * examples
        assert BatchedLoss(surface.objective, memory=2 * own - 1, examples=examples).most == 2 * examples - 1


def test_chains_that_fit_for_a_minibatch_are_fewer_where_the_data_is_longer(monkeypatch):
    surface = surface_of()
    memory = 4 * BatchedLoss(surface.objective, examples=3).bytes_a_chain
    loss, points, seen = BatchedLoss(surface.objective, memory, examples=3), points_of(surface), []
    evaluated = loss._evaluate

    def counted(points, *rest):
        seen.append(len(points))
        return evaluated(points, *rest)

    monkeypatch.setattr(loss, "_evaluate", counted)
    assert loss.chunk == 4
    assert_same(evaluate(loss, surface, points), plain(surface, points))
    assert seen == [1] * CHAINS
    seen.clear()
    with surface.objective.reading():
        loss.on_own(points, own_minibatches(surface, torch.zeros(CHAINS, 3, dtype=torch.long)))
    assert seen == [4, 1]
