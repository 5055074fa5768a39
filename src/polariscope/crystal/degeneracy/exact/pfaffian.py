"""Expectations over the singular values of a Gaussian matrix, as a Pfaffian."""

import numpy as np
from scipy.special import expit

from polariscope.crystal.degeneracy.exact.sign_kernel import sign_form
from polariscope.crystal.degeneracy.exact.singular_values import SingularValues
from polariscope.crystal.operators.symmetric import Vectors


def mean_shrinkage(values: SingularValues) -> tuple[float, float]:
    """E[(N/2) sum c x/(1 + c x)] = -d log Z/d log c, for Z = E[prod (1 + c x)^(-N/2)], over a Gaussian.

    By de Bruijn's formula (1955) Z is a Pfaffian of a_ij = int int sgn(y - x) p_i(x) p_j(y) w(x) w(y) dx dy
    for any basis p_i of the polynomials of degree below k, bordered by int p_i w dx where k is odd. So
    log Z = log|det a|/2 + const, and its derivative is tr(a^-1 a')/2.

    >>> one = SingularValues(fewer=1, more=2, power=2, log_c=0.0, step=0.1, cut=40.0)
    >>> from scipy.special import exp1  # x/2 is exponential: Z = z e^z E_1(z) at z = 1/(2c)
    >>> bool(abs(mean_shrinkage(one)[0] - (1.5 - 1 / (np.exp(0.5) * exp1(0.5)))) < 1e-12)
    True

    Args:
        values: The weights on their nodes.

    Returns:
        The mean, and what rounding may have moved it by.

    Raises:
        PolariscopeError: See `SingularValues.basis`.
    """
    columns = values.basis()
    shrinkage = values.power / 2 * expit(values.log_c + values.nodes)
    both = np.column_stack([columns, shrinkage[:, None] * columns])
    form = sign_form(columns, both, values.step)
    size = values.fewer
    plain, sloped = (form[:, :size] - form[:, :size].T) / 2, form[:, size:] - form[:, size:].T
    if size % 2:
        sums = both.sum(axis=0)
        plain, sloped = _bordered(plain, sums[:size]), _bordered(sloped, sums[size:])
    inverse = np.linalg.inv(plain)
    products = inverse * sloped.T / 2
    return float(products.sum()), values.rounding * float(np.abs(products).sum())


def _bordered(form: Vectors, border: Vectors) -> Vectors:
    bordered = np.zeros((len(border) + 1, len(border) + 1))
    bordered[:-1, :-1], bordered[:-1, -1], bordered[-1, :-1] = form, border, -border
    return bordered
