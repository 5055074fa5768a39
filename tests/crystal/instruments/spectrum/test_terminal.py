"""The short answer fits 80 columns, needs no colour, and says the same in ASCII."""

from io import BytesIO, StringIO, TextIOWrapper

import numpy as np
import pytest
from rich.console import Console

from polariscope.crystal.instruments.spectrum.terminal import terminal_summary
from polariscope.reports import SYMBOLS
from spectrum_runs import measured, outcome_of, rows, until

NAMES = ["ring", "landau", "sbm", "random", "training"]
HOSTILE = "evil\x1b[2J\u202egnp [bold]name[/bold]"


def printed(found, width=80, color_system=None):
    file = StringIO()
    console = Console(
        file=file, width=width, color_system=color_system, force_terminal=color_system is not None,
        markup=False, highlight=False,
    )  # fmt: skip
    console.print(terminal_summary(found))
    return file.getvalue()


def planted(**changes):
    return outcome_of("graph", rows(np.linspace(0, 9, 30), **changes))


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_80_columns_and_cuts_nothing(name):
    text = printed(measured(name))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", NAMES)
def test_colours_add_nothing_but_colour(name):
    plain, coloured = printed(measured(name)), printed(measured(name), color_system="standard")
    bare = "".join(part.split("m", 1)[-1] if index else part for index, part in enumerate(coloured.split("\x1b[")))
    assert bare == plain != coloured


@pytest.mark.parametrize("name", NAMES)
def test_in_ascii_it_is_whole(name):
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="ascii", errors="backslashreplace", write_through=True)
    Console(file=stream, width=80, markup=False, highlight=False).print(terminal_summary(measured(name)))
    text = raw.getvalue().decode("ascii")
    assert text.encode().decode("unicode_escape").split() == printed(measured(name)).split()


def test_it_says_the_verdict_then_the_values_then_the_reasons():
    found = measured("landau")
    text = " ".join(printed(found, 200).split())
    places = [
        found.verdict.headline,
        "Dynamical matrix of chain of 48 atoms",
        "largest ω² ± residual smallest ω² ± residual",
        " 1.6 ",
        "−0.4",
        "largest: all eigenvalues were computed: none is missing",
        "of all eigenvalues estimate [95%] exact",
        "trace",
        "✗ ruled out: Is the lattice stable?",
        "15 modes",
        "✓ shown: Are the eigenvalues what they say?",
        "✓ shown: Does the followed mode cross zero along the path?",
        "Theory has 0.",
    ]
    assert [text.index(part) for part in places] == sorted(text.index(part) for part in places)


def test_every_finding_has_its_sign_its_sentence_and_what_would_decide():
    found = outcome_of("graph", [*rows(np.linspace(0, 9, 30)), {"kind": "graph", "components": 1, "edges": 3}])
    text = " ".join(printed(found, 200).split())
    assert f"{SYMBOLS['open']} undecided: Has the graph communities beyond its degrees?" in text
    assert "--rewired 99 would decide." in text


def test_a_pair_that_has_not_converged_is_marked_and_still_fits():
    pairs = {(end, 1): {"converged": 0, "residual": 1e-3} for end in ("largest", "smallest")}
    text = printed(planted(pairs=pairs))
    assert text.count("1.0e-03 not converged") == 2
    assert text.count("not converged") == 2
    assert max(map(len, text.splitlines())) <= 80


def test_what_may_be_missing_is_told_for_each_end():
    text = " ".join(printed(planted(), 200).split())
    assert "largest: at most 3 eigenvalues lie above 8.068966, with probability 99% over the random start" in text
    assert "smallest: at most 3 eigenvalues lie below 0.9310345, with probability 99%" in text


def test_ends_of_unlike_length_stand_side_by_side():
    told = [row for row in rows(np.linspace(0, 9, 30)) if (row["kind"], row.get("index")) != ("pair", 2)]
    told.append({"kind": "pair", "end": "smallest", "index": 2, "value": 0.62, "residual": 0.0, "converged": 1})
    text = printed(outcome_of("graph", told))
    (line,) = (line for line in text.splitlines() if "0.62" in line)
    assert line.split() == ["0.62", "0.0e+00"]


def test_a_value_that_its_bound_does_not_tell_from_zero_is_zero():
    pairs = {("smallest", 0): {"value": -3e-16, "residual": 1e-15}}
    (line,) = (line for line in printed(planted(pairs=pairs)).splitlines() if "1.0e-15" in line)
    assert line.split()[2:] == ["0", "1.0e-15"]


def test_a_run_that_is_not_finished_says_so_last():
    found = until(measured("landau"), ["check", "lattice", "end", "pair"])
    text = " ".join(printed(found, 200).split())
    assert text.endswith(f"{SYMBOLS['warning']} 6 of 7 cells are measured; the same command continues.")
    assert "of all eigenvalues" not in text
    assert "the same command continues" not in printed(measured("landau"), 200)


@pytest.mark.parametrize("kinds", [["check"], ["check", "loss"], ["check", "loss", "point", "crossing"]])
def test_a_run_that_has_just_begun_can_be_told(kinds):
    assert "undecided: Are the eigenvalues what they say?" in printed(until(measured("training"), kinds), 200)


def test_a_hostile_name_neither_moves_the_cursor_nor_is_markup():
    found = outcome_of("graph", rows(np.linspace(0, 9, 30)), title=HOSTILE)
    text = printed(found, 200)
    assert not set("\x1b\u202e") & set(text)
    assert r"evil\x1b[2J\u202egnp [bold]name[/bold]: 30 × 30" in text
