"""The whole estimate: closed forms at finite temperature, repetition, subsets, matched and weighted losses."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from polariscope.crystal.degeneracy.coefficient import read_chains
from polariscope.crystal.degeneracy.exact.monomial import monomial_value
from polariscope.crystal.degeneracy.exact.quadratic import quadratic_value
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.local import local_learning_coefficient
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.sampling.batched_loss import BatchedLoss
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.specimens.degenerate import monomial, reduced_rank
from polariscope.crystal.specimens.superposition import superposition
from polariscope.errors import PolariscopeError

FEW = 20
"""Exactly white examples of a reduced-rank regression: how many there are does not change its loss."""


def found_near(found, exact, within=0.0):
    """4 standard errors, and what the sampler's own bias is allowed."""
    assert found.reasons == ()
    assert abs(found.value - exact) < 4 * found.standard_error + within * exact, (found.value, exact)


@pytest.mark.parametrize(("sizes", "scale"), [((5, 5, 3), 145.0), ((4, 6, 1), 145.0), ((3, 3, 3), 1000.0)])
def test_hmc_finds_the_exact_value_of_reduced_rank_regression(sizes, scale):
    exact = reduced_rank_value(*sizes, t=scale)
    subject = reduced_rank(*sizes, examples=FEW)
    found = local_learning_coefficient(*subject, temperature=FEW / scale, chains=48, draws=250)
    found_near(found, exact.value)
    assert found.standard_error < 0.02 * exact.value
    assert abs(found.virial.value - 1) < 4 * found.virial.standard_error


def test_the_exact_value_is_not_the_threshold():
    """A test against the RLCT would have to allow more than the sampler's whole error."""
    exact, threshold = reduced_rank_value(5, 5, 3, t=145.0), 6.5
    found = local_learning_coefficient(*reduced_rank(examples=FEW), temperature=FEW / 145, chains=48, draws=250)
    assert abs(found.value - exact.value) < 4 * found.standard_error < threshold - found.value


def test_sgld_finds_it_too_within_its_bias():
    exact = reduced_rank_value(5, 5, 3, t=145.0)
    found = local_learning_coefficient(
        *reduced_rank(examples=FEW), sampler="sgld", temperature=FEW / 145, chains=48, acceptance=0.97
    )
    found_near(found, exact.value, within=0.03)


@pytest.mark.parametrize(("powers", "scale"), [((1,), 145.0), ((1, 1), 145.0), ((1, 2), 100.0)])
def test_hmc_finds_the_exact_value_of_monomials(powers, scale):
    model, loss, data = monomial(powers)
    found = local_learning_coefficient(model, loss, data, temperature=len(data[0]) / scale, chains=64, draws=400)
    found_near(found, monomial_value(powers, t=scale).value)


@pytest.mark.parametrize(("polygon", "coefficient"), [("5", 7.0), ("5+", 8.5), ("6", 8.5)])
def test_the_toy_model_of_superposition_comes_out(polygon, coefficient):
    """t = 1e5 and a localisation of 100: near enough to the limit for 5 %."""
    subject = superposition(polygon)
    temperature = len(subject.data[0]) / 1e5
    settings = {"temperature": temperature, "localization": 100.0, "chains": 16, "draws": 80}
    found = local_learning_coefficient(*subject, **settings)
    found_near(found, coefficient, within=0.05)


