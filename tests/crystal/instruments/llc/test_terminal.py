"""The short answer fits 80 columns, needs no colour, and says the same in ASCII."""

from io import BytesIO, StringIO, TextIOWrapper
from math import nan

import pytest
from rich.cells import cell_len
from rich.console import Console

from llc_runs import COLD, DISAGREE, LAYERS, calibration, control, estimate, outcome_of, refused, training, whole
from polariscope.crystal.instruments.llc.terminal import terminal_summary
from polariscope.reports import SYMBOLS

ROWS = {
    "whole": [*whole(), *LAYERS],
    "training": [*training(), control()],
    "refused": [control(), refused(DISAGREE, [*COLD], acceptance=nan, ess=nan)],
    "begun": [control()],
}
HOSTILE = "evil\x1b[2J\u202egnp [bold]name[/bold]"


def printed(found, width=80, color_system=None):
    file = StringIO()
    console = Console(
        file=file, width=width, color_system=color_system, force_terminal=color_system is not None,
        markup=False, highlight=False,
    )  # fmt: skip
    console.print(terminal_summary(found))
    return file.getvalue()


@pytest.mark.parametrize("name", ROWS)
def test_it_fits_80_columns_and_cuts_nothing(name):
    text = printed(outcome_of(ROWS[name]))
    assert max(map(cell_len, text.splitlines())) <= 80  # the hat of λ̂ takes no room of its own
    assert "…" not in text
    assert "\x1b" not in text
    assert "nan" not in text


@pytest.mark.parametrize("name", ROWS)
def test_colours_add_nothing_but_colour(name):
    found = outcome_of(ROWS[name])
    plain, coloured = printed(found), printed(found, color_system="standard")
    bare = "".join(part.split("m", 1)[-1] if index else part for index, part in enumerate(coloured.split("\x1b[")))
    assert bare == plain != coloured


@pytest.mark.parametrize("name", ROWS)
def test_in_ascii_it_is_whole(name):
    raw, found = BytesIO(), outcome_of(ROWS[name])
    stream = TextIOWrapper(raw, encoding="ascii", errors="backslashreplace", write_through=True)
    Console(file=stream, width=80, markup=False, highlight=False).print(terminal_summary(found))
    text = raw.getvalue().decode("ascii")
    assert text.encode().decode("unicode_escape").split() == printed(found).split()


def test_it_says_the_verdict_then_the_estimates_then_the_reasons():
    found = outcome_of(ROWS["whole"])
    text = " ".join(printed(found, 200).split())
    places = [
        found.verdict.headline,
        "Local learning coefficient of a planted thing: 30 parameters, HMC",
        "part λ̂ [95%] d/2 R-hat ESS accept virial held",
        "whole 6.03 [5.97, 6.09] 15 1.003 4100 0.81 1.005 0.62",
        "first 2.400 [2.350, 2.450]",
        "– chains disagree",
        "✓ shown: Do the chains agree on a number?",
        "✓ shown: Does this sampler find a known answer?",
        "✓ shown: Is it the same at other temperatures?",
    ]
    assert [text.index(part) for part in places] == sorted(text.index(part) for part in places)
    assert text.startswith(found.verdict.headline)


def test_checkpoints_are_told_raw_and_matched():
    text = " ".join(printed(outcome_of(ROWS["training"]), 200).split())
    assert "step training loss λ̂ λ̂, matched" in text
    assert "2,500 8×10⁻⁷ 54 [46, 62] 106 [98, 114]" in text
    assert "a planted thing, step 2500: 18,368 parameters" in text
    raw = " ".join(printed(outcome_of(training(matched=None)), 200).split())
    assert "step training loss λ̂ 100" in raw
    partly = outcome_of([row for row in training() if not (row.get("matched") and row["at"] == 450.0)])
    assert "450 0.005 200 [192, 208] –" in " ".join(printed(partly, 200).split())


def test_the_calibration_s_plateau_is_told_where_it_was_asked_for():
    text = " ".join(printed(outcome_of([*whole(), *calibration()])).split())
    assert "A plateau from step 0.03 to 0.4: 6.13 ± 0.025. Chosen: 0.2." in text
    assert "No plateau" in printed(outcome_of([*whole(), *calibration(found=False)]))
    assert "plateau" not in printed(outcome_of(whole()))


def test_every_finding_has_its_sign_its_sentence_and_what_would_decide():
    text = " ".join(printed(outcome_of(ROWS["refused"]), 200).split())
    assert f"{SYMBOLS['bad']} ruled out: Do the chains agree on a number? {DISAGREE[1]}" in text
    assert f"To try: {DISAGREE[2]}" in text
    open_ = " ".join(printed(outcome_of([estimate()]), 200).split())
    assert f"{SYMBOLS['open']} undecided: Does this sampler find a known answer?" in open_


def test_a_run_that_is_not_finished_says_so_last():
    text = " ".join(printed(outcome_of(whole(), finished=3), 200).split())
    assert text.endswith(f"{SYMBOLS['warning']} 3 of 6 cells are measured; the same command continues.")
    assert "the same command continues" not in printed(outcome_of(whole()), 200)


def test_a_hostile_name_neither_moves_the_cursor_nor_is_markup():
    text = printed(outcome_of([estimate(), estimate(part=HOSTILE)], title=HOSTILE), 300)
    assert not set("\x1b\u202e") & set(text)
    assert text.count(r"evil\x1b[2J\u202egnp [bold]name[/bold]") == 2
