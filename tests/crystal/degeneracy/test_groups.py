"""Steps begin as the posterior is wide, and are given for all groups or for none."""

import pytest

from polariscope.crystal.degeneracy.groups import Group, first_step, fixed_steps
from polariscope.crystal.degeneracy.start import Start
from polariscope.errors import PolariscopeError

NAN = float("nan")


@pytest.mark.parametrize(("sampler", "power", "dimensions"), [("hmc", -1 / 2, -1 / 4), ("sgld", -1, -1 / 3)])
def test_a_first_step_falls_with_stiffness_and_dimensions(sampler, power, dimensions):
    start = Start(loss=0.0, gradient=0.0, largest=7.0, smallest=0.0, residual=0.0)
    group = Group(scale=9.0, localization=2.0, step=None)
    assert first_step(group, sampler, 1, start) == pytest.approx(65**power)
    assert first_step(group, sampler, 81, start) == pytest.approx(65**power * 81**dimensions)


@pytest.mark.parametrize("largest", [NAN, -3.0, 0.0])
def test_a_curvature_that_is_not_known_is_one(largest):
    group, start = Group(9.0, 2.0, None), Start(0.0, 0.0, largest, largest, 0.0)
    assert first_step(group, "sgld", 1, start) == first_step(group, "sgld", 1, None) == pytest.approx(1 / 11)


def test_all_groups_have_a_step_or_none():
    one, other, none = Group(1.0, 1.0, 0.1), Group(1.0, 1.0, 0.2), Group(1.0, 1.0, None)
    assert fixed_steps([one, other]).tolist() == [0.1, 0.2]
    assert fixed_steps([none, none]) is None
    with pytest.raises(PolariscopeError, match=r"^step: one for each group, or none"):
        fixed_steps([one, none])
