"""Laws of the quadrature: exact moments, no ghosts, exhausted spaces, and probes uniform on the sphere."""

import numpy as np
import pytest
from scipy.stats import beta, kstest

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov import density as module
from polariscope.crystal.spectra.krylov.density import spectral_density
from polariscope.errors import PolariscopeError


def _diagonal(values, **options):
    values = np.asarray(values, float)
    return SymmetricOperator(lambda vectors: values[:, None] * vectors, values.size, name="diagonal", **options)


def _moments(seen, degree):
    return (seen.weights * seen.nodes**degree).sum(axis=1)


@pytest.mark.parametrize("steps", [1, 2, 5, 12])
def test_moments_are_exact_to_degree_two_m_minus_one_and_no_further(steps):
    operator = _diagonal(np.linspace(-1, 1, 40))
    seen, whole = (spectral_density(operator, probes=5, steps=m, seed=3) for m in (steps, 40))
    for degree in range(2 * steps):
        np.testing.assert_allclose(_moments(seen, degree), _moments(whole, degree), atol=1e-12)
    assert np.abs(_moments(seen, 2 * steps) - _moments(whole, 2 * steps)).min() > 1e-10


def test_outliers_leave_no_ghosts():
    # Without orthogonalisation the outlier comes back as a second node within some 20 steps of its convergence.
    spectrum = np.concatenate([[1e5, 3e4], np.linspace(-1, 1, 400)])
    seen = spectral_density(_diagonal(spectrum), probes=4, steps=80)
    for outlier in (1e5, 3e4):
        assert (np.abs(seen.nodes - outlier) < 1e-4).sum(axis=1).tolist() == [1] * 4
    assert (np.sort(np.abs(seen.nodes), axis=1)[:, :-2] <= 1 + 1e-6).all()


def test_a_few_levels_exhaust_the_space_and_the_rest_is_padding():
    seen = spectral_density(_diagonal(np.repeat([1.0, 2.0, 5.0], [20, 30, 50])), probes=3, steps=10)
    assert seen.nodes.shape == seen.weights.shape == (3, 10)
    assert ((seen.weights > 0).sum(axis=1) == 3).all()
    np.testing.assert_allclose(seen.nodes[:, :3], [[1, 2, 5]] * 3, atol=1e-12)
    np.testing.assert_allclose(seen.nodes[:, 3:], 0)
    np.testing.assert_allclose(seen.weights.sum(axis=1), 1, atol=1e-14)


@pytest.mark.parametrize("values", [np.zeros(7), np.ones(7), [3.0]])
def test_one_level_is_one_node(values):
    seen = spectral_density(_diagonal(values), probes=2, steps=4)
    np.testing.assert_allclose(seen.weights[:, 0], 1)
    np.testing.assert_allclose(seen.nodes[:, 0], values[0], atol=1e-15)


def test_more_steps_than_dimensions_see_the_whole_spectrum():
    seen = spectral_density(_diagonal(np.arange(6.0)), probes=2, steps=9)
    np.testing.assert_allclose(seen.nodes[:, :6], [np.arange(6.0)] * 2, atol=1e-12)
    assert (seen.weights[:, 6:] == 0).all()


def test_the_share_of_a_probe_on_some_eigenvalues_is_beta_whatever_the_eigenvectors():
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((9, 9)))
    for vectors in (np.eye(9), turn):
        matrix = (vectors * np.repeat([0.0, 1.0], [2, 7])) @ vectors.T
        operator = SymmetricOperator(lambda columns, own=matrix: own @ columns, 9, name="levels")
        seen = spectral_density(operator, probes=1500, steps=2)
        assert kstest(seen.weights[:, 0], beta(1, 3.5).cdf).pvalue > 1e-3


def test_probes_taken_in_groups_are_the_same_probes(monkeypatch):
    operator = _diagonal(np.linspace(-1, 1, 50))
    together = spectral_density(operator, probes=5, steps=8)
    monkeypatch.setattr(module, "_BYTES", 2 * 8 * 50 * 8)
    apart = spectral_density(operator, probes=5, steps=8)
    np.testing.assert_allclose(apart.nodes, together.nodes, atol=1e-12)


def test_a_step_is_one_product():
    widths = []

    def product(vectors):
        widths.append(vectors.shape[1])
        return np.linspace(0, 1, 30)[:, None] * vectors

    spectral_density(SymmetricOperator(product, 30, name="counted"), probes=6, steps=7)
    assert widths == [6] * 7


def test_single_precision_exhausts_the_space_at_its_own_rounding():
    matrix = np.diag(np.repeat([0.3, 1.7], 40)).astype(np.float32)
    operator = SymmetricOperator(
        lambda vectors: matrix @ vectors.astype(np.float32), 80, name="single", rounding=1.2e-7
    )
    seen = spectral_density(operator, probes=3, steps=20)
    assert ((seen.weights > 0).sum(axis=1) == 2).all()


def test_in_single_precision_a_bulk_above_the_rounding_is_gone_into():
    spectrum = np.append(np.linspace(-1e-5, 1e-5, 500), 1.0)
    seen = spectral_density(_diagonal(spectrum, rounding=1.2e-7), probes=2, steps=20)
    assert (seen.weights > 0).all()  # 6e-6 wide: below 50 roundoffs of the norm, above 10
    assert 1e-6 < seen.noise < 2e-6


@pytest.mark.parametrize(("argument", "value"), [("probes", 2.5), ("steps", "4")])
def test_only_whole_numbers_count(argument, value):
    with pytest.raises(PolariscopeError, match=f"{argument}: a whole number"):
        spectral_density(_diagonal([1.0, 2.0]), **{argument: value})


def test_an_array_is_no_operator_and_extremes_of_scale_are_refused():
    with pytest.raises(PolariscopeError, match="operator: a SymmetricOperator"):
        spectral_density(np.eye(3))
    with pytest.raises(PolariscopeError, match="diagonal: products between"):
        spectral_density(_diagonal([1e-200, 3e-200]))


@pytest.mark.parametrize("options", [{"probes": 0}, {"steps": 0}])
def test_what_cannot_be_asked_is_refused(options):
    with pytest.raises(PolariscopeError, match=f"{next(iter(options))}: at least 1; got 0"):
        spectral_density(_diagonal([1.0, 2.0]), **options)


def test_products_that_are_not_finite_are_refused():
    broken = SymmetricOperator(lambda vectors: vectors * np.inf, 4, name="broken")
    with np.errstate(all="ignore"), pytest.raises(PolariscopeError, match="broken"):
        spectral_density(broken)
