import numpy as np
import pytest

from polariscope.crystal.operators.lattice.lattice import Bond, Lattice
from polariscope.errors import PolariscopeError

GOOD = {"positions": [[0.0, 0.0], [1.0, 0.0]], "masses": [1.0, 2.0], "cell": None, "bonds": [(0, 1, 1.0)]}
CELL = np.eye(2)


@pytest.mark.parametrize(
    ("change", "argument", "told"),
    [
        ({"positions": np.empty((0, 2)), "masses": []}, "positions", "(0, 2)"),
        ({"positions": [0.0, 1.0]}, "positions", "(2,)"),
        ({"positions": [[0.0] * 4, [1.0] * 4]}, "positions", "(2, 4)"),
        ({"positions": [[0.0, 0.0], [1.0]]}, "positions", "real numbers"),
        ({"positions": [[0.0, 0.0], [1.0j, 0.0]]}, "positions", "complex"),
        ({"positions": [[0.0, 0.0], [np.nan, 0.0]]}, "positions", "1 of 4"),
        ({"masses": [1.0]}, "masses", "for 2 atoms"),
        ({"masses": [1.0, 0.0]}, "masses", "0 for atom 1"),
        ({"masses": [-1.0, 1.0]}, "masses", "-1 for atom 0"),
        ({"masses": [1.0, np.inf]}, "masses", "infinite"),
        ({"masses": ["heavy", "light"]}, "masses", "real numbers"),
        ({"cell": [[1.0, 0.0]]}, "cell", "(1, 2)"),
        ({"cell": [[1.0, 2.0], [2.0, 4.0]]}, "cell", "span a volume"),
        ({"cell": [[1.0, 0.0], [0.0, 0.0]]}, "cell", "span a volume"),
        ({"cell": [[1.0, 0.0], [0.0, np.nan]]}, "cell", "finite"),
        ({"bonds": [(0, 1, 1.0), (0, 2, 1.0)]}, "bonds[1]", "atoms 0 to 1"),
        ({"bonds": [(-1, 1, 1.0)]}, "bonds[0]", "atoms 0 to 1"),
        ({"bonds": [(0, 1)]}, "bonds[0]", "Bond(i, j, stiffness, shift)"),
        ({"bonds": [(0.5, 1, 1.0)]}, "bonds[0]", "whole indices"),
        ({"bonds": [(0, 1, np.nan)]}, "bonds[0]", "finite stiffness"),
        ({"bonds": [(0, 1, "stiff")]}, "bonds[0]", "stiff"),
        ({"bonds": [(0, 1, 1.0, (1, 0))]}, "bonds[0]", "no cell repeats"),
        ({"bonds": [(0, 1, 1.0, (1,))], "cell": CELL}, "bonds[0]", "2 whole lattice vectors"),
        ({"bonds": [(0, 1, 1.0, (0.5, 0))], "cell": CELL}, "bonds[0]", "whole indices"),
        ({"bonds": [(1, 1, 1.0)]}, "bonds[0]", "atom 1 with itself"),
        ({"positions": [[3.0, 4.0], [3.0, 4.0]]}, "bonds[0]", "in one place"),
        ({"bonds": [(0, 1, 1.0, (-1, 0))], "cell": CELL}, "bonds[0]", "in one place"),
    ],
)
def test_what_is_no_lattice_is_refused_by_name(change, argument, told):
    with pytest.raises(PolariscopeError) as refused:
        Lattice(**(GOOD | change))
    assert refused.value.argument == argument
    assert told in str(refused.value)


def test_a_scalar_spring_may_have_no_length():
    one_place = GOOD | {"positions": [[3.0, 4.0], [3.0, 4.0]]}
    assert Lattice(**one_place, scalar=True).size == 2


def test_it_keeps_copies_that_nobody_can_change():
    masses = np.array([1.0, 2.0])
    lattice = Lattice(**(GOOD | {"masses": masses}))
    masses[0] = 7.0
    assert lattice.masses[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        lattice.positions[0] = 1.0
    with pytest.raises(AttributeError):
        lattice.scalar = True


def test_a_bond_spans_to_the_image_that_its_shift_names():
    lattice = Lattice([[0.0, 0.0], [1.0, 0.0]], [1, 1], [[4, 0], [1, 5]], [Bond(0, 1, 1.0, (0, -2)), (0, 1, 1.0)])
    assert np.array_equal(lattice.span(lattice.bonds[0]), [-1.0, -10.0])
    assert lattice.bonds[1].shift == (0, 0)
    assert (lattice.size, lattice.components, lattice.dimension, lattice.periodic) == (4, 2, 2, True)
