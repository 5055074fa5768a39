"""Laws of the outermost eigenpairs: every one found, once, with a residual and a flag that are what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.stats import binom

from polariscope.crystal.operators.symmetric import SymmetricOperator, from_matrix
from polariscope.crystal.spectra.krylov import extremes
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs
from polariscope.errors import PolariscopeError

SINGLE = 1.2e-7


def _diagonal(values, **options):
    values = np.asarray(values, float)
    return SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal", **options)


def _planted(values, seed=0):
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    return (turn * values) @ turn.T


def _products_only(matrix, **options):
    return SymmetricOperator(lambda vectors: matrix @ vectors, len(matrix), name="planted", **options)


def _hypercube(dimension):
    """The Laplacian's products: eigenvalue 2k has binomial(d, k) copies."""

    def product(vectors):
        table = vectors.reshape((2,) * dimension + (-1,))
        return dimension * vectors - sum(np.flip(table, axis).reshape(vectors.shape) for axis in range(dimension))

    return SymmetricOperator(product, 2**dimension, name="hypercube")


def _holds(pairs, spectrum):
    """What is true of any result, converged or not."""
    count, order = len(pairs.values), np.sort(spectrum)[:: -1 if pairs.end == "largest" else 1]
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(count), atol=1e-12)
    sign = 1 if pairs.end == "largest" else -1
    assert (np.diff(sign * pairs.values) <= 0).all()
    nearest = np.abs(np.asarray(spectrum)[:, None] - pairs.values).min(axis=0)
    assert (nearest <= pairs.residuals + 1e-13 * pairs.norm).all()
    assert (sign * pairs.values <= sign * order[:count] + 1e-13 * pairs.norm).all()  # Ritz values lie inside
    assert (pairs.converged == (pairs.residuals <= pairs.tolerance * pairs.norm)).all()
    assert pairs.norm <= np.abs(spectrum).max() * (1 + 1e-12)


PLANTED = {
    "near": [1, 1 - 1e-6],
    "nearer": [1, 1 - 1e-9, 1 - 2e-9],
    "twice": [1, 1],
    "thrice": [1, 1, 1],
    "both ends of a cluster": [1, 1, 1 - 1e-7, 1 - 1e-7, 1 - 2e-7],
}


