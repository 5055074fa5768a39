"""The report says what the summary says, the verdict first, and asks nothing of anyone."""

import re
from functools import cache
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest

from polariscope.crystal.instruments.spectrum.counts import counts
from polariscope.crystal.instruments.spectrum.report import render_spectrum
from polariscope.crystal.instruments.spectrum.wording import eigenvalue
from polariscope.reports import percent, significant
from spectrum_runs import measured, outcome_of, rows, until

NAMES = ["ring", "landau", "sbm", "training", "planted loss", "begun", "hostile"]
EVIL = "</script><script>alert(1)</script><b>\x1b[2J\u202egnp.exe &amp;"
BULK = (-0.5, *np.linspace(0.5, 4.0, 25), 9.0)
LOSS = [
    {"kind": "loss", "loss": 0.5, "gradient_norm": 1e-3, "parameters": 27},
    *(
        {"kind": "where", "end": end, "index": index, "names": ["0.weight", "0.bias", EVIL], "shares": shares}
        for end in ("largest", "smallest")
        for index, shares in enumerate([[0.7, 0.2, 0.1], [0.05, 0.15, 0.8], [1.0, 0.0, 0.0]])
    ),
    *(
        {
            "kind": "laplacian", "sign": sign, "null": null, "explained": explained, "complete": 0.95,
            "diagonal": 0.125, "edges": 1234, "null_shares": [0.25, 0.35], "p": 0.05,
        }
        for sign, explained in (("signed", 0.8), ("non-negative", 0.6))
        for null in ("anywhere", "within")
    ),
]  # fmt: skip


def outcome(name):
    if name == "planted loss":
        return outcome_of("loss", [*rows(BULK, pairs={("largest", 2): {"converged": 0, "residual": 0.1}}), *LOSS])
    if name == "hostile":
        run = {"command": f"polariscope spectrum '{EVIL}'"}
        return outcome_of("loss", [*rows(BULK), *LOSS], title=f"graph of {EVIL}", **run)
    if name == "begun":
        return until(measured("ring"), ["check", "lattice"])
    return measured(name)


@cache
def page(name):
    return render_spectrum(outcome(name))


def words(html):
    """What can be read, without figures and styles, blanks made one."""
    bare = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", bare))).strip()


def sections(html):
    return re.findall(r'<section id="([^"]*)"', html)


def part(html, section):
    start = html.index(f'<section id="{section}"')
    return words(html[start : html.index("</section>", start)])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_whole_and_makes_no_request(name):
    html = page(name)
    assert html.startswith("<!doctype html>")
    assert """content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">""" in html
    assert not re.search(r"<(script|link|iframe|img|object|base)\b|@import|url\(|\son\w+=", html)
    assert all(target.startswith("#") for target in re.findall(r'\s(?:href|src|xlink:href)="([^"]*)"', html))
    for svg in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL):
        ElementTree.fromstring(svg)
    names = re.findall(r'\sid="([^"]*)"', html)
    assert len(names) == len(set(names))
    opened = re.findall(r"<(section|table|figure|ul|dl|main)\b", html)
    assert all(html.count(f"</{tag}>") == opened.count(tag) for tag in set(opened))


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_is_the_verdict_and_every_question_has_its_outcome(name):
    found, html = outcome(name), page(name)
    heading = re.search(r"<h1>(.*?)</h1>", html, flags=re.DOTALL)
    assert unescape(heading.group(1)) == found.verdict.headline
    told = words(html)
    places = [told.index(f"{finding.outcome.capitalize()} {finding.asked}") for finding in found.verdict.findings]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ring", ["lattice", "values", "whole", "method", "provenance"]),
        ("landau", ["path", "lattice", "values", "whole", "method", "provenance"]),
        ("sbm", ["graph", "values", "whole", "method", "provenance"]),
        ("training", ["path", "values", "whole", "directions", "method", "provenance"]),
        ("planted loss", ["values", "whole", "directions", "laplacian", "method", "provenance"]),
        ("begun", ["lattice", "method", "provenance"]),
    ],
)
def test_each_kind_of_subject_has_its_sections(name, expected):
    assert sections(page(name)) == expected


@pytest.mark.parametrize("name", ["ring", "sbm", "planted loss"])
def test_every_value_stands_in_its_table_with_its_bound(name):
    told, summary = part(page(name), "values"), outcome(name).summary
    for end in summary.ends.values():
        for rank, pair in enumerate(end.pairs, 1):
            mark = "" if pair.converged else "not converged "
            assert f" {rank} {eigenvalue(pair, end.norm)} {pair.residual:.1e} {mark}" in told
        assert f"{end.products:,} products" in told
    assert ("All converged." in told) == all(end.converged for end in summary.ends.values())
    assert ("An open mark has not converged." in told) == (name == "planted loss")


@pytest.mark.parametrize("name", ["landau", "training", "planted loss"])
def test_every_count_stands_with_its_interval_and_the_truth(name):
    told, summary = part(page(name), "whole"), outcome(name).summary
    for each in counts(summary):
        ends = f"[{significant(each.low, 4)}, {significant(each.high, 4)}]"
        truth = "" if each.exact is None else f"{significant(each.exact, 4)} "
        assert f"{each.name} {significant(each.value, 4)} {ends} {truth}{each.note}" in told
    assert ("all its" in told) == (summary.exact is not None)


