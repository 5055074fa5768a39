"""The report says what the summary says, the verdict first, and asks nothing of anyone."""

import re
from functools import cache
from html import unescape
from math import nan
from typing import get_args
from xml.etree import ElementTree

import pytest

from llc_runs import (
    COLD,
    DISAGREE,
    LAYERS,
    STUCK,
    calibration,
    chains,
    control,
    estimate,
    known,
    outcome_of,
    refused,
    start,
    temperatures,
    training,
    whole,
)
from polariscope.crystal.degeneracy import coefficient
from polariscope.crystal.instruments.llc.findings.comparing import TELLING, WIDENED
from polariscope.crystal.instruments.llc.report import render_llc
from polariscope.crystal.instruments.llc.summary import Remark
from polariscope.crystal.instruments.llc.wording import briefly, spelled
from polariscope.reports import percent

EVIL = "</script><script>alert(1)</script><b>\x1b[2J\u202egnp.exe &amp;"
SGLD = {"sampler": "sgld", "acceptance": nan, "lowest_acceptance": nan, "noise": 0.03}
ROWS = {
    "whole": [*whole(), *LAYERS, *calibration()],
    "training": [*training(), control(), *temperatures((50.0, 54.0, 58.0), 1.0)],
    "unmatched": [*training(matched=None), control()],
    "sgld": [start(mapped=0), control(), estimate(doubts=[COLD], **SGLD), *calibration(found=False)],
    "refused": [start(), known(exact=None), control(), refused(STUCK, DISAGREE, ess=nan), *chains()],
    "distrusted": [*whole()[:2], control(9.0, 0.1), *whole()[3:]],
    "begun": [start(largest=nan, smallest=nan, residual=nan)],
    "hostile": [*whole(), estimate(part=EVIL), known(name=EVIL)],
}


def outcome(name):
    if name == "hostile":
        return outcome_of(ROWS[name], title=f"loss of {EVIL}", command=f"polariscope llc '{EVIL}'")
    return outcome_of(ROWS[name], finished=2 if name == "begun" else 6)


@cache
def page(name):
    return render_llc(outcome(name))


def words(html):
    """What can be read, without figures and styles, blanks made one."""
    bare = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", bare))).strip()


def sections(html):
    return re.findall(r'<section id="([^"]*)"', html)


def inside(html, section):
    start = html.index(f'<section id="{section}"')
    return html[start : html.index("</section>", start)]


def part(html, section):
    return words(inside(html, section))


def pictures(html, section):
    """What a screen reader says of each figure."""
    return [unescape(told) for told in re.findall(r"<desc[^>]*>(.*?)</desc>", inside(html, section), re.DOTALL)]


@pytest.mark.parametrize("name", ROWS)
def test_the_page_is_whole_and_makes_no_request(name):
    html = page(name)
    assert html.startswith("<!doctype html>")
    assert not re.search(r"<(script|link|iframe|img|object|base)\b|@import|url\(|\son\w+=", html)
    for svg in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL):
        ElementTree.fromstring(svg)
    names = re.findall(r'\sid="([^"]*)"', html)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ROWS)
def test_the_first_line_is_the_verdict_and_every_question_has_its_outcome(name):
    found, html = outcome(name), page(name)
    heading = re.search(r"<h1>(.*?)</h1>", html, flags=re.DOTALL)
    assert unescape(heading.group(1)) == found.verdict.headline
    told = words(html)
    places = [told.index(f"{each.outcome.capitalize()} {each.asked}") for each in found.verdict.findings]
    assert places == sorted(places)
    if name != "hostile":
        assert all(each.sentence in told and each.would_decide in told for each in found.verdict.findings)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("whole", ["estimate", "layers", "scans", "calibration", "controls", "method", "provenance"]),
        ("training", ["estimate", "checkpoints", "scans", "controls", "method", "provenance"]),
        ("sgld", ["estimate", "calibration", "controls", "method", "provenance"]),
        ("begun", ["method", "provenance"]),
    ],
)
def test_what_was_measured_has_its_section(name, expected):
    assert sections(page(name)) == expected


def test_every_part_stands_in_the_table_with_its_diagnosis():
    told = part(page("whole"), "estimate")
    assert "whole 6.03 [5.97, 6.09] 15 λ̂ / (d/2) 0.402 1.003 ESS 4100 0.81 lowest 0.74 1.005 ± 0.006 0.62" in told
    assert "first 2.400 [2.350, 2.450] 7.5 λ̂ / (d/2) 0.32" in told
    assert "– chains disagree 3.5 λ̂ / (d/2) –" in told


