import pytest
from hypothesis import given

from polariscope.errors import PolariscopeError
from polariscope.risk.comparison import compare
from polariscope.risk.conditions import AtLeast, Condition
from polariscope.risk.rules import assess
from polariscope.risk.spans import Span
from risk_planted import condition, edition, family, profile, rules, spans

TOOLS = edition(family([condition(AtLeast("tools", 2))]))
NO, YES, UNKNOWN = {"tools": Span(1, 1)}, {"tools": Span(2, 2)}, dict[str, Span]()


@pytest.mark.parametrize(
    ("before", "after", "group"),
    [
        (NO, YES, "opened"), (YES, NO, "closed"), (UNKNOWN, YES, "became_known"), (UNKNOWN, NO, "became_known"),
        (YES, UNKNOWN, "became_unknown"), (NO, NO, "same"), (UNKNOWN, UNKNOWN, "same"),
    ],
)  # fmt: skip
def test_each_transition_has_its_group(before: dict[str, Span], after: dict[str, Span], group: str) -> None:
    found = compare(assess(profile(before), TOOLS), assess(profile(after), TOOLS))
    assert [name for name in found.__dataclass_fields__ if getattr(found, name)] == [group]


@given(rules, spans(), spans())
def test_turned_round_opened_and_closed_change_places(
    rule: list[Condition], one: dict[str, Span], two: dict[str, Span]
) -> None:
    here = edition(family(rule))
    try:
        a, b = assess(profile(one), here), assess(profile(two), here)
    except PolariscopeError:
        return
    there, back = compare(a, b), compare(b, a)
    assert len(there.opened) == len(back.closed)
    assert len(there.became_known) == len(back.became_unknown)
    assert len(there.same) == len(back.same)


def test_two_editions_are_not_compared() -> None:
    other = edition(family([condition(AtLeast("tools", 2))]), digest="1" * 16)
    with pytest.raises(PolariscopeError, match="both by one edition"):
        compare(assess(profile(NO), TOOLS), assess(profile(NO), other))
