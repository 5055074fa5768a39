"""Laws of the turned-out spectrum: it inverts, it says how much it rounds, and its bounds are bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from polariscope.crystal.operators.symmetric import from_matrix
from polariscope.crystal.spectra.krylov.inverse import column_norm, inverse, lowest_circle

MATRICES = (
    st
    .integers(0, 10**6)
    .map(lambda seed: np.random.default_rng(seed).standard_normal((6, 6)))
    .map(lambda matrix: matrix + matrix.T)
)


@given(MATRICES)
def test_the_circle_and_the_column_bound_the_spectrum(matrix):
    values = np.linalg.eigvalsh(matrix)
    for kind in (matrix, sparse.csr_array(matrix)):
        assert lowest_circle(kind) <= values[0] + 1e-12
        assert column_norm(kind) <= np.abs(values).max() + 1e-12


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_it_inverts_and_its_rounding_grows_near_an_eigenvalue(kind):
    matrix = np.diag(np.arange(1.0, 9.0)) + np.eye(8, k=1) / 4 + np.eye(8, k=-1) / 4
    operator, shift = from_matrix(kind(matrix)), 2.6
    inside_out = inverse(operator, shift)
    np.testing.assert_allclose(inside_out @ (matrix - shift * np.eye(8)), np.eye(8), atol=1e-13)
    eigenvalue = np.linalg.eigvalsh(matrix)[3]
    assert inverse(operator, eigenvalue + 1e-9).rounding > 1e6 * inside_out.rounding


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_a_singular_matrix_has_an_inverse_without_bounds(kind):
    laplacian = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert inverse(from_matrix(kind(laplacian)), 0.0).rounding == np.inf


def test_a_matrix_of_zeros_has_a_norm_to_divide_by():
    assert column_norm(np.zeros((3, 3))) == 1.0
