"""The density of eigenvalues by stochastic Lanczos quadrature, as the measure itself."""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import eigh_tridiagonal

from polariscope.crystal.operators.symmetric import SymmetricOperator, Vectors
from polariscope.crystal.spectra.krylov.basis import (
    known_by_products,
    multiply,
    product_error,
    whole_number,
    within_range,
)
from polariscope.errors import PolariscopeError

_BYTES = 1 << 31
_STREAM = 2
_NOISE = 50.0  # roundoffs of a double: a direction shorter than this is not orthogonal to the others
_SHORTER = 0.7  # a pass that takes away more is repeated (Daniel, Gragg, Kaufman, Stewart 1976)


@dataclass(frozen=True, eq=False)
class SpectralDensity:
    """One discrete measure a probe, each an unbiased view of the share of eigenvalues, (1/n) sum delta(lambda_i).

    Probe p sees the measure with mass (v_p'u_i)^2 at lambda_i; its nodes and weights are the Gauss rule of that,
    exact for polynomials of degree 2 steps - 1. Where its Krylov space was exhausted they are that measure itself,
    to the noise: nothing finer than that is known, neither where an eigenvalue is nor that a space has ended.
    Eigenvalues that are known one by one are not seen by the probes, but counted: they bring no error of sampling.

    Args:
        size: n.
        nodes: (probes, steps), ascending in each row, 0 where padded.
        weights: (probes, steps), rows sum to 1; 0 where, and only where, the row is padded because its Krylov
            space was exhausted.
        known: (k,) eigenvalues whose vectors the probes are orthogonal to; the rules are of the other n - k.
        noise: What rounding may have moved an eigenvalue by, and what a coupling was below where a row ends in
            padding; in units of eigenvalues. Default: 0, exact rules.
    """

    size: int
    nodes: Vectors
    weights: Vectors
    known: Vectors = field(default_factory=lambda: np.empty(0))
    noise: float = 0.0

    @property
    def sampled(self) -> int:
        """N - k, the eigenvalues that the probes see."""
        return self.size - len(self.known)

    @property
    def largest(self) -> float:
        """The largest |node| or |known eigenvalue|."""
        return float(np.abs(np.concatenate([self.nodes.ravel(), self.known])).max())

    def measure(self) -> tuple[Vectors, Vectors]:
        """The mean measure of the probes with the known eigenvalues in it.

        Returns:
            Places, ascending, and their shares, which sum to 1.
        """
        there = self.weights > 0
        each = self.sampled / self.size / self.nodes.shape[0]
        places = np.concatenate([self.nodes[there], self.known])
        shares = np.concatenate([each * self.weights[there], np.full(len(self.known), 1 / self.size)])
        order = np.argsort(places, kind="stable")
        return places[order], shares[order]


