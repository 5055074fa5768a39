"""A number without sampling error, and how far rounding and truncation may have moved it."""

from dataclasses import dataclass

from polariscope.errors import PolariscopeError

_SMALL = 1e-6  # relative error, far below what any sampler resolves


@dataclass(frozen=True)
class ExactValue:
    """t E[K] under p(w) ~ exp(-t K(w) - (localization/2) |w - w*|^2), by quadrature.

    Args:
        value: t E[K], what an estimator of the learning coefficient should find at this t and localization.
            It reaches lambda as t grows, with multiplicity m > 1 only like lambda - (m - 1)/log t.
        error: A bound in practice on its numerical error, in the same units: the change on a finer grid, and
            rounding times the condition.
    """

    value: float
    error: float


def accurate(value: float, error: float, argument: str, cure: str) -> ExactValue:
    """A value that is above 0 and good to six digits, or none.

    >>> accurate(6.0384, 1e-9, "t", "give less")
    ExactValue(value=6.0384, error=1e-09)

    Args:
        value: t E[K], above 0.
        error: Of it.
        argument: At fault, where there is none.
        cure: What to do then.

    Returns:
        Both.

    Raises:
        PolariscopeError: The error is more than a millionth of the value, or the value underflows.
    """
    if not (value > 0 and error <= _SMALL * value):
        rule = "a case whose value is a double, good to six digits"
        raise PolariscopeError(argument, rule, f"{value:.6g} +- {error:.1g}", cure)
    return ExactValue(value, error)
