"""A model card shows every text as it is, whatever it holds, and says what it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.rules import Assessment, Finding, assess
from polariscope.risk.spans import Span
from polariscope.risk.telling import wording
from polariscope.risk.telling.markdown import escape, model_card
from risk_editions import laid
from risk_shown import EDITION, HOSTILE, SHOWN

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TEXT = st.text() | st.text("\\`*_{}[]()<>#+-=.:!|~&;$ 1a\n\t\x1b\u202e", max_size=14)


def tokens(markdown: str) -> Iterator[Token]:
    for token in PARSER.parse(markdown):
        yield token
        yield from token.children or ()


def shown(markdown: str) -> str:
    return "".join(token.content for token in tokens(markdown) if token.type in {"text", "text_special"})


@given(TEXT)
def test_any_text_is_shown_as_it_is_and_is_no_markup(text: str) -> None:
    for before, after in (("", ""), ("- ", ""), ("## a ", ""), ("a ", " b"), ("**", "**")):
        line = before + escape(f"x{text}y" if before == "**" else text) + after
        kinds = {token.type for token in tokens(line)}
        assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open", "s_open"}
        assert "\n" not in line
    wanted = wording.plain(text)
    assert shown(f"a {escape(text)} b") == f"a {wanted} b".replace("  ", " ") or wanted == ""


@given(TEXT)
def test_at_the_beginning_of_a_line_it_begins_no_list_heading_or_rule(text: str) -> None:
    kinds = [token.type for token in tokens(escape(text))]
    assert set(kinds) <= {"paragraph_open", "inline", "text", "paragraph_close", "text_special"}


@given(TEXT)
def test_a_cell_of_a_table_stays_one_cell(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {escape(text)} | z |"
    cells = [token for token in tokens(table) if token.type == "td_open"]
    assert len(cells) == 2
    assert shown(table).endswith("z")


def test_an_address_alone_becomes_a_link_to_itself() -> None:
    address = "https://a.example/b_c?d=*e*&f=g"
    (link,) = [token for token in tokens(escape(address)) if token.type == "link_open"]
    assert link.attrs["href"] == address
    for other in ("javascript:alert(1)", f"see {address}", "https://a b", "https://a.example/<b>"):
        assert not [token for token in tokens(escape(other)) if token.type == "link_open"]


@pytest.mark.parametrize("found", SHOWN.values(), ids=SHOWN.keys())
def test_a_card_says_states_reasons_unknowns_edition_and_limits(found: Assessment) -> None:
    card = model_card(found)
    text = shown(card)
    assert wording.headline(found) in text
    for each in found.findings:
        assert wording.titled(each.family) in text
        assert wording.together(each.deciding) in text
    assert wording.LIMITS in text
    assert f"digest {found.edition.digest}" in text
    assert "Unknown: " in text
    rows = sum(token.type == "tr_open" for token in tokens(card))
    assert rows == 1 + len(found.findings)
    assert not {token.type for token in tokens(card)} & {"html_inline", "html_block", "image"}
    addresses = {token.attrs["href"] for token in tokens(card) if token.type == "link_open"}
    assert all(str(address).startswith("https://") for address in addresses)


def test_what_is_known_stands_with_its_grounds_and_what_is_not_is_named() -> None:
    text = shown(model_card(SHOWN["hostile"]))
    assert f"Grounds: {wording.plain(HOSTILE)}" in text
    unknown = text.rpartition("Unknown: ")[2].partition("Edition")[0].split(", ")
    assert "persistence" in unknown
    assert not {"cognition", "tool access"} & set(unknown)
    assert "Runs attached as evidence" in text


def test_what_an_axis_fixes_is_not_unknown() -> None:
    found = assess(SystemProfile("x", {"cognition": Entry(Span(1, 2)), "tools": Entry(Span(1, 2))}), EDITION)
    unknown = shown(model_card(found)).rpartition("Unknown: ")[2].partition("Edition")[0]
    assert "planning" not in unknown
    assert "tool access" in unknown


def test_each_row_says_whose_its_thresholds_are() -> None:
    for found in SHOWN.values():
        for each in found.findings:
            [row] = [line for line in model_card(found).splitlines() if line.startswith(f"| {numbered(each)} ")]
            told = shown(f"| a | b | c |\n|---|---|---|\n{row}").partition("hreshold")[2].partition(". ")[0]
            for source, words in (("stated", "stated in the post"), ("ours", "ours")):
                mine = [each for each in each.deciding if each.threshold == source]
                assert (words in told) is bool(mine)
                mixed = {one.threshold for one in each.deciding} != {source}
                assert not mixed or all(wording.plain(one.text) in told for one in mine)


def numbered(finding: Finding) -> str:
    return escape(wording.numbered(finding.family))


def test_a_threshold_of_a_users_edition_is_named_after_it(tmp_path: Path) -> None:
    moved = {"family": "legitimacy", "of": "agent_likeness", "at_least": "high", "reason": "Stricter."}
    found = assess(SystemProfile("x"), laid(tmp_path, threshold=[moved]))
    card = model_card(found)
    [row] = [line for line in card.splitlines() if line.startswith("| 11 ")]
    assert "of edition my-lab-3 (agent-likeness at least high)" in row
    assert "or ours, or of the user's edition my-lab-3; each row says which." in card
    assert "A threshold is stated there, or ours; each row says which." in model_card(SHOWN["unknown"])


def test_another_edition_of_the_profile_is_told() -> None:
    found = assess(SystemProfile("x", made_under="polariscope-9"), EDITION)
    assert "x was described under polariscope-9; here it is read by" in model_card(found)


def test_examples_are_marked_as_ours() -> None:
    assert wording.MADE_BY in shown(model_card(SHOWN["Spam filter"]))
    assert wording.MADE_BY not in shown(model_card(SHOWN["unknown"]))