def test_chains_and_their_means_are_drawn_with_the_exact_value():
    ways, means = pictures(page("whole"), "estimate")
    assert "estimate 6.03" in ways
    assert "exact 6.04" in ways
    assert "20 of them burn-in" in ways
    assert "32 chains" in means
    ways, means = pictures(page("refused"), "estimate")
    assert "estimate" not in ways
    assert "no estimate" in means


def test_layers_are_drawn_against_the_zero_that_they_share():
    (told,) = pictures(page("whole"), "layers")
    assert told.startswith("0 (0). whole: 6.03 [5.97, 6.09]. first: 2.4 [2.35, 2.45]. second: 2.6 [2.55, 2.65].")
    assert told.endswith(": – [–, –].")
    assert "a.layer.with.a" in told


def test_checkpoints_are_drawn_and_told_raw_and_matched():
    (told,) = pictures(page("training"), "checkpoints")
    assert "logits as they are: 120 at 100, 348 at 200, 200 at 450, 90 at 1000, 54 at 2500" in told
    assert "matched: 140 at 100, 346 at 200, 260 at 450, 150 at 1000, 106 at 2500" in told
    text = part(page("training"), "checkpoints")
    assert "200 0.08 348 [340, 356] 1 346 [338, 354]" in text
    assert "the training loss 1.2, the highest of their own" in text
    (alone,) = pictures(page("unmatched"), "checkpoints")
    assert "matched" not in alone
    assert "With --matched" in part(page("unmatched"), "checkpoints")


def test_a_checkpoint_before_training_stands_on_a_linear_axis():
    rows = [estimate(value, at=at, point=f"step {at:g}") for at, value in ((0.0, 5.0), (100.0, 6.0))]
    (told,) = pictures(render_llc(outcome_of(rows)), "checkpoints")
    assert "5 at 0, 6 at 100" in told


def test_temperatures_are_drawn_against_the_rlct_where_it_is_known():
    (told,) = pictures(page("whole"), "scans")
    assert "6 ± 0.031 at 36.2, 6.03 ± 0.031 at 145, 6.05 ± 0.031 at 579" in told
    assert "RLCT 6.5" in told
    assert "RLCT" not in pictures(page("training"), "scans")[0]


def test_what_is_exact_at_other_settings_is_drawn_beside_it():
    rows = [row | {"exact": 5.5 + row["factor"]} for row in temperatures()]
    more = [row | {"kind": "localization", "localization": row["factor"]} for row in temperatures()]
    html = render_llc(outcome_of([*(row for row in whole() if row["kind"] != "temperature"), *rows, *more]))
    first, second = pictures(html, "scans")
    assert "exact: " in first
    assert "exact" not in second
    assert " at 0.25, " in second


def test_the_calibration_has_a_drawing_for_each_temperature_and_says_why_steps_do_not_count():
    drawn = pictures(page("whole"), "calibration")
    assert [told.split(":")[0] for told in drawn] == ["t = 72.4", "t = 145", "t = 290"]
    for told, step in zip(drawn, ("0.0141", "0.01", "0.00707"), strict=True):
        assert f"4 at {step} (chains disagree)" in told
        assert "(chains diverged)" in told
        assert "no number to draw" not in told


def test_plateau_and_exact_value_stand_at_the_run_s_own_temperature_only():
    cold, own, hot = pictures(page("whole"), "calibration")
    assert "Plateau from 0.03 to 0.4: 6.13 ± 0.025" in own
    assert "Chosen: 0.2" in own
    assert "exact 6.04" in own
    assert all("No plateau" in told and "exact" not in told for told in (cold, hot))
    assert "Chosen: 0.2." in part(page("whole"), "calibration")
    assert "No plateau" in part(page("sgld"), "calibration")
    assert all("No plateau" in told for told in pictures(page("sgld"), "calibration"))


def test_the_control_and_what_is_known_stand_side_by_side():
    told = part(page("whole"), "controls")
    assert "the control t = 145, γ = 1 6.05 [5.95, 6.15] 6.0384 6.5 multiplicity 2" in told
    assert "the subject t = 145, γ = 1 6.03 [5.97, 6.09] 6.0381 6.5 multiplicity 2" in told
    assert "the subject t = 145, γ = 1 – – 6.5 multiplicity 2" in part(page("refused"), "controls")
    assert "chains run one by one" in part(page("sgld"), "controls")


