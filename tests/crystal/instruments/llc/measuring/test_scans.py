"""Other temperatures and localisations are those of the run by four, each its own posterior."""

from dataclasses import asdict

import pytest

from polariscope.crystal.degeneracy.local_loss import open_local
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.measuring.scans import FACTORS, temperature_readings
from polariscope.crystal.instruments.llc.subject import Known
from polariscope.crystal.specimens.degenerate import reduced_rank


@pytest.fixture(scope="module")
def local():
    return open_local(*reduced_rank(2, 2, 2, 20, rank_first=2))  # A is 1: B alone is regular, with 4 parameters


def scanned(local, known=None, **fields):
    settings = make_settings(**{
        "chains": 16,
        "draws": 60,
        "burn_in": 60,
        "acceptance": 0.9,
        "localization": 10.0,
        **fields,
    })
    rows = list(temperature_readings(local, {"settings": asdict(settings), "level": 0.95}, known))
    assert [row["kind"] for row in rows].count("localization") == len(FACTORS)
    return rows, settings.scale(local.examples)


def test_each_temperature_has_the_value_of_its_own_posterior(local):
    rows, scale = scanned(local, temperature=0.5)
    rows = [row for row in rows if row["kind"] == "temperature"]
    assert [(row["factor"], row["scale"]) for row in rows] == [(each, each * scale) for each in FACTORS]
    values = [row["value"] for row in rows]
    assert values == sorted(values)  # what the localization holds of t |B|^2 / 2 falls as t grows
    for row in rows:
        regular = 2 * row["scale"] / (row["scale"] + 10)  # (d/2) t h/(t h + gamma), d = 4, h = 1
        assert abs(row["value"] - regular) < 0.25 * regular + 4 * row["standard_error"]


def test_each_localization_has_the_value_of_its_own_posterior(local):
    rows, scale = scanned(local, temperature=0.05, localization=100.0)
    rows = sorted((row for row in rows if row["kind"] == "localization"), key=lambda row: row["localization"])
    assert [(row["factor"], row["localization"]) for row in rows] == [(each, each * 100) for each in FACTORS]
    assert {row["scale"] for row in rows} == {scale}
    for row in rows:
        regular = 2 * scale / (scale + row["localization"])
        assert abs(row["value"] - regular) < 0.1 * regular + 4 * row["standard_error"]


def test_each_reading_has_the_exact_value_of_its_own_posterior(local):
    known = Known("a formula", 2.0, 1, lambda scale, localization: (scale / localization, 1e-9 * scale))
    rows, _ = scanned(local, known, chains=2, draws=4, burn_in=4)
    assert len(rows) == 2 * len(FACTORS)
    for row in rows:
        wanted = row["scale"] / row["localization"], 1e-9 * row["scale"]
        assert (row["exact"], row["exact_error"]) == wanted
    assert len({row["exact"] for row in rows}) == 3  # t/gamma, and by four to either side
    for nothing in (None, Known("a limit", 2.0, 1)):
        rows, _ = scanned(local, nothing, chains=2, draws=4, burn_in=4)
        assert {(row["exact"], row["exact_error"]) for row in rows} == {(None, None)}


@pytest.mark.parametrize(("sampler", "step"), [("hmc", 0.1), ("sgld", 0.01)])
def test_a_step_that_is_given_is_scaled_as_the_posterior_is_wide(local, monkeypatch, sampler, step):
    seen = []
    monkeypatch.setattr(type(local), "sample_groups", lambda self, how, groups, *_: seen.extend(groups) or [])
    with pytest.raises(ValueError, match="zip"):
        scanned(local, sampler=sampler, step=step)
    wanted = (2.0, 1.0, 0.5, 1.0, 1.0) if sampler == "hmc" else (4.0, 1.0, 0.25, 1.0, 1.0)
    assert [group.step / step for group in seen] == pytest.approx(wanted)
