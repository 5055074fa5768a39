"""The report says what the summary says, the verdict first, and asks nothing of anyone."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree

import pytest

from polariscope.introspection.outcome import Outcome
from polariscope.introspection.report import render_report
from polariscope.introspection.wording import LABELS

Planted = Callable[[str], Outcome]
EVERY = ("perfect", "constant", "incomplete", "failing", "sweep", "grid", "doses", "hostile")


def render(found: Outcome) -> str:
    return render_report(found.run, found.summary, found.verdicts, found.readings)


def words(html: str) -> str:
    """What can be read, without figures and styles, blanks made one."""
    bare = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", bare))).strip()


def row(html: str, section: str, header: str) -> list[str]:
    """The cells of the first row with this header in a section."""
    part = html[html.index(f'<section id="{section}"') :]
    for line in re.findall(r"<tr>(.*?)</tr>", part, flags=re.DOTALL):
        cells = [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, flags=re.DOTALL)]
        if cells[0].startswith(header):
            return cells
    raise AssertionError(f"no row {header} in {section}")


@pytest.mark.parametrize("name", EVERY)
def test_the_page_is_whole_and_makes_no_request(planted: Planted, name: str) -> None:
    html = render(planted(name))
    assert html.startswith("<!doctype html>")
    assert """content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">""" in html
    assert not re.search(r"<(script|link|iframe|img|object|base)\b|@import|url\(|\son\w+=", html)
    assert all(target.startswith("#") for target in re.findall(r'\s(?:href|src|xlink:href)="([^"]*)"', html))
    svgs = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(svgs) >= 5
    for svg in svgs:
        ElementTree.fromstring(svg)
    names = re.findall(r'\sid="([^"]*)"', html)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", EVERY)
def test_the_first_line_is_the_verdict_and_every_question_has_its_outcome(planted: Planted, name: str) -> None:
    found = planted(name)
    html = render(found)
    heading = re.search(r"<h1>(.*?)</h1>", html, flags=re.DOTALL)
    assert heading is not None
    assert unescape(heading.group(1)) == found.verdict.headline
    told = words(html)
    places = [told.index(f"{finding.outcome.capitalize()} {finding.asked}") for finding in found.verdict.findings]
    assert places == sorted(places)
    assert all(finding.sentence in told for finding in found.verdict.findings)


def test_numbers_are_those_of_the_summary(planted: Planted) -> None:
    found = planted("perfect")
    html, setting = render(found), found.summary.settings[0]
    concept, noise = setting.conditions[0], setting.gaps[0]
    ends = concept.accuracy.interval
    cells = row(html, "accuracy", LABELS["concept"])
    assert cells[0].endswith("24 trials")
    assert cells[1] == f"100.0% [{100 * ends.low:.1f}, {100 * ends.high:.1f}]"
    assert cells[2] == "< 0.0001"
    assert cells[4].startswith(f"{concept.diagonal.value:+.3f}")
    gap = row(html, "gaps", LABELS["noise"])
    assert gap[1].startswith(f"{100 * noise.raw.value:+.1f} ")
    assert gap[2] == f"[{100 * noise.decisive[0].low:+.1f}, {100 * noise.decisive[0].high:+.1f}]"
    assert row(html, "answers", "No injection")[1:] == ["0.0%", "100.0%", "0.0%"]


def test_raw_and_corrected_stand_in_their_own_columns(planted: Planted) -> None:
    found = planted("incomplete")
    html = render(found)
    for condition in found.summary.settings[0].conditions:
        cells = row(html, "accuracy", LABELS[condition.name])
        assert cells[1].startswith(f"{condition.accuracy.value:.1%} ")
        assert cells[3].startswith(f"{condition.corrected.value:.1%} ")
    for gap in found.summary.settings[0].gaps:
        cells = [cell.replace("−", "-") for cell in row(html, "gaps", LABELS[gap.control])]
        assert cells[1].split()[0] in {f"{100 * gap.raw.value:+.1f}", "0.0"}
        assert cells[3].split()[0] in {f"{100 * gap.corrected.value:+.1f}", "0.0"}
    raw, corrected = (
        [getattr(condition, name).value for condition in found.summary.settings[0].conditions]
        for name in ("accuracy", "corrected")
    )
    assert raw != corrected, "the case tells them apart"


