import json
from math import prod

from hypothesis import assume, given, settings

from polariscope.errors import PolariscopeError
from polariscope.risk.conditions import AtLeast, Condition
from polariscope.risk.rules import assess
from polariscope.risk.spans import Span
from polariscope.risk.tables import condition_table, family_table
from risk_planted import condition, edition, family, profile, rules, spans


def row(lookup: dict, settled: dict[str, Span]) -> int:
    index = 0
    for name, classes, size in zip(lookup["variables"], lookup["classes"], lookup["sizes"], strict=True):
        span = settled[name]
        index = index * size + classes[span.low - 1][span.high - span.low]
    return index


@settings(max_examples=50)
@given(rules, spans())
def test_looking_up_is_assessing(rule: list[Condition], entries: dict[str, Span]) -> None:
    assume(len({name for each in rule for name in each.variables}) < 4)
    here = edition(family(rule, amplifiers=(condition(AtLeast("self", 2)),)))
    try:
        assessment = assess(profile(entries), here)
    except PolariscopeError:
        return
    (finding,) = assessment.findings
    table = json.loads(json.dumps(family_table(finding.family, here)))
    assert len(table["rows"]) == prod(table["lookup"]["sizes"])
    outcome = table["outcomes"][table["rows"][row(table["lookup"], assessment.spans)]]
    assert outcome["state"] == finding.state
    assert outcome["conditions"] == "".join(finding.truths)
    assert tuple(outcome["decided"]) == finding.decided
    for wanted, found in (("toOpen", finding.to_open), ("toClose", finding.to_close)):
        texts = [[move["text"] for move in table["changes"][index]] for index in outcome[wanted]]
        assert texts == [[move.text for move in change.moves] for change in found]
    amplifier = condition_table(finding.family.amplifiers[0], here)
    assert amplifier["rows"][row(amplifier["lookup"], assessment.spans)] == finding.amplifiers[0]


def test_a_row_that_contradicts_itself_has_no_outcome() -> None:
    here = edition(family([condition(AtLeast("mind", 2)), condition(AtLeast("plan", 2))]))
    table = family_table(here.families["planted"], here)
    lowest = {"mind": Span(1, 1), "plan": Span(3, 3)}
    assert table["rows"][row(table["lookup"], lowest)] == -1
