import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from polariscope.errors import PolariscopeError
from polariscope.risk.conditions import Condition
from polariscope.risk.edition import Family
from polariscope.risk.reading.checking import check_edition, table_rows
from polariscope.risk.reading.loading import our_edition
from polariscope.risk.tables import family_table
from risk_editions import builds_on, deficit, driver, family, laid, refused
from risk_planted import edition, rules, truth_by_force
from risk_planted import family as planted

OURS = our_edition()
GAP = {"kind": "gap", "upper": "metacognition", "lower": "cognition"}
FACETS = [each.id for each in OURS.variables.values() if each.kind == "facet"]


@given(rules)
def test_a_rule_is_refused_exactly_when_no_consistent_filling_opens_it(rule: list[Condition]) -> None:
    here = edition(planted(rule))
    assume(table_rows(rule, here) <= 4_000)
    if truth_by_force(rule, {}) == "n":
        with pytest.raises(PolariscopeError, match=r"cannot (all )?hold"):
            check_edition(here, "x")
    else:
        check_edition(here, "x")


@given(rules)
def test_conditions_that_are_blamed_contradict_each_other_and_fewer_do_not(rule: list[Condition]) -> None:
    here = edition(planted(rule))
    assume(table_rows(rule, here) <= 4_000)
    try:
        check_edition(here, "x")
    except PolariscopeError as error:
        blamed = [each for each in dict.fromkeys(rule) if f"'{each.text}'" in error.rule]
        assert truth_by_force(blamed, {}) == "n"
        for each in blamed:
            assert truth_by_force([other for other in blamed if other is not each], {}) != "n"


@pytest.mark.parametrize("of", OURS.families.values(), ids=lambda each: each.id)
def test_rows_are_those_of_the_table(of: Family) -> None:
    assert table_rows(of.conditions, OURS) == len(family_table(of, OURS)["rows"])


def family_refused(folder: Path, *conditions: dict[str, Any], **more: Any) -> str:
    told = refused(folder, family=[family(*conditions, **more)])
    assert told.startswith("mine.json: ")
    return told.removeprefix("mine.json: ")


def test_axis_bounds_are_included(tmp_path: Path) -> None:
    assert family_refused(tmp_path, driver("metacognition"), driver("speed"), deficit("cognition", "middle")) == (
        "family curiosity: 'metacognitive regulation at least high' and 'cognition at most middle' cannot all "
        "hold, since metacognition is never above cognition; got a family that nothing opens. "
        "Cure: change or remove one of these conditions."
    )
    assert "(by band)' cannot hold, since metacognition is never above cognition" in family_refused(tmp_path, GAP)
    assert laid(tmp_path, family=[family({**GAP, "lower": "intelligence"})]).families["curiosity"]


def test_a_threshold_that_closes_a_family_for_ever_is_refused(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        family=[family(driver("speed", "low"), deficit("intelligence", "middle"))],
        threshold=[{"family": "curiosity", "of": "speed", "at_least": "high", "reason": "so"}],
    )
    assert told.startswith("mine.json: family curiosity: 'speed at least high' and 'intelligence at most middle'")


def test_circles_are_named(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        family=[
            family(builds_on("b"), id="a", number=20),
            family(builds_on("c"), driver("speed"), id="b", number=21),
            family(builds_on("a"), id="c", number=22),
        ],
    )
    head, _, circle = told.partition("; got ")
    assert head.startswith("mine.json: family ")
    assert head.endswith(": families do not build on each other in a circle")
    names, _, cure = circle.partition(". ")
    assert names in {"a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"}
    assert cure == "Cure: write the conditions out in one of them."


def test_a_family_that_builds_on_itself_is_a_circle(tmp_path: Path) -> None:
    assert "got curiosity -> curiosity." in family_refused(tmp_path, builds_on("curiosity"))


def test_a_long_chain_is_no_circle(tmp_path: Path) -> None:
    """As many families as a user's edition may have, each building twice on the next: no depth, no doubling."""
    chain = [family(builds_on(f"f{i + 1}"), builds_on(f"f{i + 1}"), id=f"f{i}", number=100 + i) for i in range(63)]
    found = laid(tmp_path, family=[*chain, family(driver("speed"), id="f63", number=200)])
    assert [each.text for each in found.families["f0"].conditions] == ["speed at least high"]


def test_a_rule_of_many_properties_or_rows_is_refused(tmp_path: Path) -> None:
    assert "names at most 7 properties; got 8: persistence," in family_refused(
        tmp_path, driver(FACETS[:8], "middle")
    )
    assert laid(tmp_path, family=[family(driver(FACETS[:7], "middle"))]).families["curiosity"]
    both = [each for name in FACETS[:6] for each in (driver(name, "middle"), deficit(name, "middle"))]
    assert "its table has at most 4,000 rows; got 46,656. Cure: name fewer properties" in family_refused(
        tmp_path, *both
    )


def test_amplifiers_keep_to_the_same_size(tmp_path: Path) -> None:
    amplifier = {"of": FACETS[:8], "at_least": "middle"}
    told = family_refused(tmp_path, driver("speed"), amplifier=[amplifier])
    assert told.startswith("family curiosity: amplifier: names at most 7 properties")