def spectral_density(
    operator: SymmetricOperator,
    *,
    probes: int = 8,
    steps: int = 60,
    seed: int = 0,
    known: tuple[Vectors, Vectors] | None = None,
) -> SpectralDensity:
    """Gauss rules of the measures that random unit vectors see in A (Golub and Meurant; Ubaru, Chen, Saad 2017).

    All probes advance together, so a step is one product with as many columns. Each is orthogonalised in full
    against its own past, so that no node is a ghost. Probes are uniform on the sphere, not signs: the share of a
    probe that falls on a eigenvalues is then Beta(a/2, (n-a)/2) whatever the eigenvectors are, and every interval
    of `share_below` rests on that. (Signs have less spread where the matrix is nearly diagonal; on a lattice they
    miss whole eigenspaces.)

    Cost: probes * steps columns, in ``steps`` products; 8 n steps bytes a probe, taken in groups of as many probes
    as fit in 2 GB.

    >>> both = SymmetricOperator(lambda vectors: np.diag([1.0, 1.0, 3.0]) @ vectors, 3, name="two levels")
    >>> seen = spectral_density(both, probes=2, steps=3)
    >>> seen.nodes.round(9)  # two levels exhaust the Krylov space after two steps
    array([[1., 3., 0.],
           [1., 3., 0.]])

    Args:
        operator: A, n rows.
        probes: Random vectors. Default: 8, the least whose spread says something.
        steps: Lanczos steps of each. Default: 60: nodes about a sixtieth of the spectrum apart.
        seed: Of the probes.
        known: Eigenvalues, (k,), and their orthonormal vectors, (n, k), such as an `Eigenpairs` has. A few
            outliers hold most of a trace's variance: counted, they bring none. Errors of the pairs go into the
            measure as they are, so give converged ones. Default: none.

    Returns:
        The measure, not smoothed.

    Raises:
        PolariscopeError: Fewer than one probe or step, or no whole number of them; no operator; all eigenvalues
            are known; or a product is not finite.
    """
    known_by_products(operator)
    probes, steps = whole_number("probes", probes), whole_number("steps", steps)
    values_known, apart = (np.empty(0), np.empty((operator.size, 0))) if known is None else known
    if apart.shape[1] >= operator.size:
        cure = "give fewer known pairs; a spectrum that is known whole needs no density"
        raise PolariscopeError("known", "fewer pairs than rows", f"{apart.shape[1]:,}", cure)
    operator = _deflated(operator, apart) if apart.shape[1] else operator
    # A stream of its own: pairs found from the same seed hold what another stream has drawn.
    rng = np.random.default_rng([seed, _STREAM])
    group = max(1, _BYTES // (8 * operator.size * min(steps, operator.size)))
    nodes, weights = np.zeros((probes, steps)), np.zeros((probes, steps))
    largest = float(np.abs(values_known).max(initial=0.0))
    for first in range(0, probes, group):
        starts = rng.standard_normal((min(group, probes - first), operator.size))
        starts -= (starts @ apart) @ apart.T
        starts /= np.linalg.norm(starts, axis=1, keepdims=True)
        # Beside k known pairs there are n - k dimensions, and a step beyond them would follow rounding.
        rules, largest = _lanczos(operator, starts, min(steps, operator.size - apart.shape[1]), largest)
        for row, (diagonal, couplings) in enumerate(rules, first):
            values, vectors = eigh_tridiagonal(diagonal, couplings)
            nodes[row, : values.size] = values
            # A weight may underflow; only padding has weight 0.
            weights[row, : values.size] = np.maximum(vectors[0] ** 2, np.finfo(np.float64).tiny)
    shares = weights / weights.sum(axis=1, keepdims=True)
    noise = product_error(operator, largest)
    return SpectralDensity(operator.size, nodes, shares, np.array(values_known, np.float64), noise)


def _deflated(operator: SymmetricOperator, apart: Vectors) -> SymmetricOperator:
    """P A P with P = 1 - U U': what is left of A beside the known pairs."""

    def product(vectors: Vectors) -> Vectors:
        image = operator @ (vectors - apart @ (apart.T @ vectors))
        return image - apart @ (apart.T @ image)

    return SymmetricOperator(product, operator.size, name=operator.name, rounding=operator.rounding)


def _lanczos(
    operator: SymmetricOperator, starts: Vectors, steps: int, largest: float
) -> tuple[list[tuple[Vectors, Vectors]], float]:
    """Diagonal and couplings of each start's Lanczos matrix, ``steps`` long or as its Krylov space; and a norm.

    Returns:
        The matrices, and the longest product or ``largest``, what is known of the norm before.
    """
    probes, steps = starts.shape[0], min(steps, operator.size)
    past = np.zeros((probes, steps, operator.size))
    past[:, 0] = starts
    diagonal, couplings, scale = np.zeros((probes, steps)), np.zeros((probes, steps)), np.full(probes, largest)
    for step in range(steps):
        image = np.ascontiguousarray(multiply(operator, past[:, step].T).T)
        if not step:
            within_range(operator, image)
        scale = np.maximum(scale, np.linalg.norm(image, axis=1))
        if step:
            image -= couplings[:, step - 1, None] * past[:, step - 1]
        diagonal[:, step] = (image * past[:, step]).sum(axis=1)
        image -= diagonal[:, step, None] * past[:, step]
        diagonal[:, step] += _take_out(image, past[:, : step + 1])
        lengths = np.linalg.norm(image, axis=1)
        couplings[:, step] = np.where(lengths > _floor(operator, scale), lengths, 0.0)
        alive = couplings[:, step] > 0
        if step + 1 < steps:
            past[alive, step + 1] = image[alive] / lengths[alive, None]
    lasted = [int(np.append(row[:-1] > 0, False).argmin()) + 1 for row in couplings]
    rules = [(diagonal[row, :m], couplings[row, : m - 1]) for row, m in enumerate(lasted)]
    return rules, float(scale.max())


def _floor(operator: SymmetricOperator, scale: Vectors) -> Vectors:
    """What a coupling must be above to be more than rounding, (p,)."""
    doubles = _NOISE * float(np.finfo(np.float64).eps)
    return scale * max(product_error(operator, 1.0), doubles)


def _take_out(image: Vectors, past: Vectors) -> Vectors:
    """Take each row's past, (p, m, n), out of it, (p, n), in place; give its part along the last of them, (p,)."""
    # The recurrence was the first of two passes; where this one still shortens a row, there is a third.
    along: Vectors = np.zeros(image.shape[0])
    for _ in range(2):
        before = np.linalg.norm(image, axis=1)
        parts = past @ image[:, :, None]
        image -= (parts.transpose(0, 2, 1) @ past)[:, 0]
        along = along + parts[:, -1, 0]
        if (np.linalg.norm(image, axis=1) >= _SHORTER * before).all():
            break
    return along