def linear(curvatures, dtype=torch.float64):
    """L = sum c_i w_i^2 / 2, from n = 8 examples."""
    size = len(curvatures)
    inputs = torch.linalg.qr(
        torch.randn(8, size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    )[0]
    inputs = (inputs * math.sqrt(8) * torch.tensor(curvatures, dtype=torch.float64).sqrt()).to(dtype)
    model = nn.Linear(size, 1, bias=False).to(dtype)
    nn.init.zeros_(model.weight)
    return model, lambda outputs, targets: mse_loss(outputs, targets) / 2, (inputs, torch.zeros(8, 1, dtype=dtype))


def test_the_standard_error_covers_by_repetition():
    """60 estimates of 8 chains each, in one run: their 90 % intervals hold the truth in about 54 cases."""
    curvatures, scale = [1.0, 0.3, 0.1], 50.0
    local = open_local(*linear(curvatures))
    settings = make_settings(chains=8 * 60, draws=60, burn_in=60, temperature=8 / scale, seed=5)
    chains, start = local.sample(settings), local.start()
    truth = quadratic_value(curvatures, t=scale, localization=1.0).value
    told = {"start": start, "scale": scale, "localization": 1.0, "size": 3, "level": 0.9}
    found = [read_chains(chains.of(np.arange(8 * k, 8 * k + 8)), **told) for k in range(60)]
    held = sum(each.low <= truth <= each.high for each in found)
    # Beyond these lie less than 1 in 1,000 of a binomial (60, 0.9).
    assert 45 <= held <= 60
    spread = np.std([each.value for each in found], ddof=1)
    assert 0.7 < np.mean([each.standard_error for each in found]) / spread < 1.4


def two_layers():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
        inputs = torch.randn(12, 3, dtype=torch.float64)
    return model, mse_loss, (inputs, model(inputs).detach())


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
def test_a_subset_agrees_with_a_model_in_which_the_rest_is_frozen(sampler):
    settings = {"sampler": sampler, "chains": 6, "draws": 30, "seed": 3}
    chosen = local_learning_coefficient(*two_layers(), parameters="2.*", **settings)
    model, loss, data = two_layers()
    for parameter in model[0].parameters():
        parameter.requires_grad_(False)
    frozen = local_learning_coefficient(model, loss, data, **settings)
    assert chosen.chains.excess.tobytes() == frozen.chains.excess.tobytes()
    assert chosen.start == frozen.start


def test_a_slice_agrees_with_a_model_of_that_slice_alone():
    """Parameters that stay are as good as none: two of four curvatures are left."""
    curvatures, scale = [2.0, 1.0, 0.5, 0.25], 40.0
    found = local_learning_coefficient(
        *linear(curvatures), parameters="weight[:, 1:3]", temperature=8 / scale, chains=48, draws=100
    )
    found_near(found, quadratic_value(curvatures[1:3], t=scale, localization=1.0).value)
    assert (found.start.largest, found.start.smallest) == pytest.approx((1.0, 0.5))


def test_weights_weigh_and_none_are_ones():
    model, loss, data = linear([1.0, 0.5])
    settings = {"temperature": 0.2, "chains": 4, "draws": 20, "curvature": False, "seed": 1}
    plain = local_learning_coefficient(model, loss, data, **settings)
    ones = local_learning_coefficient(model, loss, data, weights=torch.full((8,), 3.0), **settings)
    np.testing.assert_allclose(ones.chains.excess, plain.chains.excess, rtol=1e-6)
    half = torch.tensor([1.0] * 4 + [0.0] * 4)
    left_out = local_learning_coefficient(model, loss, data, weights=half, **settings)
    kept = (data[0][:4], data[1][:4])
    fewer = local_learning_coefficient(model, loss, kept, **(settings | {"temperature": 0.1}))
    np.testing.assert_allclose(left_out.chains.excess, fewer.chains.excess, rtol=1e-6)


def classifier(confidence):
    """The same decisions, more or less sure of themselves."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Linear(3, 4, bias=False).double()
        inputs = torch.randn(40, 3, dtype=torch.float64)
    with torch.no_grad():
        targets = model(inputs).argmax(1)
        model.weight *= confidence
    return model, cross_entropy, (inputs, targets)


def test_checkpoints_of_one_confidence_are_one_when_matched():
    """Scaling the last layer changes what chains see; matching the training loss takes that out of the loss."""
    starts = []
    for confidence in (2.0, 8.0):
        model, loss, data = classifier(confidence)
        local = open_local(model, loss, data, matched=0.5)
        starts.append((local.start().loss, local.logit_scale * confidence))
        assert open_local(model, loss, data).start().loss != pytest.approx(0.5, rel=1e-3)
    assert starts[0] == pytest.approx(starts[1], rel=1e-4)
    assert starts[0][0] == pytest.approx(0.5, rel=1e-5)


def test_chunks_change_nothing_beyond_rounding():
    model, loss, data = two_layers()
    # Trajectories part exponentially, so that rounding shows after some tens of draws.
    settings = {"chains": 7, "draws": 8, "seed": 2, "curvature": False}
    whole = local_learning_coefficient(model, loss, data, **settings)
    with pytest.raises(PolariscopeError) as caught:
        local_learning_coefficient(model, loss, data, memory=10, **settings)
    assert caught.value.argument == "memory"
    assert "MiB" in str(caught.value)
    for memory in (3_000, 6_000, 20_000):
        cut = local_learning_coefficient(model, loss, data, memory=memory, **settings)
        np.testing.assert_allclose(cut.chains.excess, whole.chains.excess, rtol=1e-6, atol=1e-9)


def test_minibatches_of_hmc_change_nothing_beyond_rounding():
    model, loss, data = two_layers()
    settings = {"chains": 4, "draws": 8, "curvature": False}
    whole = local_learning_coefficient(model, loss, data, **settings)
    cut = local_learning_coefficient(model, loss, data, batch=5, **settings)
    np.testing.assert_allclose(cut.chains.excess, whole.chains.excess, rtol=1e-6, atol=1e-9)


def test_the_model_and_the_generators_stay_as_they_were():
    model, loss, data = two_layers()
    before = [parameter.clone() for parameter in model.parameters()]
    state = torch.get_rng_state().clone()
    local_learning_coefficient(model, loss, data, chains=2, draws=4)
    assert all(torch.equal(*pair) for pair in zip(model.parameters(), before, strict=True))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_start_that_is_no_minimum_is_said():
    model, loss, (inputs, targets) = two_layers()
    found = local_learning_coefficient(model, loss, (inputs, targets + 1), chains=4, draws=20, localization=1e6)
    assert "slope" in {doubt.code for doubt in found.doubts}
    fallen = local_learning_coefficient(model, loss, (inputs, targets + 5), chains=4, draws=100, temperature=1e-3)
    assert math.isnan(fallen.value)
    assert "left" in {reason.code for reason in fallen.reasons}


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.calls = nn.Parameter(torch.ones(1)), 0

    def forward(self, inputs):
        self.calls += 1
        return inputs * self.weight * self.calls


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"temperature": 0.0}, "temperature"),
        ({"step": -1.0}, "step"),
        ({"localization": 0.0}, "localization"),
        ({"chains": 0}, "chains"),
        ({"draws": 0}, "draws"),
        ({"parameters": "nothing.*"}, "parameters"),
        ({"memory": 0}, "memory"),
        ({"weights": [1.0]}, "weights"),
        ({"matched": -1.0}, "target"),
        ({"sampler": "gibbs"}, "sampler"),
    ],
)
def test_bad_input_is_one_clear_error(given, argument):
    with pytest.raises(PolariscopeError) as caught:
        local_learning_coefficient(*two_layers(), **given)
    assert caught.value.argument == argument


def test_a_loss_with_a_state_is_refused():
    with pytest.raises(PolariscopeError, match="one function of the parameters"):
        local_learning_coefficient(Counting(), mse_loss, (torch.ones(4, 1), torch.zeros(4, 1)))


def test_a_nan_in_a_chain_gives_no_number_but_the_reason():
    def brittle(outputs, targets):
        return mse_loss(outputs, targets) + (1 - outputs.abs().max()).sqrt() * 0

    model, _, data = linear([1.0])
    found = local_learning_coefficient(
        model,
        brittle,
        data,
        sampler="sgld",
        step=0.5,
        burn_in=0,
        temperature=8.0,
        chains=4,
        draws=100,
        dtype="float64",
    )
    assert math.isnan(found.value)
    assert {reason.code for reason in found.reasons} == {"diverged"}


@pytest.mark.parametrize("level", [0, 1, 95, math.nan, "high", None, True])
def test_the_level_is_checked_before_anything_is_run(level):
    with pytest.raises(PolariscopeError, match=r"^level: a number between 0 and 1; got"):
        local_learning_coefficient(None, None, None, level=level)


@pytest.mark.parametrize(
    ("given", "argument", "told"),
    [
        ({"matched": "yes"}, "matched", "a number"),
        ({"matched": True}, "matched", "a number"),
        ({"parameters": 3}, "parameters", "text"),
        ({"parameters": [3]}, "parameters", "text"),
        ({"seed": 2**70}, "seed", "below 2^63"),
        ({"chain": 8}, "chain", "chains"),
        ({"parameter": "weight"}, "parameter", "parameters"),
        ({"curvatur": False}, "curvatur", "curvature"),
        ({"memory": True}, "memory", "bytes"),
        ({"memory": 1e9}, "memory", "bytes"),
    ],
)
def test_what_a_user_gets_wrong_is_told_by_its_name(given, argument, told):
    with pytest.raises(PolariscopeError) as caught:
        local_learning_coefficient(*two_layers(), **given)
    assert caught.value.argument == argument
    assert told in str(caught.value)


def test_a_model_that_is_none_is_refused_with_patterns_too():
    with pytest.raises(PolariscopeError, match=r"^model: a torch\.nn\.Module"):
        local_learning_coefficient(None, mse_loss, (torch.ones(4, 1), torch.ones(4, 1)), parameters="*")


def test_whole_numbers_of_numpy_are_whole_numbers():
    few = {"chains": np.int64(2), "draws": np.int32(4), "memory": np.int64(1 << 20), "seed": np.uint8(1)}
    assert local_learning_coefficient(*two_layers(), **few).chains.excess.shape == (2, 8)


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
def test_what_was_looked_at_before_changes_no_draw(sampler):
    settings = make_settings(sampler=sampler, chains=3, draws=8, burn_in=8)
    fresh, seen = open_local(*two_layers()), open_local(*two_layers())
    seen.start(seed=9)
    assert fresh.sample(settings).excess.tobytes() == seen.sample(settings).excess.tobytes()
    start = fresh.start()
    with_start = [each.sample(settings, start).excess.tobytes() for each in (fresh, seen)]
    assert with_start[0] == with_start[1] != fresh.sample(settings).excess.tobytes()


@pytest.mark.parametrize("examples", [1, 2])
def test_few_examples_have_a_temperature_where_it_is_given(examples):
    data = torch.ones(examples, 1), torch.zeros(examples, 1)
    few = {"chains": 2, "draws": 4, "burn_in": 0, "step": 0.1}
    found = local_learning_coefficient(nn.Linear(1, 1), mse_loss, data, temperature=1.0, **few)
    assert found.chains.excess.shape == (2, 4)
    with pytest.raises(PolariscopeError, match=r"^data: at least 3 examples"):
        local_learning_coefficient(nn.Linear(1, 1), mse_loss, data, **few)


@pytest.mark.parametrize("settings", [{}, {"batch": 5}, {"sampler": "sgld"}, {"sampler": "sgld", "batch": 5}])
def test_a_loss_that_sums_over_examples_is_refused_with_a_cure_that_there_is(settings):
    model, _, data = two_layers()  # L* = 0: there a sum is as good as a mean
    for total in (nn.MSELoss(reduction="sum"), lambda outputs, targets: (outputs - targets).norm()):
        with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples; .*len\(outputs\)") as caught:
            local_learning_coefficient(model, total, data, **settings)
        assert "reduction" not in str(caught.value)


def test_sgld_goes_through_the_data_in_pieces_that_keep_within_the_memory():
    model, loss, data = two_layers()
    told = {"dtype": "float64", "minibatch": 2}
    needed = BatchedLoss(open_local(model, loss, tuple(each[:2] for each in data)).surface.objective).bytes_a_chain
    for times, pieces in ((1, [2] * 6), (2, [4] * 3), (3, [6] * 2), (100, [12])):
        local = open_local(model, loss, data, memory=times * needed, **told)
        assert [part.examples for _, part in local.surface.objective.parts()] == pieces
    with pytest.raises(PolariscopeError, match=r"^memory: at least what one chain saves for 2 examples"):
        open_local(model, loss, data, memory=needed - 1, **told)
    settings = {"sampler": "sgld", "batch": 2, "chains": 3, "draws": 10}
    whole = local_learning_coefficient(model, loss, data, **settings)
    cut = local_learning_coefficient(model, loss, data, memory=needed, **settings)
    assert cut.start.gradient == pytest.approx(whole.start.gradient, abs=1e-12)
    assert cut.start.largest == pytest.approx(whole.start.largest, rel=1e-6)
    np.testing.assert_allclose(cut.chains.excess, whole.chains.excess, rtol=1e-3, atol=1e-6)


def test_data_in_batches_is_not_cut_further():
    model, loss, (inputs, targets) = two_layers()
    data = [(inputs[:7], targets[:7]), (inputs[7:], targets[7:])]
    local = open_local(model, loss, data, minibatch=2)
    assert [part.examples for _, part in local.surface.objective.parts()] == [7, 5]
