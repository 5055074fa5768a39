"""The sign form of Gaussians is an error function, to the last digits, and odd."""

import numpy as np
import pytest
from scipy.special import erf

from polariscope.crystal.degeneracy.exact.sign_kernel import sign_form


@pytest.mark.parametrize("step", [0.1, 0.25, 0.4])
def test_of_two_gaussians_it_is_an_error_function(step):
    u = np.arange(-9, 10, step)
    left, right = np.array([0.0, 0.3, -1.0]), np.array([0.0, 0.5, 2.0, -3.0])
    form = sign_form(np.exp(-((u[:, None] - left) ** 2)), np.exp(-((u[:, None] - right) ** 2)), step)
    # v - u is normal with mean right - left and variance 1, and both densities integrate to sqrt(pi).
    expected = np.pi * erf((right[None] - left[:, None]) / np.sqrt(2))
    np.testing.assert_allclose(form * step, expected, atol=1e-13)


def test_it_is_odd():
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((50, 3)), rng.standard_normal((50, 4))
    np.testing.assert_allclose(sign_form(left, right, 0.3), -sign_form(right, left, 0.3).T, atol=1e-13)
