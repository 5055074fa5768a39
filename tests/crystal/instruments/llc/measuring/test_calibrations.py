"""A scan tells every setting and the plateau at the run's own temperature, by its steps."""

from dataclasses import asdict

import pytest

from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.measuring import calibrations
from polariscope.crystal.instruments.llc.measuring.calibrations import calibration_readings
from polariscope.crystal.specimens.degenerate import reduced_rank

ASKED = {
    "settings": asdict(make_settings(chains=8, draws=80, burn_in=80, leapfrog=8, temperature=0.2)),
    "level": 0.95,
}


@pytest.fixture(scope="module")
def told():
    return list(calibration_readings(open_local(*reduced_rank(2, 2, 2, 20, rank_first=2)), ASKED))


def test_every_step_is_told_at_every_temperature(told):
    *rows, last = told
    assert last["kind"] == "plateau"
    assert {row["kind"] for row in rows} == {"calibration"}
    factors = sorted({row["temperature_factor"] for row in rows})
    assert 1.0 in factors
    for factor in factors:
        own = [row for row in rows if row["temperature_factor"] == factor]
        assert [row["scale"] for row in own] == pytest.approx([100 / factor] * len(own))
        assert [row["step"] for row in own] == sorted({row["step"] for row in own})
    assert any(row["reasons"] for row in rows)  # the largest steps diverge


def test_the_plateau_is_made_of_steps_of_the_run_s_own_temperature(told):
    *rows, flat = told
    assert flat["found"] == 1
    own = {row["step"]: row for row in rows if row["temperature_factor"] == 1.0}
    inside = [row for step, row in own.items() if flat["start"] <= step <= flat["stop"]]
    assert {flat["start"], flat["stop"], flat["chosen"]} <= own.keys()
    assert len(inside) >= 3
    assert not any(row["reasons"] for row in inside)
    assert min(row["value"] for row in inside) < flat["value"] < max(row["value"] for row in inside)
    assert flat["start"] <= flat["chosen"] <= flat["stop"]


def test_no_plateau_is_said(monkeypatch):
    found = calibrations.Calibration(((0.1, 0.2),), (0.2,), ((),), (None,))
    monkeypatch.setattr(calibrations, "calibrate", lambda *_, **__: found)
    local = open_local(*reduced_rank(2, 2, 2, 20))
    with pytest.raises(ValueError, match="zip"):
        list(calibration_readings(local, ASKED))
    empty = calibrations.Calibration(((),), (0.2,), ((),), (None,))
    monkeypatch.setattr(calibrations, "calibrate", lambda *_, **__: empty)
    assert list(calibration_readings(local, ASKED)) == [{"kind": "plateau", "found": 0}]
