from hypothesis import given, settings

from polariscope.risk.conditions import AtLeast, AtMost, Condition
from polariscope.risk.regions import describe_region, regions
from polariscope.risk.spans import Span
from risk_planted import AXES, condition, edition, family, rules, truth_by_force


@settings(max_examples=25)
@given(rules)
def test_possible_and_certain_are_some_and_all_fillings(rule: list[Condition]) -> None:
    region = regions(edition(family(rule)))["planted"]
    assert not (region.certain & ~region.possible).any()
    for being in range(1, 5):
        for mind in range(1, 4):
            truth = truth_by_force(rule, {"being": Span(being, being), "mind": Span(mind, mind)})
            assert region.possible[being - 1, mind - 1] == (truth != "n")
            assert region.certain[being - 1, mind - 1] == (truth == "y")


def test_an_axis_at_its_lowest_makes_a_deficit_certain_and_any_height_leaves_it_possible() -> None:
    here = edition(family([condition(AtMost("plan", 1))]))
    region = regions(here)["planted"]
    assert region.possible.all()
    assert region.certain[:, 0].all()
    assert not region.certain[:, 1:].any()
    assert describe_region(region, here) == "Possible in 12 of 12 cells; certain in 4 of 12 cells (Mind 1)."


def test_a_driver_on_a_facet_is_possible_under_its_axis_and_nowhere_certain() -> None:
    here = edition(family([condition(AtLeast("stay", 2))]))
    region = regions(here)["planted"]
    assert region.possible[1:].all()
    assert not region.possible[0].any()
    assert not region.certain.any()
    assert describe_region(region, here) == (
        "Possible in 9 of 12 cells (Being 2 to 4); certain in none: its facets or factors decide."
    )
    assert region.possible.shape == tuple(len(axis.labels) for axis in AXES.values())
