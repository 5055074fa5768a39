"""The control finds a known number with a sound sampler and misses it with an unsound one."""

from dataclasses import asdict

import pytest

from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.sampling import hmc
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.measuring.controls import control_reading, known_reading
from polariscope.crystal.instruments.llc.specimens import Named, known_of


def asked(**fields):
    settings = make_settings(**{
        "chains": 16,
        "draws": 60,
        "burn_in": 60,
        "acceptance": 0.9,
        "temperature": 20 / 40.0,
        **fields,
    })
    return {"sizes": [3, 2, 1], "examples": 20, "settings": asdict(settings), "level": 0.95}


def test_a_sound_sampler_finds_the_exact_value():
    told = control_reading(asked())
    exact = reduced_rank_value(3, 2, 1, t=40.0)
    assert (told["exact"], told["exact_error"]) == (exact.value, exact.error)
    assert (told["scale"], told["localization"], told["reasons"]) == (40.0, 1.0, [])
    assert abs(told["value"] - exact.value) < 5 * told["standard_error"]


def test_a_sampler_that_weighs_momenta_wrongly_misses_it(monkeypatch):
    monkeypatch.setattr(hmc, "_kinetic", lambda momenta: (momenta * momenta).sum(1) / 4)
    told = control_reading(asked())
    assert told["reasons"] or abs(told["value"] - told["exact"]) > 5 * told["standard_error"]


def test_a_known_value_is_that_of_the_run_s_temperature_and_localization():
    known = known_of(Named("reduced-rank", (5, 5, 3)))
    told = known_reading(known, {"scale": 145.0, "localization": 2.0})
    exact = reduced_rank_value(5, 5, 3, t=145.0, localization=2.0)
    assert (told["exact"], told["exact_error"]) == (exact.value, exact.error)
    assert (told["threshold"], told["multiplicity"], told["name"]) == (6.5, 2, known.name)


@pytest.mark.parametrize(
    ("named", "scale"),
    [(Named("superposition", ("6",)), 1e5), (Named("reduced-rank", (5, 5, 3)), 1e300)],
    ids=["only the limit is known", "beyond the quadrature"],
)
def test_where_there_is_no_formula_only_the_threshold_is_told(named, scale):
    known = known_of(named)
    told = known_reading(known, {"scale": scale, "localization": 1.0})
    assert (told["exact"], told["exact_error"], told["threshold"]) == (None, None, known.threshold)
