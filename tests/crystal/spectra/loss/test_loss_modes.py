"""Negative curvature is counted where it is certain, and a direction is shared out over names."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polariscope.crystal.operators.loss.hessian import hessian
from polariscope.crystal.operators.loss.surface import loss_surface
from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.specimens.networks import trained_mlp
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs
from polariscope.crystal.spectra.loss.loss_modes import negative_curvature, where
from polariscope.errors import PolariscopeError


def smallest(values, count):
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(len(values), len(values))))[0]
    return extreme_eigenpairs(from_matrix(turned @ np.diag(values) @ turned.T), count, end="smallest")


@given(seed=st.integers(0, 2**31), size=st.integers(1, 12), count=st.integers(1, 12))
@settings(max_examples=50)
def test_counts_are_those_of_the_spectrum(seed, size, count):
    values = np.random.default_rng(seed).normal(size=size)
    count = min(count, size)
    found = negative_curvature(smallest(values, count))
    negative = int((values < 0).sum())
    assert found.at_least == min(negative, count)
    assert found.at_most in {None, negative}
    assert (found.at_most is None) == (
        negative > count or (negative == count < size and sorted(values)[count] < 0)
    )
    assert found.verdict == ("negative" if negative else "none")
    assert found.lowest <= values.min() + 1e-12
    assert found.lowest == pytest.approx(values.min(), abs=1e-8)


def test_a_flat_direction_is_undecided_and_its_bound_is_small():
    found = negative_curvature(smallest([0.0, 0.0, 1.0, 2.0], 4))
    assert (found.verdict, found.at_least, found.at_most, found.direction) == ("undecided", 0, 2, None)
    assert -1e-8 < found.lowest <= 0


def test_what_the_residual_leaves_open_is_open():
    pairs = smallest([-1.0, 1.0], 2)
    loose = replace(pairs, residuals=np.array([1.5, 0.0]))
    assert negative_curvature(loose).verdict == "undecided"
    assert negative_curvature(loose).lowest == pytest.approx(-2.5)
    tight = replace(pairs, residuals=np.array([0.5, 0.0]))
    assert negative_curvature(tight).verdict == "negative"


def test_coarse_products_decide_less():
    pairs = smallest([-1e-6, 1.0], 2)
    assert negative_curvature(pairs, rounding=2.2e-16).verdict == "negative"
    assert negative_curvature(pairs, rounding=1e-6).verdict == "undecided"


def test_what_is_not_listed_is_not_denied():
    pairs = smallest([1.0, 2.0, 3.0], 2)
    assert negative_curvature(pairs).verdict == "none"
    unknown = replace(pairs, unlisted_beyond=-inf)
    assert (negative_curvature(unknown).verdict, negative_curvature(unknown).at_most) == ("undecided", None)
    assert negative_curvature(unknown).lowest == -inf
    nearly = negative_curvature(replace(smallest([-1.0, 2.0, 3.0], 2), unlisted_beyond=-0.5))
    assert (nearly.verdict, nearly.at_least, nearly.at_most) == ("negative", 1, None)
    far = negative_curvature(replace(pairs, unlisted_beyond=0.5))
    assert (far.verdict, far.lowest) == ("none", 0.5)


def test_the_other_end_is_refused():
    pairs = extreme_eigenpairs(from_matrix(np.eye(2)), 1)
    with pytest.raises(PolariscopeError, match="smallest"):
        negative_curvature(pairs)


def test_a_large_operator_s_count_is_at_least_right():
    values = np.concatenate([[-3.0, -1.0], np.linspace(1, 5, 998)])
    operator = SymmetricOperator(lambda v: values[:, None] * v, 1000, name="diagonal")
    found = negative_curvature(extreme_eigenpairs(operator, 4, end="smallest"))
    assert (found.at_least, found.at_most, found.verdict) == (2, 2, "negative")
    assert abs(found.direction[0]) == pytest.approx(1)


def test_the_trained_network_s_most_negative_direction_has_a_place():
    model, loss, data = trained_mlp()
    surface = loss_surface(model, loss, data, parameters="4.*")
    # The softmax's loss is convex in the last layer: nothing is negative there.
    last = extreme_eigenpairs(hessian(model, loss, data, parameters="4.*", dtype="float64"), 3, end="smallest")
    assert negative_curvature(last).at_least == 0
    whole = extreme_eigenpairs(hessian(model, loss, data), 1, end="smallest", tolerance=1e-3)
    found = negative_curvature(whole)
    assert found.verdict == "negative"
    shares = where(found.direction, loss_surface(model, loss, data).parameter_slices)
    assert list(shares) == [name for name, _ in model.named_parameters()]
    assert sum(shares.values()) == pytest.approx(1)
    assert set(where(last.vectors[:, 0], surface.parameter_slices)) == {"4.weight", "4.bias"}


@given(seed=st.integers(0, 2**31), scale=st.floats(1e-6, 1e6))
@settings(max_examples=20)
def test_shares_sum_to_one_and_know_no_scale(seed, scale):
    vector = np.random.default_rng(seed).normal(size=7)
    slices = {"a": slice(0, 3), "b": slice(3, 4), "c": slice(4, 7)}
    shares = where(vector, slices)
    assert sum(shares.values()) == pytest.approx(1)
    assert where(scale * vector, slices) == pytest.approx(shares)
    assert shares["b"] == pytest.approx(vector[3] ** 2 / (vector @ vector))


@pytest.mark.parametrize(
    ("vector", "slices", "argument"),
    [
        ([0.0, 0.0], {"a": slice(0, 2)}, "vector"),
        ([np.nan, 0.0], {"a": slice(0, 2)}, "vector"),
        ([1.0, 0.0], {"a": slice(0, 1)}, "slices"),
        ([1.0, 0.0], {"a": slice(0, 2), "b": slice(1, 2)}, "slices"),
        ([1.0, 0.0], {"a": slice(0, 3)}, "slices"),
    ],
)
def test_what_has_no_place_is_refused(vector, slices, argument):
    with pytest.raises(PolariscopeError) as caught:
        where(vector, slices)
    assert caught.value.argument == argument
