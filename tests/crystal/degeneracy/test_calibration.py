"""A scan finds the steps that do not matter, and says which ones are too small and too large."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from polariscope.crystal.degeneracy.calibration import calibrate
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.local import calibrate_sampler
from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.specimens.degenerate import reduced_rank
from polariscope.errors import PolariscopeError

FEW = 20
STEPS = [1e-3, 2e-2, 2.8e-2, 4e-2, 1.5]


@pytest.fixture(scope="module")
def scanned():
    settings = {"chains": 24, "draws": 150, "temperature": FEW / 145}
    return calibrate_sampler(
        *reduced_rank(examples=FEW), steps=STEPS, temperatures=[FEW / 145, FEW / 36], **settings
    )


def test_the_plateau_holds_the_exact_value(scanned):
    for index, scale in enumerate((145.0, 36.0)):
        flat = scanned.plateaus[index]
        exact = reduced_rank_value(5, 5, 3, t=scale).value
        assert abs(flat.value - exact) < 4 * flat.standard_error
        assert scanned.chosen(index) == STEPS[flat.stop - 1]
        assert 1 <= flat.start < flat.stop <= 4


def test_steps_that_are_too_small_or_too_large_give_no_number(scanned):
    for scan in scanned.scans:
        assert "disagree" in {reason.code for reason in scan[0].reasons}
        assert {reason.code for reason in scan[-1].reasons} & {"stuck", "diverged"}
        assert math.isnan(scan[0].value)


def test_one_run_of_all_settings_is_as_good_as_runs_of_their_own(scanned):
    alone = calibrate_sampler(
        *reduced_rank(examples=FEW), steps=STEPS[2:3], temperatures=[FEW / 145], chains=24, draws=150, seed=9
    )
    (one,), other = alone.scans[0], scanned.scans[0][2]
    assert abs(one.value - other.value) < 4 * np.hypot(one.standard_error, other.standard_error)


def test_by_default_it_looks_around_the_adapted_step():
    local = open_local(*reduced_rank(examples=FEW))
    settings = make_settings(chains=8, draws=20, temperature=FEW / 145)
    found = calibrate(local, settings, temperatures=[FEW / 145])
    adapted = local.sample(settings).step[0]
    assert found.steps[0][0] < adapted / 4
    assert found.steps[0][-1] > 2 * adapted
    assert list(found.steps[0]) == sorted(found.steps[0])


@pytest.mark.parametrize(
    "given", [[0.1, 0.1], [-1.0], [], ["a", "b"], "ab", [None], [True], [math.nan], np.array(-1.0), -3]
)
@pytest.mark.parametrize("name", ["steps", "temperatures"])
def test_bad_scans_are_refused(name, given):
    with pytest.raises(PolariscopeError) as caught:
        calibrate_sampler(*reduced_rank(examples=FEW), **{name: given})
    assert caught.value.argument == name


@pytest.mark.parametrize("steps", [np.geomspace(0.01, 0.1, 2), (0.01, 0.1), iter([0.01, 0.1])])
def test_steps_and_temperatures_come_in_any_form(steps):
    few = {"chains": 2, "draws": 4}
    found = calibrate_sampler(*reduced_rank(examples=FEW), steps=steps, temperatures=np.array([1.0]), **few)
    assert found.steps == (pytest.approx((0.01, 0.1)),)
    assert found.temperatures == (1.0,)
    assert {type(each) for each in (*found.steps[0], *found.temperatures)} == {float}


def test_one_step_or_temperature_need_not_be_a_list():
    few = {"chains": 2, "draws": 4}
    found = calibrate_sampler(*reduced_rank(examples=FEW), steps=0.1, temperatures=1, **few)
    assert (found.steps, found.temperatures) == (((0.1,),), (1.0,))


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan, "high", None, True])
def test_the_level_is_checked_before_anything_is_run(level):
    with pytest.raises(PolariscopeError, match=r"^level: a number between 0 and 1; got"):
        calibrate_sampler(None, None, None, level=level)


def test_an_unknown_setting_is_refused_with_the_nearest_names():
    with pytest.raises(PolariscopeError, match=r"^step_: .* nearest names are .*steps"):
        calibrate_sampler(None, None, None, step_=3)


def test_what_was_looked_at_before_changes_no_scan():
    settings = make_settings(chains=4, draws=8, temperature=1.0)
    fresh, seen = (open_local(*reduced_rank(examples=FEW)) for _ in range(2))
    seen.start(curvature=False, seed=7)
    one, other = (calibrate(each, settings, temperatures=[1.0]) for each in (fresh, seen))
    assert one.steps == other.steps
    assert [each.chains.excess.tobytes() for each in one.scans[0]] == [
        each.chains.excess.tobytes() for each in other.scans[0]
    ]


def test_two_examples_have_temperatures_where_they_are_given():
    settings = {"chains": 2, "draws": 4, "steps": [0.1]}
    pair = torch.tensor([[1.0], [2.0]])
    data = pair, torch.zeros(2, 1)
    found = calibrate_sampler(nn.Linear(1, 1), mse_loss, data, temperatures=[1.0], **settings)
    assert found.temperatures == (1.0,)
    with pytest.raises(PolariscopeError, match=r"^data: at least 3 examples"):
        calibrate_sampler(nn.Linear(1, 1), mse_loss, data, **settings)
