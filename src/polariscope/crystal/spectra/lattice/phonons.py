"""The modes of a lattice: frequencies, translations that cost nothing, and directions in which it falls apart."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh

from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix, norm_bound
from polariscope.crystal.operators.lattice.force_constants import ForceConstants
from polariscope.crystal.operators.lattice.lattice import Lattice, checked_array
from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.errors import PolariscopeError

_Floats = NDArray[np.float64]
_ROUNDING = 4 * float(np.finfo(np.float64).eps)


@final
@dataclass(frozen=True, eq=False)
class UnstableMode:
    """A mode of omega^2 < 0, which grows like exp(rate t) in place of swinging: its frequency is i rate.

    Where several share one omega^2, their vectors are any basis of the space that they span.

    Args:
        index: Its place among the modes, lowest first.
        eigenvalue: omega^2.
        rate: sqrt(-omega^2), in units of frequency.
        participation: Atoms that share it, 1 / sum_a s_a^2 with s_a = |e_a|^2 the share of atom a in the kinetic
            energy (Bell and Dean 1970): 1 to N. None where only eigenvalues were given, as for the next two.
        movers: Indices of up to five atoms that move farthest, farthest first.
        displacement: u_a = e_a / sqrt(m_a), of length 1 in all, (N, c): where the lattice goes.
    """

    index: int
    eigenvalue: float
    rate: float
    participation: float | None = None
    movers: tuple[int, ...] = ()
    displacement: _Floats | None = None


@final
@dataclass(frozen=True, eq=False)
class Modes:
    """All modes of a lattice, or those of a sample of wave vectors.

    Args:
        eigenvalues: omega^2, ascending, (n,).
        tolerance: Of omega^2: what is not larger than this in magnitude counts as zero.
        zero: Modes that count as zero.
        translations: How many of them are motions of the whole; None where only eigenvalues were given. What is
            zero beside these is a rotation of a free cluster, a part that hangs loose, or a missing stiffness.
        unstable: Modes below -tolerance, most unstable first.
    """

    eigenvalues: _Floats
    tolerance: float
    zero: int
    translations: int | None
    unstable: tuple[UnstableMode, ...]

    @property
    def frequencies(self) -> _Floats:
        """sign(omega^2) sqrt|omega^2|, ascending, (n,): negative stands for imaginary; zero modes are 0."""
        beyond = np.abs(self.eigenvalues) > self.tolerance
        return signed_frequencies(np.where(beyond, self.eigenvalues, 0.0))

    @property
    def vibrations(self) -> _Floats:
        """The frequencies above zero, ascending."""
        return np.sqrt(self.eigenvalues[self.eigenvalues > self.tolerance])


def signed_frequencies(eigenvalues: _Floats) -> _Floats:
    """sign(omega^2) sqrt|omega^2|.

    >>> signed_frequencies(np.array([-4.0, 0.0, 9.0]))
    array([-2.,  0.,  3.])

    Args:
        eigenvalues: omega^2, of any shape.

    Returns:
        Frequencies of that shape, negative where imaginary.
    """
    signed: _Floats = np.sign(eigenvalues) * np.sqrt(np.abs(eigenvalues))
    return signed


def phonons(lattice: Lattice | ForceConstants | ArrayLike, *, tolerance: float | None = None) -> Modes:
    """D e = omega^2 e, all of them, with what is zero and what is unstable named as such.

    >>> from polariscope.crystal.operators.lattice.chains import ring
    >>> modes = phonons(ring(4, k=1.0, m=2.0))  # omega^2 = 2 sin^2(pi j / 4)
    >>> abs((modes.frequencies**2).round(9)), modes.zero, modes.translations, modes.unstable
    (array([0., 1., 1., 2.]), 1, 1, ())
    >>> upside_down = phonons(ring(2, k=-1.0))
    >>> round(upside_down.unstable[0].rate ** 2, 9), round(upside_down.unstable[0].participation, 9)
    (4.0, 2.0)

    Args:
        lattice: A lattice or force constants, at wave vector 0; or eigenvalues omega^2, (n,) or one row of n
            for each wave vector, (Q, n).
        tolerance: Of omega^2, for what counts as zero. Default: 4 n eps times the largest |omega^2| (for a
            lattice `norm_bound`), above the rounding of a dense solver; give a larger one with eigenvalues
            that are less exact.

    Returns:
        The modes.

    Raises:
        PolariscopeError: The matrix is too large to write out, the eigenvalues are no finite numbers, or the
            tolerance is negative.
    """
    if isinstance(lattice, Lattice | ForceConstants):
        operator = dynamical_matrix(lattice)
        values = np.asarray(np.linalg.eigvalsh(operator.dense()), np.float64)
        limit = _limit(tolerance, len(values), norm_bound(lattice))
        unstable = _unstable(lattice, operator, values[values < -limit])
        return Modes(values, limit, _zeros(values, limit), _translations(lattice, operator, limit), unstable)
    given = checked_array("eigenvalues", lattice)
    if given.ndim not in {1, 2} or given.size == 0:
        rule = "a list of squared frequencies, or one row for each wave vector"
        raise PolariscopeError("eigenvalues", rule, f"shape {given.shape}", "give (n,) or (Q, n)")
    values, limit = np.sort(given, axis=None), _limit(tolerance, given.shape[-1], float(np.abs(given).max()))
    bad = tuple(_named(at, value) for at, value in enumerate(values[values < -limit].tolist()))
    return Modes(values, limit, _zeros(values, limit), None, bad)


def zero_tolerance(size: int, largest: float) -> float:
    """4 n eps times the largest |omega^2|: what a dense solver of n rows may give in place of zero.

    Args:
        size: n.
        largest: Of |omega^2|, or a bound on it.

    Returns:
        The tolerance, of omega^2.
    """
    return _ROUNDING * size * largest


def _limit(tolerance: float | None, size: int, largest: float) -> float:
    if tolerance is None:
        return zero_tolerance(size, largest)
    if not 0 <= tolerance < np.inf:
        rule = "a tolerance of omega^2 that is zero or more"
        raise PolariscopeError("tolerance", rule, tolerance, "leave it out, or give 1e-9 of the largest omega^2")
    return tolerance


def _zeros(values: _Floats, limit: float) -> int:
    return int(np.count_nonzero(np.abs(values) <= limit))


def _translations(lattice: Lattice | ForceConstants, operator: SymmetricOperator, limit: float) -> int:
    root = np.sqrt(lattice.masses / lattice.masses.sum())
    forces = operator @ np.kron(root[:, None], np.eye(lattice.components))
    return int(np.count_nonzero(np.linalg.svd(forces, compute_uv=False) <= limit))


def _named(index: int, value: float) -> UnstableMode:
    return UnstableMode(index, value, float(np.sqrt(-value)))


def _unstable(
    lattice: Lattice | ForceConstants, operator: SymmetricOperator, values: _Floats
) -> tuple[UnstableMode, ...]:
    if not len(values):
        return ()
    vectors = eigh(operator.dense(), subset_by_index=(0, len(values) - 1))[1]
    masses = lattice.masses
    return tuple(_described(_named(at, float(value)), vectors[:, at], masses) for at, value in enumerate(values))


def _described(mode: UnstableMode, vector: _Floats, masses: _Floats) -> UnstableMode:
    parts = vector.reshape(len(masses), -1)
    share = (parts**2).sum(axis=1)
    moved = parts / np.sqrt(masses)[:, None]
    moved = moved / np.linalg.norm(moved)
    farthest = np.argsort(-np.linalg.norm(moved, axis=1), kind="stable")[:5]
    movers = tuple(int(atom) for atom in farthest)
    return UnstableMode(mode.index, mode.eigenvalue, mode.rate, float(1 / (share**2).sum()), movers, moved)
