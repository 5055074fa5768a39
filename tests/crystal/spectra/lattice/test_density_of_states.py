import numpy as np
import pytest

from polariscope.crystal.operators.lattice.chains import cubic, diatomic_cell, free_chain, monatomic_chain, ring
from polariscope.crystal.operators.lattice.force_constants import force_constants
from polariscope.crystal.spectra.lattice.bands import eigenvalues_at, mesh
from polariscope.crystal.spectra.lattice.density_of_states import density_of_states
from polariscope.errors import PolariscopeError


def chain_cumulative(omega, k, m):
    """(2/pi) arcsin(omega / omega_max), the integral of g = (2/pi) / sqrt(omega_max^2 - omega^2), for one atom."""
    return 2 / np.pi * np.arcsin(np.minimum(omega / np.sqrt(4 * k / m), 1.0))


@pytest.mark.parametrize("points", [50, 400])
def test_the_chain_in_closed_form_to_what_its_mesh_resolves(points):
    found = density_of_states(monatomic_chain(k=3.0, m=0.7), points=points, bins=20)
    exact = chain_cumulative(found.edges, 3.0, 0.7)
    assert np.abs(found.cumulative - exact).max() <= 1 / points  # each of q and -q adds 1/points at once
    assert np.abs(found.counts - np.diff(exact)).max() <= 2 / points


def test_a_whole_ring_has_as_many_modes_as_atoms():
    atoms = 300
    found = density_of_states(ring(atoms), bins=12)
    assert np.abs(found.cumulative - atoms * chain_cumulative(found.edges, 1.0, 1.0)).max() <= 2
    assert np.isclose(found.cumulative[-1], atoms)
    assert found.error is None


@pytest.mark.parametrize(("lattice", "modes"), [(diatomic_cell(), 2), (cubic(1, scalar=False), 3), (cubic(2), 8)])
def test_it_integrates_to_the_modes_of_a_cell(lattice, modes):
    assert np.isclose(density_of_states(lattice, points=6).cumulative[-1], modes)


def test_the_gap_of_the_diatomic_chain_is_empty():
    k, m1, m2 = 1.0, 1.0, 2.0
    found = density_of_states(diatomic_cell(k, m1, m2), points=500, bins=200)
    middle = (found.edges[1:] + found.edges[:-1]) / 2
    width = np.diff(found.edges)[0]
    gap = (middle > np.sqrt(2 * k / m2) + width) & (middle < np.sqrt(2 * k / m1) - width)
    assert gap.sum() > 10
    assert np.all(found.density[gap] == 0)
    assert np.all(found.density[~gap & (middle > width)].reshape(-1) >= 0)
    assert np.isclose(found.counts[middle < np.sqrt(2 * k / m2) + width].sum(), 1)


def test_the_error_is_what_two_meshes_differ_by_and_shrinks_with_them():
    coarse, fine = (density_of_states(cubic(1), points=points, bins=16) for points in (8, 24))
    reference = density_of_states(eigenvalues_at(cubic(1), mesh(3, 60, offset=0.3)), bins=16)
    assert coarse.error.mean() > 3 * fine.error.mean() > 0
    typical = np.sqrt(((fine.density - reference.density) ** 2).mean())
    assert 0.4 < typical / np.sqrt((fine.error**2).mean()) < 2


def test_rows_of_eigenvalues_are_cells():
    rows = eigenvalues_at(diatomic_cell(), mesh(1, 40))
    whole = density_of_states(rows, bins=10)
    assert np.isclose(whole.cumulative[-1], 2)
    assert np.isclose(density_of_states(np.sort(rows, axis=None), bins=10).cumulative[-1], 80)
    assert np.isclose(density_of_states(force_constants(ring(7))).cumulative[-1], 7)


def test_unstable_modes_stand_below_zero_and_zero_is_at_zero():
    found = density_of_states(ring(8, k=-1.0), bins=8)
    assert np.isclose(found.edges[0], -2.0)
    assert found.edges[-1] == 0.0
    assert density_of_states(ring(8)).edges[0] == 0.0


@pytest.mark.parametrize(
    ("lattice", "choice", "told"),
    [
        (ring(4), {"bins": 0}, "one bin or more"),
        (free_chain(1), {}, "not zero"),
        ([4.0, 1.0], {"points": 4}, "a lattice with a cell"),
        (force_constants(ring(3)), {"points": 4}, "a lattice with a cell"),
        (free_chain(3), {"points": 4}, "free cluster"),
        (ring(3), {"points": 0}, "mesh"),
        ([np.nan], {}, "finite"),
    ],
)
def test_what_has_no_density_is_refused(lattice, choice, told):
    with pytest.raises(PolariscopeError, match=told):
        density_of_states(lattice, **choice)
