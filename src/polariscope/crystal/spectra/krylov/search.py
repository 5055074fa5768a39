"""The search for the outermost eigenpairs: Rayleigh-Ritz in a Krylov basis, then a search for what it missed."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import inf, pi
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.crystal.spectra.krylov.basis import Basis, multiply, product_error
from polariscope.crystal.spectra.krylov.reach import reach

Order: TypeAlias = Callable[[Vectors], NDArray[np.intp]]

_ASKED = 0.25  # of the tolerance: what a residual is brought to before it is measured
_KEPT = 1 / 2  # of the room beyond the wanted pairs: Ritz vectors that outlive a full basis


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and for how long.

    Args:
        count: Pairs, k.
        tolerance: Of a residual, relative to the norm seen.
        miss_probability: That an eigenvalue which is not listed lies beyond the bound that is given.
        budget: Columns to multiply, about: the last measurement is made in any case.
        both: Outermost is largest in magnitude, not largest.
        own: The tolerance is relative to each value, not to the norm.
    """

    count: int
    tolerance: float
    miss_probability: float
    budget: int = 0
    both: bool = False
    own: bool = False

    def rank(self, values: Vectors) -> Vectors:
        """What the order goes by, (m,) -> (m,): the largest is outermost."""
        return np.abs(values) if self.both else values

    def order(self, values: Vectors) -> NDArray[np.intp]:
        """The places of values, outermost first."""
        return np.argsort(-self.rank(values), kind="stable")


@dataclass(frozen=True, eq=False)
class Found:
    """Pairs as measured: values (k,) outermost first, vectors (n, k), residuals (k,) of a product of their own.

    ``bound`` is what nothing that is not listed lies beyond (in rank), and ``complete`` that the space was
    exhausted.
    """

    values: Vectors
    vectors: Vectors
    residuals: Vectors
    norm: float
    bound: float
    complete: bool
    products: int


def measure(operator: SymmetricOperator, vectors: Vectors, order: Order) -> tuple[Vectors, Vectors, Vectors]:
    """theta_i = v_i'A v_i and ||A v_i - theta_i v_i||, by k products, with V turned so that V'AV is diagonal.

    Args:
        operator: A, n rows.
        vectors: V, (n, k), orthonormal.
        order: The places of values, outermost first.

    Returns:
        theta, (k,), outermost first; V, (n, k); residuals, (k,).
    """
    image = multiply(operator, vectors)
    inner = vectors.T @ image
    values, turn = np.linalg.eigh((inner + inner.T) / 2)
    places = order(values)
    values, turned = values[places], vectors @ turn[:, places]
    residuals = np.linalg.norm(image @ turn[:, places] - turned * values, axis=0)
    return values, turned, np.asarray(residuals, np.float64)


@final
class Search:
    """Looks for the wanted pairs until they are converged and a fresh start finds nothing further out.

    Args:
        operator: A, n rows.
        wanted: What is looked for.
        limit: Columns of the basis.
        block: Columns of its first block, drawn at random.
        seed: Of what is drawn.
    """

    def __init__(self, operator: SymmetricOperator, wanted: Wanted, *, limit: int, block: int, seed: int) -> None:
        self.operator, self.wanted, self._norm = operator, wanted, 0.0
        self._basis = Basis(operator, limit, np.random.default_rng(seed))
        self._basis.append_random(block)
        self._measured = 0

    def run(self) -> Found:
        """Search, measure, verify; and again while verifying finds something further out.

        The r-th verification may miss with probability 6 p/(pi r)^2, so that all of them together stay below p.

        Returns:
            The pairs, converged or not.
        """
        bound = inf
        for looks in count(1):
            self._converge()
            pairs = self._measure()
            if self._basis.complete or self._spent:
                break
            here, clean = self._verify(*pairs, self.wanted.miss_probability * 6 / (pi * looks) ** 2)
            bound = min(bound, here)
            if clean:
                break
        complete = self._basis.complete
        return Found(*pairs, self._norm, self._next if complete else bound, complete, self._products)

    @property
    def _next(self) -> float:
        values = np.asarray(np.linalg.eigvalsh(self._basis.projected), np.float64)
        ranks = np.sort(self.wanted.rank(values))[::-1]
        return float(ranks[self.wanted.count]) if ranks.size > self.wanted.count else -inf

    @property
    def _products(self) -> int:
        return self._basis.products + self._measured

    @property
    def _spent(self) -> bool:
        return self._products + 2 * self.wanted.count >= self.wanted.budget

    def _ritz(self) -> tuple[Vectors, Vectors]:
        values, rotation = np.linalg.eigh(self._basis.projected)
        self._norm = max(self._norm, float(np.abs(values).max()))
        order = self.wanted.order(values)
        return values[order], rotation[:, order]

    def _converge(self) -> None:
        basis, count = self._basis, self.wanted.count
        while True:
            if basis.known >= count:
                values, rotation = self._ritz()
                scale = np.abs(values[:count]) if self.wanted.own else self._norm
                close = basis.leak(rotation[:, :count]) <= _ASKED * self.wanted.tolerance * scale
                if basis.complete or self._spent or close.all():
                    return
                if basis.full:
                    keep = count + int((basis.limit - count) * _KEPT)
                    basis.compress(values[:keep], rotation[:, :keep])
            basis.expand()

    def _measure(self) -> tuple[Vectors, Vectors, Vectors]:
        _, rotation = self._ritz()
        vectors = self._basis.combine(rotation[:, : self.wanted.count])
        self._measured += self.wanted.count
        return measure(self.operator, vectors, self.wanted.order)

    def _verify(self, values: Vectors, vectors: Vectors, residuals: Vectors, miss: float) -> tuple[float, bool]:
        """Run from a random start orthogonal to the pairs, and look for anything further out than the last.

        It ends when that is found, when its bound is down to the last pair, when no new direction comes out, when
        the room is exhausted, or when it has cost as much as all before it. Couplings count as the rounding of a
        product at least: a space that ends in rounding is not known to be invariant. While it goes on in
        directions that are rounding, these are taken to favour none.

        Returns:
            A bound beyond which at most k eigenvalues lie, that of A on the complement of the pairs (Cauchy's
            interlacing, however good they are); with both signs, ||R|| further, within which (Weyl) A is of what
            it would be if the pairs were exact. And whether nothing was found.
        """
        basis, count = self._basis, self.wanted.count
        basis.hold(values, vectors)
        basis.append_random(1)
        rounding = product_error(self.operator, self._norm)
        edge = float(self.wanted.rank(values)[-1]) + max(self.wanted.tolerance * self._norm, 5 * rounding)
        slack = rounding + (float(np.linalg.norm(residuals)) if self.wanted.both else 0.0)
        couplings: list[float] = []
        bound, until = inf, 2 * self._products
        while not (basis.full or self._spent or self._products >= until):
            basis.expand()
            couplings.append(basis.link)
            tail = np.asarray(np.linalg.eigvalsh(basis.projected[count:, count:]), np.float64)
            bound = min(bound, self._reach(tail, np.array(couplings), miss) + slack)
            if self.wanted.rank(tail).max() > edge:
                return bound, False
            if bound <= edge or basis.cut:
                break
        return bound, True

    def _reach(self, ritz_values: Vectors, couplings: Vectors, miss: float) -> float:
        dimension = self.operator.size - self.wanted.count
        if not self.wanted.both:
            return reach(ritz_values, couplings, dimension, miss)
        ends = (ritz_values, -ritz_values)
        return max(reach(end, couplings, dimension, miss / 2) for end in ends)
