"""int int sgn(v - u) f(u) g(v) du dv on an equispaced grid: sinc indefinite integration."""

import numpy as np
from scipy.linalg import matmul_toeplitz
from scipy.special import sici

from polariscope.crystal.operators.symmetric import Vectors


def sign_form(left: Vectors, right: Vectors, step: float) -> Vectors:
    """(1/h) int int sgn(v - u) f_i(u) g_j(v) du dv, from samples at spacing h.

    The integral of a sinc is a sine integral, so sgn becomes the Toeplitz matrix (2/pi) Si(pi (l - k)), exact
    for functions without frequencies above pi/h and exponentially convergent for those analytic in a strip
    (Stenger 1993, section 3.6). A plain sum over sgn(l - k) would be first order only.

    >>> u = np.arange(-8, 8, 0.25)
    >>> early, late = np.exp(-((u + 4) ** 2)), np.exp(-((u - 4) ** 2))
    >>> form = sign_form(early[:, None], late[:, None], 0.25) * 0.25
    >>> np.allclose(form, np.pi)  # early before late, everywhere: the product of their integrals
    True

    Args:
        left: f_i, (n, p), falling to 0 at both ends.
        right: g_j, (n, q), the same.
        step: h.

    Returns:
        (p, q); a factor h is left out, for columns that are unit vectors on the grid and not unit functions.
    """
    sines = (2 * step / np.pi) * sici(np.pi * np.arange(len(right)))[0]
    # From u to v the kernel is odd: its first column is minus its first row.
    moved: Vectors = matmul_toeplitz((-sines, sines), right)
    return left.T @ moved
