"""A specimen's name with its sizes is read or refused; what is known of it is the formula's."""

import pytest

from polariscope.crystal.degeneracy.exact.monomial import monomial_value
from polariscope.crystal.degeneracy.exact.reduced_rank import reduced_rank_value
from polariscope.crystal.degeneracy.settings import make_settings
from polariscope.crystal.instruments.llc.specimens import DEFAULTS, Named, find_named, known_of, recommended
from polariscope.errors import PolariscopeError


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_bare_name_has_default_sizes(name):
    assert find_named(name) == Named(name, DEFAULTS[name])


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("reduced-rank:4,6,2", (4, 6, 2)), ("monomial:3", (3,)), ("superposition:5+", ("5+",))],
)
def test_sizes_stand_behind_a_colon(name, sizes):
    assert find_named(name) == Named(name.partition(":")[0], sizes)


@pytest.mark.parametrize("name", ["mine:network", "a.b:c", "reduced_rank:1"])
def test_another_name_with_a_colon_is_a_function(name):
    assert find_named(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "reduced-rank:4,6", "reduced-rank:4,6,2,1", "reduced-rank:4,0,2", "reduced-rank:", "monomial:1,-2",
        "monomial:1,,2", "monomial:²", "monomial:a", "superposition:4", "network:3",
    ],
)  # fmt: skip
def test_sizes_that_are_none_are_refused(name):
    with pytest.raises(PolariscopeError) as caught:
        find_named(name)
    kind = name.partition(":")[0]
    assert caught.value.rule.startswith(kind)
    assert (caught.value.value, caught.value.cure) == (name, f"give {kind}")


@pytest.mark.parametrize(("name", "near"), [("reducedrank", "reduced-rank"), ("netwrk", "network")])
def test_an_unknown_name_is_answered_with_those_near_to_it(name, near):
    with pytest.raises(PolariscopeError) as caught:
        find_named(name)
    assert str(caught.value) == (
        f"SUBJECT: a specimen, or module:function; got {name}. Cure: name one of {near}; or module:function."
    )


def test_a_name_like_none_is_answered_with_all():
    with pytest.raises(PolariscopeError) as caught:
        find_named("zzz")
    assert all(name in caught.value.cure for name in DEFAULTS)


def test_what_is_known_is_the_formula_s():
    known = known_of(Named("reduced-rank", (5, 5, 3)))
    exact = reduced_rank_value(5, 5, 3, t=145.0, localization=2.0)
    assert (known.threshold, known.multiplicity, known.value(145.0, 2.0)) == (6.5, 2, (exact.value, exact.error))
    known = known_of(Named("monomial", (1, 2)))
    exact = monomial_value((1, 2), t=20.0, localization=3.0)
    assert (known.threshold, known.multiplicity, known.value(20.0, 3.0)) == (0.25, 1, (exact.value, exact.error))
    polygons = {name: known_of(Named("superposition", (name,))) for name in ("5", "5+", "6")}
    assert {name: known.threshold for name, known in polygons.items()} == {"5": 7.0, "5+": 8.5, "6": 8.5}
    assert all(known.value is None for known in polygons.values())


@pytest.mark.parametrize("name", ["network", "modular-addition"])
def test_of_a_trained_network_nothing_is_known(name):
    assert known_of(Named(name)) is None


@pytest.mark.parametrize("sampler", ["hmc", "sgld"])
@pytest.mark.parametrize("name", DEFAULTS)
def test_recommended_settings_are_settings(name, sampler):
    make_settings(sampler=sampler, **recommended(Named(name, DEFAULTS[name]), sampler))


def test_the_number_of_draws_recommended_is_that_of_one_sampler():
    named = Named("modular-addition")
    assert recommended(named, "hmc").keys() > {"draws", "localization"}
    assert recommended(named, "sgld").keys() == {"localization"}