@pytest.mark.parametrize("top", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("block", [1, 2])
def test_a_crowded_top_comes_out_with_its_multiplicity_and_no_ghost(top, block):
    spectrum = np.concatenate([top, [0.93, 0.9], np.linspace(-0.6, 0.8, 500)])
    pairs = extreme_eigenpairs(_products_only(_planted(spectrum)), 5, block=block)
    assert pairs.converged.all()
    _holds(pairs, spectrum)
    np.testing.assert_allclose(pairs.values, np.sort(spectrum)[::-1][:5], atol=1e-12)
    assert (spectrum > pairs.unlisted_beyond).sum() <= 5


@pytest.mark.parametrize("top", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("tolerance", [None, 1e-5, 1e-10])
def test_in_single_precision_no_convergence_is_claimed_that_is_not_there(top, tolerance):
    spectrum = np.concatenate([top, [0.93, 0.9], np.linspace(-0.6, 0.8, 500)])
    matrix = _planted(spectrum).astype(np.float32)
    operator = SymmetricOperator(
        lambda vectors: matrix @ vectors.astype(np.float32), len(spectrum), name="single", rounding=SINGLE
    )
    pairs = extreme_eigenpairs(operator, 5, tolerance=tolerance, products=1000)
    true = np.sort(spectrum)[::-1][:5]
    nearest = np.abs(spectrum[:, None] - pairs.values).min(axis=0)
    assert (nearest <= pairs.residuals + 10 * SINGLE).all()
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(5), atol=1e-12)
    # Measured in doubles, what is said to have converged has, but for the rounding of the products.
    exact = np.linalg.norm(_planted(spectrum) @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    assert (exact[pairs.converged] <= pairs.tolerance + 10 * SINGLE).all()
    if tolerance == 1e-10:
        assert not pairs.converged.any()
    else:
        assert pairs.converged.all()
        np.testing.assert_allclose(pairs.values, true, atol=20 * SINGLE)


def test_every_copy_of_a_hypercubes_eigenvalues_is_found():
    pairs = extreme_eigenpairs(_hypercube(9), 12)
    np.testing.assert_allclose(pairs.values, [18] + [16] * 9 + [14] * 2, atol=1e-9)
    assert pairs.converged.all()
    assert pairs.unlisted_beyond <= 14 + 1e-6  # the 34 other copies are not beyond it
    low = extreme_eigenpairs(_hypercube(9), 11, end="smallest")
    np.testing.assert_allclose(low.values, [0] + [2] * 9 + [4], atol=1e-9)
    assert low.unlisted_beyond >= 4 - 1e-6


@pytest.mark.parametrize("block", [1, 2, 4])
def test_flat_spectra_are_exhausted_and_gone_through(block):
    size = 300
    complete = SymmetricOperator(lambda vectors: size * vectors - vectors.sum(axis=0), size, name="complete graph")
    top = extreme_eigenpairs(complete, 6, block=block)
    np.testing.assert_allclose(top.values, [300] * 6, atol=1e-9)
    low = extreme_eigenpairs(complete, 2, end="smallest", block=block)
    np.testing.assert_allclose(low.values, [0, 300], atol=1e-9)
    for scale in (0.0, 1.0, -7.5):
        pairs = extreme_eigenpairs(_diagonal(np.full(size, scale)), 4, block=block)
        np.testing.assert_allclose(pairs.values, scale, atol=1e-12)
        assert pairs.converged.all()
        assert (
            scale <= pairs.unlisted_beyond + 1e-12 <= scale + 1e-9
        )  # one look, in rounded products, tells no more
        np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(4), atol=1e-12)


SPECTRA = st.lists(
    st.tuples(st.floats(-1, 1).map(lambda x: round(x, 3)), st.integers(1, 40)), min_size=2, max_size=30
).map(lambda levels: np.repeat([value for value, _ in levels], [copies for _, copies in levels]))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(SPECTRA, st.integers(1, 5), st.sampled_from(["largest", "smallest"]), st.sampled_from([1, 2, 3]))
def test_on_any_spectrum_the_pairs_are_what_they_say(levels, count, end, block):
    spectrum = np.concatenate([levels, np.linspace(-0.5, 0.5, 80)])
    pairs = extreme_eigenpairs(_diagonal(spectrum), count, end=end, block=block, products=1500)
    _holds(pairs, spectrum)
    order = np.sort(spectrum)[:: -1 if end == "largest" else 1]
    sign = 1 if end == "largest" else -1
    assert (sign * spectrum > sign * pairs.unlisted_beyond + 1e-12).sum() <= count
    if pairs.converged.all() and sign * pairs.unlisted_beyond <= sign * pairs.values[-1] + 1e-6:
        np.testing.assert_allclose(pairs.values, order[:count], atol=2e-6)


@pytest.mark.parametrize("products", [21, 30, 60])
def test_with_too_small_a_budget_nothing_is_flagged_that_is_not_so(products):
    spectrum = np.cos(np.pi * np.arange(2000) / 2000)  # crowded at its ends
    pairs = extreme_eigenpairs(_diagonal(spectrum), 4, products=products)
    _holds(pairs, spectrum)
    assert not pairs.converged.any()
    assert pairs.unlisted_beyond == np.inf
    assert pairs.products <= products + 4


def test_the_bound_on_what_is_unlisted_holds_as_often_as_it_says():
    spectra = [
        np.append(np.linspace(-0.5, 0.5, 149), 1.0),
        np.cos(np.pi * (np.arange(150) + 0.5) / 150),
        np.random.default_rng(0).standard_t(3, 150),
    ]
    runs, said, missed = 0, 0, 0
    for spectrum in spectra:
        for seed in range(150):
            pairs = extreme_eigenpairs(_diagonal(spectrum), 1, seed=seed, basis=18, products=40 + seed % 40)
            runs, said = runs + 1, said + np.isfinite(pairs.unlisted_beyond)
            missed += (spectrum > pairs.unlisted_beyond).sum() > 1
    assert said > runs / 3
    assert missed <= binom.ppf(0.999, runs, extremes.MISS_PROBABILITY)


def test_the_bound_on_what_is_unlisted_needs_no_converged_pairs():
    spectrum = np.concatenate([np.linspace(0.9, 1, 12), np.linspace(-0.5, 0.5, 150)])
    for seed in range(60):
        pairs = extreme_eigenpairs(_diagonal(spectrum), 3, seed=seed, tolerance=0.2)
        assert (spectrum > pairs.unlisted_beyond).sum() <= 3


@pytest.mark.parametrize("options", [{"block": 1}, {"block": 3}, {"basis": 22}, {"basis": 120}, {"seed": 7}])
def test_blocks_restarts_and_seeds_change_nothing(options):
    spectrum = np.concatenate([[1.2, 1.1, -1.5], np.linspace(-1, 1, 300) ** 3])
    pairs = extreme_eigenpairs(_diagonal(spectrum), 4, **options)
    np.testing.assert_allclose(pairs.values, np.sort(spectrum)[::-1][:4], atol=1e-12)
    assert pairs.converged.all()


def test_it_is_the_same_again_with_the_same_seed():
    first, second = (extreme_eigenpairs(_hypercube(8), 4, seed=3) for _ in range(2))
    assert (first.vectors == second.vectors).all()


def test_products_are_counted_and_no_more_than_half_above_arpacks():
    rng = np.random.default_rng(0)
    spectrum = np.concatenate([[5, 3.3, 2.9, 1.7, 1.2, 0.9, 0.8, 0.6], rng.exponential(0.05, 1500)])
    columns = [0]

    def product(vectors):
        columns[0] += vectors.shape[1]
        return spectrum[:, None] * vectors

    pairs = extreme_eigenpairs(SymmetricOperator(product, len(spectrum), name="bulk and outliers"), 5)
    assert pairs.products == columns[0]
    ours, columns[0] = columns[0], 0
    theirs = LinearOperator((len(spectrum),) * 2, lambda v: product(v.reshape(-1, 1))[:, 0], dtype=float)
    eigsh(theirs, 5, which="LA", v0=rng.standard_normal(len(spectrum)))
    assert ours <= 1.5 * columns[0]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("end", ["largest", "smallest"])
def test_a_small_matrix_is_gone_through_whole(known, end):
    spectrum = np.concatenate([[2, 2, 2, 1.5], np.linspace(-1, 1, 46)])
    matrix = _planted(spectrum)
    operator = from_matrix(matrix) if known else _products_only(matrix)
    pairs = extreme_eigenpairs(operator, 3, end=end)
    order = np.sort(spectrum)[:: -1 if end == "largest" else 1]
    np.testing.assert_allclose(pairs.values, order[:3], atol=1e-12)
    assert pairs.unlisted_beyond == pytest.approx(order[3], abs=1e-12)
    assert pairs.miss_probability == 0
    assert pairs.products == (3 if known else 53)
    _holds(pairs, spectrum)


@pytest.mark.parametrize("end", ["largest", "smallest"])
def test_where_all_are_listed_nothing_is_beyond(end):
    pairs = extreme_eigenpairs(from_matrix(np.diag([1.0, 2.0])), 2, end=end)
    assert pairs.unlisted_beyond == (-np.inf if end == "largest" else np.inf)
    one = extreme_eigenpairs(from_matrix([[3.0]]), 1, end=end)
    assert one.values == [3.0]


def test_a_basis_of_the_whole_space_is_exact_too():
    spectrum = np.linspace(-1, 1, 90)
    pairs = extreme_eigenpairs(_diagonal(spectrum), 3, basis=90, tolerance=1e-13)
    np.testing.assert_allclose(pairs.values, spectrum[::-1][:3], atol=1e-13)
    whole = extreme_eigenpairs(_diagonal(spectrum[:12]), 10, basis=12)
    np.testing.assert_allclose(whole.values, spectrum[:12][::-1][:10], atol=1e-13)
    assert whole.miss_probability == 0
    assert whole.unlisted_beyond == pytest.approx(spectrum[1])


def _turned_single(values, seed):
    """Products in single precision with a diagonal matrix in a turned basis."""
    values = np.asarray(values, np.float32)
    mirror = np.random.default_rng(seed).standard_normal(values.size).astype(np.float32)
    mirror /= np.linalg.norm(mirror)

    def product(vectors):
        turned = vectors.astype(np.float32)
        turned = values[:, None] * (turned - 2 * np.outer(mirror, mirror @ turned))
        return (turned - 2 * np.outer(mirror, mirror @ turned)).astype(float)

    return SymmetricOperator(product, values.size, name="single", rounding=SINGLE)


@pytest.mark.parametrize("count", [2, 6])
def test_what_drowns_in_single_precision_is_not_called_absent(count):
    # A start holds sqrt(4/20000) of what is left of the level; a product, 4e-6 of the norm: below 50 roundoffs.
    spectrum = np.zeros(20_000)
    spectrum[0], spectrum[3:11] = 1, 3e-4
    for seed in range(6):
        pairs = extreme_eigenpairs(_turned_single(spectrum, seed), count, seed=seed)
        assert pairs.converged.all()
        assert (spectrum > pairs.unlisted_beyond + 2e-6).sum() <= count
        listed = pairs.unlisted_beyond <= pairs.values[-1] + pairs.tolerance
        assert not listed or np.allclose(pairs.values, np.sort(spectrum)[::-1][:count], atol=1e-5)


def test_a_run_that_ends_in_rounding_bounds_no_more_than_rounding_shows():
    spectrum = np.zeros(100_000)
    spectrum[[0, 5]] = 1, 1.5e-3
    for seed in range(10):
        pairs = extreme_eigenpairs(_diagonal(spectrum, rounding=SINGLE), 1, seed=seed)
        assert (spectrum > pairs.unlisted_beyond).sum() <= 1


@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e160])
@pytest.mark.parametrize("size", [50, 2000])
def test_where_squares_leave_the_doubles_there_is_no_answer(scale, size):
    with pytest.raises(PolariscopeError, match="diagonal: products between 1e-120 and 1e"):
        extreme_eigenpairs(_diagonal(scale * np.arange(1.0, size + 1)), 2)


