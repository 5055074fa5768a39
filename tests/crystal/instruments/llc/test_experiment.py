"""An experiment is frozen, and every rule of its fields is told by its option, with its cure."""

import pytest
from pydantic import ValidationError

from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.experiment import Llc, make_llc, option, settings_of
from polariscope.errors import PolariscopeError

REFUSED = {
    "one chain": (
        {"chains": 1},
        "--chains: a whole number, at least 2: an error over chains needs two; got 1. Cure: give 2 or more.",
    ),
    "few draws": (
        {"draws": 3},
        "--draws: a whole number, at least 4: halves are compared; got 3. Cure: give 4 or more.",
    ),
    "no burn-in": (
        {"burn_in": 0},
        "--burn-in: at least 1 where the step is adapted; got 0. Cure: give a burn-in, or a step.",
    ),
    "no step": ({"step": 0.0}, "--step: a number above zero; got 0.0. Cure: leave it out for the default."),
    "temperature nan": (
        {"temperature": float("nan")},
        "--temperature: a number above zero; got nan. Cure: leave it out for the default.",
    ),
    "no localization": (
        {"localization": 0.0},
        "--localization: a number above zero; got 0.0. Cure: leave it out for the default.",
    ),
    "a negative prior": (
        {"prior": -1.0},
        "--prior: a precision, 0 or more; got -1.0. Cure: leave it out for a flat prior.",
    ),
    "acceptance 1": ({"acceptance": 1.0}, "--acceptance: between 0 and 1; got 1.0. Cure: give 0.9."),
    "preconditioned hmc": (
        {"preconditioned": True},
        "--preconditioned: for SGLD; got hmc. Cure: leave it out, or give --sampler sgld.",
    ),
    "no memory": ({"memory": 0}, "--memory: at least 1 MiB; got 0. Cure: leave it out for 256."),
    "level 1": ({"level": 1.0}, "--level: between 0 and 1; got 1.0. Cure: give 0.95."),
    "another sampler": (
        {"sampler": "nuts"},
        "--sampler: input should be 'hmc' or 'sgld'; got nuts. Cure: see polariscope llc --help.",
    ),
    "an unknown field": (
        {"burn_out": 3},
        "--burn-out: extra inputs are not permitted; got 3. Cure: see polariscope llc --help.",
    ),
}


@pytest.mark.parametrize(("fields", "told"), REFUSED.values(), ids=REFUSED)
def test_a_field_that_breaks_its_rule_is_refused(fields, told):
    with pytest.raises(PolariscopeError) as caught:
        make_llc(**fields)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "fields",
    [
        {"chains": 2, "draws": 4, "burn_in": 1, "leapfrog": 1, "batch": 1, "memory": 1, "prior": 0.0},
        {"burn_in": 0, "step": 0.1},
        {"sampler": "sgld", "preconditioned": True},
    ],
)
def test_the_least_that_a_rule_allows_is_taken(fields):
    made = make_llc(**fields)
    assert {name: getattr(made, name) for name in fields} == fields


def test_an_experiment_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        make_llc().chains = 3


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
def test_what_is_not_asked_for_is_the_samplers_default(sampler):
    assert settings_of(make_llc(sampler=sampler)) == make_settings(sampler=sampler)


def test_what_is_asked_for_goes_before_a_recommendation_and_that_before_a_default():
    found = settings_of(make_llc(draws=30), {"draws": 40, "chains": 5})
    assert (found.draws, found.chains, found.leapfrog) == (30, 5, make_settings().leapfrog)


def test_every_setting_is_a_field_of_the_experiment():
    """One that were missing in either could not be asked for, or would be asked for in vain."""
    fields = set(Llc.model_fields)
    values = {
        "chains": 3, "draws": 9, "burn_in": 8, "step": 0.5, "leapfrog": 4, "acceptance": 0.7, "temperature": 2.0,
        "localization": 3.0, "prior": 0.5, "batch": 6, "preconditioned": True, "seed": 9, "sampler": "sgld",
    }  # fmt: skip
    assert values.keys() == make_settings().__dataclass_fields__.keys()
    assert values.keys() < fields
    assert vars(settings_of(make_llc(**values))) == values


def test_options_are_written_with_dashes():
    assert option("burn_in") == "--burn-in"
