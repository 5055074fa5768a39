import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.naming import advice, find, nearest, unknown
from polariscope.risk.reading.loading import our_edition

IDS = [*our_edition().variables, *our_edition().families]


@given(st.sampled_from(IDS))
def test_a_known_name_is_returned_as_it_is(name: str) -> None:
    assert find("property", name, IDS) == name


@given(st.sampled_from(IDS), st.sampled_from("-_ "), st.booleans())
def test_case_and_joining_are_seen_through(name: str, joint: str, upper: bool) -> None:
    typed = name.replace("_", joint).replace("-", joint)
    assert nearest(typed.upper() if upper else typed, IDS)[0] == name


@given(st.sampled_from([name for name in IDS if len(name) > 5]), st.data())
def test_a_name_with_a_letter_too_few_is_recognised(name: str, data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, len(name) - 1))
    assert name in nearest(name[:lost] + name[lost + 1 :], IDS)


def test_the_beginning_of_a_name_is_recognised() -> None:
    assert nearest("meta", IDS) == ("metacognition",)
    assert nearest("me", IDS) == ()


def test_refusal_names_what_was_meant_or_all_there_is() -> None:
    with pytest.raises(PolariscopeError) as caught:
        find("facet", "Metacogntion", IDS, "mine.toml: facets")
    assert str(caught.value) == (
        "mine.toml: facets: there is no facet of this name; got Metacogntion. "
        "Cure: perhaps you mean metacognition or cognition."
    )
    assert str(unknown("band", "zz", ["low", "middle", "high"])) == (
        "band: there is no band of this name; got zz. Cure: take low, middle or high."
    )


def test_there_may_be_nothing_to_take_or_too_much_to_list() -> None:
    assert advice("zz", []) == "leave it out: there are none"
    assert advice("zz", [f"a{number}" for number in range(100)]).endswith("a39, ...")


def test_hostile_names_are_compared_fast_and_printed_safely() -> None:
    told = str(unknown("facet", "\x1b[2J" * 300_000, ["\x1b[2J\x1b[2J\x1b[2J"]))
    assert "\x1b" not in told
    assert len(told) < 600
    assert advice("\x1b[2J", ["\x1b[2J!"]) == r"perhaps you mean \x1b[2J!"
