"""A learning coefficient in closed form."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """The lambda and m of Z(n) = int exp(-n K(w)) p(w) dw ~ C n^(-lambda) (log n)^(m-1) (Watanabe 2009).

    The real log canonical threshold (RLCT) and the learning coefficient are this one number.

    Args:
        value: lambda, half an effective number of parameters; 0 where K is 0 all around.
        multiplicity: m, the order of the largest pole of the zeta function int K(w)^z p(w) dw; at least 1.
    """

    value: float
    multiplicity: int
