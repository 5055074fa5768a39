"""How far a spectrum can reach beyond what a Krylov space has seen."""

from math import exp, inf, log

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv

from polariscope.crystal.operators.symmetric import Vectors


def reach(ritz_values: Vectors, couplings: Vectors, dimension: int, miss_probability: float) -> float:
    """X with (X - theta_1)...(X - theta_m) = beta_1...beta_m / delta, and P(|g| < delta) = miss probability.

    After van Dorsselaer, Hochstenbach and van der Vorst (2001, SIAM J. Matrix Anal. Appl. 22, 837).

    After m steps from a unit vector q drawn uniformly, the next Lanczos vector is p(A) q with the polynomial p(x)
    = prod (x - theta_i) / prod beta_i, and is a unit vector too. Along the top eigenvector it has p(lambda_1) g,
    where g is q's own part there, and g^2 ~ Beta(1/2, (d-1)/2). So p(lambda_1) <= 1/|g|, which is at most 1/delta
    but for the miss probability, and p grows beyond theta_1. It is one event for all m: a caller may stop when X
    is low enough and pay nothing for having looked. Where an eigenvalue is multiple, g is only larger.

    The bound of Kuczynski and Wozniakowski (1992), 1.648 sqrt(d) exp(-sqrt(eps) (2m-1)), holds for every spectrum;
    this one reads the couplings of the spectrum at hand, falls with them, and needs no lower end of the spectrum.

    >>> chebyshev = np.cos(np.pi * np.arange(1, 41) / 41)  # of U_m: cos(pi i / 41), beta = 1/2
    >>> x = reach(chebyshev, np.full(40, 0.5), 1000, 0.01)
    >>> at = np.arccosh(x)
    >>> bool(np.isclose(np.sinh(41 * at) / np.sinh(at), betaincinv(0.5, 499.5, 0.01) ** -0.5))  # U_m(x) = 1/delta
    True
    >>> reach(np.array([2.0, 1.0]), np.array([0.3, 0.0]), 1000, 0.01)  # an invariant subspace: nothing beyond
    2.0

    Args:
        ritz_values: theta, (m,), eigenvalues of the m x m Lanczos matrix.
        couplings: beta, (m,), the last one to the next vector; 0 where the Krylov space is invariant for certain,
            as the whole space is. Where a coupling drowned in rounding, its upper bound: X grows with each.
        dimension: d, of the space that q was drawn from.
        miss_probability: How often, over draws of q, the largest eigenvalue may lie above X.

    Returns:
        X: no eigenvalue of the operator on that space lies above it, but for the miss probability.
    """
    if ritz_values.size == 0:
        return inf
    top = float(ritz_values.max())
    if not couplings.all():
        return top
    share = float(betaincinv(0.5, (dimension - 1) / 2, miss_probability)) if dimension > 1 else 1.0
    target = float(np.log(couplings).sum()) - log(share) / 2
    gaps = top - ritz_values

    def excess(logarithm: float) -> float:
        return float(np.log(exp(logarithm) + gaps).sum()) - target

    highest = target / gaps.size  # every factor is at least X - theta_1
    lowest = log(np.finfo(np.float64).eps * max(abs(top), float(gaps.max()), np.finfo(np.float64).tiny))
    if excess(lowest) >= 0:
        return top + exp(lowest)
    return top + exp(brentq(excess, lowest, max(highest, lowest) + 1e-9, xtol=1e-6))