def test_all_tables_of_an_edition_together_are_bounded(tmp_path: Path) -> None:
    def seven(number: int) -> dict[str, Any]:
        of = driver(FACETS[number : number + 7], "middle")
        return family(of, id=f"f{number}", number=20 + number)

    assert len(laid(tmp_path, family=[seven(0), seven(1)]).families) == 14
    told = refused(tmp_path, family=[seven(0), seven(1), seven(2)])
    assert re.match(r"mine\.json: its tables have at most 6,000 rows; got 6,\d\d\d\. Cure: name fewer prop", told)


def many(name: str) -> list[dict[str, Any]]:
    return [{**driver(name, level), "reason": f"{n}"} for n in range(22) for level in ("low", "middle", "high")]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (family(), "family curiosity: a family has at least one condition; got none. Cure: add a [[condition]]; "),
        (family(driver("speed"), number=12),
         "each family has a number of its own; got 12 for misuse and curiosity. Cure: take a free number."),
        (family(builds_on("misus")),
         "family curiosity: condition no. 1: there is no family of this name; got misus. "
         "Cure: perhaps you mean misuse."),
        (family(driver("speed"), driver("spede")),
         "family curiosity: condition no. 2: there is no axis, facet or factor of this name; got spede. "
         "Cure: perhaps you mean speed."),
        (family({"kind": "gap", "upper": "tools", "lower": "speed"}),
         "family curiosity: condition no. 1: thresholds and gaps are of axes and facets; got factor tools. "
         'Cure: write kind = "switch", of = "tools", or name it in raised_by.'),
        (family({"kind": "gap", "upper": "speed", "lower": "tools"}),
         "family curiosity: condition no. 1: thresholds and gaps are of axes and facets; got factor tools."),
        (family(driver("tools")), "family curiosity: condition no. 1: thresholds and gaps are of axes and facets"),
        (family({"kind": "switch", "of": "speed"}),
         "family curiosity: condition no. 1: a switch is a factor; got facet speed. "
         'Cure: write kind = "driver" with at_least.'),
        (family(driver("speed", "top")),
         "family curiosity: condition no. 1: facet speed has the levels low, middle, high; got top."),
        (family(driver("speed", 2)),
         "family curiosity: condition no. 1: facet speed has the levels low, middle, high; got 2."),
        (family(driver("cognition", 8)),
         "family curiosity: condition no. 1: cognition has the levels 1 to 7; got 8. Cure: lower it."),
        (family({"kind": "drive", "of": "speed"}),
         "family no. 1, condition no. 1, kind: is one of driver, deficit, gap, switch, family; got drive. "
         "Cure: perhaps you mean driver."),
        (family({"of": "speed"}), "family no. 1, condition no. 1, kind: is needed; got nothing. Cure: add it."),
        (family({"kind": "driver", "of": "speed"}),
         "family no. 1, condition no. 1, at_least: is needed; got nothing. Cure: add it."),
        (family({**driver("speed"), "at_leest": "low"}),
         "family no. 1, condition no. 1: there is no key of this name here; got at_leest. "
         "Cure: perhaps you mean at_least."),
        (family({**driver("speed"), "of": []}),
         "family no. 1, condition no. 1, of: has at least 1 entry; got []. Cure: add one."),
        (family({**driver("speed"), "of": 3}),
         "family no. 1, condition no. 1, of: must be a list; got 3. Cure: write [...], or a table under [[...]]."),
        (family({**driver("speed"), "threshold": "mine"}),
         "family no. 1, condition no. 1, threshold: is one of stated, ours; got mine. Cure: take stated or ours."),
        (family(*many("speed")[:65]), "family no. 1, condition: has at most 64 entries;"),
        (family(driver("speed"), raised_by=["tool"]),
         "family curiosity: raised_by: there is no factor of this name; got tool. Cure: perhaps you mean tools."),
        (family(driver("speed"), works=["lin-2012"]),
         "family curiosity: works: there is no work of this name; got lin-2012. Cure: perhaps you mean lin-2021"),
        (family(driver("speed"), amplifier=[{"of": "spede", "at_least": "low"}]),
         "family curiosity: amplifier: there is no axis, facet or factor of this name; got spede."),
        (family(driver("speed"), match=[{"scheme": "S", "code": "1", "name": "N", "predicate": "closeMatch",
                                         "confidence": 2}]),
         "family no. 1, match no. 1, confidence: must be less than or equal to 1; got 2. Cure: change it."),
        (family(driver("speed"), external="no"),
         "family no. 1, external: is one of yes, unknown; got no. Cure: take yes or unknown."),
        (family(driver("speed"), number=0), "family no. 1, number: must be greater than or equal to 1; got 0."),
        (family(driver("speed"), number="13"),
         "family no. 1, number: must be a whole number; got 13. Cure: write it without quotes and point."),
    ],
)  # fmt: skip
def test_mistakes_in_a_family_are_refused_with_a_cure(tmp_path: Path, made: dict[str, Any], told: str) -> None:
    assert refused(tmp_path, family=[made]).removeprefix("mine.json: ").startswith(told)


def test_conditions_of_all_bases_together_are_counted(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        family=[
            family(*many("speed")[:40], id="a", number=20),
            family(*many("breadth")[:40], id="b", number=21),
            family(builds_on("a"), builds_on("b"), id="c", number=22),
        ],
    )
    assert told.startswith("mine.json: family c: has at most 64 conditions, with those it builds on; got 80.")
