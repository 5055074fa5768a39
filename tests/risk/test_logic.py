from hypothesis import given

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.conditions import Above, AtLeast, AtMost, Condition
from polariscope.risk.logic import Rule
from polariscope.risk.spans import Span
from risk_planted import BANDS_OF, VARIABLES, condition, edition, profile, rules, spans, truth_by_force

HERE = edition()


@given(rules, spans())
def test_undetermined_exactly_when_two_fillings_disagree(rule: list[Condition], entries: dict[str, Span]) -> None:
    expected = truth_by_force(rule, entries)
    try:
        settled = settle(profile(entries), HERE)
    except PolariscopeError:
        assert expected is None
        return
    built = Rule(rule, HERE)
    assert built.truth(built.ranges(settled)) == expected


@given(rules)
def test_a_rule_cannot_tell_levels_of_one_cell_apart(rule: list[Condition]) -> None:
    built = Rule(rule, HERE)
    for index, variable in enumerate(built.variables):
        assert [level for cell in built.cells[index] for level in cell] == list(variable.whole)
        lows = dict.fromkeys(VARIABLES, 1)
        for cell in built.cells[index]:
            seen = {tuple(each.holds({**lows, variable.id: level}, BANDS_OF) for each in rule) for level in cell}
            assert len(seen) == 1


@given(rules, spans(), spans())
def test_knowing_more_never_overturns(
    rule: list[Condition], entries: dict[str, Span], more: dict[str, Span]
) -> None:
    narrowed = {name: entries.get(name, span).meet(span) or entries[name] for name, span in more.items()}
    before, after = truth_by_force(rule, entries), truth_by_force(rule, {**entries, **narrowed})
    if before in {"y", "n"} and after is not None:
        assert after == before


def test_a_rule_that_names_an_axis_and_its_facet_heeds_the_bound() -> None:
    rule = [condition(AtMost("mind", 1)), condition(AtLeast("plan", 2))]
    built = Rule(rule, HERE)
    assert built.truth(built.ranges(settle(profile({}), HERE))) == "n"  # term by term both are unknown


def test_gap_compares_bands_not_levels() -> None:
    built = Rule([condition(Above("being", "plan"))], HERE)
    middle = {"being": Span(3, 3), "plan": Span(2, 2), "mind": Span(3, 3)}
    assert built.truth(built.ranges(settle(profile(middle), HERE))) == "n"
    assert built.truth(built.ranges(settle(profile({**middle, "being": Span(4, 4)}), HERE))) == "y"
