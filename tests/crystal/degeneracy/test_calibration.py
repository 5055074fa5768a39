"""A scan finds the steps that do not matter, and says which ones are too small and too large."""

import math

import numpy as np
import pytest

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


@pytest.mark.parametrize(("name", "given"), [("steps", [0.1, 0.1]), ("steps", [-1.0]), ("temperatures", [])])
def test_bad_scans_are_refused(name, given):
    with pytest.raises(PolariscopeError) as caught:
        calibrate_sampler(*reduced_rank(examples=FEW), **{name: given})
    assert caught.value.argument == name
