"""The questionnaire asks what rules name, never what is fixed already, and can be left at any point."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polariscope.errors import PolariscopeError
from polariscope.risk.bounds import settle
from polariscope.risk.edition import BANDS
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.questionnaire import Interview, ask
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.reading.profile_file import profile_from
from polariscope.risk.reading.toml_file import parse_toml
from polariscope.risk.spans import Span
from polariscope.risk.telling.export import profile_toml

EDITION = load_edition()
ANSWERS = st.sampled_from([
    *BANDS,
    "",
    "unknown",
    "1",
    "2",
    "3-5",
    "6",
    "low-middle",
    "middle-high",
    "yes",
    "no",
    "x",
])


def begun(name: str = "mine") -> Interview:
    return Interview(EDITION).reply(name).reply("")


def answered(interview: Interview, answer: Callable[[str], str]) -> tuple[Interview, list[str]]:
    """Reply until all is answered; and what was asked."""
    asked = []
    while (key := interview.question) is not None:
        asked.append(key)
        interview = interview.reply(answer(key))
    return interview, asked


def talked(*lines: str) -> tuple[SystemProfile | None, str]:
    """The profile, and all that was said, where the user types these lines."""
    typed, said = iter(lines), list[str]()
    return ask(EDITION, lambda: next(typed), said.append), "\n".join(said)


def test_it_asks_every_axis_and_every_property_that_a_rule_names_once() -> None:
    _, asked = answered(begun(), lambda key: "unknown")
    wanted = EDITION.named | {axis.id for axis in EDITION.axes}
    assert sorted(asked) == sorted(wanted)
    assert wanted < set(EDITION.variables)


def test_axis_by_axis_then_the_factors() -> None:
    _, asked = answered(begun(), lambda key: "")
    kinds = [EDITION.variables[key].axis or key for key in asked if EDITION.variables[key].kind != "factor"]
    assert list(dict.fromkeys(kinds)) == [axis.id for axis in EDITION.axes]
    assert {EDITION.variables[key].kind for key in asked[len(kinds) :]} == {"factor"}


@pytest.mark.parametrize("axis", [axis.id for axis in EDITION.axes])
def test_facets_of_a_low_axis_are_fixed_and_not_asked(axis: str) -> None:
    interview, asked = answered(begun(), lambda key: "low" if key == axis else "")
    assert not {facet.id for facet in EDITION.facets(axis)} & set(asked)
    spans = settle(interview.profile(), EDITION)
    assert all(spans[facet.id] == Span(1, 1) for facet in EDITION.facets(axis))


def test_unknown_is_the_answer_of_an_empty_line_and_leaves_no_entry() -> None:
    for answer in ("", "  ", "unknown"):
        interview, _ = answered(begun(), lambda key, said=answer: said)
        assert interview.profile() == SystemProfile("mine")


@given(st.lists(ANSWERS, min_size=30, max_size=30))
def test_replies_are_kept_or_refused_and_back_undoes_them(answers: list[str]) -> None:
    interview = begun()
    for answer in answers:
        if interview.question is None:
            break
        key = interview.question
        try:
            after = interview.reply(answer)
        except PolariscopeError:
            continue
        assert after.back() == interview
        assert key in after.given
        interview = after
    profile = interview.profile()
    settle(profile, EDITION)
    assert profile_from(parse_toml(profile_toml(profile, EDITION), "written"), EDITION, "written") == profile


def test_an_answer_above_its_axis_is_refused_at_once_and_not_offered() -> None:
    interview = begun().reply("middle").reply("")
    assert interview.question == "persistence"
    assert "[low, middle, unknown]" in interview.asked(interview.question)
    with pytest.raises(PolariscopeError, match="not above its axis"):
        interview.reply("high")


def test_a_question_shows_what_each_answer_means() -> None:
    variable = EDITION.variables["persistence"]
    text = begun().reply("high").asked("persistence")
    assert all(f"{band}: {anchor}" in text for band, anchor in zip(BANDS, variable.anchors, strict=True))
    assert "[1 to 7, low (1-2), middle (3-5), high (6-7), unknown]" in begun().asked("beingness")
    assert "[no, yes, unknown]" in begun().asked("tools")


def test_a_system_needs_a_name_and_a_hostile_one_becomes_text() -> None:
    with pytest.raises(PolariscopeError, match="a system has a name"):
        Interview(EDITION).reply("  ")
    name = Interview(EDITION).reply("\x1b[2J\u202e=x").profile().name
    assert name.isprintable()


def test_a_refused_answer_is_told_and_asked_again() -> None:
    profile, said = talked("mine", "", "hihg", "high", "done")
    assert profile is not None
    assert profile.entries["beingness"].span == Span(6, 7)
    assert "perhaps you mean high" in said
    assert said.count(EDITION.variables["beingness"].question) == 1


def test_back_asks_the_question_before_again() -> None:
    profile, said = talked("mine", "back", "other", "", "3", "back", "4", "done")
    assert profile is not None
    assert (profile.name, profile.entries["beingness"].span) == ("other", Span(4, 4))
    assert said.count("What is the system called?") == 2
    assert talked("back", "mine", "done")[0] == SystemProfile("mine")


def test_help_explains_and_asks_again() -> None:
    for word in ("?", "help"):
        profile, said = talked("mine", word, "done")
        assert profile == SystemProfile("mine")
        assert "An axis bounds its facets" in said
        assert said.count("What is it, in a sentence?") == 2


def test_quit_leaves_nothing_and_done_before_a_name_is_refused() -> None:
    assert talked("quit")[0] is None
    assert talked("mine", "", "4", "quit")[0] is None
    profile, said = talked("done", "mine", "done")
    assert profile == SystemProfile("mine")
    assert "a system has a name" in said


def test_it_counts_the_questions_that_are_left() -> None:
    _, said = talked("mine", "", "low", "", "done")
    counts = [line for line in said.splitlines() if " of " in line and line[:1].isdigit()]
    assert counts[0].startswith("1 of ")
    before, after = (int(line.split(" of ")[1]) for line in (counts[2], counts[3]))
    assert before - after == sum(facet.id in EDITION.named for facet in EDITION.facets("beingness"))


@pytest.mark.parametrize("name", ["n" * 200, "\x1b" * 50, "n" * 1_000, "\U000e0001" * 150])
def test_a_name_or_description_that_is_taken_can_be_read_back(name: str) -> None:
    interview = Interview(EDITION)
    for answer in (name, name, "3", name):
        try:
            interview = interview.reply(answer)
        except PolariscopeError:
            interview = interview.reply("x")
    profile = interview.profile()
    assert profile_from(parse_toml(profile_toml(profile, EDITION), "written"), EDITION, "written") == profile
    assert profile.name == (name if len(name) == 200 else "x" if len(name) != 50 else "\\x1b" * 50)


def test_a_refusal_names_the_question() -> None:
    for answer in ("9", "hihg", "6-2"):
        with pytest.raises(PolariscopeError, match=r"^Beingness: "):
            begun().reply(answer)
    _, said = talked("mine", "", "9", "done")
    assert "what-if" not in said


def test_grounds_are_asked_after_what_is_known_and_become_evidence() -> None:
    profile, said = talked("mine", "", "3", "  it keeps notes ", "low", "", "unknown", "done")
    assert profile is not None
    assert profile.entries["beingness"] == Entry(Span(3, 3), ("it keeps notes",))
    assert profile.entries["persistence"] == Entry(Span(1, 1))
    assert said.count("On what grounds? (Enter: none)") == 2
    assert talked("mine", "", "3", "none", "done")[0] == SystemProfile("mine", {"beingness": Entry(Span(3, 3))})


def test_back_from_the_grounds_asks_for_the_answer_again() -> None:
    profile, _ = talked("mine", "", "3", "back", "4", "why", "back", "because", "done")
    assert profile is not None
    assert profile.entries["beingness"] == Entry(Span(4, 4), ("because",))


def test_what_ends_the_input_ends_the_questionnaire() -> None:
    def typed() -> Iterator[str]:
        yield "mine"
        raise KeyboardInterrupt

    lines = typed()
    with pytest.raises(KeyboardInterrupt):
        ask(EDITION, lambda: next(lines), lambda text: None)
