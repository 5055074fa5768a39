"""The learning coefficient of a deep linear network, y = W_L ... W_1 x (Aoyagi 2024)."""

from collections.abc import Sequence
from fractions import Fraction

from polariscope.crystal.degeneracy.thresholds.counts import at_most, count, counts
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold


def deep_linear_threshold(widths: Sequence[int], rank: int) -> Threshold:
    """The lambda and m of K = |W_L ... W_1 - W|^2 / 2, widths H_0, ..., H_L, W of rank r.

    Let D_s = H_s - r, and S the l + 1 narrowest layers for which sum D_S >= l max D_S and sum D_S < l min of
    the others: the layers that share the bottleneck. With M = ceil(sum D_S / l) and a = sum D_S - (M - 1) l,

        lambda = (r(H_0 + H_L) - r^2 + sum_(i<j in S) D_i D_j)/2 + (a(l - a) - (l - 1)(sum D_S)^2)/(4 l),
        m = a(l - a) + 1

    (Aoyagi 2024, "Consideration on the learning efficiency of multiple-layered neural networks with linear
    units").

    >>> deep_linear_threshold([5, 3, 5], 0)  # two layers: reduced-rank regression
    Threshold(value=6.5, multiplicity=2)
    >>> deep_linear_threshold([4, 6], 2)  # one layer: a regular model
    Threshold(value=12.0, multiplicity=1)
    >>> deep_linear_threshold([1, 1, 1, 1], 0)  # (a b c)^2
    Threshold(value=0.5, multiplicity=3)

    Args:
        widths: H_0 (inputs) to H_L (outputs), at least two.
        rank: r, the true rank, at most the least width.

    Returns:
        The smallest lambda over all weights with product W, and its m.

    Raises:
        PolariscopeError: Fewer than two widths, one that is no whole number or below 1, or a rank not from 0
            to the least width.
    """
    numbers, rank = counts("widths", widths, shortest=2, least=1), count("rank", rank)
    at_most("rank", rank, min(numbers), "the least of the widths")
    spare = _bottleneck(sorted(width - rank for width in numbers))
    layers, total = len(spare) - 1, sum(spare)
    a = total - (-(-total // layers) - 1) * layers
    pairs = (total**2 - sum(one**2 for one in spare)) // 2
    regular = rank * (numbers[0] + numbers[-1]) - rank**2
    value = Fraction(regular + pairs, 2) + Fraction(a * (layers - a) - (layers - 1) * total**2, 4 * layers)
    return Threshold(float(value), a * (layers - a) + 1)


def _bottleneck(spare: list[int]) -> list[int]:
    """The D_s of S, from all of them in ascending order."""
    # A layer joins while the sum of the l + 1 before is at least l times its own D, which makes the sum with
    # it at least l + 1 times its D: the other condition on S holds by itself. So there is an S: this.
    members = 2
    while members < len(spare) and sum(spare[:members]) >= (members - 1) * spare[members]:
        members += 1
    return spare[:members]
