import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from polariscope.risk.edition import Edition
from polariscope.risk.page_data import page_data
from polariscope.risk.profile import Entry, SystemProfile
from polariscope.risk.reading.loading import load_edition
from polariscope.risk.spans import Span
from polariscope.web import render_risk_page

HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> \u2028\u202e\x1b[J\ud800 & {{ 49 }}"
FETCHING = {"href", "src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "xlink:href"}
EMBEDDING = {"iframe", "object", "embed", "base", "form", "img", "audio", "video"}


class _Parsed(HTMLParser):
    """What a browser would find: elements with their attributes, and the texts of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.styles: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self._inside, self._text = tag, ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag != self._inside:
            return
        if tag == "script":
            self.scripts.append((self.elements[-1][1], self._text))
        else:
            self.styles.append(self._text)
        self._inside = ""

    @property
    def policy(self) -> dict[str, list[str]]:
        [content] = [
            attributes["content"]
            for tag, attributes in self.elements
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert content is not None
        parts = (part.split() for part in content.split(";"))
        return {name: values for name, *values in parts}

    @property
    def data(self) -> object:
        [text] = [text for attributes, text in self.scripts if attributes.get("type") == "application/json"]
        return json.loads(text)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def page(edition: Edition) -> str:
    return render_risk_page(edition)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_the_pages_own_scripts_and_style_and_nothing_else(page: str) -> None:
    parsed = _Parsed(page)
    run = [text for attributes, text in parsed.scripts if not attributes]
    assert len(run) == 2
    assert parsed.policy["script-src"] == [_hash(text) for text in run]
    assert parsed.policy["style-src"] == [_hash(text) for text in parsed.styles]
    assert len(parsed.styles) == 1
    rest = {name: values for name, values in parsed.policy.items() if name not in {"script-src", "style-src"}}
    assert rest == {
        "default-src": ["'none'"],
        "img-src": ["data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "require-trusted-types-for": ["'script'"],
    }


def test_the_policy_stands_before_all_that_it_governs(page: str) -> None:
    tags = [tag for tag, _ in _Parsed(page).elements]
    assert tags[:4] == ["html", "head", "meta", "meta"]
    assert tags.index("style") > 3


def test_no_element_can_ask_for_anything(page: str) -> None:
    elements = _Parsed(page).elements
    for tag, attributes in elements:
        assert not FETCHING & attributes.keys(), tag
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert attributes.get("http-equiv") in {None, "Content-Security-Policy"}
    assert not {tag for tag, _ in elements} & EMBEDDING


def test_the_style_names_no_address(page: str) -> None:
    [style] = _Parsed(page).styles
    assert not re.search(r"url\(|@import|image-set", style)


def test_the_data_is_pythons(page: str, edition: Edition) -> None:
    assert _Parsed(page).data == json.loads(json.dumps(page_data(edition)))


def test_a_hostile_text_stays_a_text(edition: Edition, page: str) -> None:
    profile = SystemProfile(HOSTILE, {"planning": Entry(Span(1, 2), (HOSTILE,))}, HOSTILE)
    text = render_risk_page(edition, [profile])
    parsed = _Parsed(text)
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in _Parsed(page).elements]
    assert parsed.policy == _Parsed(page).policy
    assert isinstance(parsed.data, dict)
    [system] = parsed.data["systems"]
    assert (system["name"], system["description"]) == (HOSTILE, HOSTILE)
    assert system["entries"]["planning"]["evidence"] == [HOSTILE]
    assert "\u2028" not in text
    text.encode()  # a lone surrogate would be refused here


def test_the_same_edition_and_systems_give_the_same_bytes(edition: Edition, page: str) -> None:
    assert render_risk_page(edition) == page


def test_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < 1_200_000
