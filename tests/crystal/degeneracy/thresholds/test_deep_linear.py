"""Laws of deep linear networks: the four cases, the definition of the bottleneck, and permutations."""

from fractions import Fraction
from itertools import combinations, permutations, product
from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.crystal.degeneracy.thresholds.deep_linear import deep_linear_threshold
from polariscope.crystal.degeneracy.thresholds.monomial import monomial_threshold
from polariscope.crystal.degeneracy.thresholds.reduced_rank import reduced_rank_threshold
from polariscope.crystal.degeneracy.thresholds.regular import regular_threshold
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError

WIDTHS = st.lists(st.integers(1, 9), min_size=2, max_size=6)


def test_two_layers_are_reduced_rank_regression():
    widths = product(range(1, 9), repeat=3)
    cases = [(M, N, H, rank) for M, N, H in widths for rank in range(min(M, N, H) + 1)]
    assert len(cases) > 1300
    for M, N, H, rank in cases:
        assert deep_linear_threshold([M, H, N], rank) == reduced_rank_threshold(M, N, H, rank)


def _by_definition(widths, rank):
    """The theorem as it stands, over all subsets of layers; every subset that fits must give one answer."""
    spare, found = [width - rank for width in widths], set()
    for l in range(1, len(widths)):  # noqa: E741
        for members in combinations(range(len(widths)), l + 1):
            inside = [spare[one] for one in members]
            least = min((spare[one] for one in range(len(widths)) if one not in members), default=inf)
            if max(inside) < least and sum(inside) >= l * max(inside) and sum(inside) < l * least:
                total, a = sum(inside), sum(inside) - (ceil(Fraction(sum(inside), l)) - 1) * l
                value = Fraction(-(rank**2) + rank * (widths[0] + widths[-1]), 2)
                value += Fraction(a * (l - a), 4 * l)
                value -= Fraction(l * (l - 1), 4) * Fraction(total, l) ** 2
                value += Fraction(sum(one * other for one, other in combinations(inside, 2)), 2)
                found.add(Threshold(float(value), a * (l - a) + 1))
    assert len(found) == 1
    return found.pop()


@given(WIDTHS, st.data())
def test_the_bottleneck_is_the_set_that_the_theorem_asks_for(widths, data):
    rank = data.draw(st.integers(0, min(widths)))
    assert deep_linear_threshold(widths, rank) == _by_definition(widths, rank)


@given(WIDTHS, st.data())
def test_hidden_layers_can_change_places_and_at_rank_zero_all_can(widths, data):
    rank, hidden = data.draw(st.integers(0, min(widths))), data.draw(st.permutations(widths[1:-1]))
    assert deep_linear_threshold([widths[-1], *hidden, widths[0]], rank) == deep_linear_threshold(widths, rank)
    assert deep_linear_threshold(data.draw(st.permutations(widths)), 0) == deep_linear_threshold(widths, 0)


@given(WIDTHS, st.data())
def test_a_layer_too_wide_to_matter_does_not_and_none_is_worse_than_a_free_matrix(widths, data):
    rank = data.draw(st.integers(0, min(widths)))
    wider = [widths[0], rank + sum(widths) + 1, *widths[1:]]
    assert deep_linear_threshold(wider, rank) == deep_linear_threshold(widths, rank)
    assert deep_linear_threshold(widths, rank).value <= widths[0] * widths[-1] / 2


@pytest.mark.parametrize("depth", range(1, 8))
def test_width_one_is_a_monomial_and_depth_one_is_regular(depth):
    assert deep_linear_threshold([1] * (depth + 1), 0) == monomial_threshold([1] * depth)
    assert {deep_linear_threshold([depth, 3], rank) for rank in range(min(depth, 3) + 1)} == {
        regular_threshold(3 * depth)
    }


@pytest.mark.parametrize("widths", list(permutations([1, 2, 4])))
def test_where_the_product_is_onto_it_is_smooth(widths):
    # Rank 1 through a width of 1: matrices of rank 1 are a manifold of dimension inputs + outputs - 1.
    assert deep_linear_threshold(widths, 1).value == (widths[0] + widths[-1] - 1) / 2


@pytest.mark.parametrize(
    ("widths", "rank", "message"),
    [
        ([5], 0, "widths: at least 2 entries"),
        (5, 0, "widths: a sequence of whole numbers"),
        ([5, 0, 5], 0, "widths: at least 1; got 0"),
        ([5, 3, 5], 4, "rank: at most the least of the widths, 3; got 4"),
        ([5, 3, 5], -1, "rank: at least 0; got -1"),
        ([5, 3, 5], 1.0, "rank: a whole number; got 1.0"),
    ],
)
def test_what_is_no_network(widths, rank, message):
    with pytest.raises(PolariscopeError, match=f"^{message}"):
        deep_linear_threshold(widths, rank)
