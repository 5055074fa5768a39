"""The learning coefficient of reduced-rank regression, y = B A x (Aoyagi and Watanabe 2005)."""

from fractions import Fraction

from polariscope.crystal.degeneracy.thresholds.counts import at_most, count
from polariscope.crystal.degeneracy.thresholds.threshold import Threshold


def reduced_rank_threshold(inputs: int, outputs: int, hidden: int, rank: int) -> Threshold:
    """The lambda and m of K = |B A - W|^2 / 2, A (H, M), B (N, H), W of rank r, in four cases.

    1. N + r <= M + H, M + r <= N + H, H + r <= M + N: a balanced network,
       lambda = (2(H+r)(M+N) + 2MN - (H+r)^2 - M^2 - N^2)/8, m = 1 if M + N + H + r is even;
       if it is odd, the numerator is larger by 1 and m = 2.
    2. N + r > M + H: lambda = (HM - Hr + Nr)/2.
    3. M + r > N + H: lambda = (HN - Hr + Mr)/2.
    4. H + r > M + N: lambda = MN/2, as if B A were free.

    >>> reduced_rank_threshold(5, 5, 3, 0)
    Threshold(value=6.5, multiplicity=2)
    >>> reduced_rank_threshold(4, 6, 2, 2)  # all in use: half the dimension of matrices of rank 2
    Threshold(value=8.0, multiplicity=1)

    Args:
        inputs: M.
        outputs: N.
        hidden: H.
        rank: r, the true rank, at most min(M, N, H).

    Returns:
        The smallest lambda over all (A, B) with B A = W, and its m.

    Raises:
        PolariscopeError: A width that is no whole number or below 1, or a rank not from 0 to the least width.
    """
    inputs, outputs, hidden = _widths(inputs, outputs, hidden)
    rank = count("rank", rank)
    at_most("rank", rank, min(inputs, outputs, hidden), "the least of the widths")
    return _threshold(*_four_cases(inputs, outputs, hidden, rank))


def reduced_rank_threshold_at(
    inputs: int, outputs: int, hidden: int, rank_first: int, rank_second: int
) -> Threshold:
    """At a point with B A = 0: a N/2 + b (M - a)/2 + that of a network (M - a, N - b, H - a - b) at 0.

    The a directions that A has make as many columns of B regular, N parameters each; the b of B as many rows
    of what is left of A, M - a each; the rest is a network of its own, at its origin. B A = 0 wants the image
    of A in the kernel of B, hence a + b <= H.

    >>> reduced_rank_threshold_at(5, 5, 3, 0, 0) == reduced_rank_threshold(5, 5, 3, 0)
    True
    >>> reduced_rank_threshold_at(5, 5, 3, 3, 0)  # A of full rank: B is a regular model
    Threshold(value=7.5, multiplicity=1)

    Args:
        inputs: M.
        outputs: N.
        hidden: H.
        rank_first: a, the rank of A, (H, M), at the point.
        rank_second: b, the rank of B, (N, H), at the point.

    Returns:
        The local lambda and m.

    Raises:
        PolariscopeError: A width that is no whole number or below 1, a rank that its matrix cannot have, or
            a + b above H.
    """
    inputs, outputs, hidden = _widths(inputs, outputs, hidden)
    a, b = count("rank_first", rank_first), count("rank_second", rank_second)
    at_most("rank_first", a, min(inputs, hidden), "the lesser of inputs and hidden")
    at_most("rank_second", b, min(outputs, hidden), "the lesser of outputs and hidden")
    at_most("rank_second", b, hidden - a, "hidden less rank_first, where B A = 0")
    regular = Fraction(a * outputs + b * (inputs - a), 2)
    value, multiplicity = _four_cases(inputs - a, outputs - b, hidden - a - b, 0)
    return _threshold(regular + value, multiplicity)


def _widths(inputs: int, outputs: int, hidden: int) -> tuple[int, int, int]:
    return count("inputs", inputs, 1), count("outputs", outputs, 1), count("hidden", hidden, 1)


def _threshold(value: Fraction, multiplicity: int) -> Threshold:
    return Threshold(float(value), multiplicity)


def _four_cases(M: int, N: int, H: int, r: int) -> tuple[Fraction, int]:
    """The four cases of `reduced_rank_threshold`; widths may be 0, and the value is 0 then."""
    if N + r > M + H:
        return Fraction(H * M - H * r + N * r, 2), 1
    if M + r > N + H:
        return Fraction(H * N - H * r + M * r, 2), 1
    if H + r > M + N:
        return Fraction(M * N, 2), 1
    odd = (M + N + H + r) % 2
    balanced = 2 * (H + r) * (M + N) + 2 * M * N - (H + r) ** 2 - M**2 - N**2
    return Fraction(balanced + odd, 8), 1 + odd
