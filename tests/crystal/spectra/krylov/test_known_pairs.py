import numpy as np
import pytest

from polariscope.crystal.operators.symmetric import SymmetricOperator
from polariscope.crystal.spectra.krylov.density import SpectralDensity, spectral_density
from polariscope.crystal.spectra.krylov.distribution import (
    moment,
    near_zero_share,
    share_below,
    smoothed,
    wasserstein,
)
from polariscope.crystal.spectra.krylov.extremes import extreme_eigenpairs
from polariscope.errors import PolariscopeError


def planted(values: np.ndarray, seed: int = 0) -> tuple[SymmetricOperator, np.ndarray]:
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return SymmetricOperator(
        lambda vectors: basis @ (values[:, None] * (basis.T @ vectors)), len(values), name="x"
    ), basis


def outliers(size: int = 400, seed: int = 0) -> np.ndarray:
    return np.append(np.random.default_rng(seed).uniform(-0.1, 0.2, size - 3), [5.0, 3.0, -4.0])


def test_known_pairs_are_counted_and_not_sampled() -> None:
    values = np.append(np.ones(397), [5.0, 3.0, -4.0])
    operator, basis = planted(values)
    seen = spectral_density(operator, probes=4, steps=6, known=(values[-3:], basis[:, -3:]))
    assert seen.nodes[seen.weights > 1e-6] == pytest.approx(1.0)  # nothing is left of the outliers
    assert seen.weights.sum(axis=1) == pytest.approx(1.0)
    assert (moment(seen, np.asarray).value, moment(seen, np.asarray).standard_error) == pytest.approx(
        (values.mean(), 0.0), abs=1e-9
    )
    assert wasserstein(seen, values) == pytest.approx(0.0, abs=1e-9)
    for at, share in ((-1.0, 1 / 400), (2.0, 398 / 400), (4.0, 399 / 400), (6.0, 1.0)):
        found = share_below(seen, at)
        assert found.low - 1e-9 <= share <= found.high + 1e-9
        assert found.high - found.low < 1e-2


def test_the_mean_measure_sums_to_one_and_holds_the_known() -> None:
    values = outliers()
    operator, basis = planted(values)
    seen = spectral_density(operator, probes=3, steps=20, known=(values[-3:], basis[:, -3:]))
    places, shares = seen.measure()
    assert shares.sum() == pytest.approx(1.0)
    assert (np.diff(places) >= 0).all()
    assert set(values[-3:]) <= set(places)
    assert (seen.sampled, seen.largest) == (397, 5.0)
    grid = np.linspace(-6, 7, 4_001)
    heights = smoothed(seen, grid, 0.05).heights
    assert np.trapezoid(heights, grid) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("known", [0, 3])
def test_intervals_hold_the_truth_as_often_as_they_say(known: int) -> None:
    values = outliers()
    operator, basis = planted(values)
    pairs = (values[len(values) - known :], basis[:, len(values) - known :])
    held, width = np.zeros(3), 0.0
    runs = 120
    for seed in range(runs):
        seen = spectral_density(operator, probes=4, steps=25, seed=seed, known=pairs)
        squares = moment(seen, np.square)
        below, zero = share_below(seen, 0.05), near_zero_share(seen, 0.02)
        width += squares.standard_error / runs
        held += (
            abs(squares.value - (values**2).mean()) <= 1.96 * squares.standard_error,
            below.low <= (values < 0.05).mean() <= below.high,
            zero.low <= (np.abs(values) <= 0.02).mean() <= zero.high,
        )
    assert (held / runs >= (0.85, 0.93, 0.93)).all()
    # Without the outliers the error is that of the bulk alone, a hundred times smaller.
    assert (width < 1e-3) == (known == 3)


def test_pairs_found_at_both_ends_serve() -> None:
    operator, _ = planted(outliers())
    top, bottom = extreme_eigenpairs(operator, 2), extreme_eigenpairs(operator, 1, end="smallest")
    known = np.append(top.values, bottom.values), np.hstack([top.vectors, bottom.vectors])
    seen = spectral_density(operator, probes=4, steps=30, known=known)
    assert np.abs(seen.nodes).max() < 0.21
    assert isinstance(seen, SpectralDensity)


def test_a_spectrum_that_is_known_whole_is_refused() -> None:
    operator, basis = planted(np.arange(4.0))
    with pytest.raises(PolariscopeError, match="fewer pairs than rows; got 4"):
        spectral_density(operator, known=(np.arange(4.0), basis))