def test_how_often_the_intervals_hold_is_counted_against_the_whole_matrix():
    told, found = part(page("landau"), "whole"), counts(outcome("landau").summary)
    held = sum(each.held for each in found)
    assert f"{held} of the {len(found)} intervals above hold the exact number." in told


def test_a_lattice_tells_its_waves_and_its_heat():
    told = part(page("ring"), "lattice")
    assert "Modes 64, of which 1 at zero and 0 unstable" in told
    assert "Debye frequency 3.14159 ±" in told
    assert "Debye has 0 in 1 d" in told
    assert "Heat capacity and vibrational entropy of 63 modes, per mode; 1 at zero left out." in told
    falling = part(page("landau"), "lattice")
    assert "of which 0 at zero and 15 unstable" in falling
    assert "Growth rates of the most unstable 0.632, " in falling
    assert "Debye" not in falling


def test_a_graph_tells_its_cut_its_walk_and_its_communities():
    told, own = part(page("sbm"), "graph"), outcome("sbm").summary.one("graph")
    assert f"Fiedler value {significant(own['fiedler'], 7)} ±" in told
    assert f"{own['mixing']:,} steps exactly" in told
    assert (
        f"Spectral communities 2 by the largest gap, of modularity {own['modularity']:.4f}; adjusted Rand" in told
    )


def test_a_path_tells_how_well_the_mode_was_followed():
    least = min(row["overlap"] for row in outcome("training").summary.own["point"])
    assert f"(at least {least:.2f} from point to point)" in part(page("training"), "path")


def test_directions_are_shared_out_and_the_laplacian_is_told_beside_its_nulls():
    told = part(page("planted loss"), "directions")
    assert "largest 1 9 0.weight 70%, 0.bias 20%," in told
    assert "smallest 1 −0.5 0.weight 70%, 0.bias 20%," in told
    told = part(page("planted loss"), "laplacian")
    for sign, share in (("signed", 0.8), ("non-negative", 0.6)):
        for null in ("labels anywhere", "labels within each tensor"):
            assert f"{sign} {null} {percent(share)} 30.0% 35.0% 0.05 95.0% 12.5%" in told
    assert "(1,234 edges; 2 relabellings)" in told


def test_a_small_direction_s_value_is_not_rounded_away():
    tiny = [*rows((3e-8, *np.linspace(1, 4, 20)), pairs={("smallest", 0): {"residual": 1e-13}}), *LOSS]
    assert "smallest 1 3×10⁻⁸ 0.weight" in words(render_spectrum(outcome_of("loss", tiny)))


def test_provenance_says_of_what_with_what_and_how_to_do_it_again():
    told, run = part(page("training"), "provenance"), outcome("training").run
    environment = run.environment
    for text in (*(text for _, text in environment["facts"]), run.command, run.id, run.created_at):
        assert str(text) in told
    assert f"numpy {environment['numpy']}, scipy {environment['scipy']}" in told
    assert f"{run.total} of {run.total} cells" in told


def test_the_method_names_the_controls_that_were_not_run():
    assert "anharmonic" in part(page("ring"), "method")
    assert "other nulls than rewiring" in part(page("sbm"), "method")
    assert "reparametrisation" in part(page("training"), "method")


def test_a_run_that_is_not_finished_says_so_before_everything_else():
    told = words(page("begun"))
    note = "5 of 6 cells are measured. All numbers below may still change."
    assert told.index(note) < told.index("Undecided Are the eigenvalues what they say?")
    assert "may still change" not in words(page("ring"))


@pytest.mark.parametrize("cells", range(1, 8))
def test_a_run_stopped_after_any_cell_can_be_told(cells):
    order = ["check", "lattice", "point", "largest", "smallest", "probe", "exact"]
    kinds = {*order[:cells], "end", "pair", "known"} | ({"crossing"} if cells > 2 else set())
    kept = [row for row in measured("landau").readings if row["kind"] in kinds]
    kept = [row for row in kept if row.get("end", "check") in order[:cells]]
    html = render_spectrum(outcome_of("lattice", kept, finished=cells, total=7))
    assert ("may still change" in html) == (cells < 7)
    expected = {"path": 3, "lattice": 2, "values": 4, "whole": 6, "method": 1, "provenance": 1}
    assert sections(html) == [name for name, least in expected.items() if cells >= least]


def test_foreign_text_stays_text():
    html = page("hostile")
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "<script" not in html.replace("&lt;script", "")
    told = words(html)
    shown = "</script><script>alert(1)</script><b>⟨U+001B⟩[2J⟨U+202E⟩gnp.exe &amp;"
    assert f"polariscope spectrum '{shown}'" in told
    assert f"graph of {shown}" in told
    assert f"0.bias 20%, {shown} 10%" in part(html, "directions")


@pytest.mark.parametrize("name", ["landau", "begun"])
def test_the_same_run_gives_the_same_bytes(name):
    assert render_spectrum(outcome(name)) == page(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_shown_that_is_none(name):
    assert not re.search(r"\b(nan|inf)\b|not a number", words(page(name)), flags=re.IGNORECASE)
