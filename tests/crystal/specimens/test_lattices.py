"""The lattice specimens: their formulas against matrices written out, and the path of the softening chain."""

import numpy as np
import pytest

from polariscope.crystal.operators.graph.graph_laplacian import graph_laplacian
from polariscope.crystal.operators.graph.named_graphs import cycle
from polariscope.crystal.operators.lattice.bloch import bloch
from polariscope.crystal.operators.lattice.dynamical_matrix import dynamical_matrix
from polariscope.crystal.specimens.lattices import (
    LATTICES,
    cubic_specimen,
    diatomic_specimen,
    landau_specimen,
    ring_specimen,
)

SMALL = {
    "ring": lambda: ring_specimen(7),
    "diatomic": lambda: diatomic_specimen(5),
    "cubic": lambda: cubic_specimen(3),
    "landau": lambda: landau_specimen(9, critical=2.0, stiffness=0.3),
}


def spectrum_of(lattice):
    return np.linalg.eigvalsh(dynamical_matrix(lattice).dense())


@pytest.mark.parametrize("name", LATTICES)
def test_the_formula_gives_every_eigenvalue(name):
    for made in (SMALL[name](), *([] if name == "cubic" else [LATTICES[name]()])):
        assert made.closed_form == tuple(sorted(made.closed_form))
        assert np.allclose(spectrum_of(made.lattice), made.closed_form, atol=1e-12)


def test_the_ring_is_the_cycle_s_laplacian():
    ring = dynamical_matrix(ring_specimen(12).lattice).dense()
    assert np.array_equal(ring, graph_laplacian(cycle(12)).dense())


@pytest.mark.parametrize(("name", "repeats"), [("ring", (7,)), ("diatomic", (5,)), ("cubic", (3, 3, 3))])
def test_the_cell_repeats_to_the_lattice(name, repeats):
    made = SMALL[name]()
    waves = np.stack(np.meshgrid(*(np.arange(n) / n for n in repeats)), axis=-1).reshape(-1, len(repeats))
    squares = np.linalg.eigvalsh(bloch(made.cell).at(waves))
    assert np.allclose(np.sort(squares.ravel()), made.closed_form, atol=1e-12)
    assert made.path[0][0] == "Γ"
    assert all(len(corner) == len(repeats) for _, corner in made.path)


def test_the_softening_chain_crosses_zero_where_landau_has_it():
    """omega^2 = T - Tc + 4 kappa sin^2(pi j / N): the least of them is T - Tc."""
    made = landau_specimen(11, critical=2.0, stiffness=0.3)
    label, falling, lattices = made.along
    assert label == "Tc − T"
    assert np.all(np.diff(falling) > 0)
    lowest = [spectrum_of(lattice)[0] for lattice in lattices]
    assert np.allclose(lowest, -np.array(falling), atol=1e-12)
    assert falling[0] < made.expected == 0.0 < falling[-1]
    assert (falling[0], falling[-1]) == pytest.approx((-3.0, 0.8))
    assert lattices[-1] is made.lattice
    uniform = np.ones(11) / np.sqrt(11)
    assert np.allclose(dynamical_matrix(made.lattice) @ uniform, -falling[-1] * uniform, atol=1e-12)


def test_only_the_softening_chain_has_a_path():
    assert {name for name, make in SMALL.items() if make().along is not None} == {"landau"}
