"""Laws of reduced-rank regression: symmetries, cases known otherwise, and the Hessian on the fibre."""

from itertools import permutations, product

import numpy as np
import pytest

from polariscope.crystal.degeneracy.thresholds.reduced_rank import (
    reduced_rank_threshold,
    reduced_rank_threshold_at,
)
from polariscope.crystal.degeneracy.thresholds.regular import morse_bott_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError

WIDTHS = list(product(range(1, 8), repeat=3))


@pytest.mark.parametrize("rank", range(4))
def test_transposing_changes_nothing(rank):
    for M, N, H in WIDTHS:
        if rank <= min(M, N, H):
            assert reduced_rank_threshold(M, N, H, rank) == reduced_rank_threshold(N, M, H, rank)


def test_at_rank_zero_all_three_widths_are_alike():
    # exp(-t |BA|^2 / 2) is the mean of cos(sqrt(t) tr CBA) over a Gaussian C.
    for widths in WIDTHS:
        assert len({reduced_rank_threshold(*each, 0) for each in permutations(widths)}) == 1


@pytest.mark.parametrize("M", range(1, 9))
@pytest.mark.parametrize("N", range(1, 9))
def test_one_hidden_unit_is_a_product_of_two_lengths(M, N):
    # |b a'|^2 = |a|^2 |b|^2, where |a| = u has the prior u^(M-1): a monomial.
    assert reduced_rank_threshold(M, N, 1, 0) == Threshold(min(M, N) / 2, 1 + (M == N))


@pytest.mark.parametrize("rank", range(4))
def test_with_all_hidden_units_in_use_the_fibre_is_smooth(rank):
    for M, N in product(range(max(rank, 1), 8), repeat=2):
        dimension = rank * (M + N - rank)
        if rank:
            assert reduced_rank_threshold(M, N, rank, rank) == Threshold(dimension / 2, 1)
        # With many more, B A is a free matrix.
        assert reduced_rank_threshold(M, N, M + N + rank + 1, rank) == Threshold(M * N / 2, 1)


def test_more_hidden_units_and_a_higher_rank_never_lower_it_below_what_they_must_fit():
    for M, N, H in WIDTHS:
        values = [reduced_rank_threshold(M, N, H, rank).value for rank in range(min(M, N, H) + 1)]
        assert values == sorted(values)
        assert reduced_rank_threshold(M, N, H + 1, 0).value >= values[0]
        assert values[-1] <= M * N / 2


def _hessian_rank(M, N, H, a, b, seed=0):
    """Of |B A|^2 / 2 at a random point with rank A = a, rank B = b and B A = 0: that of the Jacobian."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((H, H)))[0]
    A = turn[:, :a] @ rng.standard_normal((a, M))
    B = rng.standard_normal((N, b)) @ turn[:, H - b :].T
    assert np.abs(B @ A).max() < 1e-12
    jacobian = np.hstack([np.kron(A.T, np.eye(N)), np.kron(np.eye(M), B)])
    return np.linalg.matrix_rank(jacobian, tol=1e-9)


FIBRE = [
    (M, N, H, a, b)
    for M, N, H in product(range(1, 5), repeat=3)
    for a in range(min(M, H) + 1)
    for b in range(min(N, H - a) + 1)
]


def test_anywhere_on_the_fibre_the_hessian_is_half_of_a_lower_bound_and_all_of_it_where_the_fibre_is_smooth():
    for M, N, H, a, b in FIBRE:
        size, rank = H * (M + N), _hessian_rank(M, N, H, a, b)
        local = reduced_rank_threshold_at(M, N, H, a, b)
        assert local.value >= rank / 2
        if a + b == H or a == M or b == N:
            assert local == morse_bott_threshold(size, size - rank)


def test_the_origin_is_the_most_degenerate_point_and_is_the_global_value():
    for M, N, H, a, b in FIBRE:
        here, origin = reduced_rank_threshold_at(M, N, H, a, b), reduced_rank_threshold_at(M, N, H, 0, 0)
        assert origin == reduced_rank_threshold(M, N, H, 0)
        assert here.value >= origin.value
        assert here == reduced_rank_threshold_at(N, M, H, b, a)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 5, 3, 0), "inputs: at least 1; got 0"),
        ((5, 5.0, 3, 0), "outputs: a whole number; got 5.0"),
        ((5, 5, -3, 0), "hidden: at least 1; got -3"),
        ((5, 5, 3, -1), "rank: at least 0; got -1"),
        ((5, 5, 3, 4), "rank: at most the least of the widths, 3; got 4. Cure: give 3 or less"),
    ],
)
def test_what_is_no_network(arguments, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        reduced_rank_threshold(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 5, 0, 0, 0), "hidden: at least 1; got 0"),
        ((2, 5, 3, 3, 0), "rank_first: at most the lesser of inputs and hidden, 2; got 3"),
        ((5, 2, 3, 0, 3), "rank_second: at most the lesser of outputs and hidden, 2; got 3"),
        ((5, 5, 3, 2, 2), "rank_second: at most hidden less rank_first, where B A = 0, 1; got 2"),
    ],
)
def test_what_is_no_point_of_the_fibre(arguments, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        reduced_rank_threshold_at(*arguments)
