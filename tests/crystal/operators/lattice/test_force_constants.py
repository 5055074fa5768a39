import numpy as np
import pytest
from hypothesis import assume, given
from scipy import sparse

from crystal_lattices import lattices
from polariscope.crystal.operators.lattice.chains import ring
from polariscope.crystal.operators.lattice.force_constants import force_constants, from_force_constants
from polariscope.crystal.operators.lattice.lattice import Lattice
from polariscope.errors import PolariscopeError

PAIR = np.array([[2.0, -2.0], [-2.0, 2.0]])


def energy(lattice, moved):
    """The springs' energy in words: k/2 |u_i - u_j|^2, or its part along the bond."""
    total = 0.0
    for bond in lattice.bonds:
        apart = moved[bond.i] - moved[bond.j]
        if not lattice.scalar:
            along = lattice.span(bond)
            apart = np.atleast_1d(apart @ along / np.linalg.norm(along))
        total += bond.stiffness * float(apart @ apart) / 2
    return total


@given(lattices())
def test_they_are_the_second_derivatives_of_the_springs_energy(lattice):
    moved = np.random.default_rng(0).standard_normal((len(lattice.masses), lattice.components))
    quadratic = moved.ravel() @ (force_constants(lattice).matrix @ moved.ravel()) / 2
    assert np.isclose(quadratic, energy(lattice, moved), rtol=1e-12)


@given(lattices())
def test_springs_keep_the_sum_rule_and_pass_as_force_constants(lattice):
    known = force_constants(lattice)
    assume(abs(known.matrix).max() > 1e-3)  # where all terms cancel only their rounding would be left
    given_back = from_force_constants(known.matrix.toarray(), lattice.masses, periodic=lattice.periodic)
    assert np.array_equal(given_back.matrix.toarray(), known.matrix.toarray())
    assert (given_back.size, given_back.components) == (lattice.size, lattice.components)
    assert from_force_constants(known.matrix, lattice.masses, periodic=True).periodic


def test_a_central_spring_is_minus_k_n_n():
    slanted = Lattice([[0, 0], [3, 4]], [1, 1], None, [(0, 1, 25.0)])
    assert np.allclose(force_constants(slanted).matrix.toarray()[:2, 2:], [[-9, -12], [-12, -16]])


def test_a_crystal_that_breaks_the_sum_rule_is_told_by_how_much():
    held = force_constants(ring(4)).matrix.toarray()
    held[2, 2] += 0.25
    with pytest.raises(PolariscopeError, match=r"acoustic sum rule.*a sum of 0\.25 for atom 2, 0\.11 of"):
        from_force_constants(held, np.ones(4), periodic=True)
    assert from_force_constants(held, np.ones(4), periodic=False).size == 4


def test_the_sum_rule_holds_for_each_direction_apart():
    with pytest.raises(PolariscopeError, match="acoustic sum rule"):  # rows sum to zero, blocks do not
        from_force_constants([[1.0, -1.0], [-1.0, 1.0]], [1.0], periodic=True)


@pytest.mark.parametrize(
    ("matrix", "masses", "told"),
    [
        ([[1.0, -1.0], [-0.9, 1.0]], [1, 1], "symmetric"),
        (np.ones((2, 3)), [1, 1], "square"),
        (np.ones(4), [1, 1], "square"),
        ([[np.nan, 0.0], [0.0, 1.0]], [1, 1], "finite"),
        (PAIR, [1, 1, 1], "2 rows for 3 masses"),
        (np.eye(3), [1, 1], "3 rows for 2 masses"),
        (PAIR, [], "for 0 masses"),
        (PAIR, [1, -1], "-1 for atom 1"),
        (PAIR, [[1], [1]], "one mass an atom"),
        (sparse.csr_array(np.array([[1.0, 2.0], [0.0, 1.0]])), [1, 1], "symmetric"),
        ("springs", [1, 1], "real numbers"),
    ],
)
def test_what_is_no_force_constants_is_refused(matrix, masses, told):
    with pytest.raises(PolariscopeError, match=told):
        from_force_constants(matrix, masses, periodic=False)
