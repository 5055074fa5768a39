"""What would make the loss another function at every call is named; what would not is let pass."""

import random
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from crystal_networks import generators, problem
from polariscope.crystal.operators.loss.determinism import (
    check_deterministic,
    check_reduction,
    refuse_random_layers,
    untouched_randomness,
)
from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.errors import PolariscopeError

CPU = torch.device("cpu")


def test_generators_are_put_back_also_after_an_exception():
    before = generators()
    with suppress(ValueError), untouched_randomness(CPU):
        torch.rand(3)
        random.random()
        np.random.random()  # noqa: NPY002
        assert generators() != before
        raise ValueError
    assert generators() == before


@pytest.mark.parametrize(
    ("layer", "got"),
    [
        (nn.Dropout(0.1), r"1 drops 0\.1"),
        (nn.Dropout2d(0.2), r"1 drops 0\.2"),
        (nn.AlphaDropout(0.3), r"1 drops 0\.3"),
        (nn.MultiheadAttention(4, 2, dropout=0.4), r"1 drops 0\.4"),
        (nn.LSTM(4, 4, num_layers=2, dropout=0.5), r"1 drops 0\.5"),
        (nn.TransformerEncoderLayer(4, 2, 4), r"1\.self_attn drops 0\.1"),
        (nn.BatchNorm1d(4), "1 takes them from the batch"),
    ],
)
def test_random_layers_are_named_in_training_and_pass_in_eval(layer, got):
    model = nn.Sequential(nn.Linear(4, 4), layer)
    with pytest.raises(PolariscopeError, match=rf"^model: .*got {got}.*model\.eval\(\)"):
        refuse_random_layers(model)
    refuse_random_layers(model.eval())


def test_a_batch_norm_without_statistics_is_refused_in_any_mode():
    model = nn.Sequential(nn.BatchNorm1d(4, track_running_stats=False)).eval()
    with pytest.raises(PolariscopeError, match="track_running_stats=True"):
        refuse_random_layers(model)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Dropout(0.0),
        nn.LSTM(4, 4, dropout=0.0),
        nn.MultiheadAttention(4, 2),
        nn.LayerNorm(4),
        nn.GroupNorm(2, 4),
    ],
)
def test_layers_that_are_no_source_of_chance_pass_in_training(layer):
    refuse_random_layers(nn.Sequential(layer))


class Noisy(nn.Linear):
    """What a test wants of chance, within a forward."""

    draw = staticmethod(lambda out: out)

    def forward(self, x):
        return self.draw(super().forward(x))


def rarely(out: torch.Tensor) -> torch.Tensor:
    return 0 * out if torch.rand(()) < 1e-9 else out


def seeded(out: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(0)
    return out + torch.rand(())


def noisy(draw):
    model = Noisy(4, 3)
    model.draw = draw
    return model, functional.cross_entropy, problem().data


@pytest.mark.parametrize(
    ("draw", "got"),
    [
        (lambda out: functional.dropout(out, 0.5), "and then"),
        (lambda out: out * random.random(), "and then"),
        (lambda out: out * np.random.random(), "and then"),  # noqa: NPY002
        (rarely, "one that draws random numbers"),
    ],
)
def test_chance_within_a_forward_is_seen_even_where_two_values_agree(draw, got):
    with pytest.raises(PolariscopeError, match=rf"^model and loss: a loss that is one function.*got .*{got}"):
        hessian(*noisy(draw))


@pytest.mark.parametrize("draw", [seeded, lambda out: functional.dropout(out, 0.0)])
def test_what_draws_nothing_or_the_same_each_time_passes(draw):
    assert hessian(*noisy(draw)).size == 15


def test_a_counter_that_moves_the_loss_is_seen():
    calls = iter(range(100))
    with pytest.raises(PolariscopeError, match="1 and then 2 for the same batch"):
        check_deterministic(lambda: torch.tensor(1.0 + next(calls)), CPU, "loss")


@given(
    values=st.lists(st.floats(0.1, 100), min_size=2, max_size=20),
    share=st.floats(0.05, 0.95),
    reduction=st.sampled_from(["mean", "sum"]),
)
def test_means_and_sums_pass_for_what_they_are_and_the_other_is_told(values, share, reduction):
    cut = min(max(1, round(share * len(values))), len(values) - 1)
    put = {"mean": np.mean, "sum": np.sum}[reduction]
    whole, halves = float(put(values)), (float(put(values[:cut])), float(put(values[cut:])))
    examples = cut, len(values) - cut
    check_reduction(whole, halves, examples, reduction)
    other = "sum" if reduction == "mean" else "mean"
    with pytest.raises(PolariscopeError, match=f'give reduction="{reduction}"'):
        check_reduction(whole, halves, examples, other)


def test_a_loss_that_weighs_examples_unlike_is_refused_where_it_is_cut():
    model, _, (x, y) = problem()
    ignoring = nn.CrossEntropyLoss(ignore_index=int(y[0]))
    assert hessian(model, ignoring, (x, y)).size == 83
    with pytest.raises(PolariscopeError, match=r"^loss: a mean over examples.*weighs every example alike"):
        hessian(model, ignoring, (x, y), batch=4)
    with pytest.raises(PolariscopeError, match=r'give reduction="sum"'):
        hessian(model, nn.CrossEntropyLoss(reduction="sum"), (x, y), batch=4)
