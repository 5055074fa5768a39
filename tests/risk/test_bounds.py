import pytest
from hypothesis import given

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.profile import Attached, Entry, SystemProfile
from polariscope.risk.spans import Span
from risk_planted import AXES, FACETS, VARIABLES, edition, fillings, profile, spans

HERE = edition()


@given(spans())
def test_settled_spans_are_exactly_the_levels_that_occur_in_some_filling(entries: dict[str, Span]) -> None:
    found = list(fillings(entries))
    if not found:
        with pytest.raises(PolariscopeError, match="not above its axis"):
            settle(profile(entries), HERE)
        return
    settled = settle(profile(entries), HERE)
    assert {name: set(span) for name, span in settled.items()} == {
        name: {filling[name] for filling in found} for name in VARIABLES
    }


def test_contradiction_names_both_sides_and_the_ways_out() -> None:
    with pytest.raises(PolariscopeError) as caught:
        settle(profile({"being": Span(1, 2), "stay": Span(3, 3)}), HERE)
    assert str(caught.value) == (
        "stay: not above its axis: being at most 2 allows facets up to middle; got stay high. "
        "Cure: give being at least 4, or stay at most middle."
    )


def test_a_contradiction_names_every_facet_above_the_axis() -> None:
    with pytest.raises(PolariscopeError) as caught:
        settle(profile({"being": Span(1, 1), "stay": Span(2, 2), "self": Span(3, 3)}), HERE)
    assert str(caught.value) == (
        "stay, self: not above its axis: being 1 allows facets up to low; got stay middle, self high. "
        "Cure: give being at least 4, or stay, self at most low."
    )


def attached(decision: str, at_least: int = 2) -> SystemProfile:
    run = Attached("f" * 40, "localize", "plan", at_least, "it noticed", decision)  # type: ignore[arg-type]
    return SystemProfile("x", {}, attached=(run,))


def test_only_accepted_evidence_narrows_its_facet_and_lifts_the_axis() -> None:
    accepted, declined = settle(attached("accepted"), HERE), settle(attached("declined"), HERE)
    assert accepted["plan"] == Span(2, 3)
    assert accepted["mind"] == Span(2, 3)
    assert declined["plan"] == FACETS["plan"].whole
    assert declined["mind"] == AXES["mind"].whole


def test_accepted_evidence_against_the_profile_is_refused() -> None:
    low = SystemProfile("x", {"plan": Entry(Span(1, 1))}, attached=attached("accepted").attached)
    with pytest.raises(PolariscopeError, match="accepted, it says plan is at least middle; got plan low"):
        settle(low, HERE)


def test_evidence_that_supports_nothing_narrows_nothing() -> None:
    assert settle(attached("accepted", at_least=0), HERE) == settle(SystemProfile("x"), HERE)
