"""Defaults stand in one place; every rule names its argument, the value and the cure."""

from dataclasses import asdict
from math import inf, log, nan

import numpy as np
import pytest

from polariscope.crystal.degeneracy.settings import make_settings, read_settings
from polariscope.errors import PolariscopeError

BROKEN = {
    "sampler": (["nuts", None, ["hmc"]], '"hmc" or "sgld"', "give one of these"),
    "chains": ([1, 0, -2, 2.0, True, "4"], "at least 2: an error over chains needs two", "give 2 or more"),
    "draws": ([3, 0, 10.0], "at least 4: halves are compared", "give 4 or more"),
    "burn_in": ([-1, 1.5], "at least 0", "give 0 or more"),
    "leapfrog": ([0, -1, 2.5, None], "at least 1", "give 1 or more"),
    "batch": ([0, -5, 1.0], "at least 1", "give 1 or more"),
    "seed": ([-1, 0.5, None], "at least 0", "give 0 or more"),
    "step": ([0, -1e-3, nan, inf, "0.1", True, 1j], "a number above zero", "default"),
    "temperature": ([0.0, -1, nan, inf, "log n"], "a number above zero", "default"),
    "localization": ([0.0, -1, nan, inf, None, "1"], "a number above zero", "default"),
    "prior": ([-1, nan, inf, None, "flat"], "a precision, 0 or more", "flat prior"),
    "acceptance": ([0, 1, 1.5, -0.1, nan, "high"], "between 0 and 1", "give 0.9"),
}
CASES = [(name, value, rule, cure) for name, (values, rule, cure) in BROKEN.items() for value in values]
CASES = [case for case in CASES if case[:2] != ("leapfrog", None) and case[:2] != ("seed", None)]


@pytest.mark.parametrize(("name", "value", "rule", "cure"), CASES)
def test_each_rule_names_argument_value_and_cure(name, value, rule, cure):
    with pytest.raises(PolariscopeError) as caught:
        make_settings(**{name: value})
    assert (caught.value.argument, caught.value.value) == (name, str(value))
    assert rule in caught.value.rule
    assert cure in caught.value.cure


def test_defaults_are_those_of_the_sampler():
    hmc, sgld = make_settings(), make_settings(sampler="sgld")
    assert (hmc.chains, hmc.draws, hmc.burn_in, hmc.acceptance, hmc.batch) == (32, 200, 200, 0.9, None)
    assert (sgld.chains, sgld.draws, sgld.burn_in, sgld.acceptance, sgld.batch) == (16, 1000, 1000, 0.95, 256)
    for own in (hmc, sgld):
        assert (own.step, own.temperature, own.localization, own.prior) == (None, None, 1.0, 0.0)
        assert (own.leapfrog, own.preconditioned, own.seed) == (8, False, 0)


def test_the_burn_in_is_as_long_as_what_is_kept():
    assert make_settings(draws=37).burn_in == 37
    assert make_settings(draws=37, burn_in=5).burn_in == 5


def test_what_is_given_is_kept():
    given = {
        "sampler": "sgld",
        "chains": 3,
        "draws": 9,
        "burn_in": 4,
        "step": 0.5,
        "leapfrog": 2,
        "acceptance": 0.7,
        "temperature": 3.0,
        "localization": 5.0,
        "prior": 2.0,
        "batch": 11,
        "preconditioned": True,
        "seed": 6,
    }
    assert asdict(make_settings(**given)) == given


@pytest.mark.parametrize("kind", [np.float32, np.float64, int])
def test_any_real_number_is_a_scale(kind):
    assert make_settings(step=kind(2), prior=kind(3)).step == 2


def test_a_step_is_adapted_in_a_burn_in_or_given():
    with pytest.raises(PolariscopeError, match=r"^burn_in: at least 1 .*; got 0\. Cure: .*or a step"):
        make_settings(burn_in=0)
    assert make_settings(burn_in=0, step=0.1).burn_in == 0


def test_the_preconditioner_is_for_sgld():
    with pytest.raises(PolariscopeError, match=r'^preconditioned: .*; got hmc\. Cure: .*sampler="sgld"'):
        make_settings(preconditioned=True)
    assert make_settings(sampler="sgld", preconditioned=True).preconditioned


@pytest.mark.parametrize("examples", [3, 1000])
def test_the_scale_is_examples_by_the_temperature(examples):
    assert make_settings().scale(examples) == pytest.approx(examples / log(examples))
    assert make_settings(temperature=4.0).scale(examples) == examples / 4


@pytest.mark.parametrize("examples", [1, 2])
def test_log_n_of_fewer_than_three_examples_is_no_temperature(examples):
    assert make_settings(temperature=0.5).scale(examples) == 2 * examples
    with pytest.raises(PolariscopeError, match=rf"^data: at least 3 .*; got {examples}\. Cure: .*temperature"):
        make_settings().scale(examples)


@pytest.mark.parametrize("name", ["chains", "draws", "burn_in", "leapfrog", "batch", "seed"])
def test_any_whole_number_is_a_count_and_kept_as_pythons_own(name):
    for kind in (np.int64, np.uint8):
        assert type(getattr(make_settings(**{name: kind(8)}), name)) is int
    with pytest.raises(PolariscopeError, match=f"^{name}: a whole number"):
        make_settings(**{name: np.True_})


def test_a_count_without_a_default_is_no_none():
    assert make_settings(chains=None, draws=None, batch=None).chains == 32
    with pytest.raises(PolariscopeError, match=r"^seed: a whole number"):
        make_settings(seed=None)


@pytest.mark.parametrize("seed", [2**63, 2**70])
def test_a_seed_is_one_that_generators_take(seed):
    assert make_settings(seed=2**63 - 1).seed == 2**63 - 1
    with pytest.raises(PolariscopeError, match=r"^seed: below 2\^63; got"):
        make_settings(seed=seed)


def test_an_unknown_setting_is_refused_with_the_nearest_names():
    assert read_settings({"chains": 3}) == make_settings(chains=3)
    with pytest.raises(PolariscopeError, match=r"^chain: a known setting; got chain\. Cure: .* chains,"):
        read_settings({"chain": 8})
    with pytest.raises(PolariscopeError, match=r"^weight: .*weights"):
        read_settings({"weight": 8}, ("weights",))


def test_a_fixed_step_changes_nothing_else():
    own = make_settings(seed=3, draws=50)
    fixed = own.with_step(0.25)
    assert asdict(fixed) == {**asdict(own), "step": 0.25}
    assert own.step is None
