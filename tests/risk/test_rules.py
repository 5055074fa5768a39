from dataclasses import replace

import pytest
from hypothesis import assume, given

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.conditions import AtLeast, AtMost, Condition
from polariscope.risk.edition import Family
from polariscope.risk.rules import assess
from polariscope.risk.spans import Span
from risk_planted import VARIABLES, condition, edition, family, profile, rules, spans

DRIVERS = [condition(AtLeast("being", 3)), condition(AtLeast("plan", 2))]
HIGH = {"being": Span(4, 4), "plan": Span(3, 3), "mind": Span(3, 3)}


def finding(of: Family, entries: dict[str, Span]):
    (only,) = assess(profile(entries), edition(of)).findings
    return only


def test_open_is_decided_by_all_conditions_closed_by_those_that_fail() -> None:
    opened = finding(family(DRIVERS), HIGH)
    assert (opened.state, opened.decided, opened.to_open) == ("open", (0, 1), ())
    closed = finding(family(DRIVERS), {**HIGH, "plan": Span(1, 1)})
    assert (closed.state, closed.truths, closed.decided, closed.to_close) == ("closed", ("y", "n"), (1,), ())


def test_undetermined_names_what_is_unknown_and_what_would_settle_it_either_way() -> None:
    found = finding(family(DRIVERS), {"being": Span(4, 4)})
    assert (found.state, found.truths, found.decided) == ("undetermined", ("y", "?"), (1,))
    assert [[move.text for move in each.moves] for each in found.to_open] == [["plan at least middle"]]
    assert [[move.text for move in each.moves] for each in found.to_close] == [["being at most 2"], ["plan low"]]


def test_one_failed_condition_closes_whatever_is_unknown() -> None:
    assert finding(family(DRIVERS), {"being": Span(1, 2)}).state == "closed"


def test_closed_by_unknown_conditions_together() -> None:
    together = family([condition(AtMost("mind", 1)), condition(AtLeast("plan", 2), AtLeast("tools", 2))])
    found = finding(together, {"tools": Span(1, 1)})
    assert (found.state, found.truths, found.decided) == ("closed", ("?", "?"), (0, 1))


@given(rules, spans())
def test_amplifiers_and_outside_factors_never_decide(rule: list[Condition], entries: dict[str, Span]) -> None:
    plain = family(rule)
    worse = replace(plain, amplifiers=(condition(AtLeast("self", 2)),), raised_by=("tools",))
    try:
        without = finding(plain, entries)
    except PolariscopeError:
        return
    assert finding(worse, entries).verdict == without.verdict


@pytest.mark.parametrize(("span", "told"), [(Span(1, 1), "n"), (Span(2, 2), "y"), (Span(1, 2), "?")])
def test_raised_by_tells_the_factor(span: Span, told: str) -> None:
    assert finding(family(DRIVERS, raised_by=("tools",)), {"tools": span}).raised == (told,)


@given(spans())
def test_a_rule_of_drivers_is_monotone(entries: dict[str, Span]) -> None:
    """Raising any one property never closes what drivers opened."""
    order = {"closed": 0, "undetermined": 1, "open": 2}
    try:
        before = finding(family(DRIVERS), entries)
    except PolariscopeError:
        return
    for name, span in entries.items():
        top = edition().variables[name].whole.high
        raised = {**entries, name: Span(min(span.low + 1, top), min(span.high + 1, top))}
        try:
            after = finding(family(DRIVERS), raised)
        except PolariscopeError:
            continue
        assert order[after.state] >= order[before.state]


def test_findings_stand_in_order_and_nothing_adds_them_up() -> None:
    found = assess(profile({}), edition(family(DRIVERS, "b"), family(DRIVERS, "a")))
    assert [each.family.id for each in found.findings] == ["b", "a"]
    assert set(type(found).__dataclass_fields__) == {"profile", "edition", "spans", "findings"}


@given(rules, spans())
def test_a_change_with_what_follows_it_can_be_made_and_reaches_its_target(
    rule: list[Condition], entries: dict[str, Span]
) -> None:
    names = {name for each in rule for name in each.variables}
    assume(not any(VARIABLES[name].axis in names for name in names))
    try:
        found = finding(family(rule), entries)
    except PolariscopeError:
        return
    settled = settle(profile(entries), edition())
    for changes, state in ((found.to_open, "open"), (found.to_close, "closed")):
        for change in changes:
            moved = {move.variable: move.span for move in (*change.moves, *change.follows)}
            assert finding(family(rule), {**settled, **moved}).state == state


def test_what_follows_is_the_least() -> None:
    lower = finding(family([condition(AtLeast("being", 4))]), {"being": Span(4, 4), "stay": Span(3, 3)})
    assert [[move.text for move in change.follows] for change in lower.to_close] == [["stay at most middle"]]
    lift = finding(family([condition(AtLeast("stay", 3))]), {"being": Span(1, 2)})
    assert [[move.text for move in change.follows] for change in lift.to_open] == [["being 4"]]
    free = finding(family([condition(AtLeast("stay", 3))]), {})
    assert [change.follows for change in free.to_open] == [()]
