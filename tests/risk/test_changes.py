from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.changes import Change, smallest_changes
from polariscope.risk.conditions import AtLeast, AtMost, Condition
from polariscope.risk.logic import Rule, Truth
from polariscope.risk.spans import Span
from risk_planted import BANDS_OF, VARIABLES, condition, edition, profile, rules, spans, truth_by_force

HERE = edition()


def changes(rule: list[Condition], entries: dict[str, Span], target: Truth) -> tuple[Change, ...]:
    built = Rule(rule, HERE)
    return smallest_changes(built, built.ranges(settle(profile(entries), HERE)), target)


def uncoupled(rule: list[Condition]) -> bool:
    names = {name for each in rule for name in each.variables}
    return not any(VARIABLES[name].axis in names for name in names)


def all_spans(name: str) -> Iterator[Span]:
    last = len(VARIABLES[name].labels)
    return (Span(low, high) for low in range(1, last + 1) for high in range(low, last + 1))


def truth_in(rule: list[Condition], box: dict[str, Span]) -> str:
    """By trying every filling of an uncoupled rule's own properties."""
    seen = {
        all(each.holds(dict(zip(box, filling, strict=True)), BANDS_OF) for each in rule)
        for filling in product(*box.values())
    }
    return "?" if len(seen) == 2 else "y" if seen == {True} else "n"


@settings(max_examples=60)
@given(rules, spans())
def test_every_change_reaches_its_target_and_is_the_least(rule: list[Condition], entries: dict[str, Span]) -> None:
    assume(uncoupled(rule) and truth_by_force(rule, entries) is not None)
    settled = dict(settle(profile(entries), HERE))
    now = {name: settled[name] for each in rule for name in each.variables}
    for target in ("y", "n"):
        reached = set()
        for moved in (set(some) for size in range(len(now) + 1) for some in combinations(now, size)):
            if any(least <= moved for least in reached):
                continue
            ways = product(*(all_spans(name) if name in moved else [span] for name, span in now.items()))
            if any(truth_in(rule, dict(zip(now, way, strict=True))) == target for way in ways):
                reached.add(frozenset(moved))
        found = changes(rule, entries, target)
        assert {frozenset(move.variable for move in each.moves) for each in found} == reached - {frozenset()}
        for each in found:
            assert truth_in(rule, {**now, **{move.variable: move.span for move in each.moves}}) == target


def test_three_met_conditions_close_in_three_ways_by_the_nearest_step() -> None:
    rule = [condition(AtLeast("being", 4)), condition(AtLeast("mind", 2)), condition(AtLeast("tools", 2))]
    found = changes(rule, {name: Span(top, top) for name, top in {"being": 4, "mind": 3, "tools": 2}.items()}, "n")
    assert [[move.text for move in each.moves] for each in found] == [
        ["being at most 3"],
        ["mind 1"],
        ["tools: no"],
    ]


def test_a_deficit_of_either_closes_by_mending_both() -> None:
    rule = [condition(AtMost("stay", 1), AtMost("plan", 1)), condition(AtLeast("tools", 2))]
    found = changes(rule, {"stay": Span(1, 1), "plan": Span(1, 1), "tools": Span(2, 2)}, "n")
    texts = [[move.text for move in each.moves] for each in found]
    assert texts == [["tools: no"], ["stay at least middle", "plan at least middle"]]


def test_finding_out_is_a_change_too() -> None:
    rule = [condition(AtLeast("stay", 3))]
    assert [m.text for c in changes(rule, {}, "n") for m in c.moves] == ["stay at most middle"]
    assert [m.text for c in changes(rule, {}, "y") for m in c.moves] == ["stay high"]


def test_an_axis_rises_with_its_facet_and_a_facet_sinks_with_its_axis() -> None:
    rule = [condition(AtLeast("being", 2)), condition(AtLeast("stay", 2))]
    low = {"being": Span(1, 1), "stay": Span(1, 1)}
    high = {"being": Span(4, 4), "stay": Span(3, 3)}
    assert [[m.text for m in c.moves] for c in changes(rule, low, "y")] == [["stay at least middle"]]
    assert [[m.text for m in c.moves] for c in changes(rule, high, "n")] == [["being 1"], ["stay low"]]


def test_no_change_where_it_is_so_already() -> None:
    assert changes([condition(AtLeast("tools", 2))], {"tools": Span(2, 2)}, "y") == ()


def test_contradiction_is_refused_before_any_change() -> None:
    with pytest.raises(PolariscopeError):
        changes([condition(AtLeast("stay", 2))], {"being": Span(1, 1), "stay": Span(3, 3)}, "y")
