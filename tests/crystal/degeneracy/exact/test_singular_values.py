"""The basis is orthonormal and made of polynomials times the weight, and the weight stays within doubles."""

import numpy as np
import pytest

from polariscope.crystal.degeneracy.exact.singular_values import SingularValues
from polariscope.errors import PolariscopeError

GRIDS = [(1, 1, 1, 0.0), (4, 6, 3, 10.0), (8, 8, 8, -5.0), (5, 5, 5, 200.0), (3, 40, 90, 30.0)]


def _grid(fewer, more, power, log_c):
    return SingularValues(fewer, more, power, log_c, step=1 / (4 + fewer / 2 + 2 * more**0.5), cut=40.0)


def _weight(grid):
    x = np.exp(grid.nodes)
    falls = x / 2 + grid.power / 2 * np.log1p(np.exp(grid.log_c) * x)
    logarithm = (grid.more - grid.fewer + 1) / 2 * np.log(x) - falls  # dx = x du
    return np.exp(logarithm - logarithm.max())


@pytest.mark.parametrize("case", GRIDS)
def test_the_basis_is_orthonormal_and_starts_with_the_weight(case):
    grid = _grid(*case)
    basis, weight = grid.basis(), _weight(grid)
    assert basis.shape == (grid.size, grid.fewer) == (len(grid.nodes), grid.fewer)
    np.testing.assert_allclose(basis.T @ basis, np.eye(grid.fewer), atol=1e-13)
    np.testing.assert_allclose(basis[:, 0], weight / np.linalg.norm(weight), atol=1e-12)


@pytest.mark.parametrize("case", GRIDS[1:])
def test_times_x_each_column_is_made_of_itself_and_its_neighbours(case):
    basis = _grid(*case).basis()
    for degree in range(basis.shape[1] - 1):
        image = np.exp(_grid(*case).nodes) * basis[:, degree]
        near = basis[:, max(degree - 1, 0) : degree + 2]
        left = image - near @ (near.T @ image)
        assert np.linalg.norm(left) < 1e-12 * np.linalg.norm(image)


@pytest.mark.parametrize("case", GRIDS)
def test_at_both_ends_nothing_is_left(case):
    basis = _grid(*case).basis()
    assert np.abs(basis[[0, -1]]).max() < 1e-15


def test_rounding_grows_with_the_logarithms_that_a_weight_is_made_of():
    assert _grid(3, 3, 3, 0.0).rounding < _grid(3, 3, 3, 100.0).rounding < 1e-12


def test_a_weight_beyond_doubles_is_refused():
    with pytest.raises(
        PolariscopeError, match=r"^t: a weight .* at most e\^-650; got a fall by e\^-\d+\. Cure: take"
    ):
        _grid(30, 30, 30, 100.0).basis()
