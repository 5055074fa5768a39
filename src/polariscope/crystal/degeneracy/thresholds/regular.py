"""The learning coefficient where the Hessian tells all."""

from fractions import Fraction

from polariscope.crystal.degeneracy.thresholds.counts import at_most, count
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold


def regular_threshold(size: int) -> Threshold:
    """The lambda = d/2: at a minimum with a Hessian of full rank every parameter counts one half.

    >>> regular_threshold(7)
    Threshold(value=3.5, multiplicity=1)

    Args:
        size: d, the number of parameters.

    Returns:
        lambda and m = 1.

    Raises:
        PolariscopeError: Less than one parameter, or no whole number of them.
    """
    return morse_bott_threshold(count("size", size, 1), 0)


def morse_bott_threshold(size: int, nullity: int) -> Threshold:
    """The lambda = (d - nullity)/2 where minima form a manifold tangent to all of the Hessian's kernel.

    Such a minimum is called minimally singular. Elsewhere the loss rises along some null direction, at higher
    than second order, and this value is only a lower bound on lambda.

    >>> morse_bott_threshold(5, 2)
    Threshold(value=1.5, multiplicity=1)

    Args:
        size: d, the number of parameters.
        nullity: Dimension of the Hessian's null space, at most d.

    Returns:
        lambda and m = 1.

    Raises:
        PolariscopeError: No whole numbers, less than one parameter, or a nullity not between 0 and d.
    """
    size, nullity = count("size", size, 1), count("nullity", nullity)
    at_most("nullity", nullity, size, "the number of parameters")
    return Threshold(float(Fraction(size - nullity, 2)), 1)
