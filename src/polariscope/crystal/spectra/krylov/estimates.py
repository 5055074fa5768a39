"""A number with its error, and a number between bounds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number and the standard deviation that it has over random probes.

    Args:
        value: The estimate.
        standard_error: Of it, in its units; 0 where the value is exact.
    """

    value: float
    standard_error: float

    def times(self, factor: float) -> "Estimate":
        """The same in other units.

        >>> Estimate(0.5, 0.1).times(-20)
        Estimate(value=-10.0, standard_error=2.0)

        Args:
            factor: A sum's number of terms, say.

        Returns:
            Both, multiplied.
        """
        return Estimate(factor * self.value, abs(factor) * self.standard_error)


@dataclass(frozen=True)
class Bounded:
    """A share of eigenvalues, between bounds for what the probes missed and for what their nodes leave open.

    Args:
        value: The middle of the two ends below.
        standard_error: Of either end, over probes.
        low: Lower end of the interval at ``level``.
        high: Upper end.
        level: How often, over draws of the probes, the interval holds the true share, at least.
        at_least: What the probes' measures have at least, on average: rigorous for them, without sampling error.
        at_most: What they have at most.
    """

    value: float
    standard_error: float
    low: float
    high: float
    level: float
    at_least: float
    at_most: float

    def times(self, factor: float) -> "Bounded":
        """The same in other units: counts of eigenvalues, by a matrix's size.

        >>> Bounded(0.5, 0.1, 0.25, 0.75, 0.95, 0.5, 0.5).times(8).high
        6.0

        Args:
            factor: At least 0.

        Returns:
            Every field but the level, multiplied.
        """
        return Bounded(
            factor * self.value,
            factor * self.standard_error,
            factor * self.low,
            factor * self.high,
            self.level,
            factor * self.at_least,
            factor * self.at_most,
        )
