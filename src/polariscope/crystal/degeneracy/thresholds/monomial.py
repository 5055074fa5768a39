"""The learning coefficient of a monomial: the normal form that resolution brings every loss into."""

from collections.abc import Sequence
from fractions import Fraction

from polariscope.crystal.degeneracy.thresholds.counts import counts
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold
from polariscope.errors import PolariscopeError


def monomial_threshold(powers: Sequence[int], prior_powers: Sequence[int] | None = None) -> Threshold:
    """The lambda = min (h_i + 1)/(2 k_i) of K = prod w_i^(2 k_i) under the prior prod |w_i|^(h_i).

    A variable with k_i = 0 is not in K and never attains the minimum.

    >>> monomial_threshold([1, 1, 0])  # a b = 0: two lines that cross
    Threshold(value=0.5, multiplicity=2)
    >>> monomial_threshold([2, 3], prior_powers=[0, 4])
    Threshold(value=0.25, multiplicity=1)

    Args:
        powers: k_i, (d,), at least 0 and not all 0.
        prior_powers: h_i, (d,), at least 0. Default: 0, a prior that is positive at the origin.

    Returns:
        lambda, and as m the number of variables that attain it.

    Raises:
        PolariscopeError: Powers that are no whole numbers, negative, or all 0; not one prior power a power.
    """
    pairs = exponents(powers, prior_powers)
    poles = [Fraction(h + 1, 2 * k) for k, h in pairs]
    return Threshold(float(min(poles)), poles.count(min(poles)))


def exponents(powers: Sequence[int], prior_powers: Sequence[int] | None) -> tuple[tuple[int, int], ...]:
    """Pairs (k_i, h_i) of the variables that are in K.

    Args:
        powers: k_i, (d,).
        prior_powers: h_i, (d,), or none for 0.

    Returns:
        At least one pair with k_i > 0.

    Raises:
        PolariscopeError: See `monomial_threshold`.
    """
    own = counts("powers", powers)
    given = (0,) * len(own) if prior_powers is None else counts("prior_powers", prior_powers)
    if len(given) != len(own):
        rule = f"one a variable, here {len(own)}"
        raise PolariscopeError("prior_powers", rule, list(given), "give 0 where the prior does not vanish")
    if not any(own):
        cure = "give a power of 1: K = 1 has no zero"
        raise PolariscopeError("powers", "at least one above 0", list(own), cure)
    return tuple((k, h) for k, h in zip(own, given, strict=True) if k)