REFUSED = [
    ({"count": 2.5}, r"count: a whole number; got 2.5"),
    ({"count": "2"}, "count: a whole number; got '2'"),
    ({"products": 99.5}, "products: a whole number; got 99.5"),
    ({"count": 0}, "count: a number of eigenpairs from 1 to the 300 dimensions of diagonal; got 0"),
    ({"count": 301}, "count: a number of eigenpairs from 1 to the 300 dimensions of diagonal; got 301"),
    ({"tolerance": 0.0}, "tolerance: a residual relative to the norm, above 0 and below 1; got 0.0"),
    ({"tolerance": float("nan")}, "tolerance: .* got nan"),
    ({"end": "middle"}, "end: largest or smallest; got middle"),
    ({"block": 0}, "block: at least 1 here; got 0"),
    ({"basis": 10}, "basis: at least 18 here; got 10"),
    ({"products": 5}, "products: at least 23 here; got 5"),
]


@pytest.mark.parametrize(("options", "text"), REFUSED)
def test_what_cannot_be_asked_is_refused(options, text):
    with pytest.raises(PolariscopeError, match=text):
        extreme_eigenpairs(_diagonal(np.arange(300.0)), **options)


def test_an_array_is_no_operator():
    with pytest.raises(PolariscopeError, match="operator: a SymmetricOperator; got a value of type ndarray"):
        extreme_eigenpairs(np.eye(3))


def test_an_operator_that_breaks_is_refused():
    broken = SymmetricOperator(lambda vectors: vectors / 0.0, 300, name="broken")
    with np.errstate(all="ignore"), pytest.raises(PolariscopeError, match="broken: products with finite vectors"):
        extreme_eigenpairs(broken)