def test_the_method_has_every_bound():
    """Those of the estimate are written in its module, which is not loaded to tell a run."""
    told = part(page("whole"), "method")
    rules = (
        f"more than {percent(coefficient.REFUSED_DIVERGENT, 0)} of all draws diverge",
        f"fewer than {percent(coefficient.STUCK, 0)} of its draws",
        f"is below −{-coefficient.LEFT:g}",
        f"split R-hat exceeds {coefficient.REFUSED_RHAT}",
        f"exceeds 1 by more than {coefficient.OUT_OF_EQUILIBRIUM} and three standard errors",
        f"ended, by more than {percent(coefficient.REFUSED_FALL, 0)} of the estimate",
        f"falls by more than {percent(coefficient.DOUBTED_FALL, 0)} of the estimate",
        f"of {coefficient.MANY} chains and more one lies more than {coefficient.APART:g} robust",
        f"add more than {percent(coefficient.REFUSED_NOISE, 0)} to the noise",
        f"by more than {coefficient.COARSE}",
        f"add more than {percent(coefficient.NOISY, 0)} to the noise",
        f"R-hat above {coefficient.DOUBTED_RHAT}, more than {percent(coefficient.DOUBTED_DIVERGENT, 0)} of the",
        f"(2 λmax) exceeds {coefficient.SLOPE}",
        f"widened by {percent(WIDENED, 0)} of the value",
        f"must be {percent(TELLING, 0)} of the value at most",
    )
    assert [rule for rule in rules if rule not in told] == []


def test_the_method_is_that_of_the_sampler_with_its_settings():
    assert "Hamiltonian Monte Carlo" in part(page("whole"), "method")
    assert "t = 144.8; γ = 1, flat prior." in part(page("whole"), "method")
    told = part(page("sgld"), "method")
    assert "Stochastic gradient Langevin" in told
    assert "Hamiltonian" not in told
    assert "a prior of precision 0.5 at 0" in words(render_llc(outcome_of([estimate(prior=0.5)])))


def test_provenance_says_of_what_with_what_and_how_to_do_it_again():
    told, run = part(page("whole"), "provenance"), outcome("whole").run
    for text in (*(text for _, text in run.environment["facts"]), run.command, run.id, run.created_at):
        assert str(text) in told
    assert "torch 2, numpy 2, scipy 1" in told
    assert "6 of 6 cells" in told


def test_a_run_that_is_not_finished_says_so_before_everything_else():
    told = words(page("begun"))
    note = "2 of 6 cells are measured. All numbers below may still change."
    assert told.index(note) < told.index("Undecided Do the chains agree on a number?")
    assert "may still change" not in words(page("whole"))


@pytest.mark.parametrize("cells", range(1, 9))
def test_a_run_stopped_after_any_cell_can_be_told(cells):
    html = render_llc(outcome_of(whole()[:cells], finished=cells, total=9))
    assert "may still change" in html


def test_foreign_text_stays_text():
    html = page("hostile")
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "<script" not in html.replace("&lt;script", "")
    shown = "</script><script>alert(1)</script><b>⟨U+001B⟩[2J⟨U+202E⟩gnp.exe &amp;"
    assert f"polariscope llc '{shown}'" in words(html)
    assert f"{shown} 6.03" in part(html, "estimate")


@pytest.mark.parametrize("name", ["whole", "begun"])
def test_the_same_run_gives_the_same_bytes(name):
    assert render_llc(outcome(name)) == page(name)


@pytest.mark.parametrize("name", ROWS)
def test_no_number_is_shown_that_is_none(name):
    assert not re.search(r"\b(nan|inf)\b|not a number", words(page(name)), flags=re.IGNORECASE)


@pytest.mark.parametrize("code", get_args(coefficient.Code))
def test_every_remark_has_words(code):
    assert briefly(Remark(code, "", "")) != code


def test_digits_tell_the_interval():
    assert spelled(106.2, 98.1, 114.3) == ("106", "[98, 114]")
    assert spelled(0.12345, 0.1231, 0.1238) == ("0.12345", "[0.12310, 0.12380]")
    assert spelled(6.03, 6.03, 6.03) == ("6.03", "")
    assert spelled(nan, nan, nan) == ("–", "")
