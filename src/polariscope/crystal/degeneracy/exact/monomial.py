"""t E[K] of a monomial loss about its singular point."""

import math
from collections import Counter
from collections.abc import Sequence

from polariscope.crystal.degeneracy.exact.exact_value import ExactValue, accurate
from polariscope.crystal.degeneracy.exact.mellin_barnes import MellinBarnes
from polariscope.crystal.degeneracy.exact.positive import positive
from polariscope.crystal.degeneracy.thresholds.counts import at_most
from polariscope.crystal.degeneracy.thresholds.monomial import exponents
from polariscope.errors import PolariscopeError

_HIGHEST = 1_000_000
_LOGARITHM = 2000.0  # of tau: beyond any temperature in doubles, and still a second's work


def monomial_value(
    powers: Sequence[int], *, t: float, localization: float = 1.0, prior_powers: Sequence[int] | None = None
) -> ExactValue:
    """The mean t E[K] for K = prod w_i^(2 k_i) under the prior prod |w_i|^(h_i) exp(-gamma w_i^2 / 2).

    By Mellin's inversion of exp(-t K), Z(t) is proportional to

        I(0) = (1/2 pi i) int Gamma(s) prod Gamma((h_i + 1)/2 - k_i s) tau^(-s) ds,

    tau = t prod (2/gamma)^(k_i). The product is the zeta function E[K^(-s)], and its first pole at s > 0 the
    learning coefficient. A derivative of tau^(-s) brings a factor s, so t E[K] = -d log Z/d log t =
    I(1)/I(0), Gamma(s + 1) in I(1).

    >>> round(monomial_value([1], t=3.0).value, 9)  # quadratic: (1/2) 2 t/(2 t + gamma)
    0.428571429
    >>> round(monomial_value([1, 1], t=1e8).value, 3)  # the learning coefficient is 1/2, with m = 2
    0.451

    Args:
        powers: k_i, (d,), at least 0 and not all 0.
        t: n beta, above 0.
        localization: gamma, above 0. Default: 1, a unit Gaussian.
        prior_powers: h_i, (d,), at least 0. Default: 0.

    Returns:
        From 0 to the learning coefficient, with the change from twice the step, plus rounding, for its error.

    Raises:
        PolariscopeError: Powers as in `thresholds.monomial`, or above 1,000,000; t or localization not above
            0; tau not from e^-2000 to e^2000; or a value that is no double, or not good to six digits.
    """
    pairs = exponents(powers, prior_powers)
    at_most("powers", max(k for k, _ in pairs), _HIGHEST, "what the integral resolves")
    scale = math.log(2 / positive("localization", localization))
    log_tau = math.log(positive("t", t)) + scale * sum(k for k, _ in pairs)
    if abs(log_tau) > _LOGARITHM:
        rule = "t (2/localization)^(sum of powers) between e^-2000 and e^2000"
        raise PolariscopeError("t", rule, f"exp({log_tau:.0f})", "choose t and localization closer together")
    factors = tuple((k, (h + 1) / 2, many) for (k, h), many in Counter(pairs).items())
    integrals = MellinBarnes(factors, log_tau)
    plain, sloped = integrals.integral(0), integrals.integral(1)
    value = math.exp(sloped.logarithm - plain.logarithm)
    cure = "take lower powers, or a t nearer to (localization/2)^(sum of powers)"
    return accurate(value, value * (plain.error + sloped.error), "powers", cure)