def test_a_constant_answerer_scores_chance_with_no_spread(planted: Planted) -> None:
    cells = row(render(planted("constant")), "accuracy", LABELS["concept"])
    assert cells[1] == "33.3% [33.3, 33.3]"


def test_what_failed_is_called_not_a_number(planted: Planted) -> None:
    html = render(planted("failing"))
    noise = row(html, "accuracy", LABELS["noise"])
    assert noise[0].endswith("24 trials, 72 failed")
    assert noise[4:] == ["not a number", "not a number"]
    assert row(html, "accuracy", "Best label")[2] == "not a number"
    assert row(html, "answers", LABELS["noise"])[1:] == ["not a number"] * 3
    assert "72 failed" not in row(html, "accuracy", LABELS["opposite"])[0]
    assert not re.search(r"\bnan\b", words(html), flags=re.IGNORECASE)


def test_an_incomplete_run_says_so_before_everything_else(planted: Planted) -> None:
    told = words(render(planted("incomplete")))
    note = (
        "3 of 7 cells are measured. All numbers below may still change. Continue with: polariscope localize tiny"
    )
    assert told.index(note) < told.index("Does the answer carry")
    assert "may still change" not in words(render(planted("perfect")))


def test_foreign_text_stays_text(planted: Planted) -> None:
    html = render(planted("hostile"))
    assert "\x1b" not in html
    assert not set("\u202e\u2066") & set(html)
    told = words(html)
    for shown in (
        "SENTENCE 1: </script><script>alert(1)</script> SENTENCE 2: ⟨U+001B⟩[31mred⟨U+202E⟩gnp.exe",
        "<b>&amp;⟨U+2066⟩ a'b\"c",
        "evil</title>⟨U+001B⟩[2J⟨U+202E⟩",
        "polariscope localize '</pre><script>'",
        "<img src=http://a.example/x>",
    ):
        assert shown in told


def test_the_same_run_gives_the_same_bytes(planted: Planted) -> None:
    assert render(planted("sweep")) == render(planted("sweep"))


def test_a_sweep_shows_every_setting(planted: Planted) -> None:
    found = planted("sweep")
    html, sweep = render(found), found.summary.sweep
    assert sweep is not None
    for setting, p in zip(found.summary.settings, sweep.holm, strict=True):
        cells = row(html, "sweep", f"Block {setting.block} ")
        assert cells[1].startswith(f"{setting.conditions[0].accuracy.value:.1%}")
        assert cells[2] == ("< 0.0001" if p < 1e-4 else f"{p:.2g}")
    assert 'id="sweep"' not in render(planted("perfect"))


def test_the_best_setting_is_said_as_the_other_half_has_it(planted: Planted) -> None:
    found = planted("grid")
    sweep = found.summary.sweep
    assert sweep is not None
    assert sweep.best_accuracy.value != found.summary.settings[sweep.best].conditions[0].accuracy.value
    assert f"its accuracy is {sweep.best_accuracy.value:.1%} [" in words(render(found))


def test_controls_not_run_are_named_and_claim_nothing(planted: Planted) -> None:
    found = planted("perfect")
    rows = tuple(row for row in found.readings if row.get("condition") != "abstract")
    verdict = replace(found.verdict, not_run=("a control that nobody ran",))
    told = words(render_report(found.run, found.summary, (verdict,), rows))
    assert told.index("Controls not run") < told.index("a control that nobody ran")
    assert "1 kind of control was not run" in told


def test_provenance_names_what_differs_from_the_protocol(planted: Planted) -> None:
    told = words(render(planted("sweep")))
    assert "layers: 0, 6, 12, 18, 24, 29 (published: 0.25)" in told
    assert "trials: 24 (published: 100)" in told
    assert "unit:" not in told
    for value in (
        "a" * 64,
        "b" * 64,
        "no chat template",
        "torch 2, transformers 5",
        "fast path: agrees",
        "float32 on cpu",
    ):
        assert value in told
    assert "<|user|>Where? SENTENCE 1: The dog barks loudly. SENTENCE 2:" in told
