"""A page asks nothing of anyone, and takes all text for text."""

import re
from html.parser import HTMLParser
from typing import get_args

import pytest
from jinja2 import UndefinedError

from polariscope.reports import (
    Block,
    Bullets,
    Callout,
    Cell,
    Facts,
    Page,
    Paragraph,
    Picture,
    Section,
    Strip,
    Table,
    Verbatim,
    render_page,
    strips,
)
from polariscope.reports.blocks import SYMBOLS

EVIL = "</script><script>alert(1)</script>\x1b[31m\u202e&amp;\"'<img src=http://a.example/x>"
SVG = strips((Strip("a", (0.5,)),), limits=(0, 1), reference=0.2, reference_label="chance", axis="a", title="t")
_VOID = {"meta", "br", "img", "link", "input", "hr"}


class Parsed(HTMLParser):
    """Elements in order, with attributes; checks that they nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def blocks(text: str) -> tuple[Block, ...]:
    return (
        Paragraph(text),
        Bullets((text, text), heading=text),
        Bullets((text,), ordered=True),
        Table(text, (Cell(text), Cell(text, text)), ((Cell(text), Cell(text, text)),)),
        Picture((SVG,), text, small=True),
        Callout("good", text, text, text, (text,)),
        Facts(((text, text),)),
        Verbatim(text, text),
    )


def page(text: str = "words") -> Page:
    return Page(text, text, text, blocks(text), (Section("one", text, blocks(text)),), text)


def test_every_kind_of_block_is_drawn() -> None:
    assert {type(block) for block in blocks("a")} == set(get_args(Block))
    parsed = Parsed(render_page(page()))
    for tag in ("table", "figure", "figcaption", "caption", "dl", "pre", "ol", "ul", "svg", "section", "main"):
        assert parsed.named(tag), tag


def test_the_page_makes_no_request_and_runs_no_script() -> None:
    html = render_page(page())
    parsed = Parsed(html)
    policies = [m["content"] for m in parsed.named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    for tag, attributes in parsed.elements:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form", "image", "img"}
        assert all(
            (attributes.get(name) or "#").startswith("#") for name in ("href", "src", "xlink:href", "action")
        )
        assert not any(name.startswith("on") for name in attributes)
    assert not re.search(r"@import|url\(", html)


def test_foreign_text_is_escaped_and_made_visible_in_every_block() -> None:
    html = render_page(page(EVIL))
    parsed = Parsed(html)
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in Parsed(render_page(page())).elements]
    assert "\x1b" not in html
    assert "\u202e" not in html
    shown = "</script><script>alert(1)</script>⟨U+001B⟩[31m⟨U+202E⟩&amp;\"'<img src=http://a.example/x>"
    assert sum(shown in text for text in parsed.text) > 30


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in Parsed(render_page(page())).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1


def test_tables_name_their_rows_and_columns() -> None:
    parsed = Parsed(render_page(page()))
    assert {attributes.get("scope") for attributes in parsed.named("th")} == {"col", "row"}
    assert len(parsed.named("caption")) == len(parsed.named("table"))


def test_links_lead_to_places_on_the_page_and_names_are_given_once() -> None:
    parsed = Parsed(render_page(Page("t", "o", "h", (), (Section("one", "One", blocks("a")),), "f")))
    names = [a["id"] for _, a in parsed.elements if a.get("id")]
    assert len(names) == len(set(names))
    assert all((a["href"] or "")[1:] in names for a in parsed.named("a"))


@pytest.mark.parametrize("tone", SYMBOLS)
def test_an_outcome_has_a_word_and_a_sign_of_its_own(tone: str) -> None:
    callout = Callout(tone, "Word", "q", "a")  # type: ignore[arg-type]
    text = "".join(Parsed(render_page(Page("t", "o", "h", (callout,), (), "f"))).text)
    assert f"{callout.symbol} Word" in text
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render_page(page()) == render_page(page())


def test_a_name_that_the_page_does_not_have_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        render_page(object())  # type: ignore[arg-type]


def test_lone_surrogates_can_be_written() -> None:
    render_page(page("a\ud800b")).encode("utf-8")
