"""t E[K] of reduced-rank regression at its most degenerate point, A = B = 0."""

import math

from polariscope.crystal.degeneracy.exact.exact_value import ExactValue, accurate
from polariscope.crystal.degeneracy.exact.pfaffian import mean_shrinkage
from polariscope.crystal.degeneracy.exact.positive import positive
from polariscope.crystal.degeneracy.exact.singular_values import SingularValues
from polariscope.crystal.degeneracy.thresholds.counts import at_most, count
from polariscope.errors import PolariscopeError

_CUT, _LONGER_CUT = 40.0, 45.0  # e^-40 is 4e-18
_WIDEST = 1_000_000
_LARGEST = 1 << 21  # numbers in a basis: 16 MB, and some ten seconds
_LOGARITHM = 575.0  # of c, 1e250: nodes far below x = 1/c stay doubles


def reduced_rank_value(
    inputs: int, outputs: int, hidden: int, *, t: float, localization: float = 1.0
) -> ExactValue:
    """The mean t E[K] for K = |B A|_F^2 / 2, A (H, M), B (N, H), white inputs, localized at A = B = 0.

    Over B the posterior is Gaussian. What is left is Z(c) = E_A[prod (1 + c s^2)^(-N/2)] at c = t/gamma^2,
    over the singular values s of a standard Gaussian A, and t E[K] = -d log Z/d log c. Moreover
    exp(-c |B A|^2 / 2) is the mean of cos(sqrt(c) tr C B A) over a third Gaussian matrix, so the value is the
    same for M, N and H in any order, and the narrowest of them is the number of singular values taken.
    A prior of precision p about 0 is more of the same: give gamma + p.

    >>> exact = reduced_rank_value(5, 5, 3, t=145.0)
    >>> round(exact.value, 9), exact.error < 1e-11  # the learning coefficient is 6.5
    (6.038402457, True)

    Args:
        inputs: M.
        outputs: N.
        hidden: H.
        t: n beta, above 0.
        localization: gamma, above 0. Default: 1, a unit Gaussian.

    Returns:
        The value, with the change from a grid twice as coarse and shorter, plus rounding, for its error.

    Raises:
        PolariscopeError: A width that is no whole number from 1 to 1,000,000; t or localization not above 0,
            or t/localization^2 not from 1e-250 to 1e250; or widths and a t for which the quadrature is too
            large, out of the range of doubles, or not good to six digits.
    """
    widths = [_width("inputs", inputs), _width("outputs", outputs), _width("hidden", hidden)]
    fewer, more, power = sorted(widths)
    log_c = math.log(positive("t", t)) - 2 * math.log(positive("localization", localization))
    if abs(log_c) > _LOGARITHM:
        rule = "t/localization^2 between 1e-250 and 1e250"
        raise PolariscopeError("t", rule, f"exp({log_c:.0f})", "choose t and localization closer together")
    (coarse, _), (value, rounding) = (mean_shrinkage(grid) for grid in _grids(fewer, more, power, log_c))
    cure = "take lesser widths, or a t nearer to localization^2"
    return accurate(value, abs(value - coarse) + rounding, "hidden", cure)


def _width(argument: str, value: int) -> int:
    number = count(argument, value, 1)
    at_most(argument, number, _WIDEST, "what the quadrature resolves")
    return number


def _grids(fewer: int, more: int, power: int, log_c: float) -> tuple[SingularValues, SingularValues]:
    """A grid, and one twice as fine and longer."""
    # In log x, polynomials of degree k oscillate about as sin(k u / 2), and the weight is 1/sqrt(q) wide.
    step = 1 / (4 + fewer / 2 + 2 * math.sqrt(more))
    coarse = SingularValues(fewer, more, power, log_c, step, _CUT)
    fine = SingularValues(fewer, more, power, log_c, step / 2, _LONGER_CUT)
    numbers = fine.size * fewer
    if numbers > _LARGEST:
        rule, cure = f"a quadrature of at most {_LARGEST:,} numbers", "make the narrowest width narrower"
        raise PolariscopeError("hidden", rule, f"{numbers:,}", cure)
    return coarse, fine
